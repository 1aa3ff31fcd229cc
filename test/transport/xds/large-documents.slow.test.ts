import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { fileSource, type Submission } from '../../../src/documents/index.ts';
import { createHttpClient, createXdsClient, type HttpClient, type XdsClient } from '../../../src/transport/index.ts';
import { submission } from '../../client/world.ts';
import { iheRefereeCommand, startIheReferee, type IheReferee } from '../../helpers/ihe-referee.ts';

const command = iheRefereeCommand();
const piece = 1_000_000;

async function digestOf(path: string, algorithm: string): Promise<string> {
  const hash = createHash(algorithm);
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

describe.skipIf(command === null)('long documents to Open eHealth IPF and back', () => {
  let referee: IheReferee | null = null;
  let http: HttpClient;
  let xds: XdsClient;
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'te-large-'));
    referee = await startIheReferee(command ?? '');
    http = createHttpClient({ timeoutMs: 120_000, allowClearLoopback: true });
    const url = referee?.url ?? '';
    const endpoints = { register: `${url}/iti41`, query: `${url}/iti18`, retrieve: `${url}/iti43` };
    xds = createXdsClient({ http, endpoints });
  }, 120_000);
  afterAll(async () => {
    await http.close();
    referee?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** A letter in whose place stands a file: what is sent is the file, byte by byte. */
  async function depositOf(path: string): Promise<Submission> {
    const made = await submission();
    const [{ entry, document }] = made.documents as [Submission['documents'][number]];
    const own = { ...entry, hash: await digestOf(path, 'sha1'), size: statSync(path).size };
    return { ...made, documents: [{ entry: own, document: { ...document, content: await fileSource(path) } }] };
  }

  it.each([20, 100])('%i MB are the same bytes', { timeout: 300_000 }, async (megabytes) => {
    const path = join(folder, `${String(megabytes)}.bin`);
    for (let part = 0; part < megabytes; part += 1) writeFileSync(path, randomBytes(piece), { flag: 'a' });
    const size = megabytes * piece;
    const sent = await depositOf(path);
    const { uniqueId, hash } = sent.documents[0]!.entry;

    await expect(xds.registerDocuments(sent)).resolves.toMatchObject({ status: 'Success', warnings: [], told: [] });
    const seen = referee?.log.at(-1);
    expect(seen).toMatchObject({ transaction: 'ITI-41', outcome: 'Success', mtom: true, xop: 1, bytes: size });

    const entry = await xds.currentEntry(uniqueId);
    expect(entry).toMatchObject({ hash, size });

    const back = join(folder, `${String(megabytes)}.back`);
    const asked = { repositoryUniqueId: entry.repositoryUniqueId ?? '', uniqueId, hash: entry.hash, size: entry.size };
    const { documents } = await xds.retrieveDocuments([asked]);
    for await (const document of documents) {
      await document.saveTo(back);
      expect(document).toMatchObject({ uniqueId, sha1: hash });
    }
    expect(referee?.log.at(-1)).toMatchObject({ transaction: 'ITI-43', outcome: 'Success' });

    // By another digest than the one that the client compares.
    expect(statSync(back).size).toBe(size);
    expect(await digestOf(back, 'sha256')).toBe(await digestOf(path, 'sha256'));
    for (const file of [path, back]) rmSync(file);
  });
});
