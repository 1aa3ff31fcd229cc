import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';

import {
  createHttpClient,
  createOutbox,
  createSoapXdsTransport,
  createXdsClient,
  openSpoolStore,
  type HttpClient,
  type Outbox,
  type XdsClient,
} from '../../../src/transport/index.ts';
import { submission } from '../../client/world.ts';
import { iheRefereeCommand, startIheReferee, type IheReferee } from '../../helpers/ihe-referee.ts';
import { createCutLine, cutPlaces } from './fake-registry.ts';

const command = iheRefereeCommand();

describe.skipIf(command === null)('an outbox that deposits to Open eHealth IPF', () => {
  let referee: IheReferee | null = null;
  let http: HttpClient;
  let xds: XdsClient;
  const cleanups: (() => unknown)[] = [];

  beforeAll(async () => {
    referee = await startIheReferee(command ?? '');
    http = createHttpClient({ timeoutMs: 60_000, allowClearLoopback: true });
    xds = createXdsClient({ http, endpoints: { query: `${referee?.url ?? ''}/iti18` } });
  }, 120_000);
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  });
  afterAll(async () => {
    await http.close();
    referee?.stop();
  });

  /** How many documents of this uniqueId the registry counts, by its own stored query. */
  const counted = async (uniqueId: string): Promise<number> =>
    (await xds.query({ query: 'GetDocuments', uniqueIds: [uniqueId] }).all()).documents.length;

  async function outboxOver(port: number, folder: string, firstDelayMs: number): Promise<Outbox> {
    const { pathname, port: own, hostname } = new URL(referee?.url ?? '');
    const at = (where: number | string, name: string): string =>
      `http://${hostname}:${String(where)}${pathname === '/' ? '' : pathname}/${name}`;
    const outbox = createOutbox({
      store: await openSpoolStore({ folder, key: Buffer.alloc(32, 'k').fill(1, 0, 16) }),
      carrier: createSoapXdsTransport({
        http,
        endpoints: { register: at(port, 'iti41'), query: at(own, 'iti18') },
      }),
      retry: { firstDelayMs, longestDelayMs: firstDelayMs },
      pollMs: 50,
    });
    cleanups.push(() => outbox.close({ graceMs: 0 }));
    return outbox;
  }

  it.each(cutPlaces)('cut at %s, then closed and opened again, registers one document', async (place) => {
    const sent = await submission();
    const uniqueId = sent.documents[0]?.entry.uniqueId ?? '';
    const line = await createCutLine(Number(new URL(referee?.url ?? '').port), place);
    cleanups.push(() => line.close());
    const folder = mkdtempSync(join(tmpdir(), 'xds-referee-'));
    cleanups.push(() => rmSync(folder, { recursive: true, force: true }));

    const first = await outboxOver(line.port, folder, 60_000);
    await first.deposit(sent);
    await vi.waitFor(() => expect(line.isCut).toBe(true), { timeout: 20_000 });
    await first.close({ graceMs: 0 });

    const second = await outboxOver(line.port, folder, 50);
    await vi.waitFor(
      async () => {
        const state = (await second.status(uniqueId))?.state ?? 'none';
        if (state === 'queued') await second.retry(uniqueId);
        expect(['processed', 'visible']).toContain(state);
      },
      { timeout: 30_000, interval: 100 },
    );
    expect(await counted(uniqueId)).toBe(1);
  });

  it('tells a refusal of the registry by its code', async () => {
    const sent = await submission();
    const uniqueId = sent.documents[0]?.entry.uniqueId ?? '';
    const transport = createSoapXdsTransport({
      http,
      endpoints: { register: `${referee?.url ?? ''}/iti41`, query: `${referee?.url ?? ''}/iti18` },
    });
    await expect(transport.deposit(sent)).resolves.toMatchObject({ state: 'processed' });
    // The same again: refused as a duplicate, asked for, and found to be this very document.
    await expect(transport.deposit(sent)).resolves.toMatchObject({ state: 'processed' });
    expect(referee?.log.filter(({ transaction }) => transaction === 'ITI-41').at(-1)).toMatchObject({
      error: expect.stringContaining('XDSDuplicateUniqueIdInRegistry') as string,
    });
    expect(await counted(uniqueId)).toBe(1);
  });
});
