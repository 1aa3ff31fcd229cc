import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { PatientInput } from '../../identity/index.ts';
import { optionsOf, recordOf, type Checks } from '../../internal/border.ts';
import { collect, utf8Bytes } from '../../internal/bytes.ts';
import { listOf, patient, text } from '../../internal/option-checks.ts';
import { readSoapMessage, type SoapMessage } from '../../internal/soap/index.ts';
import {
  attributeOf,
  childElement,
  childElements,
  readXml,
  textOf,
  type ReadElement,
} from '../../internal/xml/index.ts';
import { fictivePatient } from '../../testing/index.ts';
import { listen, loopback } from '../listen.ts';
import { faultAnswer, resultAnswer, type InsiServiceFault } from './answer.ts';

/** Options of {@link createInsiServer}. @group INSi */
export interface InsiServerOptions {
  /** Who the service knows. @defaultValue the fictive patient of `terr-esante-sdk/testing` */
  readonly people?: readonly PatientInput[] | undefined;
  /** Authorisation numbers that are accepted; any when left out. */
  readonly authorizationNumbers?: readonly string[] | undefined;
}

/** A stand-in for the INSi téléservice on 127.0.0.1. @group INSi */
export interface InsiServer {
  readonly url: string;
  /** Number of questions received. */
  readonly received: number;
  /** Answers the next questions with this fault; `null` ends it. */
  setFault(fault: InsiServiceFault | null): void;
  close(): Promise<void>;
}

const serverChecks: Checks<InsiServerOptions> = { people: listOf(patient), authorizationNumbers: listOf(text) };

const traitsNs = 'http://www.cnamts.fr/INSiRecSans';
const vitaleNs = 'http://www.cnamts.fr/INSiRecVit';
const bamNs = 'urn:siram:bam:ctxbam';
const lpsNs = 'urn:siram:lps:ctxlps';

/** Prefixes of the SOAP body, in turn. */
const bodyPrefixes = ['S', 'soap', 'env'] as const;

const unreadable: InsiServiceFault = {
  subcode: 'siram_40',
  code: 'insi_102',
  severity: 'fatal',
  message: 'Une erreur technique est survenue.',
};
const unknownSoftware: InsiServiceFault = {
  subcode: 'siram_100',
  code: 'desir_550',
  severity: 'erreur',
  message: "Numéro d'autorisation du logiciel inconnu.",
};

interface Question {
  readonly messageId: string;
  readonly authorizationNumber: string;
  readonly criteria: ReadElement;
}

function valueOf(parent: ReadElement | undefined, name: string, namespace: string): string {
  return textOf(childElement(parent, name, namespace)).trim();
}

/** What the header and the body of a question hold. */
interface QuestionParts {
  readonly bam: ReadElement | undefined;
  readonly lps: ReadElement | undefined;
  readonly software: ReadElement | undefined;
  readonly criteria: ReadElement | undefined;
  readonly messageId: string;
  readonly action: string;
}

function questionParts({ headers, body, addressing }: SoapMessage): QuestionParts {
  const named = (elements: readonly ReadElement[], name: string, space: string): ReadElement | undefined =>
    elements.find(({ localName, namespace }) => localName === name && namespace === space);
  const lps = named(headers, 'ContexteLPS', lpsNs);

  return {
    bam: named(headers, 'ContexteBAM', bamNs),
    lps,
    software: childElement(lps, 'LPS', lpsNs),
    criteria: named(body, 'RECSANSVITALE', traitsNs) ?? named(body, 'RECVITALE', vitaleNs),
    messageId: addressing.messageId ?? '',
    action: addressing.action ?? '',
  };
}

/** Whether every header is there that the published service description asks for. */
function isComplete({ bam, lps, software, criteria, messageId, action }: QuestionParts): boolean {
  const expectedAction = criteria?.localName === 'RECVITALE' ? 'AvecCarteVitale' : 'AvecTraitsIdentite';

  return (
    attributeOf(bam, 'Version') === '01_02' &&
    childElement(bam, 'COUVERTURE', bamNs) !== undefined &&
    attributeOf(lps, 'Version') === '01_00' &&
    attributeOf(lps, 'Nature') === 'CTXLPS' &&
    attributeOf(childElement(software, 'IDAM', lpsNs), 'R') === '4' &&
    /^uuid:[0-9a-f-]{36}$/.test(messageId) &&
    action.endsWith(expectedAction)
  );
}

/** `null` for a question that is incomplete or unreadable. */
function readQuestion(bytes: Uint8Array): Question | null {
  let message: SoapMessage | null;
  try {
    message = readSoapMessage(readXml(bytes, { maxBytes: 256 * 1024 }));
  } catch {
    return null;
  }
  if (message?.version !== '1.2') return null;

  const parts = questionParts(message);
  const { criteria, messageId, software } = parts;
  if (!criteria || !isComplete(parts)) return null;
  return { messageId, authorizationNumber: valueOf(software, 'IDAM', lpsNs), criteria };
}

/** The people who answer the criteria: by the number of the Vitale card, or by traits. */
function search(people: readonly PatientInput[], criteria: ReadElement): readonly PatientInput[] {
  const { namespace } = criteria;
  const name = valueOf(criteria, 'NomNaissance', namespace);
  const date = valueOf(criteria, 'DateNaissance', namespace);
  const same = people.filter(({ traits }) => traits.birthName === name && traits.birthDate === date);

  return namespace === vitaleNs ? searchByCard(same, criteria) : searchByTraits(same, criteria);
}

function searchByCard(people: readonly PatientInput[], criteria: ReadElement): readonly PatientInput[] {
  const numberIn = (element: string): string =>
    valueOf(childElement(criteria, element, vitaleNs), 'NumIdentifiant', vitaleNs);
  const wanted = numberIn('MatriculeIndividu') || numberIn('MatriculeOD');

  return people.filter(({ ins }) => ins?.value.startsWith(wanted));
}

function searchByTraits(people: readonly PatientInput[], criteria: ReadElement): readonly PatientInput[] {
  const firstNames = childElements(criteria, 'Prenom', traitsNs).map((node) => textOf(node).trim());
  const sex = valueOf(criteria, 'Sexe', traitsNs);
  const place = valueOf(criteria, 'LieuNaissance', traitsNs);

  return people.filter(({ traits: { birthFirstNames, birthPlace, ...traits } }) => {
    const sameNames = firstNames.every((firstName, index) => birthFirstNames?.[index] === firstName);
    const samePlace = place === '' || birthPlace?.communeInsee === place || birthPlace?.countryInsee === place;
    return traits.sex === sex && sameNames && samePlace;
  });
}

class SimulatedInsiServer implements InsiServer {
  readonly #people: readonly PatientInput[];
  readonly #authorizationNumbers: readonly string[] | undefined;
  readonly #server: Server;
  #port = 0;
  #received = 0;
  #fault: InsiServiceFault | null = null;

  constructor({ people = [fictivePatient()], authorizationNumbers }: InsiServerOptions) {
    this.#people = people;
    this.#authorizationNumbers = authorizationNumbers;
    this.#server = createServer((request, response) => {
      this.#handle(request, response).catch(() => response.destroy());
    });
  }

  get url(): string {
    return `http://${loopback}:${this.#port}/lps`;
  }

  get received(): number {
    return this.#received;
  }

  async listen(): Promise<void> {
    this.#port = await listen(this.#server, 0);
  }

  setFault(fault: InsiServiceFault | null): void {
    this.#fault = fault === null ? null : recordOf('fault', fault, 'faute attendue');
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.#received += 1;

    const { status, body } = this.#answer(await collect(request));
    response.writeHead(status, { 'content-type': 'application/soap+xml; charset=utf-8' }).end(utf8Bytes(body));
  }

  #answer(bytes: Uint8Array): { readonly status: number; readonly body: string } {
    const prefix = bodyPrefixes[this.#received % bodyPrefixes.length] ?? 'S';

    const question = readQuestion(bytes);
    if (!question) return { status: 500, body: faultAnswer(unreadable, null, prefix) };

    const fault = this.#fault ?? this.#refusal(question);
    if (fault) return { status: 500, body: faultAnswer(fault, question.messageId, prefix) };

    const withKey = this.#received % 2 === 1;
    return { status: 200, body: resultAnswer(search(this.#people, question.criteria), prefix, withKey) };
  }

  #refusal({ authorizationNumber }: Question): InsiServiceFault | null {
    const numbers = this.#authorizationNumbers;
    return numbers === undefined || numbers.includes(authorizationNumber) ? null : unknownSoftware;
  }
}

/**
 * Starts a stand-in for the INSi téléservice: the two published searches, results `00`, `01` and
 * `02`, and faults of the published shape. Prefixes change from one answer to the next, and the
 * optional key is left out of every other answer, as a client must expect. How the real service
 * matches names is not public: here names are equal.
 *
 * @example
 * ```ts
 * import { createInsiServer } from 'terr-esante-sdk/simulator';
 *
 * const server = await createInsiServer();
 * server.url.startsWith('http://127.0.0.1:'); // true
 * await server.close();
 * ```
 *
 * @group INSi
 */
export async function createInsiServer(options?: InsiServerOptions): Promise<InsiServer> {
  const server = new SimulatedInsiServer(optionsOf('options', options, serverChecks));
  await server.listen();
  return server;
}
