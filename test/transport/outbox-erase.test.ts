import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';

import { bytesSource } from '../../src/internal/bytes.ts';
import { patientScope } from '../../src/internal/patient-scope.ts';
import {
  createMemoryStore,
  createOutbox,
  openSpoolStore,
  type DepositReceipt,
  type Outbox,
  type OutboxStore,
} from '../../src/transport/index.ts';
import { entryId } from '../../src/transport/outbox/identity.ts';
import { openSpool } from '../../src/transport/outbox/spool/open-spool.ts';
import { runWords } from '../helpers/cli.ts';
import { MemoryDisk } from '../helpers/memory-disk.ts';
import { canary, depositAddress, emptyMail, fixtureSubmission, fromPlatform, outboxEntry } from './fixtures.ts';

const folders: string[] = [];
afterEach(() => {
  for (const made of folders.splice(0)) rmSync(made, { recursive: true, force: true });
});
const folder = (): string => {
  const made = mkdtempSync(join(tmpdir(), 'erase-'));
  folders.push(made);
  return made;
};

const localId = { system: '2.999.1.10', value: 'PAT-000123' };
const ins = { value: canary.ins, oid: '1.2.250.1.213.1.4.8' };
const patient = { localId };
const other = { localId: { ...localId, value: 'PAT-000124' } };
const mark = 'CANARI-DU-MESSAGE';
const content = Buffer.from(mark);
const large = Buffer.concat([content, randomBytes(600_000)]);

const outboxOver = (store: OutboxStore): Outbox =>
  createOutbox({
    store,
    carrier: { compose: emptyMail, send: () => Promise.reject(new Error('never')) },
    senderDomain: 'cabinet.example',
    sends: false,
  });

/** Of the patient: 1 sent, 2 failed, 3 failed and large, 4 of two documents by the INS. Of others: 8 and 9. */
async function fill(store: OutboxStore): Promise<void> {
  const add = async (ids: readonly string[], who: string | null | undefined, bytes: Uint8Array): Promise<void> => {
    await store.add(outboxEntry(ids, bytes, { patient: who }), bytesSource(bytes));
  };
  const scope = patientScope(localId);
  await add(['1.1'], scope, content);
  await add(['1.2'], scope, content);
  await add(['1.3'], scope, large);
  await add(['1.4', '2.4'], patientScope({ system: ins.oid, value: ins.value }), content);
  await add(['1.8'], patientScope(other.localId), content);
  await add(['1.9'], undefined, content);

  for (const claim of await store.claim({ now: 2_000, limit: 6, owner: 'a', leaseMs: 1_000 })) {
    const isSent = claim.uniqueIds.includes('1.1');
    await store.save(
      { ...claim, work: isSent ? 'done' : 'failed', hasContent: !isSent, owner: null, revision: claim.revision + 1 },
      { dropContent: isSent },
    );
  }
}

async function receiptsOf(outbox: Outbox, who?: Parameters<Outbox['erase']>[0]): Promise<string[]> {
  const list: DepositReceipt[] = [];
  for await (const receipt of outbox.list({ patient: who })) list.push(receipt);
  return list.flatMap(({ uniqueIds }) => uniqueIds).sort();
}

const files = (where: string): string[] =>
  readdirSync(where, { recursive: true, encoding: 'utf8' })
    .map((name) => join(where, name))
    .filter((path) => statSync(path).isFile());

const stores = {
  memory: async (): Promise<OutboxStore> => createMemoryStore(),
  spool: (): Promise<OutboxStore> => openSpoolStore({ folder: folder() }),
};

describe.each(Object.entries(stores))('the deposits of one patient (%s)', (_, make) => {
  it('are listed and erased by any of the identifiers, and those of nobody else', async () => {
    const store = await make();
    await fill(store);
    const outbox = outboxOver(store);
    const whole = { localId, ins: { ...ins, value: '1 84 05 99 123 456 56' } };
    expect(await receiptsOf(outbox, patient)).toEqual(['1.1', '1.2', '1.3']);
    expect(await receiptsOf(outbox, whole)).toEqual(['1.1', '1.2', '1.3', '1.4', '2.4']);

    const erased = { deposits: 4, cancelled: 0, left: 1, reports: 0, unassigned: 1 };
    expect(await outbox.erase(whole)).toEqual(erased);
    expect(await receiptsOf(outbox)).toEqual(['1.8', '1.9']);
    expect(await outbox.erase(whole)).toEqual({ ...erased, deposits: 0, left: 0 });
    await outbox.close();
  });

  it('stay whole while one waits, unless it is given up first; one that leaves is never taken away', async () => {
    const store = await make();
    await fill(store);
    await store.add(outboxEntry(['1.5'], content, { patient: patientScope(localId) }), bytesSource(content));
    const outbox = outboxOver(store);
    const refused = { code: 'TE_CONFLICT', details: { reason: 'waiting', waiting: 1 } };
    await expect(outbox.erase(patient)).rejects.toMatchObject(refused);
    expect(await receiptsOf(outbox, patient)).toEqual(['1.1', '1.2', '1.3', '1.5']);

    const [claim] = await store.claim({ now: 9_000, limit: 1, owner: 'a', leaseMs: 1_000 });
    const leaving = { code: 'TE_CONFLICT', retryable: true, details: { reason: 'sending' } };
    await expect(outbox.erase(patient, { waiting: 'cancel' })).rejects.toMatchObject(leaving);
    expect(await receiptsOf(outbox, patient)).toEqual(['1.1', '1.2', '1.3', '1.5']);

    await store.save({ ...claim!, work: 'queued', owner: null, revision: claim!.revision + 1 });
    expect(await outbox.erase(patient, { waiting: 'cancel' })).toMatchObject({ deposits: 4, cancelled: 1 });
    expect(await store.nextDue()).toBeNull();
    await outbox.close();
  });

  it('take the reports with them that name them, and no other report', async () => {
    const store = await make();
    await fill(store);
    const entry = (await store.get(entryId(['1.1'])))!;
    const report = {
      kind: 'mdn' as const,
      reportId: '<r1@x>',
      envelopeId: entry.track.envelopeId,
      messageIds: [],
      source: fromPlatform,
      recipients: [{ original: depositAddress, final: null, verdict: 'error' as const, status: null, code: null }],
    };
    await store.addUnmatched({ report, reason: 'other-sender', at: '2026-03-01T09:30:00Z' });
    const foreign = { ...report, reportId: '<r2@x>', envelopeId: 'e' };
    await store.addUnmatched({ report: foreign, reason: 'no-deposit', at: '2026-03-01T09:30:00Z' });
    // An earlier version did not say where a report came from.
    const sourceless = { ...report, reportId: '<r3@x>', source: undefined as never };
    await store.addUnmatched({ report: sourceless, at: '2026-03-01T09:30:00Z' });

    const outbox = outboxOver(store);
    expect(await outbox.erase(patient)).toMatchObject({ deposits: 3, reports: 2 });
    const left = [];
    for await (const item of outbox.unmatched()) left.push(item.report.reportId);
    expect(left).toEqual(['<r2@x>']);
    await outbox.close();
  });
});

describe('an erasure', () => {
  it('knows whose the documents of a deposit are, and names nobody in the entry', async () => {
    const store = createMemoryStore();
    const outbox = outboxOver(store);
    const submission = fixtureSubmission();
    Object.assign(submission.documents[0]!.entry, { sourcePatientId: `${localId.value}^^^&${localId.system}&ISO^PI` });
    await outbox.deposit(submission);
    expect(await receiptsOf(outbox, patient)).toEqual(['2.999.1.10.5.1']);
    expect(await receiptsOf(outbox, other)).toEqual([]);
    for await (const entry of store.list()) expect(JSON.stringify(entry)).not.toContain(localId.value);
    await outbox.close();
  });

  it('is that of one depositor, where several share the outbox', async () => {
    const store = createMemoryStore();
    const outbox = outboxOver(store);
    const own = outbox.forDepositor({ id: 'b', address: 'autre@cabinet.example', compose: emptyMail });
    await fill(store);
    expect(await own.erase(patient)).toEqual({ deposits: 0, cancelled: 0, left: 0, reports: 0, unassigned: 0 });
    expect(await receiptsOf(outbox, patient)).toHaveLength(3);
    await outbox.close();
  });

  it('refuses a patient without an identifier, and a store that cannot remove', async () => {
    const outbox = outboxOver(createMemoryStore());
    await expect(outbox.erase({})).rejects.toMatchObject({ code: 'TE_INPUT_INVALID' });
    await outbox.close();
    const keeps = Object.create(createMemoryStore(), { erase: { value: undefined } }) as OutboxStore;
    const poor = outboxOver(keeps);
    await expect(poor.erase(patient)).rejects.toMatchObject({ code: 'TE_UNSUPPORTED' });
  });

  it('leaves no byte of a message, and no name of a deposit, in an open spool', async () => {
    const where = folder();
    const store = await openSpoolStore({ folder: where });
    await fill(store);
    const outbox = outboxOver(store);
    await outbox.erase({ localId, ins });
    await outbox.erase(other);
    const [left] = await receiptsOf(outbox);
    expect(left).toBe('1.9');

    const names = files(where);
    for (const id of ['1.1', '1.2', '1.3', '1.8']) expect(names.join('\n')).not.toContain(entryId([id]));
    const holders = names.filter((path) => readFileSync(path).includes(mark));
    expect(holders.every((path) => path.includes(entryId(['1.9'])))).toBe(true);
    // The spool goes on.
    expect(await store.add(outboxEntry(['1.1'], content), bytesSource(content))).toBeNull();
    await outbox.close();
  });

  it('may be interrupted at any call to the disk: a second one ends it, nothing is sent again', async () => {
    const whole = new MemoryDisk();
    const filled = async (disk: MemoryDisk): Promise<OutboxStore> => {
      const store = await openSpool({ folder: '/spool' }, disk.files);
      await fill(store);
      return store;
    };
    const first = await filled(whole);
    const before = whole.calls;
    await outboxOver(first).erase({ localId, ins });
    const total = whole.calls - before;
    await first.close();

    // Each call in the slow suite, some of them in the usual one.
    const stride = process.env['TEST_SLOW'] === '1' ? 1 : 17;
    for (let step = 1; step <= total; step += stride) {
      const disk = new MemoryDisk();
      const outbox = outboxOver(await filled(disk));
      disk.dieAt = disk.calls + step;
      await outbox.erase({ localId, ins }).catch(() => undefined);
      await outbox.close().catch(() => undefined);
      disk.powerCut();
      disk.dieAt = Infinity;

      const store = await openSpool({ folder: '/spool', takeOverAfterMs: 200 }, disk.files);
      expect(await store.claim({ now: 1e13, limit: 10, owner: 'b', leaseMs: 1 })).toEqual([]);
      const again = outboxOver(store);
      await again.erase({ localId, ins });
      expect(await receiptsOf(again)).toEqual(['1.8', '1.9']);
      await again.close();
    }
  }, 120_000);

  it('is a command, with the patient in a file', async () => {
    const where = folder();
    const store = await openSpoolStore({ folder: where });
    await fill(store);
    await store.add(outboxEntry(['1.5'], content, { patient: patientScope(localId) }), bytesSource(content));
    await store.close();
    const path = join(folder(), 'patient.json');
    writeFileSync(path, JSON.stringify(patient));
    const words = ['--spool', where, '--patient-file', path];

    const exported = await runWords(['outbox', 'export', ...words]);
    expect(exported.code).toBe(0);
    expect(exported.out.trim().split('\n')).toHaveLength(4);
    expect(exported.out + exported.err).not.toContain(localId.value);

    expect(await runWords(['outbox', 'erase', ...words])).toMatchObject({ code: 2 });
    expect(await runWords(['outbox', 'erase', '--spool', where])).toMatchObject({ code: 2 });
    const erased = await runWords(['outbox', 'erase', ...words, '--cancel', '--json']);
    expect(JSON.parse(erased.out)).toMatchObject({ deposits: 4, cancelled: 1, left: 1, unassigned: 1 });
    expect((await runWords(['outbox', 'export', ...words])).out).toBe('');
    writeFileSync(path, 'no JSON');
    expect(await runWords(['outbox', 'erase', ...words])).toMatchObject({ code: 2 });
  });
});
