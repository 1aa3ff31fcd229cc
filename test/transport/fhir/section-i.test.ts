import { createHash } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { eventsOf } from '../../../src/client/alerts/events.ts';
import type { PatientInput } from '../../../src/identity/index.ts';
import { isTerrESanteError } from '../../../src/errors.ts';
import { fictivePatient } from '../../../src/testing/index.ts';
import {
  createFhirDocuments,
  createFhirPatientIdentityClient,
  createFhirTransport,
  createHttpClient,
  type FhirDocument,
  type FhirDocuments,
  type HttpClient,
  type PatientIdentityClient,
} from '../../../src/transport/index.ts';
import { createSubmission, type Submission } from '../../../src/documents/index.ts';
import { letter, sourceId } from '../../client/world.ts';
import { withoutDossier } from '../../../src/transport/binding/known-patient.ts';
import type { CareCircleAddition, CareCircleRecord } from '../../../src/transport/binding/care-circle.ts';
import { countFollowed } from '../../../src/transport/fhir-services/counts.ts';
import { FhirCall } from '../../../src/transport/fhir-services/exchange.ts';
import { likeness } from '../../../src/transport/fhir-services/match.ts';
import { call, camille as bound, now, playedBinding, playedOptions } from './played-binding.ts';
import { fhirCases, playCase, type FhirCase, type PlayedCase } from './played-case.ts';

/** What a case ended in. */
interface Ended {
  readonly code: string | null;
  /** The regional identifiers that the caller got. */
  readonly ids: readonly string[];
  readonly told: readonly string[];
  readonly error: unknown;
  /** Documents, in the order in which they came. */
  readonly documents?: readonly FhirDocument[];
  readonly bytes?: Uint8Array;
  /** What an operation of the binding gave. */
  readonly value?: Readonly<Record<string, unknown>>;
}

const camille = {
  birthName: 'PATIENT-ESSAI',
  firstName: 'CAMILLE',
  birthDate: '1985-01-15',
  sex: 'F',
} as const;

let http: HttpClient;
beforeAll(() => {
  http = createHttpClient({ timeoutMs: 5_000, allowClearLoopback: true });
});
afterAll(() => http.close());

/** A letter of the patient whom the cases know. */
async function camillesLetter(): Promise<Submission> {
  const localId = { system: '2.999.1.10', value: 'PAT-000123' };
  const patient = { localId, traits: camille, identityStatus: 'PROV' } as const;
  return createSubmission([await letter({ patient })], { sourceId });
}

const clientOf = ({ base }: PlayedCase): PatientIdentityClient =>
  createFhirPatientIdentityClient({ http, baseUrl: base, allowPatientInAddress: true, environment: 'test' });

type Operation = (played: PlayedCase, given: FhirCase['given'], before: FhirDocument[]) => Promise<Partial<Ended>>;

let tokens = 0;
const documentsOf = ({ base }: PlayedCase): FhirDocuments =>
  createFhirDocuments({
    http,
    baseUrl: base,
    allowPatientInAddress: true,
    authorization: async ({ renew }) => {
      if (renew) tokens += 1;
      return `Bearer ${String(tokens)}`;
    },
  });

/** The operations that there are; a case of another one is told as skipped. */
const operations: Readonly<Record<string, Operation>> = {
  'identity.search': async (played) => {
    const { candidates, told } = await clientOf(played).search(camille);
    return { ids: candidates.map(({ identifiers }) => identifiers[0]?.value ?? ''), told };
  },
  'documents.list': async (played, given, documents) => {
    const told: string[] = [];
    const limit = given?.['deadlineMs'];
    const call = typeof limit === 'number' ? { timeoutMs: limit } : {};
    for await (const page of documentsOf(played).search({ system: '2.999.1.10', value: 'PAT-000123' }, call)) {
      documents.push(...page.documents);
      told.push(...page.told);
    }
    return { ids: documents.map(({ id }) => id), told };
  },
  'documents.fetch': async (played) => {
    const { document, bytes, told } = await documentsOf(played).fetch('doc-1');
    return { ids: [document.id], bytes, told };
  },
  'documents.deposit': async (played) => {
    const { state, uniqueId } = await createFhirTransport({
      http,
      baseUrl: played.base,
      allowPatientInAddress: true,
    }).deposit(await camillesLetter());
    return { ids: [uniqueId], told: [state] };
  },
  'identity.feed': async (played, given) => {
    const value = String(given?.['localId']);
    const patient: PatientInput = { ...fictivePatient(), localId: { system: '2.999.1.10', value } };
    const { told } = await clientOf(played).feed({ event: 'add', patient });
    return { ids: [], told };
  },
};

/** The operations of the `fhir-r4` binding. */
const bindingOperations: Readonly<Record<string, Operation>> = {
  'dossier.status': async ({ base }) => {
    const { value } = await playedBinding(base, http).dossier!.status!(bound, call);
    return { ids: [], told: [], value: { ...value } };
  },
  'alerts.list': async ({ base }) => {
    const subscriptions = [{ id: 'sub-9', patient: bound.localId }];
    const { value } = await playedBinding(base, http).alerts!.list!({ subscriptions, since: null }, call);
    const { alerts, cancelled } = eventsOf(value.messages, subscriptions);
    return {
      ids: [],
      told: [],
      value: { alerts: alerts.map(({ id }) => id), cancelled: cancelled.map(({ id }) => id) },
    };
  },
  'alerts.subscribe': async ({ base }) => {
    const asked = {
      type: 'admission',
      facility: { finess: '990000028', name: 'CHU ESSAI' },
      from: '2026-03-01T09:15:00Z',
      until: null,
      mailbox: 'dr.essai@medecin.mssante.fr',
    } as const;
    const { value } = await playedBinding(base, http).alerts!.subscribe!(bound, asked, call);
    return { ids: [], told: [], value: { id: value.id, active: value.status === 'active' } };
  },
  'notes.list': async ({ base }) => {
    const query = { types: [], from: null, until: null, author: null, includeRetracted: false };
    const { value } = await playedBinding(base, http).notes!.list!(bound, query).next(call);
    return {
      ids: value.notes.map(({ id }) => id),
      value: {
        titles: value.notes.flatMap(({ attachments }) => attachments.map(({ title }) => title)),
        texts: value.notes.map(({ text }) => text),
      },
    };
  },
  'dossier.create': async ({ base }) => {
    // The cases answer for a circle, a patient, a professional and a role: this platform has no
    // policy of consents.
    const binding = playedBinding(base, http, { consentPolicies: {} });
    const { value } = await binding.dossier!.create!(bound, { consent, sharing: 'shared', joinAs: 'PCP' }, call);
    return { value: { ...value } };
  },
  'careCircle.get': async ({ base }, given) => {
    const at = typeof given?.['now'] === 'string' ? Date.parse(given['now']) : now;
    const { value } = await playedBinding(base, http, { at }).careCircle!.get!(bound, call);
    return { value: circleOf(value, at) };
  },
  'careCircle.leave': async ({ base }, given) => {
    const at = Date.parse(String(given?.['now']));
    const { value } = await playedBinding(base, http, { at }).careCircle!.leave!(bound, call);
    return { value: circleOf(value, at) };
  },
  'careCircle.addMember': async ({ base }, given) => {
    const addition = { ...newMember, reference: String(given?.['join']) };
    const { value } = await playedBinding(base, http).careCircle!.addMember!(bound, addition, call);
    return { value: circleOf(value, now) };
  },
  'notifications.countForPatient': async ({ base }, given) => {
    const query = { since: String(given?.['since']), countOwnDeposits: true };
    const { value } = await playedBinding(base, http).notifications!.countForPatient!(bound, query, call);
    return { value: { ...value, partial: [] } };
  },
  'notifications.countForPractitioner': async ({ base }, given) => {
    const followed = ['IDF-7F3K2', 'IDF-9Q1ZB', 'IDF-4M8TT'];
    const counts = await countFollowed(
      new FhirCall(playedOptions(base, http), call),
      followed.map((patient) => ({ patient })),
      { since: String(given?.['since']), countOwnDeposits: true },
    );
    const perPatient = Object.fromEntries(followed.map((patient, index) => [patient, counts[index]]));
    return {
      value: { perPatient, count: counts.includes(null) ? null : 0, partial: counts.filter((each) => each === null) },
    };
  },
  'interventionPlan.upsertIntervention': async ({ base }) => {
    const action = '4f1e7c6a-0000-4000-8000-000000000001';
    const changes = { actions: [{ action, change: { description: 'Le matin' } }] };
    const plans = playedBinding(base, http).interventionPlan!;
    const [shown] = (await plans.list!(bound, ['active'], call)).value.plans;
    const { value } = await plans.update!(bound, shown!, changes, call);
    return { value: { ...value } };
  },
  'documents.setVisibility': async ({ base }) => {
    const change = { uniqueId: '2.999.1.10.5.2026.1', visibility: masked, by: {} as never };
    await playedBinding(base, http).documents!.setVisibility!(bound, change, call);
    return {};
  },
  'identity.match': async ({ base }) => {
    const found = await likeness(new FhirCall(playedOptions(base, http), call), bound);
    throw withoutDossier(found);
  },
};

const masked = { hiddenFromProfessionals: true, hiddenFromPatient: false, hiddenFromLegalRepresentatives: false };

const consent = {
  id: '0d6f6c0e-8f30-4f58-8a55-0000000000c1',
  kinds: ['dossier-creation', 'join-circle'],
  givenBy: 'patient',
  mode: 'oral',
  collectedAt: '2026-03-01T09:14:00Z',
  hash: '0'.repeat(64),
} as const;
const newMember: CareCircleAddition = {
  consent,
  kind: 'professional',
  reference: null,
  ids: [],
  familyName: null,
  givenName: null,
  role: null,
  contacts: [],
};

/** A circle as the cases speak of it. */
function circleOf({ id, version, members }: CareCircleRecord, at: number): Record<string, unknown> {
  const present = members.filter(({ until }) => until === null || Date.parse(until) > at);
  const numbers = present.flatMap(({ ids }) => ids.map(({ value }) => value));
  const isMember = numbers.includes('99700012349');
  return {
    circleId: id,
    version,
    members: members.length,
    memberIds: numbers,
    membership: isMember ? 'member' : 'other',
  };
}

async function run(one: FhirCase, played: PlayedCase): Promise<Ended> {
  const documents: FhirDocument[] = [];
  try {
    const play = operations[one.operation] ?? bindingOperations[one.operation];
    const ended = await play?.(played, one.given, documents);
    return { code: null, ids: [], told: [], error: null, documents, ...ended };
  } catch (error) {
    if (!isTerrESanteError(error)) throw error;
    return { code: error.code, ids: documents.map(({ id }) => id), told: [], error, documents };
  }
}

/** The requests of the operation itself. */
const ownOf = ({ requests }: PlayedCase): PlayedCase['requests'] =>
  requests.filter(({ path }) => /^(?:DocumentReference|Binary)/.test(path));

/** What each expectation says */
const expectations: Readonly<Record<string, (wanted: never, ended: Ended, played: PlayedCase) => void>> = {
  outcome: (wanted: string, { code }) => {
    if (wanted === 'value' && !farSide.has(code ?? '')) expect(code).toBeNull();
    if (wanted === 'error') expect(code).not.toBeNull();
  },
  code: (wanted: string, { code }) => {
    if (code !== null) expect(code).toBe(wanted);
  },
  codeIn: (wanted: readonly string[], { code }) => {
    if (code !== null) expect(wanted).toContain(code);
  },
  // A candidate has no id of its server: those are counted.
  ids: (wanted: readonly string[], { code, ids, documents = [] }) => {
    if (documents.length > 0) expect(ids).toEqual(wanted);
    else if (code === null) expect(ids.length).toBe(wanted.length);
  },
  idsOnce: (wanted: readonly string[], { ids }) => expect([...ids].sort()).toEqual([...wanted].sort()),
  itemsBefore: (wanted: readonly string[], { ids }) => expect(ids).toEqual(wanted),
  neverIds: (wanted: readonly string[], { ids }) => expect(ids.filter((id) => wanted.includes(id))).toEqual([]),
  activeIds: (wanted: readonly string[], { documents = [] }) =>
    expect(documents.filter(({ isReplaced }) => !isReplaced).map(({ id }) => id)).toEqual(wanted),
  told: (wanted: readonly string[], { documents = [], told }) => {
    expect(documents.filter(({ isReplaced }) => isReplaced).map(({ id }) => id)).toEqual(wanted);
    expect(told).toContain('replaced');
  },
  warningsAtLeast: (wanted: number, { code, told }) => {
    // An error is no silence.
    if (code === null) expect(told.length).toBeGreaterThanOrEqual(wanted);
  },
  requests: (wanted: number, _ended, playing) => expect(ownOf(playing).length).toBe(wanted),
  requestsAtMost: (wanted: number, _ended, playing) => expect(ownOf(playing).length).toBeLessThanOrEqual(wanted),
  sameUrl: (wanted: readonly number[], _ended, playing) =>
    expect(new Set(wanted.map((at) => ownOf(playing)[at - 1]?.path)).size).toBe(1),
  authorizationDiffers: (wanted: readonly number[], _ended, playing) =>
    expect(new Set(wanted.map((at) => ownOf(playing)[at - 1]?.headers['authorization'])).size).toBe(wanted.length),
  retryAfterMs: (wanted: number, { error }) => expect(error).toMatchObject({ details: { retryAfterMs: wanted } }),
  sha1: (wanted: string, { bytes = new Uint8Array() }) =>
    expect(createHash('sha1').update(bytes).digest('hex')).toBe(wanted),
  bytes: (wanted: number, { bytes }) => expect(bytes?.length).toBe(wanted),
  neverBytes: (_wanted: boolean, { bytes }) => expect(bytes).toBeUndefined(),
  noInvalidDate: (_wanted: boolean, { documents = [] }) =>
    expect(documents.every(({ date }) => date !== null && !Number.isNaN(Date.parse(date)))).toBe(true),
  firstBySubmittedDesc: (wanted: string, { documents = [] }) => {
    const sorted = [...documents].sort((left, right) => (right.date ?? '').localeCompare(left.date ?? ''));
    expect(sorted[0]?.id).toBe(wanted);
  },
  // Every request goes to the server that is played: another host would have ended in another code.
  notContacted: (_wanted: readonly string[], { code }) => {
    if (code !== null) expect(code).toBe('TE_PROTOCOL');
  },
  // A wait that is no number, or negative, would have ended in an error.
  waitMsAtLeast: (_wanted: number, { code }) => expect(code).toBeNull(),
  // The case has its time limit as its deadline.
  withinMs: (_wanted: number, { code }) => expect(code).not.toBe('TE_TIMEOUT'),
  warnings: (wanted: number, { told }) => expect(told.length).toBe(wanted),
  complete: (_wanted: boolean, { told }) => expect(told).not.toContain('total'),
  secondRequestPath: (wanted: string, _ended, { requests }) => expect(requests[1]?.path).toBe(wanted),
  posts: (wanted: number, _ended, { requests }) =>
    expect(requests.filter(({ method, path }) => method === 'POST' && path === '').length).toBe(wanted),
  puts: (wanted: number, _ended, { requests }) =>
    expect(requests.filter(({ method }) => method === 'PUT').length).toBe(wanted),
  queryValueSent: (wanted: string, _ended, { requests }) => {
    const put = requests.find(({ method }) => method === 'PUT')?.path ?? '';
    expect(decodeURIComponent(put.slice(put.indexOf('=') + 1))).toBe(wanted);
  },
  patches: (wanted: number, _ended, { requests }) =>
    expect(requests.filter(({ method }) => method === 'PATCH').length).toBe(wanted),
  neverReportedAs: (_wanted: string, { code }) => expect(code).not.toBeNull(),
  notInMessageOrLog: (wanted: readonly string[], { error }) => {
    for (const word of wanted) expect(JSON.stringify(error) + String(error)).not.toContain(word);
  },
  alerts: (wanted: number, { value }) => expect(value?.['alerts']).toHaveLength(wanted),
  order: (wanted: readonly string[], { value }) => expect(value?.['alerts']).toEqual(wanted),
  cancelled: (wanted: readonly string[], { value }) => expect(value?.['cancelled']).toEqual(wanted),
  id: (wanted: string, { value }) => expect(value?.['id']).toBe(wanted),
  active: (wanted: boolean, { value }) => expect(value?.['active']).toBe(wanted),
  count: (wanted: number | null, { code, value }) => {
    if (code === null) expect(value?.['count']).toBe(wanted);
    // The notifications make `null` and its reason of a failure of the far side.
    else expect([wanted, farSide.has(code)]).toEqual([null, true]);
  },
  countNever: (wanted: number, { value }) => expect(value?.['count']).not.toBe(wanted),
  countIn: (wanted: readonly unknown[], { code, value }) => {
    if (code === null) expect(wanted).toContain(value?.['count']);
  },
  partial: (_wanted: boolean, { code }) => expect(farSide.has(code ?? '')).toBe(true),
  partialAtLeast: (wanted: number, { value }) =>
    expect((value?.['partial'] as readonly unknown[]).length).toBeGreaterThanOrEqual(wanted),
  perPatient: (wanted: object, { value }) => expect(value?.['perPatient']).toEqual(wanted),
  requestHeader: (wanted: Readonly<Record<string, string>>, _ended, { requests }) => {
    const asked = requests.filter(({ path }) => path.startsWith('List'));
    expect(asked.length).toBeGreaterThan(0);
    for (const { headers } of asked) expect(headers).toMatchObject(wanted);
  },
  requestNever: (wanted: readonly string[], _ended, { requests }) => {
    const sent = decodeURIComponent(requests.map(({ path, body }) => path + body).join('\n'));
    for (const word of wanted) expect(sent).not.toContain(word);
  },
  requestIn: (wanted: readonly string[], _ended, { requests }) => {
    const sent = decodeURIComponent(requests.map(({ path, body }) => path + body).join('\n'));
    expect(wanted.some((word) => sent.includes(word))).toBe(true);
  },
  titles: (wanted: readonly string[], { value }) => expect(value?.['titles']).toEqual(wanted),
  // A page is no text of a note, and a narrative is nowhere.
  neverHtml: (_wanted: boolean, { value }) => expect(value?.['texts']).toEqual([null]),
  // The screen is an example of its own, tried in a browser.
  exampleScreenRunsNoScript: () => undefined,
  careTeamId: (wanted: string, { value }) => expect(value?.['careTeamId']).toBe(wanted),
  careTeamIdIn: (wanted: readonly string[], { code, value }) => {
    if (code === null) expect(wanted).toContain(value?.['careTeamId']);
  },
  circleId: (wanted: string, { value }) => expect(value?.['circleId']).toBe(wanted),
  version: (wanted: string, { value }) => expect(value?.['version']).toBe(wanted),
  members: (wanted: number, { value }) => expect(value?.['members']).toBe(wanted),
  memberIds: (wanted: readonly string[], { value }) => expect(value?.['memberIds']).toEqual(wanted),
  membershipNever: (wanted: readonly string[], { value }) => expect(wanted).not.toContain(value?.['membership']),
  ifMatch: (wanted: readonly string[], _ended, { requests }) =>
    expect(requests.filter(({ method }) => method === 'PUT').map(({ headers }) => headers['if-match'])).toEqual(wanted),
  detailPath: (wanted: string, { error }) => expect(error).toMatchObject({ details: { path: wanted } }),
  neverRequested: (wanted: readonly string[], _ended, { requests }) =>
    expect(requests.filter(({ path }) => wanted.some((word) => path.startsWith(word)))).toEqual([]),
  putBodyContains: (wanted: readonly string[], _ended, { requests }) => {
    for (const word of wanted) expect(requests.find(({ method }) => method === 'PUT')?.body).toContain(word);
  },
  participantsSent: (wanted: number, _ended, played) => expect(participantsIn(played).length).toBe(wanted),
  endedIndex: (wanted: number, _ended, playing) => {
    const { end } = participantsIn(playing)[wanted]?.period ?? {};
    // The last second: an end is part of its period.
    expect(Date.parse(end ?? '')).toBe(now - 1_000);
  },
  noTypeError: (_wanted: boolean, { error }) => expect(isTerrESanteError(error)).toBe(true),
  neverText: (wanted: readonly string[], { error }) => {
    for (const word of wanted) expect(String(error)).not.toContain(word);
  },
  codeNever: (wanted: readonly string[], { code }) => expect(wanted).not.toContain(code),
  state: (wanted: string, { value }) => expect(value?.['state']).toBe(wanted),
  stateNever: (wanted: readonly string[], { value }) => expect(wanted).not.toContain(value?.['state']),
  stateIn: (wanted: readonly string[], { code, value }) => {
    if (code === null) expect(wanted).toContain(value?.['state']);
  },
  membership: (wanted: string, { value }) => expect(value?.['membership']).toBe(wanted),
  regionalId: (wanted: object, { value }) => expect(value?.['regionalId']).toEqual(wanted),
  notInLog: (wanted: readonly string[], { error }) => {
    for (const word of wanted) expect(JSON.stringify(error) + String(error)).not.toContain(word);
  },
};

const farSide: ReadonlySet<string> = new Set(['TE_UNAVAILABLE', 'TE_TIMEOUT', 'TE_RATE_LIMITED', 'TE_PROTOCOL']);

interface Sent {
  readonly period?: { readonly end?: string };
}
function participantsIn({ requests }: PlayedCase): readonly Sent[] {
  const body = requests.find(({ method }) => method === 'PUT')?.body ?? '{}';
  return (JSON.parse(body) as { readonly participant?: readonly Sent[] }).participant ?? [];
}

const cases = fhirCases();
const known = { ...operations, ...bindingOperations };
const played = cases.filter(({ operation }) => Object.hasOwn(known, operation));
/** Played in `test/client`: `portal/browser.slow.test.ts` and `played-cases.slow.test.ts`. */
const ofTheClient: ReadonlySet<string> = new Set([
  'portal.launch',
  'dossier.create then dossier.status',
  'notifications.watch',
]);
const elsewhere = cases.filter(({ operation }) => ofTheClient.has(operation));
const others = [
  ...new Set(cases.filter((one) => ![...played, ...elsewhere].includes(one)).map(({ operation }) => operation)),
];
if (others.length > 0) {
  process.stderr.write(
    `SKIPPED: ${String(cases.length - played.length - elsewhere.length)} cases of ${others.join(', ')}: not over FHIR\n`,
  );
}

describe('cases of other FHIR servers', () => {
  it('have each expectation checked', () => {
    const names = new Set(played.flatMap((one) => Object.keys(one.expect)));
    expect([...names].filter((name) => !Object.hasOwn(expectations, name))).toEqual([]);
  });

  it.each(played.map((one) => [one.id, one.why, one] as const))('%s: %s', async (_id, _why, one) => {
    const playing = await playCase(one);
    try {
      const ended = await run(one, playing);
      for (const [name, wanted] of Object.entries(one.expect)) {
        expectations[name]?.(wanted as never, ended, playing);
      }
    } finally {
      await playing.close();
    }
  });
});
