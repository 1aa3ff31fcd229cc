import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { build } from 'esbuild';
import { createTestHierarchy, type TestHierarchy } from '../../../src/testing/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'te-extra-'));
let pki: TestHierarchy;
let server: Server;

const program = `
import { createHttpClient } from './src/transport/index.ts';
import { readFileSync } from 'node:fs';
const [url, ca] = process.argv.slice(2);
const http = createHttpClient(ca === undefined ? {} : { ca: readFileSync(ca, 'utf8') });
http.send({ method: 'GET', url }).then(
  ({ status }) => console.log(status),
  ({ code }) => console.log(code),
).finally(() => http.close());
`;

beforeAll(async () => {
  pki = await createTestHierarchy();
  const { certPem, keyPem } = pki.server();
  writeFileSync(join(folder, 'ca.pem'), pki.caPem);
  server = createServer({ cert: certPem, key: keyPem }, (_request, response) => response.end());
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  await build({
    stdin: { contents: program, resolveDir: new URL('../../..', import.meta.url).pathname, loader: 'ts' },
    outfile: join(folder, 'ask.mjs'),
    bundle: true,
    platform: 'node',
    format: 'esm',
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    external: ['koffi', 'pg', '@etalab/*'],
    logLevel: 'silent',
  });
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

/** Asks in a process of its own: Node reads the variable at its start. */
function ask(...options: readonly string[]): Promise<string> {
  const url = `https://localhost:${(server.address() as AddressInfo).port}/`;
  return new Promise((resolve) => {
    const env = { ...process.env, NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem') };
    execFile(process.execPath, [join(folder, 'ask.mjs'), url, ...options], { env }, (error, stdout) => {
      resolve(error ? error.message : stdout.trim());
    });
  });
}

describe('NODE_EXTRA_CA_CERTS', () => {
  it('adds no authority to those of an HTTPS client', async () => {
    expect(await ask()).toMatch(/^TE_/);
    expect(await ask(join(folder, 'ca.pem'))).toBe('200');
  });
});
