import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';

import { bytesSource, collect } from '../../src/internal/bytes.ts';
import {
  createOutbox,
  openSpoolStore,
  type DepositReceipt,
  type Outbox,
  type OutboxCarrier,
  type OutboxStore,
} from '../../src/transport/index.ts';
import { entryId } from '../../src/transport/outbox/identity.ts';
import { fixtureSubmission } from './fixtures.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'spool-format-'));
  cleanups.push(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

const kept = <T extends { close(): Promise<void> }>(opened: T): T => {
  cleanups.push(() => opened.close());
  return opened;
};

/** A carrier whose messages are short texts. */
const carrier = (
  send: OutboxCarrier['send'] = async () => ({ smtpCode: 250, enhancedStatus: null }),
): OutboxCarrier => ({
  compose: async ({ documents }, identifiers) => {
    const content = Buffer.from(`message of ${documents[0]!.entry.uniqueId}\r\n`);
    const envelope = { from: 'cabinet@cabinet.mssante.fr', to: 'depot@plateforme.mssante.fr' };
    return { envelope, ...identifiers, byteLength: content.length, content: bytesSource(content) };
  },
  send,
});

const outboxOver = (store: OutboxStore, send?: OutboxCarrier['send']): Outbox =>
  kept(
    createOutbox({
      store,
      carrier: carrier(send),
      senderDomain: 'cabinet.mssante.fr',
      sends: send !== undefined,
      pollMs: 10,
    }),
  );

async function receipts(outbox: Outbox): Promise<DepositReceipt[]> {
  const found: DepositReceipt[] = [];
  for await (const receipt of outbox.list()) found.push(receipt);
  return found.sort((a, b) => a.uniqueId.localeCompare(b.uniqueId));
}

/** Every file under a folder: bytes and time of the last change. */
function tree(root: string): Record<string, string> {
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).sort();
  return Object.fromEntries(
    files.map((name) => {
      const path = join(root, name);
      const { mtimeNs, mode } = statSync(path, { bigint: true });
      const bytes = statSync(path).isDirectory() ? '' : readFileSync(path, 'base64');
      return [name, `${String(mtimeNs)} ${String(mode)} ${bytes}`];
    }),
  );
}

/** A spool that the version before this one left, when it was closed. */
function formerSpool(): string {
  const { files } = JSON.parse(readFileSync(join(import.meta.dirname, 'vectors/spool-format-1.json'), 'utf8')) as {
    files: Record<string, string>;
  };
  const root = folder();
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), content, 'latin1');
  }
  return root;
}

const formerStates = [
  { uniqueId: '2.999.1.1', state: 'accepted', problem: null },
  { uniqueId: '2.999.1.2', state: 'undeliverable', problem: { code: 'TE_RECIPIENT_UNKNOWN', smtpCode: 550 } },
  { uniqueId: '2.999.1.3', state: 'queued', attempts: 1, problem: { code: 'TE_UNAVAILABLE', smtpCode: 451 } },
  { uniqueId: '2.999.1.4', state: 'queued', attempts: 0, problem: null },
  { uniqueId: '2.999.1.5', uniqueIds: ['2.999.1.5', '2.999.1.6'], state: 'accepted' },
];

describe('a spool of the former version', () => {
  it.each([true, false])('opens with all it holds (readOnly: %s)', async (readOnly) => {
    const root = formerSpool();
    const store = await openSpoolStore({ folder: root, readOnly });
    const outbox = outboxOver(store);

    expect(await receipts(outbox)).toMatchObject(formerStates);
    expect(await outbox.status('2.999.1.6')).toMatchObject({ uniqueId: '2.999.1.5' });
    const reports: unknown[] = [];
    for await (const item of outbox.unmatched()) reports.push(item.report.reportId);
    expect(reports).toEqual(['<r@x>']);
    if (readOnly) return;

    const entry = await store.get(entryId(['2.999.1.4']));
    const content = await collect((await store.content(entry!)).open());
    expect(Buffer.from(content).toString()).toBe('message of 2.999.1.4\r\n');
  });

  it('of a later one is refused, and the sentence names both formats', async () => {
    const root = formerSpool();
    writeFileSync(join(root, 'format'), 'TE2 P\nspool');
    const before = tree(root);
    const refused = {
      code: 'TE_OUTBOX',
      message: expect.stringMatching(/au format 2.*format 1/) as string,
      details: { reason: 'other-version', found: 2, expected: 1 },
    };
    await expect(openSpoolStore({ folder: root, readOnly: true })).rejects.toMatchObject(refused);
    expect(tree(root)).toEqual(before);

    await expect(openSpoolStore({ folder: root })).rejects.toMatchObject(refused);
    expect(readFileSync(join(root, 'format'), 'latin1')).toBe('TE2 P\nspool');
    expect(existsSync(join(root, 'lock'))).toBe(false);
  });

  it.each(['TE1', 'hello', '', 'TE1 P spool', `TE${'9'.repeat(300)} P\nspool`, 'TE1 E\nspool'])(
    'with a mark that is none (%j) is refused',
    async (format) => {
      const root = formerSpool();
      writeFileSync(join(root, 'format'), format);
      for (const readOnly of [true, false]) {
        await expect(openSpoolStore({ folder: root, readOnly })).rejects.toMatchObject({ code: 'TE_OUTBOX' });
      }
    },
  );
});

describe('looking into a spool', () => {
  it('changes nothing, and needs no lock', async () => {
    const root = folder();
    const sender = outboxOver(await openSpoolStore({ folder: root }));
    for (const uniqueId of ['1.1', '1.2', '1.3']) await sender.deposit(fixtureSubmission({ uniqueId }));
    await sender.cancel('1.2');

    const before = tree(root);
    const store = await openSpoolStore({ folder: root, readOnly: true });
    const looking = outboxOver(store);
    expect((await receipts(looking)).map(({ uniqueId, state }) => [uniqueId, state])).toEqual([
      ['1.1', 'queued'],
      ['1.2', 'expired'],
      ['1.3', 'queued'],
    ]);
    expect(await looking.status('1.3')).toMatchObject({ state: 'queued' });
    expect(await looking.status('1.9')).toBeNull();
    expect(await looking.summary()).toMatchObject({ waiting: 2 });

    for (const attempt of [
      () => looking.retry('1.1'),
      () => looking.cancel('1.1'),
      () => looking.markVisible('1.1'),
      () => looking.deposit(fixtureSubmission({ uniqueId: '1.4' })),
      () => store.claim({ now: 0, limit: 1, owner: 'x', leaseMs: 1 }),
    ]) {
      await expect(attempt()).rejects.toMatchObject({ code: 'TE_UNSUPPORTED', details: { reason: 'read-only' } });
    }
    expect(await store.nextDue()).toBeNull();
    await looking.close();
    expect(tree(root)).toEqual(before);
  });

  it('finds every deposit while another program sends them', async () => {
    const root = folder();
    let sending = true;
    // Sent one after the other, while this test looks: each moves from the log to the journal.
    const sender = outboxOver(await openSpoolStore({ folder: root }), async () => {
      await new Promise((resolve) => setTimeout(resolve, 2));
      return { smtpCode: 250, enhancedStatus: null };
    });
    const ids = Array.from({ length: 60 }, (_, index) => `1.${String(index)}`);
    await Promise.all(ids.map((uniqueId) => sender.deposit(fixtureSubmission({ uniqueId }))));
    const sent = vi
      .waitFor(async () => expect((await sender.summary()).waiting).toBe(0), { timeout: 20_000, interval: 20 })
      .finally(() => (sending = false));

    let looks = 0;
    do {
      const looking = await openSpoolStore({ folder: root, readOnly: true });
      const found = await receipts(
        createOutbox({ store: looking, carrier: carrier(), senderDomain: '', sends: false }),
      );
      expect(found.map(({ uniqueId }) => uniqueId).sort()).toEqual([...ids].sort());
      await looking.close();
      looks += 1;
    } while (sending as boolean);
    await sent;
    expect(looks).toBeGreaterThan(0);
  });

  it('shows the new message of a version that failed before', async () => {
    const root = folder();
    const outbox = outboxOver(await openSpoolStore({ folder: root }));
    const first = await outbox.deposit(fixtureSubmission({ uniqueId: '1.1' }));
    await outbox.cancel('1.1');
    const second = await outbox.deposit(fixtureSubmission({ uniqueId: '1.1' }));
    expect(second.messageId).not.toBe(first.messageId);

    const looking = outboxOver(await openSpoolStore({ folder: root, readOnly: true }));
    expect(await looking.status('1.1')).toMatchObject({ state: 'queued', messageId: second.messageId });
  });

  it('wants the key, and a folder that is a spool', async () => {
    const root = folder();
    const key = Buffer.from('a key of the tests of 32 bytes:1');
    const outbox = outboxOver(await openSpoolStore({ folder: root, key }));
    await outbox.deposit(fixtureSubmission({ uniqueId: '1.1' }));
    expect(await receipts(outboxOver(await openSpoolStore({ folder: root, key, readOnly: true })))).toHaveLength(1);
    await expect(openSpoolStore({ folder: root, readOnly: true })).rejects.toMatchObject({ code: 'TE_OUTBOX' });

    const other = folder();
    expect(await receipts(outboxOver(await openSpoolStore({ folder: other, readOnly: true })))).toEqual([]);
    writeFileSync(join(other, 'letter.txt'), 'x');
    await expect(openSpoolStore({ folder: other, readOnly: true })).rejects.toMatchObject({
      code: 'TE_OUTBOX',
      details: { reason: 'no-spool' },
    });
    await expect(openSpoolStore({ folder: join(other, 'absent'), readOnly: true })).rejects.toMatchObject({
      code: 'TE_OUTBOX',
    });
    expect(existsSync(join(other, 'absent'))).toBe(false);
  });
});

describe('backup and restore', () => {
  it('a copy of a closed spool, opened with its key, sends what waited and knows what left', async () => {
    const [root, backup, restored] = [folder(), folder(), folder()];
    const key = Buffer.from('a key of the tests of 32 bytes:2');
    const outbox = outboxOver(await openSpoolStore({ folder: root, key }));
    await outbox.deposit(fixtureSubmission({ uniqueId: '1.1' }));
    await outbox.deposit(fixtureSubmission({ uniqueId: '1.2' }));
    await outbox.cancel('1.2');
    await outbox.close();
    cpSync(root, backup, { recursive: true });

    // The machine is lost; the copy is put in another place.
    rmSync(root, { recursive: true, force: true });
    cpSync(backup, restored, { recursive: true });
    await expect(openSpoolStore({ folder: restored })).rejects.toMatchObject({ code: 'TE_OUTBOX' });

    const left: string[] = [];
    const again = outboxOver(await openSpoolStore({ folder: restored, key }), async ({ messageId }) => {
      left.push(messageId);
      return { smtpCode: 250, enhancedStatus: null };
    });
    await vi.waitFor(async () => expect((await again.status('1.1'))?.state).toBe('accepted'));
    expect((await again.status('1.2'))?.state).toBe('expired');
    expect(left).toEqual([(await again.status('1.1'))?.messageId]);
  });
});
