import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { isTerrESanteError } from '../../src/errors.ts';
import { openAuditJournal, type Logger, type StoredAuditJournal, type TerrESanteClient } from '../../src/index.ts';
import { memoryCutOffs } from '../../src/notifications/cut-off.ts';
import { simulatorDescriptor, type PlatformDescriptor } from '../../src/platform/index.ts';
import { fictivePatient } from '../../src/testing/index.ts';
import { consentFor, createWorld, letter, submission, type World } from './world.ts';

/*
 * Somebody whose every trait and identifier is a word that nothing else has: where one of them turns
 * up, it leaked. Every operation of the client that a platform may carry over FHIR is called, with
 * and without a far side that answers.
 */
const seed = fictivePatient();
const patient = {
  localId: { system: seed.localId.system, value: 'CANARI-4711' },
  traits: {
    ...seed.traits,
    birthName: 'ZWANARI',
    firstName: 'QUILLEMETTE',
    birthFirstNames: ['QUILLEMETTE'],
    birthDate: '1931-07-19',
  },
  ins: seed.ins,
  identityStatus: 'QUAL',
} as const;
/** The last one is the text of a note, and of a request. */
/** The last one is what a note or a plan says. */
const traits = ['ZWANARI', 'QUILLEMETTE', '1931-07-19', '19310719', 'CLANDESTIN'];
const identifiers = ['CANARI-4711', seed.ins.value];
const secrets = ['Assertion', 'saml'];

const fhir = { value: 'fhir-r4', confidence: 'assumption', evidence: 'test' } as const;
const { 'documents.deposit': deposit, insi, ...operations } = simulatorDescriptor.bindings;
const descriptor: PlatformDescriptor = {
  ...simulatorDescriptor,
  bindings: {
    ...Object.fromEntries(Object.keys(operations).map((name) => [name, fhir])),
    'documents.deposit': deposit,
    insi,
  },
  // Where the platform permits it, an address names the patient: this one does not.
  fhir: { ...simulatorDescriptor.fhir!, patientInAddress: { ...fhir, value: false } },
};

const folder = mkdtempSync(join(tmpdir(), 'fhir-canary-'));
const told: string[] = [];
const addresses: string[] = [];
const kept: string[] = [];
const answered: string[] = [];

const note = (...words: unknown[]): void => void told.push(JSON.stringify(words));
const logger: Logger = { debug: note, info: note, warn: note, error: note };
const request = (message: unknown): void => {
  const { path, host } = (message as { readonly request: { readonly path: string; readonly host: string } }).request;
  addresses.push(`${host}${path}`);
};
/** A store that notes under which names it keeps what. */
function noted(): ReturnType<typeof memoryCutOffs> {
  const inner = memoryCutOffs();
  return {
    read: (scope) => (kept.push(scope), inner.read(scope)),
    write: (scope, at) => (kept.push(scope, at), inner.write(scope, at)),
  };
}

let world: World;
let te: TerrESanteClient;
let journal: StoredAuditJournal;
beforeAll(async () => {
  subscribe('http.client.request.start', request);
  world = await createWorld();
  world.simulator.coordination.addStructure({ finess: '990000036', name: 'DAC fictif' });
  journal = await openAuditJournal({ folder: join(folder, 'acces'), key: Buffer.alloc(32, 'clef') });
  te = world.client({ descriptor, logger, audit: journal, cutOffs: noted(), withdrawals: noted() });
});
afterAll(async () => {
  unsubscribe('http.client.request.start', request);
  await world.close();
  await journal.close();
  rmSync(folder, { recursive: true, force: true });
});

/** What a host calls; what is not carried is refused, which is told too. */
function calls(): readonly (() => Promise<unknown>)[] {
  const subscription = { id: 'sub-1', patient: patient.localId };
  const facility = { finess: '990000028', name: 'HOPITAL FICTIF' };
  const consent = consentFor(te, patient);
  const options = { timeoutMs: 10_000 };
  const note = { type: 'OBS', text: 'CLANDESTIN', title: 'CLANDESTIN' } as const;
  const plan = {
    status: 'active',
    title: 'CLANDESTIN',
    interventions: [{ label: 'CLANDESTIN', status: 'in-progress' }],
  } as const;
  const ended = { status: 'completed', reason: 'CLANDESTIN' } as const;
  const planId = async (): Promise<string> =>
    (await te.interventionPlan.list(patient, options)).plans[0]?.id ?? 'plan-1';
  const noteId = async (): Promise<string> =>
    (await te.notes.list(patient, options).next()).value?.notes[0]?.id ?? 'note-1';
  const support = {
    structure: { name: 'DAC', site: { finess: '990000036' } },
    need: 'CLANDESTIN',
    reasons: [{ text: 'CLANDESTIN' }],
  };
  const supportId = async (): Promise<string> =>
    (await te.support.list(patient, options).next()).value?.requests[0]?.id ?? 'demande-1';
  return [
    () => te.dossier.status(patient, { ...options, refresh: true }),
    () => te.dossier.create(patient, { ...options, consent, joinAs: 'PCP' }),
    () => te.consent.get(patient, options),
    () => te.consent.withdraw(patient, consent, options),
    () => te.careCircle.get(patient, options),
    () => te.careCircle.join(patient, { ...options, consent: consentFor(te, patient, ['join-circle']), role: 'PCP' }),
    () => te.careCircle.leave(patient, options),
    () => te.notifications.countForPatient(patient, { ...options, since: '2020-01-01T00:00:00Z' }),
    () => te.notifications.countForPractitioner({ ...options, since: '2020-01-01T00:00:00Z' }),
    () => te.notifications.list({ ...options, patient, since: '2020-01-01T00:00:00Z' }),
    () => te.notifications.markSeen({ patient, at: '2020-01-01T00:00:00Z' }),
    () => te.documents.list(patient, options),
    () => te.documents.fetch(patient, '2.999.1.2.3', options),
    () => te.documents.status(patient, '2.999.1.2.3', options),
    () => te.alerts.subscribe(patient, { ...options, type: 'admission', facility }),
    () => te.alerts.list([subscription], options),
    () => te.alerts.unsubscribe(subscription, options),
    () => te.notes.list(patient, { ...options, author: patient.localId }).next(),
    () => te.notes.create(patient, note, options),
    async () => te.notes.reply(patient, await noteId(), note, options),
    async () => te.notes.update(patient, { id: await noteId(), version: '1' }, { text: 'CLANDESTIN' }, options),
    async () => te.notes.fetch(patient, await noteId(), 0, options),
    async () => te.notes.retract(patient, { id: await noteId(), version: '2' }, options),
    () => te.support.request(patient, { ...support, consent: consentFor(te, patient, ['support-request']) }, options),
    () => te.support.list(patient, options).next(),
    () => te.support.list(null, options).next(),
    () => te.measures.list(patient, options).next(),
    async () => te.support.get(patient, await supportId(), options),
    async () =>
      te.support.cancel(patient, { id: await supportId(), version: '1' }, { ...options, reason: 'CLANDESTIN' }),
    () => te.interventionPlan.list(patient, options),
    () => te.interventionPlan.create(patient, plan, options),
    async () => te.interventionPlan.get(patient, await planId(), options),
    async () =>
      te.interventionPlan.update(patient, { id: await planId(), version: '1' }, { title: 'CLANDESTIN' }, options),
    async () =>
      te.interventionPlan.upsertIntervention(
        patient,
        { id: await planId(), version: '2' },
        plan.interventions[0],
        options,
      ),
    async () => te.interventionPlan.endIntervention(patient, { id: await planId(), version: '9' }, 0, ended, options),
    () => te.interventionPlan.getAccessInfo(patient, 'Visite', options),
    async () => te.documents.deposit(patient, await submission({ patient }), { ...options, patientConsent: true }),
  ];
}

async function called(): Promise<void> {
  for (const call of calls()) {
    try {
      await call();
      answered.push('value');
    } catch (error) {
      expect(isTerrESanteError(error)).toBe(true);
      if (!isTerrESanteError(error)) continue;
      answered.push(error.code);
      told.push(String(error), error.stack ?? '', JSON.stringify(error), JSON.stringify(error.findings));
      told.push(inspect(error, { depth: 5 }));
    }
  }
}

it('no trait and no identifier of a patient leaves a client that speaks FHIR but in a body', async () => {
  const built = await letter({ patient });
  expect(built.header.uniqueId).not.toBe('');
  // Unknown and created, then known, then with a far side that fails in every way.
  await called();
  await called();
  for (const fault of [
    { kind: 'http-status', status: 500 },
    { kind: 'http-status', status: 422 },
    { kind: 'http-malformed' },
    { kind: 'http-cut' },
  ] as const) {
    world.simulator.inject({ ...fault, times: 3 });
    await called();
  }

  // The test asked something of the far side, and was refused something by it.
  expect(addresses.some((address) => address.includes('/fhir/'))).toBe(true);
  expect(answered).toContain('value');
  expect(new Set(answered).size).toBeGreaterThan(3);

  for (const word of [...traits, ...identifiers]) {
    for (const text of [...told, ...addresses, ...kept]) expect(text.includes(word), `${word}: ${text}`).toBe(false);
    expect(addresses.filter((address) => decodeURIComponent(address).includes(word))).toEqual([]);
  }
  for (const word of secrets) expect(addresses.filter((address) => address.includes(word))).toEqual([]);

  // The journal holds who was looked at, sealed, and no trait.
  const events: string[] = [];
  for await (const event of journal.events()) events.push(JSON.stringify(event));
  expect(events.some((event) => event.includes('CANARI-4711'))).toBe(true);
  for (const word of traits) expect(events.filter((event) => event.includes(word))).toEqual([]);
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  expect(files.length).toBeGreaterThan(0);
  for (const file of files) {
    const bytes = readFileSync(join(file.parentPath, file.name)).toString('latin1');
    for (const word of [...traits, ...identifiers]) expect(bytes.includes(word)).toBe(false);
  }
}, 300_000);
