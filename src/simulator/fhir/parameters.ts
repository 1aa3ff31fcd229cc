/** How a parameter is compared. */
export type ParameterKind = 'token' | 'reference' | 'date' | 'string';

export interface SearchParameter {
  readonly kind: ParameterKind;
  readonly paths: readonly string[];
}

const token = (...paths: readonly string[]): SearchParameter => ({ kind: 'token', paths });
const reference = (...paths: readonly string[]): SearchParameter => ({ kind: 'reference', paths });
const date = (...paths: readonly string[]): SearchParameter => ({ kind: 'date', paths });
const text = (...paths: readonly string[]): SearchParameter => ({ kind: 'string', paths });

/** Those of every type. */
export const commonParameters: Readonly<Record<string, SearchParameter>> = {
  _id: token('id'),
  _lastUpdated: date('meta.lastUpdated'),
};

/**
 * The search parameters by type: those of the profiles, and those of R4 that they build on.
 *
 * @see IHE ITI PDQm 2:3.78, MHD 2:3.66 and 2:3.67; ANS, Cercle de soins 2.0.1, PDSm 3.1.1, NdE
 *   3.0.0 and Cahier de liaison 3.0.0; HL7 FHIR R4, search parameters of each resource
 */
export const searchParameters = {
  Patient: {
    active: token('active'),
    family: text('name.family'),
    given: text('name.given'),
    identifier: token('identifier'),
    telecom: token('telecom'),
    birthdate: date('birthDate'),
    gender: token('gender'),
    birthplace: text('extension:patient-birthPlace.valueAddress.city'),
  },
  CareTeam: {
    identifier: token('identifier'),
    status: token('status'),
    category: token('category'),
    date: date('period'),
    participant: reference('participant.member'),
    patient: reference('subject'),
    subject: reference('subject'),
    start: date('period.start'),
    end: date('period.end'),
    'participant-start': date('participant.period.start'),
    'participant-end': date('participant.period.end'),
  },
  Practitioner: { identifier: token('identifier'), active: token('active'), family: text('name.family') },
  PractitionerRole: {
    identifier: token('identifier'),
    active: token('active'),
    practitioner: reference('practitioner'),
    organization: reference('organization'),
  },
  Organization: { identifier: token('identifier'), active: token('active'), name: text('name') },
  RelatedPerson: { identifier: token('identifier'), active: token('active'), patient: reference('patient') },
  Consent: {
    identifier: token('identifier'),
    status: token('status'),
    category: token('category'),
    patient: reference('patient'),
    date: date('dateTime'),
  },
  DocumentReference: {
    patient: reference('subject'),
    subject: reference('subject'),
    status: token('status'),
    identifier: token('masterIdentifier', 'identifier'),
    type: token('type'),
    category: token('category'),
    setting: token('context.practiceSetting'),
    facility: token('context.facilityType'),
    format: token('content.format'),
    event: token('context.event'),
    'security-label': token('securityLabel'),
    isArchived: token('extension:pdsm-ext-is-archived.valueBoolean'),
    date: date('date'),
    creation: date('content.attachment.creation'),
    period: date('context.period'),
    'period-start': date('context.period.start'),
    'period-end': date('context.period.end'),
    relatesto: reference('relatesTo.target'),
    author: reference('author'),
  },
  List: {
    patient: reference('subject'),
    subject: reference('subject'),
    status: token('status'),
    code: token('code'),
    identifier: token('identifier'),
    date: date('date'),
    sourceId: token('extension:ihe-sourceId.valueIdentifier'),
    designationType: token('extension:ihe-designationType.valueCodeableConcept'),
    item: reference('entry.item'),
  },
  ServiceRequest: {
    identifier: token('identifier'),
    status: token('status'),
    patient: reference('subject'),
    requester: reference('requester'),
    performer: reference('performer'),
  },
  Observation: {
    patient: reference('subject'),
    status: token('status'),
    code: token('code'),
    category: token('category'),
    date: date('effectiveDateTime', 'effectivePeriod', 'effectiveInstant'),
  },
  Task: {
    identifier: token('identifier'),
    status: token('status'),
    patient: reference('for'),
    requester: reference('requester'),
    owner: reference('owner'),
    focus: reference('focus'),
    'authored-on': date('authoredOn'),
    modified: date('lastModified'),
  },
  CarePlan: {
    patient: reference('subject'),
    subject: reference('subject'),
    status: token('status'),
    identifier: token('identifier'),
    category: token('category'),
    date: date('period'),
    'care-team': reference('careTeam'),
    goal: reference('goal'),
    performer: reference('activity.detail.performer'),
  },
  Goal: {
    patient: reference('subject'),
    subject: reference('subject'),
    identifier: token('identifier'),
    'lifecycle-status': token('lifecycleStatus'),
  },
  Flag: { patient: reference('subject'), subject: reference('subject'), identifier: token('identifier') },
  Subscription: { status: token('status') },
  CommunicationRequest: {
    status: token('status'),
    'based-on': reference('basedOn'),
    'event-type': token('extension:event-type.valueCodeableConcept'),
  },
  AuditEvent: { date: date('recorded'), 'period-start': date('period.start'), outcome: token('outcome') },
} as const satisfies Readonly<Record<string, Readonly<Record<string, SearchParameter>>>>;

/** A type that can be searched. */
export type SearchedType = keyof typeof searchParameters;

export const isSearched = (type: string): type is SearchedType => Object.hasOwn(searchParameters, type);

export function parameterOf(type: string, name: string): SearchParameter | null {
  if (Object.hasOwn(commonParameters, name)) return commonParameters[name] ?? null;
  const own: Readonly<Record<string, SearchParameter>> = isSearched(type) ? searchParameters[type] : {};
  return Object.hasOwn(own, name) ? (own[name] ?? null) : null;
}

const traits: ReadonlySet<string> = new Set(['identifier', 'family', 'given', 'telecom', 'birthdate', 'birthplace']);

/** Whether the value of a parameter identifies a patient: no address holds it (LEG-15). */
export function identifiesPatient(type: string, name: string): boolean {
  if (/^(?:patient|subject)(?::[A-Za-z]+)?[.:]/.test(name)) return !/^(?:patient|subject):missing$/.test(name);
  return type === 'Patient' && traits.has(name.split(':')[0] ?? '');
}
