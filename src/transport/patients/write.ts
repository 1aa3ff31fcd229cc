import { hl7Utc } from '../../internal/hl7-time.ts';
import type { Runtime } from '../../internal/runtime.ts';
import { element, text, type Xml } from '../../internal/xml/index.ts';
import { writeHl7v3Gender, writeHl7v3Id, writeHl7v3Patient, hl7v3Date } from '../../identity/wire/hl7v3.ts';
import type { LocalIdentifier, PatientTraits } from '../../identity/index.ts';
import { hl7v3, type InstanceId } from './interaction.ts';
import type { PatientFeed } from './model.ts';

/** Who speaks to whom, and how a message is to be taken. */
export interface Correspondents {
  /** OID of this software. */
  readonly sender: string;
  /** OID of the identity server. */
  readonly receiver: string;
  /** Code of HL7: `P` production, `T` training, `D` debugging. */
  readonly processingCode: string;
  readonly runtime: Runtime;
}

/** A message that is about to be sent, with what its answer must name. */
export interface Message {
  readonly id: LocalIdentifier;
  /** Of the question that the message asks, or goes on with. */
  readonly queryId: LocalIdentifier | null;
  readonly payload: Xml;
  /** What the parameters of the question say, to compare with the question that comes back. */
  readonly parameters: Xml | null;
}

/** OID of HL7 interactions and of their trigger events. */
const interactions = '2.16.840.1.113883.1.6';

/** The names of a message: its interaction and the event that triggers it. */
interface Names {
  readonly root?: string;
  readonly interaction: string;
  readonly trigger: string;
}

const named = (number: string): Names => ({
  interaction: `PRPA_IN${number}UV02`,
  trigger: `PRPA_TE${number}UV02`,
});
const continuation: Names = { interaction: 'QUQI_IN000003UV01', trigger: 'PRPA_TE000003UV01' };

/** A message of HL7 v3 that is not yet known to be a question. */
export type FramedMessage = Pick<Message, 'id' | 'payload'>;

/** An IHE message: its act is named by the event that triggers it. */
function write(from: Correspondents, names: Names, act: readonly Xml[], acknowledgement?: Xml): FramedMessage {
  const { root, interaction, trigger } = names;
  const whole = element(
    'controlActProcess',
    { classCode: 'CACT', moodCode: 'EVN' },
    element('code', { code: trigger, codeSystem: interactions }),
    ...act,
  );
  return writeFrame(from, { root, interaction, acknowledgement }, whole);
}

/**
 * The frame of every message.
 *
 * @param act - its `controlActProcess`
 * @see IHE ITI TF-2, appendix O; HL7 v3, MCCI_MT000100UV01
 */
export function writeFrame(
  from: Correspondents,
  names: {
    readonly interaction: string;
    /** Name of the element. @defaultValue that of the interaction */
    readonly root?: string | undefined;
    readonly acknowledgement?: Xml | undefined;
  },
  act: Xml,
): FramedMessage {
  const { sender, receiver, processingCode, runtime } = from;
  const id = newId(from);
  const device = (name: string, typeCode: string, oid: string): Xml =>
    element(
      name,
      { typeCode },
      element('device', { classCode: 'DEV', determinerCode: 'INSTANCE' }, element('id', { root: oid })),
    );

  const payload = element(
    names.root ?? names.interaction,
    { xmlns: hl7v3, ITSVersion: 'XML_1.0' },
    writeHl7v3Id(id),
    element('creationTime', { value: `${hl7Utc(runtime.clock.now())}+0000` }),
    element('interactionId', { root: interactions, extension: names.interaction }),
    element('processingCode', { code: processingCode }),
    element('processingModeCode', { code: 'T' }),
    element('acceptAckCode', { code: 'AL' }),
    device('receiver', 'RCV', receiver),
    device('sender', 'SND', sender),
    names.acknowledgement,
    act,
  );
  return { id, payload };
}

/** Unique by its extension, whatever else is numbered under the OID of the software. */
export function newId({ sender, runtime }: Correspondents): LocalIdentifier {
  return { system: sender, value: runtime.ids.uuid() };
}

/** The person of a feed. @see IHE ITI TF-2, sections 3.44.4.1 and 3.44.4.2 */
export function writeFeed(
  from: Correspondents,
  feed: PatientFeed,
  environment?: 'production' | 'test' | 'simulator',
): Message {
  const names = named({ add: '201301', revise: '201302', merge: '201304' }[feed.event]);
  const replaced = feed.event === 'merge' ? replacement(feed.replaces) : null;

  const event = element(
    'registrationEvent',
    { classCode: 'REG', moodCode: 'EVN' },
    element('id', { nullFlavor: 'NA' }),
    element('statusCode', { code: 'active' }),
    element('subject1', { typeCode: 'SBJ' }, writeHl7v3Patient(feed.patient, { environment })),
    element(
      'custodian',
      { typeCode: 'CST' },
      element('assignedEntity', { classCode: 'ASSIGNED' }, element('id', { root: from.sender })),
    ),
    replaced,
  );
  const subject = element('subject', { typeCode: 'SUBJ', contextConductionInd: 'false' }, event);
  return { ...write(from, names, [subject]), queryId: null, parameters: null };
}

/** The identifier that is given up. */
function replacement(replaced: LocalIdentifier): Xml {
  return element(
    'replacementOf',
    { typeCode: 'RPLC' },
    element(
      'priorRegistration',
      { classCode: 'REG', moodCode: 'EVN' },
      element('statusCode', { code: 'obsolete' }),
      element(
        'subject1',
        { typeCode: 'SBJ' },
        element('priorRegisteredRole', { classCode: 'PAT' }, writeHl7v3Id(replaced)),
      ),
    ),
  );
}

/** Which identifiers a patient has elsewhere. @see IHE ITI TF-2, section 3.45.4.1 */
export function writeIdentifierQuery(
  from: Correspondents,
  patient: LocalIdentifier,
  domains: readonly string[],
): Message {
  const parameters = element(
    'parameterList',
    null,
    ...domains.map((root) => parameter('dataSource', element('value', { root }), 'DataSource.id')),
    parameter('patientIdentifier', writeHl7v3Id(patient, 'value'), 'Patient.id'),
  );
  return question(from, named('201309'), parameters, [element('responsePriorityCode', { code: 'I' })]);
}

/** What is known of the person that is looked for. */
export interface SearchParameters {
  readonly traits: PatientTraits;
  readonly identifier: LocalIdentifier | undefined;
  readonly domains: readonly string[];
  /** Candidates of one page. */
  readonly pageSize: number;
}

/** Who may be the person of these traits. @see IHE ITI TF-2, section 3.47.4.1 */
export function writeSearch(from: Correspondents, search: SearchParameters): Message {
  const { traits, identifier, domains, pageSize } = search;
  const { sex, birthDate } = traits;
  const parameters = element(
    'parameterList',
    null,
    sex &&
      parameter(
        'livingSubjectAdministrativeGender',
        writeHl7v3Gender(sex, 'value'),
        'LivingSubject.administrativeGender',
      ),
    birthDate !== undefined &&
      parameter('livingSubjectBirthTime', element('value', { value: hl7v3Date(birthDate) }), 'LivingSubject.birthTime'),
    identifier && parameter('livingSubjectId', writeHl7v3Id(identifier, 'value'), 'LivingSubject.id'),
    nameParameter(traits),
    ...domains.map((root) =>
      parameter('otherIDsScopingOrganization', element('value', { root }), 'OtherIDs.scopingOrganization.id'),
    ),
  );

  return question(from, named('201305'), parameters, [
    element('responseModalityCode', { code: 'R' }),
    element('responsePriorityCode', { code: 'I' }),
    element('initialQuantity', { value: String(pageSize) }),
  ]);
}

/** Without qualifiers: a server that knows none must find the name too. */
function nameParameter({ birthName, firstName }: PatientTraits): Xml | null {
  if (!birthName && !firstName) return null;

  const value = element(
    'value',
    null,
    firstName ? element('given', null, text(firstName)) : null,
    birthName ? element('family', null, text(birthName)) : null,
  );
  return parameter('livingSubjectName', value, 'LivingSubject.name');
}

export const parameter = (name: string, value: Xml, semantics: string): Xml =>
  element(name, null, value, element('semanticsText', null, text(semantics)));

function question(from: Correspondents, names: Names, parameters: Xml, control: readonly Xml[]): Message {
  const queryId = newId(from);
  const query = element(
    'queryByParameter',
    null,
    writeHl7v3Id(queryId, 'queryId'),
    element('statusCode', { code: 'new' }),
    ...control,
    parameters,
  );
  return { ...write(from, names, [query]), queryId, parameters };
}

/** Where a search goes on, or `null` to end it. */
export interface NextPage {
  /** Number of the first candidate, from 1. */
  readonly start: number;
  readonly quantity: number;
}

/**
 * Asks for the next page of a search, or ends it.
 *
 * @param answered - the identifier of the answer that came last
 * @see IHE ITI TF-2, sections 3.47.4.3 and 3.47.4.4
 */
export function writeContinuation(
  from: Correspondents,
  { queryId, parameters }: Message,
  answered: InstanceId | null,
  next: NextPage | null,
): Message {
  const page = next && [
    element('startResultNumber', { value: String(next.start) }),
    element('continuationQuantity', { value: String(next.quantity) }),
  ];
  const act = element(
    'queryContinuation',
    null,
    queryId && writeHl7v3Id(queryId, 'queryId'),
    ...(page ?? []),
    element('statusCode', { code: next ? 'waitContinuedQueryResponse' : 'aborted' }),
  );

  const names = next ? continuation : { ...continuation, root: 'QUQI_IN000003UV01_Cancel' };
  return { ...write(from, names, [act], acknowledged(answered)), queryId, parameters };
}

function acknowledged(answered: InstanceId | null): Xml {
  const { root, extension } = answered ?? {};
  const attributes = root ? { root, extension: extension ?? undefined } : { nullFlavor: 'UNK' };
  return element(
    'acknowledgement',
    null,
    element('typeCode', { code: 'AA' }),
    element('targetMessage', null, element('id', attributes)),
  );
}
