import type { Runtime } from '../../internal/runtime.ts';
import { readSoapMessage, type SoapMessage } from '../../internal/soap/index.ts';
import { descend, readXml, type ReadElement, type Xml } from '../../internal/xml/index.ts';
import { writeAnswer } from '../soap/envelope.ts';
import { writeFault, writePerson, writeReply, type Problem, type Reply } from './answer.ts';
import { continuationOf, feedOf, idIn, identifierQuestion, searchQuestion, type WrittenId } from './question.ts';
import type { IdentityRegistry, KnownPerson } from './registry.ts';

/** An answer as it goes out. */
export interface SoapReply {
  readonly status: number;
  readonly body: string;
}

/** A search whose rest is kept. */
interface KeptSearch {
  readonly found: readonly KnownPerson[];
  readonly question: ReadElement | undefined;
  quantity: number;
  next: number;
}

/** Searches kept at once; the oldest is forgotten first. */
const longestMemory = 100;

const acknowledgement = 'MCCI_IN000002UV01';
const candidates = 'PRPA_IN201306UV02';
const identifiers = 'PRPA_IN201310UV02';

/** Location of the first identifier that is not known. @see IHE ITI TF-2, section 3.45.4.2.3 */
const unknown = (location: string): Problem => ({ code: '204', text: 'Unknown key identifier', location });
const query = '/controlActProcess/queryByParameter/parameterList';

/**
 * The identity server of the simulator: ITI-44, ITI-45 and ITI-47 with continuation and cancel.
 *
 * @see IHE ITI TF-2, sections 3.44, 3.45 and 3.47
 */
export class IdentityService {
  readonly #registry: IdentityRegistry;
  readonly #oid: string;
  readonly #runtime: Runtime;
  readonly #kept = new Map<string, KeptSearch>();

  constructor(registry: IdentityRegistry, oid: string, runtime: Runtime) {
    this.#registry = registry;
    this.#oid = oid;
    this.#runtime = runtime;
  }

  answer(bytes: Uint8Array): SoapReply {
    const message = readMessage(bytes);
    if (!message) return { status: 400, body: writeFault('Message illisible.', null) };

    const [payload] = message.body;
    const { messageId } = message.addressing;
    const reply = payload?.namespace === 'urn:hl7-org:v3' ? this.#reply(payload) : null;
    if (!payload || !reply) return { status: 500, body: writeFault('Opération inconnue.', messageId) };

    const written = writeReply(reply, {
      id: this.#runtime.ids.uuid(),
      now: this.#runtime.clock.now(),
      messageId: idIn(payload, 'id'),
      sender: this.#oid,
      receiver: idIn(payload, 'sender', 'device', 'id')?.root ?? this.#oid,
    });
    return { status: 200, body: writeAnswer(written, `urn:hl7-org:v3:${reply.name}`, messageId) };
  }

  #reply(message: ReadElement): Reply | null {
    switch (message.localName) {
      case 'PRPA_IN201301UV02':
      case 'PRPA_IN201302UV02':
      case 'PRPA_IN201304UV02':
        return this.#feed(message);
      case 'PRPA_IN201309UV02':
        return this.#identifiers(message);
      case 'PRPA_IN201305UV02':
        return this.#search(message);
      case 'QUQI_IN000003UV01':
        return this.#next(message);
      case 'QUQI_IN000003UV01_Cancel':
        return this.#cancel(message);
      default:
        return null;
    }
  }

  #feed(message: ReadElement): Reply {
    const { person, replaced } = feedOf(message);
    if (!person) return { name: acknowledgement, problem: { code: '101', text: 'Required field missing' } };

    const isMerge = message.localName === 'PRPA_IN201304UV02';
    if (isMerge && (!replaced || !this.#registry.merge(person, replaced))) {
      return { name: acknowledgement, problem: unknown('//priorRegisteredRole/id') };
    }
    if (!isMerge) this.#registry.feed(person);
    return { name: acknowledgement };
  }

  #identifiers(message: ReadElement): Reply {
    const { patient, domains } = identifierQuestion(message);
    const person = patient && this.#registry.byId(patient);
    const strange = domains.findIndex((domain) => !this.#registry.hasDomain(domain));
    const root = `/${message.localName}${query}`;

    let problem: Problem | undefined;
    if (!person) problem = unknown(`${root}/patientIdentifier/value`);
    else if (strange >= 0) problem = unknown(`${root}/dataSource[${strange + 1}]/value`);

    const ids = (person?.ids ?? []).filter(
      ({ system, value }) =>
        !(system === patient?.system && value === patient.value) && (domains.length === 0 || domains.includes(system)),
    );
    const persons = problem || ids.length === 0 ? [] : [writePerson(ids, null, this.#oid)];
    return this.#toQuery(identifiers, message, { persons, problem });
  }

  #search(message: ReadElement): Reply {
    const { wanted, quantity } = searchQuestion(message);
    const found = this.#registry.search(wanted);
    const size = quantity ?? found.length;
    const reply = this.#page(message, found, 0, size, descend(message, 'controlActProcess', 'queryByParameter'));

    const queryId = idIn(message, 'controlActProcess', 'queryByParameter', 'queryId');
    if (queryId && size < found.length) {
      const question = descend(message, 'controlActProcess', 'queryByParameter');
      this.#keep(queryId, { found, question, quantity: size, next: size });
    }
    return reply;
  }

  #next(message: ReadElement): Reply {
    const { queryId, start, quantity } = continuationOf(message);
    const kept = queryId && this.#kept.get(keyOf(queryId));
    if (!kept) return { name: acknowledgement, problem: unknown('//queryContinuation/queryId') };

    const from = start === null ? kept.next : start - 1;
    kept.quantity = quantity ?? kept.quantity;
    kept.next = from + kept.quantity;
    return this.#page(message, kept.found, from, kept.quantity, kept.question, queryId);
  }

  #cancel(message: ReadElement): Reply {
    const { queryId } = continuationOf(message);
    if (queryId && this.#kept.delete(keyOf(queryId))) return { name: acknowledgement };
    return { name: acknowledgement, problem: unknown('//queryContinuation/queryId') };
  }

  #page(
    message: ReadElement,
    found: readonly KnownPerson[],
    from: number,
    size: number,
    question: ReadElement | undefined,
    queryId?: WrittenId | null,
  ): Reply {
    const page = found.slice(from, from + size);
    const persons = page.map((person) => writePerson(person.ids, person, this.#oid));
    const counts = { total: found.length, remaining: Math.max(0, found.length - from - page.length) };
    return this.#toQuery(candidates, message, { persons, counts, question, queryId });
  }

  #toQuery(
    name: string,
    message: ReadElement,
    more: {
      readonly persons: readonly Xml[];
      readonly problem?: Problem | undefined;
      readonly counts?: { readonly total: number; readonly remaining: number };
      readonly question?: ReadElement | undefined;
      readonly queryId?: WrittenId | null | undefined;
    },
  ): Reply {
    const { persons, problem, counts } = more;
    const asked = more.question ?? descend(message, 'controlActProcess', 'queryByParameter');
    const queryId = more.queryId ?? idIn(asked, 'queryId');
    const found = persons.length > 0 ? 'OK' : 'NF';

    return {
      name,
      ...(problem && { problem }),
      query: { queryId, code: problem ? 'AE' : found, persons, question: asked, ...(counts && { counts }) },
    };
  }

  #keep(queryId: WrittenId, search: KeptSearch): void {
    const [oldest] = this.#kept.keys();
    if (this.#kept.size >= longestMemory && oldest !== undefined) this.#kept.delete(oldest);
    this.#kept.set(keyOf(queryId), search);
  }
}

const keyOf = ({ root, extension }: WrittenId): string => JSON.stringify([root, extension]);

function readMessage(bytes: Uint8Array): SoapMessage | null {
  try {
    const message = readSoapMessage(readXml(bytes, { maxBytes: bytes.length, maxElements: 10_000, maxDepth: 60 }));
    return message?.version === '1.2' ? message : null;
  } catch {
    return null;
  }
}
