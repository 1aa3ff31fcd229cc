import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { PatientInput } from '../../identity/index.ts';
import { collect, utf8Bytes } from '../../internal/bytes.ts';
import {
  attributeOf,
  childElement,
  childElements,
  readXml,
  textOf,
  type ReadElement,
} from '../../internal/xml/index.ts';
import { fictivePatient } from '../../testing/index.ts';
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

const soapNs = 'http://www.w3.org/2003/05/soap-envelope';
const traitsNs = 'http://www.cnamts.fr/INSiRecSans';
const vitaleNs = 'http://www.cnamts.fr/INSiRecVit';
const wsaNs = 'http://www.w3.org/2005/08/addressing';
const bamNs = 'urn:siram:bam:ctxbam';
const lpsNs = 'urn:siram:lps:ctxlps';

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

/** The question with every header that the published service description asks for, or `null`. */
function readQuestion(bytes: Uint8Array): Question | null {
  const root = readXml(bytes, { maxBytes: 256 * 1024 });
  const header = childElement(root, 'Header', soapNs);
  const body = childElement(root, 'Body', soapNs);
  const bam = childElement(header, 'ContexteBAM', bamNs);
  const lps = childElement(header, 'ContexteLPS', lpsNs);
  const software = childElement(lps, 'LPS', lpsNs);
  const criteria = childElement(body, 'RECSANSVITALE', traitsNs) ?? childElement(body, 'RECVITALE', vitaleNs);
  const messageId = valueOf(header, 'MessageID', wsaNs);
  const action = valueOf(header, 'Action', wsaNs);
  const complete =
    attributeOf(bam, 'Version') === '01_02' &&
    childElement(bam, 'COUVERTURE', bamNs) !== undefined &&
    attributeOf(lps, 'Version') === '01_00' &&
    attributeOf(lps, 'Nature') === 'CTXLPS' &&
    attributeOf(childElement(software, 'IDAM', lpsNs), 'R') === '4' &&
    /^uuid:[0-9a-f-]{36}$/.test(messageId) &&
    action.endsWith(criteria?.localName === 'RECVITALE' ? 'AvecCarteVitale' : 'AvecTraitsIdentite');
  if (!criteria || !complete) return null;
  return { messageId, authorizationNumber: valueOf(software, 'IDAM', lpsNs), criteria };
}

function search(people: readonly PatientInput[], criteria: ReadElement): readonly PatientInput[] {
  const { namespace } = criteria;
  const name = valueOf(criteria, 'NomNaissance', namespace);
  const date = valueOf(criteria, 'DateNaissance', namespace);
  const same = people.filter(({ traits }) => traits.birthName === name && traits.birthDate === date);
  if (namespace === vitaleNs) {
    const number = (element: string): string =>
      valueOf(childElement(criteria, element, vitaleNs), 'NumIdentifiant', vitaleNs);
    const wanted = number('MatriculeIndividu') || number('MatriculeOD');
    return same.filter(({ ins }) => ins?.value.startsWith(wanted));
  }
  const given = childElements(criteria, 'Prenom', traitsNs).map((node) => textOf(node).trim());
  const sex = valueOf(criteria, 'Sexe', traitsNs);
  const place = valueOf(criteria, 'LieuNaissance', traitsNs);
  return same.filter(
    ({ traits }) =>
      traits.sex === sex &&
      given.every((one, index) => traits.birthFirstNames?.[index] === one) &&
      (place === '' || traits.birthPlace?.communeInsee === place || traits.birthPlace?.countryInsee === place),
  );
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
export async function createInsiServer(options: InsiServerOptions = {}): Promise<InsiServer> {
  const { people = [fictivePatient()], authorizationNumbers } = options;
  let received = 0;
  let fault: InsiServiceFault | null = null;

  function answer(bytes: Uint8Array): { status: number; body: string } {
    const prefix = ['S', 'soap', 'env'][received % 3] ?? 'S';
    let question: Question | null;
    try {
      question = readQuestion(bytes);
    } catch {
      question = null;
    }
    if (!question) return { status: 500, body: faultAnswer(unreadable, '', prefix) };
    const refused = authorizationNumbers && !authorizationNumbers.includes(question.authorizationNumber);
    const current = fault ?? (refused ? unknownSoftware : null);
    if (current) return { status: 500, body: faultAnswer(current, question.messageId, prefix) };
    return { status: 200, body: resultAnswer(search(people, question.criteria), prefix, received % 2 === 1) };
  }

  const server = createServer((request, response) => {
    void (async () => {
      received += 1;
      const { status, body } = answer(await collect(request));
      response.writeHead(status, { 'content-type': 'application/soap+xml; charset=utf-8' }).end(utf8Bytes(body));
    })().catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/lps`,
    get received() {
      return received;
    },
    setFault: (next) => {
      fault = next;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
