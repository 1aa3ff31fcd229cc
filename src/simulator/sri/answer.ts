import type { LocalIdentifier } from '../../identity/index.ts';
import { hl7Utc } from '../../internal/hl7-time.ts';
import { lastWord } from '../../internal/soap/index.ts';
import { element, text, type ReadElement, type Xml } from '../../internal/xml/index.ts';
import { writeAnswer } from '../soap/envelope.ts';
import type { WrittenId } from './question.ts';
import type { KnownPerson } from './registry.ts';

const hl7 = 'urn:hl7-org:v3';
const interactions = '2.16.840.1.113883.1.6';
/** HL7 table 0357. */
const messageErrors = '2.16.840.1.113883.12.357';

/** Why the server says no. */
export interface Problem {
  readonly code: string;
  readonly text: string;
  readonly location?: string;
}

/** What an answer holds beside its frame. */
export interface Reply {
  readonly name: string;
  readonly problem?: Problem;
  /** Lines of attention. */
  readonly attention?: readonly Xml[];
  /** Persons of an answer to no query. */
  readonly persons?: readonly Xml[];
  /** Of a query; absent in a bare acknowledgement. */
  readonly query?: {
    readonly queryId: WrittenId | null;
    readonly code: 'OK' | 'NF' | 'AE';
    readonly persons: readonly Xml[];
    readonly counts?: { readonly total: number; readonly remaining: number };
    /** The question, given back. */
    readonly question: ReadElement | undefined;
  };
}

/** Who answers whom. */
export interface Frame {
  readonly id: string;
  readonly now: number;
  readonly messageId: WrittenId | null;
  /** OIDs of the two devices. */
  readonly sender: string;
  readonly receiver: string;
}

/** One HL7 v3 answer. */
export function writeReply(
  { name, problem, query, attention = [], persons = [] }: Reply,
  { id, now, messageId, sender, receiver }: Frame,
): Xml {
  const device = (role: string, typeCode: string, root: string): Xml =>
    element(
      role,
      { typeCode },
      element('device', { classCode: 'DEV', determinerCode: 'INSTANCE' }, element('id', { root })),
    );

  return element(
    name,
    { xmlns: hl7, ITSVersion: 'XML_1.0' },
    element('id', { root: sender, extension: id }),
    element('creationTime', { value: `${hl7Utc(now)}+0000` }),
    element('interactionId', { root: interactions, extension: name }),
    element('processingCode', { code: 'T' }),
    element('processingModeCode', { code: 'T' }),
    element('acceptAckCode', { code: 'NE' }),
    device('receiver', 'RCV', receiver),
    device('sender', 'SND', sender),
    ...attention,
    element(
      'acknowledgement',
      null,
      element('typeCode', { code: acknowledgementOf(problem, query !== undefined) }),
      element('targetMessage', null, writeId('id', messageId)),
      problem && writeProblem(problem),
    ),
    query && writeAct(name, query),
    persons.length > 0
      ? element('controlActProcess', { classCode: 'CACT', moodCode: 'EVN' }, writeEvent(name), ...persons)
      : null,
  );
}

function acknowledgementOf(problem: Problem | undefined, isQuery: boolean): string {
  if (problem) return isQuery ? 'AE' : 'CE';
  return isQuery ? 'AA' : 'CA';
}

function writeProblem({ code, text: words, location }: Problem): Xml {
  return element(
    'acknowledgementDetail',
    { typeCode: 'E' },
    element('code', { code, codeSystem: messageErrors }),
    element('text', null, text(words)),
    location === undefined ? null : element('location', null, text(location)),
  );
}

const writeEvent = (name: string): Xml =>
  element('code', { code: name.replace('_IN', '_TE'), codeSystem: interactions });

function writeAct(name: string, { queryId, code, persons, counts, question }: NonNullable<Reply['query']>): Xml {
  const quantity = (kind: string, value: number): Xml => element(`result${kind}Quantity`, { value: String(value) });

  return element(
    'controlActProcess',
    { classCode: 'CACT', moodCode: 'EVN' },
    writeEvent(name),
    ...persons,
    element(
      'queryAck',
      null,
      writeId('queryId', queryId),
      element('statusCode', { code: code === 'AE' ? 'aborted' : 'deliveredResponse' }),
      element('queryResponseCode', { code }),
      counts && quantity('Total', counts.total),
      counts && quantity('Current', persons.length),
      counts && quantity('Remaining', counts.remaining),
    ),
    question && copyOf(question),
  );
}

function writeId(name: string, id: WrittenId | null): Xml {
  return element(name, id ? { root: id.root, extension: id.extension ?? undefined } : { nullFlavor: 'UNK' });
}

const xsi = 'http://www.w3.org/2001/XMLSchema-instance';

/** An element of the request as it was, under the one namespace of the answer. */
function copyOf({ localName, attributes, children }: ReadElement): Xml {
  const kept = attributes.filter(({ namespace }) => namespace === '').map(({ name, value }) => [name, value] as const);
  const type = attributes.find((attribute) => attribute.localName === 'type' && attribute.namespace === xsi);

  return element(
    localName,
    { ...Object.fromEntries(kept), ...(type && { 'xmlns:xsi': xsi, 'xsi:type': lastWord(type.value) }) },
    ...children.map((child) => (typeof child === 'string' ? text(child) : copyOf(child))),
  );
}

/** How a person of an answer is written otherwise. */
interface PersonStyle {
  /** Of the record. @defaultValue `active` */
  readonly status?: string;
  /** Whether it answers a search. @defaultValue `true` */
  readonly isCandidate?: boolean;
}

/** A person of an answer; without traits where only identifiers were asked for. */
export function writePerson(
  ids: readonly LocalIdentifier[],
  person: KnownPerson | null,
  custodian: string,
  { status = 'active', isCandidate = true }: PersonStyle = {},
): Xml {
  const scope = element(
    'providerOrganization',
    { classCode: 'ORG', determinerCode: 'INSTANCE' },
    element('id', { root: custodian }),
    element('name', null, text("Serveur d'identités simulé")),
    element('contactParty', { classCode: 'CON' }, element('telecom', { nullFlavor: 'NA' })),
  );
  const match = element(
    'subjectOf1',
    null,
    element(
      'queryMatchObservation',
      { classCode: 'COND', moodCode: 'EVN' },
      element('code', { code: 'IHE_PDQ' }),
      element('value', { 'xmlns:xsi': xsi, 'xsi:type': 'INT', value: '100' }),
    ),
  );
  const patient = element(
    'patient',
    { classCode: 'PAT' },
    ...ids.map(({ system, value }) => element('id', { root: system, extension: value })),
    element('statusCode', { code: status }),
    element('patientPerson', { classCode: 'PSN', determinerCode: 'INSTANCE' }, ...traitsOf(person)),
    person && scope,
    person && isCandidate && match,
  );

  return element(
    'subject',
    { typeCode: 'SUBJ' },
    element(
      'registrationEvent',
      { classCode: 'REG', moodCode: 'EVN' },
      element('id', { nullFlavor: 'NA' }),
      element('statusCode', { code: 'active' }),
      element('subject1', { typeCode: 'SBJ' }, patient),
      element(
        'custodian',
        { typeCode: 'CST' },
        element('assignedEntity', { classCode: 'ASSIGNED' }, element('id', { root: custodian })),
      ),
    ),
  );
}

function traitsOf(person: KnownPerson | null): (Xml | null)[] {
  if (!person) return [element('name', { nullFlavor: 'NA' })];

  const { birthName, usedName, firstName, birthFirstNames, sex, birthDate, birthPlace } = person.traits;
  const part = (kind: string, word: string | undefined, qualifier?: string): Xml | null =>
    word ? element(kind, { qualifier }, text(word)) : null;
  const name = element(
    'name',
    { use: 'L' },
    part('given', birthFirstNames?.join(' ')),
    part('given', firstName, 'BR'),
    part('family', birthName, 'BR'),
    part('family', usedName, 'CL'),
  );

  const place = birthPlace?.communeInsee;
  return [
    name,
    sex ? element('administrativeGenderCode', { code: sex === 'I' ? 'UN' : sex }) : null,
    birthDate ? element('birthTime', { value: birthDate.replaceAll('-', '') }) : null,
    place
      ? element('birthPlace', { classCode: 'BIRTHPL' }, element('addr', null, element('county', null, text(place))))
      : null,
  ];
}

/** A fault of SOAP 1.2: the request is at fault. */
export function writeFault(words: string, relatesTo: string | null): string {
  const fault = element(
    'env:Fault',
    null,
    element('env:Code', null, element('env:Value', null, text('env:Sender'))),
    element('env:Reason', null, element('env:Text', { 'xml:lang': 'fr' }, text(words))),
  );
  return writeAnswer(fault, 'http://www.w3.org/2005/08/addressing/soap/fault', relatesTo);
}
