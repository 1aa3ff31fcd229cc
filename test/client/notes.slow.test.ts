import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import type { AuditEvent, NoteInput, NoteList } from '../../src/index.ts';
import { fictivePatients, type FictivePatient } from '../../src/testing/index.ts';
import type { NoteRecord } from '../../src/transport/index.ts';
import { bothMembers, twoClients } from './colleague.ts';
import { createWorld, rppsHolder, type World } from './world.ts';

const patients = [...fictivePatients(12)];
const pdf = Buffer.from('%PDF-1.7\nfictif\n%%EOF');
const note: NoteInput = { type: 'OBS', text: 'Pansement refait, plaie propre.' };

let world: World;
let te: World['te'];
let colleague: World['te'];
let journal: AuditEvent[];
let patient: FictivePatient;

beforeAll(async () => {
  world = await createWorld();
  ({ te, colleague, journal } = await twoClients(world));
});
beforeEach(() => {
  patient = patients.shift()!;
  world.simulator.addDossier({ ...patient, members: bothMembers });
  journal.length = 0;
});
afterAll(() => world.close());

async function all(list: AsyncGenerator<NoteList>): Promise<NoteRecord[]> {
  const found: NoteRecord[] = [];
  for await (const { notes } of list) found.push(...notes);
  return found;
}

describe('te.notes over FHIR, with a platform that keeps them', () => {
  it('is written with its attachments, read by a colleague, answered, changed and taken back', async () => {
    const attachments = [{ bytes: pdf, mimeType: 'application/pdf', title: 'Ordonnance' }] as const;
    const made = await te.notes.create(patient, { ...note, title: 'Jambe', attachments, isEmergency: true });
    expect(made).toMatchObject({ version: '1', existed: false, meta: { binding: 'fhir-r4' } });

    const [read, ...others] = await all(colleague.notes.list(patient));
    expect(others).toEqual([]);
    expect(read).toMatchObject({
      id: made.id,
      version: '1',
      uniqueId: made.uniqueId,
      type: 'OBS',
      typeLabel: "Note d'observation",
      title: 'Jambe',
      text: note.text,
      isEmergency: true,
      visibility: null,
      isOwn: false,
      attachments: [{ index: 1, title: 'Ordonnance', mimeType: 'application/pdf', size: pdf.length }],
    });
    expect(read?.authors[0]?.ids).toContainEqual({ system: '1.2.250.1.71.4.2.1', value: rppsHolder });
    const content = await colleague.notes.fetch(patient, made.id, 1);
    expect([Buffer.from(content.bytes).equals(pdf), content.mimeType, content.title]).toEqual([
      true,
      'application/pdf',
      'Ordonnance',
    ]);

    const reply = await colleague.notes.reply(patient, made.id, { type: 'DEM-AVIS', text: 'Et la fièvre ?' });
    const notes = await all(te.notes.list(patient));
    expect(notes.find(({ id }) => id === reply.id)).toMatchObject({ repliesTo: [made.id], isOwn: false });

    const changed = await te.notes.update(patient, made, { text: 'Plaie propre, pas de fièvre.', isEmergency: false });
    expect(changed).toMatchObject({ id: made.id, version: '2' });
    const retracted = await te.notes.retract(patient, changed);
    expect(await te.notes.retract(patient, changed)).toMatchObject({ version: retracted.version });
    expect((await all(te.notes.list(patient))).map(({ id }) => id)).toEqual([reply.id]);
    const kept = (await all(te.notes.list(patient, { includeRetracted: true }))).find(({ id }) => id === made.id);
    expect(kept).toMatchObject({
      status: 'entered-in-error',
      text: 'Plaie propre, pas de fièvre.',
      title: 'Jambe',
      isEmergency: false,
      isOwn: true,
      attachments: [{ index: 1 }],
    });
    await expect(colleague.notes.reply(patient, made.id, note)).rejects.toMatchObject({ code: 'TE_CONFLICT' });
    await expect(te.notes.update(patient, retracted, { title: 'x' })).rejects.toMatchObject({ code: 'TE_CONFLICT' });
  });

  it('is never written over a version that was not read, and by its author alone', async () => {
    const made = await te.notes.create(patient, note);
    const first = await te.notes.update(patient, made, { title: 'Premier' });
    const stale = { code: 'TE_CONFLICT', details: { reason: 'version' } };
    await expect(te.notes.update(patient, made, { title: 'Second' })).rejects.toMatchObject(stale);
    await expect(te.notes.retract(patient, made)).rejects.toMatchObject(stale);
    await expect(te.notes.update(patient, { ...made, version: null }, { title: 'x' })).rejects.toMatchObject(stale);
    await expect(colleague.notes.retract(patient, first)).rejects.toMatchObject({ code: 'TE_FORBIDDEN' });
    expect((await all(te.notes.list(patient))).map(({ title, version }) => [title, version])).toEqual([
      ['Premier', '2'],
    ]);
  });

  it('sent again under its UUID is not written twice; another one under it is refused', async () => {
    const uniqueId = '0d6f6c0e-8f30-4f58-8a55-000000000001';
    const made = await te.notes.create(patient, { ...note, uniqueId });
    expect(await te.notes.create(patient, { ...note, uniqueId })).toMatchObject({ id: made.id, existed: true });
    const other = te.notes.create(patient, { ...note, text: 'Autre chose.', uniqueId });
    await expect(other).rejects.toMatchObject({ code: 'TE_DUPLICATE' });
    expect(await all(te.notes.list(patient))).toHaveLength(1);
  });

  it('is found by type, date and author, page by page, and not among documents', async () => {
    await te.notes.create(patient, note);
    await te.notes.create(patient, { ...note, type: 'GEN' });
    await colleague.notes.create(patient, { ...note, type: 'INST' });
    const types = async (options: Parameters<typeof te.notes.list>[1]): Promise<unknown> =>
      (await all(te.notes.list(patient, options))).map(({ type }) => type).sort();
    const author = { system: '1.2.250.1.71.4.2.1', value: '899900000290' };
    expect(await types({ types: ['GEN', 'INST'] })).toEqual(['GEN', 'INST']);
    expect(await types({ author })).toEqual(['INST']);
    expect(await types({ from: '2000-01-01T00:00:00Z', until: '2000-01-02T00:00:00Z' })).toEqual([]);
    expect(await types({ from: '2000-01-01T00:00:00Z' })).toEqual(['GEN', 'INST', 'OBS']);
    expect((await te.documents.list(patient)).documents).toEqual([]);
  });

  it('that its author masks from professionals is his alone, and who left the circle reads none', async () => {
    const made = await te.notes.create(patient, { ...note, visibility: 'MASQUE_PS' });
    expect(await all(colleague.notes.list(patient))).toEqual([]);
    await expect(colleague.notes.fetch(patient, made.id, 0)).rejects.toMatchObject({ code: 'TE_NOT_FOUND' });
    expect(await all(te.notes.list(patient))).toMatchObject([{ visibility: 'MASQUE_PS', isOwn: true }]);
    await te.notes.update(patient, made, { visibility: null });
    expect(await all(colleague.notes.list(patient))).toMatchObject([{ visibility: null }]);

    const stranger = patients.shift()!;
    world.simulator.addDossier({ ...stranger, members: [] });
    const outside = { code: 'TE_NOT_IN_CIRCLE' };
    await expect(te.notes.create(stranger, note)).rejects.toMatchObject(outside);
    await expect(all(te.notes.list(stranger))).rejects.toMatchObject(outside);
    await expect(te.notes.fetch(stranger, made.id, 0)).rejects.toMatchObject({ code: 'TE_NOT_FOUND' });
  });

  it('is in the journal before it is given', async () => {
    const made = await te.notes.create(patient, note);
    await all(te.notes.list(patient));
    await te.notes.retract(patient, made);
    expect(journal.map(({ action, object, patient: about }) => [action, object, about?.value])).toEqual([
      ['notes.create', made.uniqueId, patient.localId.value],
      ['notes.list', null, patient.localId.value],
      ['notes.retract', made.id, patient.localId.value],
    ]);
    const full = world.client({ audit: { write: () => Promise.reject(new Error('disk full')) } });
    await expect(full.notes.list(patient).next()).rejects.toMatchObject({ code: 'TE_AUDIT' });
  });
});
