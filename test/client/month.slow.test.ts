import { afterAll, beforeAll, expect, it } from 'vitest';

import type { AuditEvent, MeasureList, NoteList, SupportList } from '../../src/index.ts';
import { fictivePatient } from '../../src/testing/index.ts';
import type { MeasureRecord, NoteRecord, SupportRecord } from '../../src/transport/index.ts';
import { answer, offer, scene } from '../transport/ror/scene.ts';
import { bothMembers, twoClients } from './colleague.ts';
import { consentFor, createOutboxWorld, letter, submission, type World } from './world.ts';

const patient = fictivePatient();
const cleanups: (() => unknown)[] = [];
let world: World;
let te: World['te'];
let colleague: World['te'];
let journal: AuditEvent[];

beforeAll(async () => {
  const made = await createOutboxWorld(cleanups);
  world = made.world;
  ({ te, colleague, journal } = await twoClients(world, { outbox: made.outbox }));
  world.simulator.addDossier({ ...patient, members: bothMembers });
});
afterAll(async () => {
  for (const cleanup of cleanups.reverse()) await cleanup();
});

async function all<T, L>(list: AsyncGenerator<L>, items: (page: L) => readonly T[]): Promise<T[]> {
  const found: T[] = [];
  for await (const page of list) found.push(...items(page));
  return found;
}
const notes = (): Promise<NoteRecord[]> => all(te.notes.list(patient), (page: NoteList) => page.notes);
const requests = (): Promise<SupportRecord[]> => all(te.support.list(patient), (page: SupportList) => page.requests);
const weights = (): Promise<MeasureRecord[]> =>
  all(te.measures.list(patient, { codes: ['29463-7'] }), (page: MeasureList) => page.measures);

/** The steps follow one another, as the weeks of a patient do: each stands on the one before. */
it('a month of one patient, from the night of the admission to the end of the exchange', async () => {
  const facility = { finess: '990000028', name: "Hôpital d'essai" };
  const subscriptions = [
    await te.alerts.subscribe(patient, { type: 'admission', facility }),
    await te.alerts.subscribe(patient, { type: 'discharge', facility }),
  ];

  // Day 1: the hospital takes the patient in, and the doctor sees it in the morning.
  world.simulator.announce(patient.localId, { type: 'admission', occurredAt: '2026-03-01T22:00:00Z' });
  const { alerts } = await te.alerts.list(subscriptions);
  expect(alerts).toMatchObject([{ type: 'admission', occurredAt: '2026-03-01T22:00:00Z', isCancelled: false }]);

  // Day 2: a note in the shared notebook, and the answer of a colleague.
  const written = await te.notes.create(patient, {
    type: 'OBS',
    text: 'Hospitalisée cette nuit. Qui prévient la fille ?',
  });
  const reply = await colleague.notes.reply(patient, written.id, { type: 'OBS', text: 'Je l’appelle ce matin.' });
  const answered = (await notes()).find(({ id }) => id === reply.id);
  expect(answered).toMatchObject({ repliesTo: [written.id], text: 'Je l’appelle ce matin.', isOwn: false });

  // Day 9: home is fragile. A structure of the ROR is chosen, with consent, and takes the request.
  const { structures } = await scene([answer([offer('offre-1')])]).directory.find({ kind: 'DAC', commune: '93048' });
  const structure = structures[0]!;
  world.simulator.coordination.addStructure({ finess: structure.site!.finess!, name: structure.name });
  const sent = await te.support.request(patient, {
    structure,
    need: 'Organisation du retour à domicile',
    consent: consentFor(te, patient, ['support-request']),
  });
  world.simulator.coordination.answer(sent.id, { status: 'accepted' });
  expect(await requests()).toMatchObject([{ id: sent.id, state: 'accepted' }]);

  // Day 12: the structure and the nurse plan the visits. Day 13: the first of them is done.
  await colleague.interventionPlan.create(patient, {
    status: 'active',
    title: 'Retour à domicile',
    interventions: [{ label: 'Pansement', status: 'scheduled' }],
  });
  const { plans } = await te.interventionPlan.list(patient);
  const plan = plans[0]!;
  expect(plan).toMatchObject({ title: 'Retour à domicile', actions: [{ label: 'Pansement', status: 'scheduled' }] });
  await te.interventionPlan.endIntervention(patient, plan, plan.actions[0]!.index, { status: 'completed' });
  const late = colleague.interventionPlan.endIntervention(patient, plan, 0, { status: 'cancelled' });
  await expect(late).rejects.toMatchObject({ code: 'TE_CONFLICT' });
  const after = await colleague.interventionPlan.list(patient);
  expect(after.plans[0]?.actions).toMatchObject([{ label: 'Pansement', status: 'completed' }]);

  // Day 20: a measure that a device took at home.
  world.simulator.coordination.addMeasure(patient.localId, {
    status: 'final',
    code: { coding: [{ system: 'http://loinc.org', code: '29463-7' }] },
    effectiveDateTime: '2026-03-20T07:30:00Z',
    valueQuantity: { value: 61.4, unit: 'kg', system: 'http://unitsofmeasure.org', code: 'kg' },
  });
  expect(await weights()).toMatchObject([
    { measuredAt: '2026-03-20T07:30:00Z', value: { digits: '61.4', unit: 'kg' } },
  ]);

  // Day 28: the discharge, and its report. Everything in one view, each line with its source.
  world.simulator.announce(patient.localId, { type: 'discharge', occurredAt: '2026-03-28T14:00:00Z' });
  await world.mss.deposit(await submission({ patient }));
  await world.simulator.settled();
  const { entries, isComplete } = await te.timeline.get(patient, { subscriptions });
  expect(isComplete).toBe(true);
  expect(entries.map(({ source }) => source)).toEqual(expect.arrayContaining(['alerts', 'documents']));
  const stays = entries.filter(({ source }) => source === 'alerts').map(({ kind }) => kind);
  expect(stays).toEqual(['discharge', 'admission']);

  // Day 30: the letter to the patient, which ends the exchange.
  const goodbye = await te.mail.sendToPatient(
    patient,
    { text: 'Bonjour, voici votre compte rendu.', documents: await letter({ patient }), endsExchange: true },
    { patientOpposed: false },
  );
  expect(goodbye.mailbox.address).toBe('***@patient.mssante.fr');

  // Every access is a line of the journal, without a trait.
  const acts = new Set(journal.map(({ action }) => action));
  for (const action of ['alerts.list', 'notes.create', 'support.request', 'measures.list', 'documents.search']) {
    expect(acts).toContain(action);
  }
  for (const trait of [patient.traits.birthName, patient.traits.firstName, patient.ins.value]) {
    expect(JSON.stringify(journal)).not.toContain(trait);
  }
});
