import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkMetadata, readCda, readCdaSource, readMetadata } from '../../../src/documents/index.ts';
import { isTerrESanteError } from '../../../src/errors.ts';
import { bytesSource } from '../../../src/internal/bytes.ts';
import { readXml } from '../../../src/internal/xml/index.ts';
import { tolerated, xmlCases } from './cases.ts';

const canary = 'CANARI-FICHIER';
const canaryFile = join(mkdtempSync(join(tmpdir(), 'xml-')), 'secret.txt');
writeFileSync(canaryFile, canary);
let visits = 0;
let server: Server;
let url = '';
beforeAll(async () => {
  server = createServer((_, response) => {
    visits += 1;
    response.end(canary);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
});
afterAll(() => server.close());

const readers: Record<string, (bytes: Uint8Array) => unknown> = {
  readXml,
  readMetadata,
  checkMetadata,
  readCda,
  readCdaSource: (bytes) => readCdaSource(bytesSource(bytes)),
};

/** Error code, or `read`. Anything that is not one of our errors fails the test. */
async function outcome(read: (bytes: Uint8Array) => unknown, bytes: Uint8Array): Promise<string> {
  try {
    const value = await read(bytes);
    expect(JSON.stringify(value)).not.toContain(canary);
    return 'read';
  } catch (error) {
    if (!isTerrESanteError(error)) throw error;
    expect(JSON.stringify(error)).not.toContain(canary);
    return error.code;
  }
}

describe('hostile XML', () => {
  // First: the highest use of the process only ever goes up.
  it('takes at most 60 MB more memory', async () => {
    const cases = xmlCases(url, canaryFile);
    const inputs = cases.map(({ make }) => make());
    const before = process.resourceUsage().maxRSS;
    for (const bytes of inputs) await outcome(readMetadata, bytes);
    expect((process.resourceUsage().maxRSS - before) / 1024).toBeLessThan(60);
  });

  it('has at least 150 cases', () => {
    expect(xmlCases('', '').length).toBeGreaterThanOrEqual(150);
  });

  it.each(Object.entries(readers))('is refused with a type by %s', async (reader, read) => {
    const wrong: string[] = [];
    for (const { name, make } of xmlCases(url, canaryFile)) {
      const code = await outcome(read, make());
      const expected =
        tolerated.has(name) && reader.includes('Metadata')
          ? ['read', 'TE_DOCUMENT_INVALID']
          : ['TE_XML_INVALID', 'TE_DOCUMENT_INVALID'];
      if (!expected.includes(code)) wrong.push(`${name}: ${code}`);
    }
    expect(wrong).toEqual([]);
    expect(visits).toBe(0);
  });

  it('is refused by its size before it is decoded', async () => {
    const large = Buffer.alloc(33 * 1024 * 1024, 'a');
    expect(await outcome(readMetadata, large)).toBe('TE_XML_INVALID');
  });
});
