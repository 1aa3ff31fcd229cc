import type { LocalIdentifier, PatientTraits, Sex } from '../../identity/index.ts';
import type { CareCircleMember, CareCircleRecord, FollowedCircle } from './care-circle.ts';
import type { StoredConsent } from './consent.ts';
import type { JsonAnswer } from './json-answer.ts';
import type {
  CountRecord,
  DossierRecord,
  NotificationPage,
  NotificationRecord,
  PractitionerCountRecord,
} from './model.ts';

/*
 * Readers of the simulator's records: one function per record, one line per field. A field of
 * another shape is `TE_PROTOCOL`.
 */

export function identifier(answer: JsonAnswer): LocalIdentifier {
  return { system: answer.text('system', 64), value: answer.text('value', 200) };
}

function traits(answer: JsonAnswer): PatientTraits {
  const sexes: readonly Sex[] = ['M', 'F', 'I'];
  return {
    birthName: answer.text('birthName'),
    firstName: answer.text('firstName'),
    birthDate: answer.text('birthDate', 10),
    sex: answer.oneOf('sex', sexes),
  };
}

export function dossier(answer: JsonAnswer): DossierRecord {
  const dates = answer.object('dates');

  return {
    state: answer.oneOf('state', ['exists', 'absent', 'closed', 'ambiguous', 'unknown']),
    regionalId: answer.has('regionalId') ? identifier(answer.object('regionalId')) : null,
    sharing: answer.has('sharing') ? answer.oneOf<'shared' | 'not-shared'>('sharing', ['shared', 'not-shared']) : null,
    membership: answer.oneOf('membership', ['member', 'not-member', 'blocked', 'unknown']),
    isTreatingPhysician: answer.flagOrNull('isTreatingPhysician'),
    dates: {
      lastAccess: dates.timeOrNull('lastAccess'),
      lastUpdate: dates.timeOrNull('lastUpdate'),
      lastDocumentAdded: dates.timeOrNull('lastDocumentAdded'),
    },
    identity: answer.has('identity') ? traits(answer.object('identity')) : null,
  };
}

export function count(answer: JsonAnswer): CountRecord {
  return { count: answer.countOrNull('count'), since: answer.timeOrNull('since'), asOf: answer.time('asOf') };
}

/** One line per followed dossier. */
export function practitionerCount(answer: JsonAnswer): PractitionerCountRecord {
  const perPatient = answer.list('perPatient').map((line) => ({
    regionalId: identifier(line.object('regionalId')),
    count: line.countOrNull('count'),
  }));
  return { ...count(answer), perPatient };
}

export function notificationPage(answer: JsonAnswer): NotificationPage {
  return {
    items: answer.list('items').map(notification),
    next: answer.textOrNull('next'),
    since: answer.timeOrNull('since'),
    asOf: answer.time('asOf'),
  };
}

function notification(answer: JsonAnswer): NotificationRecord {
  return {
    id: answer.text('id', 200),
    kind: answer.oneOf('kind', ['document', 'visibility-changed']),
    regionalId: identifier(answer.object('regionalId')),
    uniqueId: answer.textOrNull('uniqueId'),
    at: answer.time('at'),
  };
}

export function consent(answer: JsonAnswer): StoredConsent {
  const givers: readonly StoredConsent['givenBy'][] = ['patient', 'legal-representative'];
  const modes: readonly NonNullable<StoredConsent['mode']>[] = ['oral', 'written', 'electronic'];
  return {
    id: answer.text('id', 128),
    kinds: answer.texts('kinds', 10),
    givenBy: answer.oneOf('givenBy', givers),
    mode: answer.has('mode') ? answer.oneOf('mode', modes) : null,
    status: answer.oneOf('status', ['active', 'withdrawn']),
    collectedAt: answer.time('collectedAt'),
    withdrawnAt: answer.timeOrNull('withdrawnAt'),
  };
}

function member(answer: JsonAnswer): CareCircleMember {
  return {
    reference: answer.textOrNull('reference'),
    kind: answer.oneOf<CareCircleMember['kind']>('kind', ['professional', 'structure', 'relative']),
    ids: answer.list('ids').map(identifier),
    displayName: answer.text('displayName', 200),
    role: answer.textOrNull('role'),
    contacts: answer.list('contacts').map((contact) => ({
      system: contact.oneOf<CareCircleMember['contacts'][0]['system']>('system', ['phone', 'email', 'mss', 'other']),
      value: contact.text('value', 200),
    })),
    since: answer.timeOrNull('since'),
    until: answer.timeOrNull('until'),
  };
}

export function careCircle(answer: JsonAnswer): CareCircleRecord {
  return {
    id: answer.text('id', 128),
    version: answer.textOrNull('version'),
    members: answer.list('members').map(member),
    blocked: answer.list('blocked').map((person) => ({
      ids: person.list('ids').map(identifier),
      displayName: person.text('displayName', 200),
    })),
  };
}

export function followedCircle(answer: JsonAnswer): FollowedCircle {
  return {
    id: answer.text('id', 128),
    version: answer.textOrNull('version'),
    regionalId: answer.has('regionalId') ? identifier(answer.object('regionalId')) : null,
    ids: answer.list('ids').map(identifier),
    role: answer.textOrNull('role'),
    since: answer.timeOrNull('since'),
  };
}
