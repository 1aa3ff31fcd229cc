import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import {
  openAuditJournal,
  type AuditEvent,
  type ClientOptions,
  type StoredAuditJournal,
  type TerrESanteClient,
} from '../../src/index.ts';
import { patientScope } from '../../src/internal/patient-scope.ts';
import { fictivePatients } from '../../src/testing/index.ts';
import { consentFor, createWorld, mailServer, submission, type World } from './world.ts';

const [patient, other] = fictivePatients(2) as [
  ReturnType<typeof fictivePatients>[0],
  ReturnType<typeof fictivePatients>[0],
];
const folder = mkdtempSync(join(tmpdir(), 'te-privacy-'));
const since = '2026-03-01T08:00:00Z';

let world: World;
let journal: StoredAuditJournal;
beforeAll(async () => {
  world = await createWorld();
  journal = await openAuditJournal({ folder: join(folder, 'acces'), key: randomBytes(32) });
});
afterAll(async () => {
  await world.close();
  await journal.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A store of the host, by its lines. */
const storeOf = (lines: Map<string, string>): NonNullable<ClientOptions['cutOffs']> => ({
  read: async (scope) => lines.get(scope) ?? null,
  write: async (scope, at) => void lines.set(scope, at),
  remove: async (scope) => void lines.delete(scope),
});

async function deposited(te: TerrESanteClient, who: typeof patient): Promise<string> {
  const { localId, traits, ins } = who;
  world.simulator.addDossier({ localId, traits, ins });
  await te.outbox.stop();
  return (await te.documents.deposit(who, await submission({ patient: who }), { patientConsent: true })).uniqueId;
}

/** What the journal says that was done to what is kept of the patient. */
async function actsOf(stored: StoredAuditJournal): Promise<readonly string[]> {
  const acts: string[] = [];
  for await (const { action, outcome, code, binding } of stored.events({ patient: patient.localId })) {
    if (binding === 'local') acts.push(`${action} ${outcome} ${String(code)}`);
  }
  return acts;
}

describe('what is kept of a patient', () => {
  it('is given, erased but for what is a proof, and that of others stays', async () => {
    const [cutOffs, withdrawals] = [new Map<string, string>(), new Map<string, string>()];
    const te = world.client({
      outbox: { store: 'memory', ...mailServer(world.simulator) },
      deposit: undefined,
      audit: journal,
      cutOffs: storeOf(cutOffs),
      withdrawals: storeOf(withdrawals),
    });
    const [mine, theirs] = [await deposited(te, patient), await deposited(te, other)];
    await te.notifications.markSeen({ patient, at: since });
    await te.notifications.markSeen({ patient: other, at: since });
    const consent = consentFor(te, patient, ['document-share']);
    await te.consent.withdraw(patient, consent).catch(() => undefined);

    const given = await te.privacy.export(patient);
    expect(given.deposits?.map(({ uniqueId }) => uniqueId)).toEqual([mine]);
    expect(given.cutOff).toBe(since);
    expect(given.accesses?.length).toBeGreaterThan(0);
    expect(given.accesses?.every((access) => access.patient?.value === patient.localId.value)).toBe(true);
    expect(given.withdrawals.map(({ kind }) => kind)).toEqual(['document-share']);

    // What waits is not lost without being asked for, and then nothing is erased.
    await expect(te.privacy.erase(patient)).rejects.toMatchObject({ code: 'TE_CONFLICT' });
    expect((await te.privacy.export(patient)).cutOff).toBe(since);

    const erased = await te.privacy.erase(patient, { waiting: 'cancel' });
    expect(erased).toMatchObject({ deposits: { deposits: 1, cancelled: 1, left: 0 }, cutOff: true });
    expect(erased.kept.map(({ what }) => what)).toEqual(['withdrawals', 'audit']);
    expect(await te.privacy.export(patient)).toMatchObject({ deposits: [], cutOff: null });
    expect([...cutOffs.keys()]).toEqual([patientScope(other.localId)]);
    expect((await te.privacy.export(other)).deposits?.map(({ uniqueId }) => uniqueId)).toEqual([theirs]);
    expect((await journal.verify()).ok).toBe(true);
    expect(await actsOf(journal)).toEqual([
      'privacy.export ok null',
      'privacy.erase error TE_CONFLICT',
      'privacy.export ok null',
      'privacy.erase ok null',
      'privacy.export ok null',
    ]);
  });

  it('is neither given nor erased when its line cannot be written', async () => {
    let isFull = false;
    const lines = new Map([[patientScope(patient.localId), since]]);
    const written: AuditEvent[] = [];
    const audit = {
      write: async (event: AuditEvent) => {
        if (isFull) throw new Error('full');
        written.push(event);
      },
    };
    const te = world.client({ cutOffs: storeOf(lines), audit });
    isFull = true;
    await expect(te.privacy.export(patient)).rejects.toMatchObject({ code: 'TE_AUDIT', details: { isDone: true } });
    await expect(te.privacy.erase(patient)).rejects.toMatchObject({ code: 'TE_AUDIT', details: { isDone: false } });
    expect(lines.size).toBe(1);

    isFull = false;
    await te.privacy.erase(patient);
    expect(lines.size).toBe(0);
    expect(written.map(({ action, binding }) => [action, binding])).toEqual([
      ['privacy.export', 'local'],
      ['privacy.erase', 'local'],
    ]);
    expect(JSON.stringify(written)).not.toContain(patient.traits.birthName);
  });

  it('is told where the host keeps it in its own way', async () => {
    const lines = new Map([[patientScope(patient.localId), since]]);
    const cutOffs = { ...storeOf(lines), remove: undefined };
    const te = world.client({ cutOffs: cutOffs as never, audit: { write: async () => undefined } });
    expect(await te.privacy.export(patient)).toMatchObject({ deposits: null, accesses: null, cutOff: since });
    const erased = await te.privacy.erase(patient);
    expect(erased).toMatchObject({ deposits: null, cutOff: false });
    expect(erased.kept.map(({ what }) => what)).toEqual(['cut-off', 'audit']);
    await expect(te.privacy.export({})).rejects.toMatchObject({ code: 'TE_INPUT_INVALID' });
  });
});
