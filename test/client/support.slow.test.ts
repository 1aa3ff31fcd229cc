import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import type { AuditEvent, SupportList, SupportRequestInput } from '../../src/index.ts';
import { fictivePatients, type FictivePatient } from '../../src/testing/index.ts';
import type { SupportRecord } from '../../src/transport/index.ts';
import { bothMembers, twoClients } from './colleague.ts';
import { consentFor, createWorld, submission, type World } from './world.ts';

const patients = [...fictivePatients(12)];
const structure = { name: 'DAC fictif', site: { finess: '990000036', structureId: '1990000036' }, isOpen: true };

let world: World;
let te: World['te'];
let colleague: World['te'];
let journal: AuditEvent[];
let patient: FictivePatient;

beforeAll(async () => {
  world = await createWorld();
  world.simulator.coordination.addStructure({ finess: '990000036', name: 'DAC fictif' });
  ({ te, colleague, journal } = await twoClients(world));
});
beforeEach(() => {
  patient = patients.shift()!;
  world.simulator.addDossier({ ...patient, members: bothMembers });
  journal.length = 0;
});
afterAll(() => world.close());

const request = (more: Partial<SupportRequestInput> = {}): SupportRequestInput => ({
  structure,
  need: 'Mise en place d’un plan personnalisé de coordination',
  reasons: [{ text: 'Maintien à domicile fragile après hospitalisation' }],
  urgency: 'urgent',
  consent: consentFor(te, patient, ['support-request']),
  ...more,
});

async function all(list: AsyncGenerator<SupportList>): Promise<SupportRecord[]> {
  const found: SupportRecord[] = [];
  for await (const { requests } of list) found.push(...requests);
  return found;
}

/** The task of the request that was made last. */
const last = (): string => world.simulator.coordination.requests().at(-1)!;

describe('te.support over FHIR, with a platform that carries it', () => {
  it('is made, seen by a colleague, received, refused with its reason, and its steps are kept', async () => {
    const made = await te.support.request(patient, request());
    expect(made).toMatchObject({ version: '1', state: 'sent', existed: false, meta: { binding: 'fhir-r4' } });
    expect(last()).toBe(made.id);

    expect(await all(colleague.support.list(patient))).toMatchObject([
      {
        id: made.id,
        uniqueId: made.uniqueId,
        kind: 'care',
        state: 'sent',
        stateReason: null,
        structure: { ids: [{ system: 'https://finess.esante.gouv.fr', value: '990000036' }], name: 'DAC fictif' },
        need: 'Mise en place d’un plan personnalisé de coordination',
        reasons: ['Maintien à domicile fragile après hospitalisation'],
        urgency: 'urgent',
        comments: [expect.stringContaining(world.config.user.mssAddress)],
        isOwn: false,
      },
    ]);
    expect(await all(te.support.list(patient, { states: ['rejected'] }))).toEqual([]);

    world.simulator.coordination.answer(made.id, { status: 'received' });
    world.simulator.coordination.answer(made.id, { status: 'rejected', reason: 'Hors territoire' });
    const read = await te.support.get(patient, made.id);
    expect(read).toMatchObject({ state: 'rejected', stateReason: 'Hors territoire', version: '3', isOwn: true });
    expect(read.history?.map(({ state, reason }) => [state, reason])).toEqual([
      ['sent', null],
      ['received', null],
      ['rejected', 'Hors territoire'],
    ]);
    const stale = te.support.cancel(patient, made);
    await expect(stale).rejects.toMatchObject({ code: 'TE_CONFLICT', details: { reason: 'version' } });
    const ended = te.support.cancel(patient, read);
    await expect(ended).rejects.toMatchObject({ code: 'TE_CONFLICT', details: { reason: 'state' } });
  });

  it('is withdrawn by who made it, once, and says so', async () => {
    const made = await te.support.request(patient, request());
    await expect(colleague.support.cancel(patient, made)).rejects.toMatchObject({ code: 'TE_FORBIDDEN' });
    world.simulator.coordination.answer(made.id, { status: 'accepted' });
    const read = await te.support.get(patient, made.id);
    const withdrawn = await te.support.cancel(patient, read, { reason: 'Le patient a déménagé' });
    expect(withdrawn).toMatchObject({ id: made.id, version: '3', state: 'cancelled', existed: false });
    expect(await te.support.cancel(patient, read)).toMatchObject({ state: 'cancelled', existed: true });
    expect(await all(te.support.list(patient))).toMatchObject([
      { state: 'cancelled', stateReason: 'Le patient a déménagé' },
    ]);
  });

  it('sent again under its UUID is not made twice; another one under it is refused', async () => {
    const uniqueId = '0d6f6c0e-8f30-4f58-8a55-000000000011';
    const made = await te.support.request(patient, request({ uniqueId }));
    expect(await te.support.request(patient, request({ uniqueId }))).toMatchObject({ id: made.id, existed: true });
    const other = te.support.request(patient, request({ uniqueId, need: 'Autre chose' }));
    await expect(other).rejects.toMatchObject({ code: 'TE_DUPLICATE' });
    expect(await all(te.support.list(patient))).toHaveLength(1);
  });

  it('carries documents of the dossier, and none of another', async () => {
    await world.mss.deposit(await submission({ patient }));
    await world.simulator.settled();
    const { uniqueId } = (await te.documents.list(patient)).documents[0]!;
    await te.support.request(patient, request({ documents: [uniqueId] }));
    const absent = te.support.request(patient, request({ documents: ['1.2.3.4'] }));
    await expect(absent).rejects.toMatchObject({ code: 'TE_NOT_FOUND', details: { reason: 'document' } });
    expect(await all(te.support.list(patient))).toHaveLength(1);
  });

  it('of nobody is a request for information, among those that the professional made', async () => {
    const consent = { consent: undefined, reasons: undefined };
    const asked = await te.support.request(null, { ...request(consent), need: 'Quels relais de nuit ?' });
    const own = await te.support.request(patient, request());
    const mine = await all(te.support.list(null));
    expect(mine.find(({ id }) => id === asked.id)).toMatchObject({
      kind: 'information',
      need: 'Quels relais de nuit ?',
      patientIds: [],
      isOwn: true,
    });
    expect(mine.find(({ id }) => id === own.id)?.patientIds).toContainEqual(patient.localId);
    expect(await all(colleague.support.list(null))).toEqual([]);
    expect(await te.support.get(null, asked.id)).toMatchObject({ state: 'sent' });
    await expect(te.support.get(null, own.id)).rejects.toMatchObject({ code: 'TE_NOT_FOUND' });
    expect(await te.support.cancel(null, asked)).toMatchObject({ state: 'cancelled' });
  });

  it('goes to no structure that the platform does not reach, and without consent nowhere', async () => {
    const elsewhere = { name: 'Autre', site: { finess: '990000044' } };
    const unreached = te.support.request(patient, request({ structure: elsewhere }));
    await expect(unreached).rejects.toMatchObject({ code: 'TE_RECIPIENT_UNKNOWN', details: { reason: 'not-reached' } });
    const consent = consentFor(te, patient, ['join-circle']);
    await expect(te.support.request(patient, request({ consent }))).rejects.toMatchObject({
      code: 'TE_CONSENT_REQUIRED',
      details: { reason: 'kind:support-request' },
    });
    const stranger = patients.shift()!;
    world.simulator.addDossier({ ...stranger, members: [] });
    const outside = te.support.request(stranger, request({ consent: consentFor(te, stranger, ['support-request']) }));
    await expect(outside).rejects.toMatchObject({ code: 'TE_NOT_IN_CIRCLE' });
    await expect(all(te.support.list(stranger))).rejects.toMatchObject({ code: 'TE_NOT_IN_CIRCLE' });
    expect(await all(te.support.list(patient))).toEqual([]);
  });

  it('is in the journal before it is given', async () => {
    const made = await te.support.request(patient, request());
    await all(te.support.list(patient));
    await te.support.get(patient, made.id);
    await te.support.cancel(patient, made);
    expect(journal.map(({ action, object, patient: about }) => [action, object, about?.value])).toEqual([
      ['support.request', made.uniqueId, patient.localId.value],
      ['support.list', null, patient.localId.value],
      ['support.get', made.id, patient.localId.value],
      ['support.cancel', made.id, patient.localId.value],
    ]);
    const full = world.client({ audit: { write: () => Promise.reject(new Error('disk full')) } });
    await expect(full.support.list(patient).next()).rejects.toMatchObject({ code: 'TE_AUDIT' });
  });
});
