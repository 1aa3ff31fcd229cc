import { describe, expect, it } from 'vitest';

import { isTerrESanteError, TerrESanteError } from '../../src/errors.ts';
import { bytesSource, type ByteSource } from '../../src/internal/bytes.ts';
import { createOutbox, type ComposedMail, type Outbox, type OutboxCarrier } from '../../src/transport/index.ts';
import { openSpool } from '../../src/transport/outbox/spool/open-spool.ts';
import { MemoryDisk } from '../helpers/memory-disk.ts';
import { depositAddress, fixtureSubmission, senderAddress } from './fixtures.ts';

/** What reached the far side: uniqueId -> Message-IDs. */
type Filed = Map<string, Set<string>>;

/** The far side in the same process: each message is filed, some replies are lost. */
function carrier(filed: Filed, loseReply: () => boolean): OutboxCarrier {
  return {
    async compose(submission, { messageId, envelopeId }): Promise<ComposedMail> {
      const { uniqueId } = submission.documents[0]!.entry;
      // One of them is too large for the log: it gets a file of its own at once.
      const content = bytesSource(Buffer.from(uniqueId.padEnd(uniqueId === '1.2' ? 600_000 : 0)));
      return {
        envelope: { from: senderAddress, to: depositAddress },
        messageId,
        envelopeId,
        byteLength: content.byteLength,
        content,
      };
    },
    async send({ content, messageId }) {
      let text = '';
      for await (const chunk of content.open()) text += Buffer.from(chunk).toString();
      const uniqueId = text.trim();
      filed.set(uniqueId, (filed.get(uniqueId) ?? new Set()).add(messageId));
      if (loseReply()) throw new TerrESanteError('TE_MAIL_UNKNOWN_OUTCOME', 'inconnu');
      return { smtpCode: 250, enhancedStatus: null };
    },
  };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function start(disk: MemoryDisk, filed: Filed, loseReply = (): boolean => false): Promise<Outbox> {
  const store = await openSpool({ folder: '/spool' }, disk.files);
  return createOutbox({
    store,
    carrier: carrier(filed, loseReply),
    senderDomain: 'c.mssante.fr',
    pollMs: 1,
    retry: { firstDelayMs: 1, longestDelayMs: 1, maxAttempts: 10_000 },
  });
}

/** Deposits, until the disk stops it; resolves with what was promised. */
async function scenario(disk: MemoryDisk, filed: Filed, promised: Set<string>): Promise<void> {
  let lost = 0;
  const outbox = await start(disk, filed, () => (lost += 1) % 3 === 0);
  try {
    for (const uniqueId of ['1.1', '1.2', '1.3']) {
      // A caller that is refused by the disk asks again, as the guide says.
      for (let attempt = 0; attempt < 2; attempt += 1) {
        try {
          await outbox.deposit(fixtureSubmission({ uniqueId, pdfBytes: 10 }));
          promised.add(uniqueId);
          break;
        } catch (error) {
          if (!isTerrESanteError(error)) throw error;
        }
      }
    }
    for (let count = 0; count < 200 && !(await allAccepted(outbox)); count += 1) await turn();
  } finally {
    await outbox.close({ graceMs: 0 });
  }
}

async function allAccepted(outbox: Outbox): Promise<boolean> {
  for (const uniqueId of ['1.1', '1.2', '1.3']) {
    const receipt = await outbox.status(uniqueId).catch(() => null);
    if (receipt && receipt.state !== 'accepted') return false;
  }
  return true;
}

/**
 * After the end of the former process, whatever it was: everything promised goes out, under one
 * Message-ID.
 */
async function aftermath(disk: MemoryDisk, filed: Filed, promised: Set<string>): Promise<void> {
  const outbox = await start(disk, filed);
  for (let count = 0; count < 2_000 && !(await allAccepted(outbox)); count += 1) await turn();
  for (const uniqueId of promised) expect((await outbox.status(uniqueId))?.state).toBe('accepted');
  await outbox.close();
  for (const uniqueId of promised) expect(filed.get(uniqueId)?.size).toBe(1);
  for (const ids of filed.values()) expect(ids.size).toBe(1);
}

/** Number of calls of a run without failure. */
async function countCalls(): Promise<number> {
  const disk = new MemoryDisk();
  await scenario(disk, new Map(), new Set());
  return disk.calls;
}

describe('spool on a failing disk', () => {
  it('loses nothing when any one call fails', async () => {
    const total = await countCalls();
    expect(total).toBeGreaterThan(60);
    const kinds = new Set<string>();
    for (let call = 1; call <= total; call += 1) {
      const disk = new MemoryDisk();
      const filed: Filed = new Map();
      const promised = new Set<string>();
      disk.failAt = call;
      await scenario(disk, filed, promised).catch((error: unknown) => expect(isTerrESanteError(error)).toBe(true));
      kinds.add(disk.failed);
      disk.powerCut();
      await aftermath(disk, filed, promised).catch((error: unknown) => {
        throw new Error(`after a failed ${disk.failed} (call ${String(call)})`, { cause: error });
      });
    }
    for (const kind of ['write', 'sync', 'datasync', 'syncFolder', 'rename', 'create', 'close', 'remove']) {
      expect(kinds).toContain(kind);
    }
  });

  it('loses nothing when the power goes at any call', async () => {
    const total = await countCalls();
    for (let call = 1; call <= total; call += 1) {
      const disk = new MemoryDisk();
      const filed: Filed = new Map();
      const promised = new Set<string>();
      disk.dieAt = call;
      await scenario(disk, filed, promised).catch(() => undefined);
      disk.powerCut();
      await aftermath(disk, filed, promised).catch((error: unknown) => {
        throw new Error(`after a power cut at call ${String(call)}`, { cause: error });
      });
    }
  });

  it('loses nothing when the power goes while the log overflows into files', { timeout: 120_000 }, async () => {
    const names = Array.from({ length: 90 }, (_, index) => `3.${String(index)}`);
    const content = bytesSource(Buffer.alloc(500_000, 'message '));
    const fill = async (disk: MemoryDisk, promised: Set<string>): Promise<void> => {
      const store = await openSpool({ folder: '/spool' }, disk.files);
      const box = createOutbox({
        store,
        carrier: { ...carrier(new Map(), () => false), compose: large },
        senderDomain: 'c.mssante.fr',
        sends: false,
      });
      for (const uniqueId of names) {
        await box.deposit(fixtureSubmission({ uniqueId, pdfBytes: 10 }));
        promised.add(uniqueId);
      }
    };
    const large: OutboxCarrier['compose'] = async (_, { messageId, envelopeId }) => ({
      envelope: { from: senderAddress, to: depositAddress },
      messageId,
      envelopeId,
      byteLength: content.byteLength,
      content,
    });
    const whole = new MemoryDisk();
    await fill(whole, new Set());
    const files = (disk: MemoryDisk): Promise<string[]> =>
      disk.files
        .names('/spool/queue')
        .then(async (buckets) =>
          (await Promise.all(buckets.map((bucket) => disk.files.names(`/spool/queue/${bucket}`)))).flat(),
        );
    expect((await files(whole)).length).toBeGreaterThan(10);
    for (let part = 6; part <= 10; part += 1) {
      const disk = new MemoryDisk();
      const promised = new Set<string>();
      disk.dieAt = Math.floor((whole.calls * part) / 10);
      await fill(disk, promised).catch(() => undefined);
      disk.powerCut();
      const again = await openSpool({ folder: '/spool' }, disk.files);
      const entries = await again.claim({ now: 1e15, limit: 1_000, owner: 'a', leaseMs: 1 });
      expect([...promised].filter((id) => !entries.some(({ uniqueIds }) => uniqueIds.includes(id)))).toEqual([]);
      for (const entry of entries) expect(await length(await again.content(entry))).toBe(content.byteLength);
    }
  });

  it('would lose something without the sync: the disk of this test forgets', async () => {
    const disk = new MemoryDisk();
    let forgets = false;
    const sloppy = {
      ...disk.files,
      create: async (path: string) => {
        const file = await disk.files.create(path);
        return forgets ? { ...file, sync: async () => undefined, datasync: async () => undefined } : file;
      },
    };
    const store = await openSpool({ folder: '/spool' }, sloppy);
    forgets = true;
    const outbox = createOutbox({
      store,
      carrier: carrier(new Map(), () => false),
      senderDomain: 'c.mssante.fr',
      sends: false,
    });
    for (const uniqueId of ['1.1', '1.2']) await outbox.deposit(fixtureSubmission({ uniqueId }));
    disk.powerCut();
    const again = await openSpool({ folder: '/spool' }, disk.files);
    await expect(again.claim({ now: 1e15, limit: 1, owner: 'a', leaseMs: 1 })).rejects.toMatchObject({
      code: 'TE_OUTBOX',
    });
    // The damaged file is set aside: it stops nothing any more. The other message is not there at
    // all.
    expect(await again.claim({ now: 1e15, limit: 1, owner: 'a', leaseMs: 1 })).toEqual([]);
    expect(await disk.files.names('/spool/damaged')).toHaveLength(1);
  });
});

async function length(source: ByteSource): Promise<number> {
  let total = 0;
  for await (const chunk of source.open()) total += chunk.length;
  return total;
}
