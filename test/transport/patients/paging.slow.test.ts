import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import {
  createHttpClient,
  createPatientIdentityClient,
  type HttpClient,
  type PatientCandidates,
  type PatientIdentityClient,
} from '../../../src/transport/index.ts';
import { iheRefereeCommand } from '../../helpers/ihe-referee.ts';
import { skipBecause } from '../../helpers/require-tool.ts';

/*
 * The shared referee answers every search in one piece; here IPF itself cuts the answer, judges each continuation and cancel by
 * schema and Schematron, and keeps the rest.
 */

const source = fileURLToPath(new URL('../../real/ihe-paging/PagingServer.java', import.meta.url));
const command = iheRefereeCommand();

/** Class path of the referee, which its command builds; `null` with the reason printed. */
function classPath(run: string): string | null {
  const base = process.env['TERR_REFEREES_DIR'] ?? join(homedir(), '.cache/terr-esante-referees');
  try {
    execFileSync(run, ['check'], { stdio: 'ignore' });
  } catch {
    // Without files it only builds, and says how it is used.
  }
  const built = existsSync(base)
    ? readdirSync(base)
        .map((name) => join(base, name, 'classpath'))
        .filter((file) => existsSync(file))
    : [];
  // Other referees keep theirs in the same folder.
  const [newest] = built
    .sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs)
    .map((file) => readFileSync(file, 'utf8').trim())
    .filter((path) => path.includes('/ipf-'));
  if (newest !== undefined) return newest;

  skipBecause('the IHE referee could not be built: no Java, no Maven, or no artifacts');
  return null;
}

describe.skipIf(command === null)('pages of a search, cut by IPF', () => {
  let server: ChildProcess | null = null;
  let http: HttpClient;
  let client: PatientIdentityClient;
  const lines: string[] = [];

  beforeAll(async () => {
    const path = classPath(command ?? '');
    if (path === null) return;

    server = spawn('java', ['-XX:TieredStopAtLevel=1', '-Xmx512m', '-cp', path, source], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const url = await new Promise<string>((resolve, reject) => {
      server?.on('exit', () => reject(new Error('the paging server ended')));
      server?.stdout?.on('data', (chunk: Buffer) => {
        lines.push(...chunk.toString('utf8').split('\n').filter(Boolean));
        const ready = lines.find((line) => line.startsWith('READY '));
        if (ready) resolve(ready.slice('READY '.length));
      });
    });
    http = createHttpClient({ timeoutMs: 60_000, allowClearLoopback: true });
    client = createPatientIdentityClient({
      http,
      endpoints: { search: `${url}/iti47` },
      sender: '2.999.1.10.1',
      receiver: '2.999.1.1',
    });
  }, 180_000);

  afterAll(async () => {
    if (server) await http.close();
    server?.kill();
  });

  const values = ({ candidates }: PatientCandidates): string[] =>
    candidates.flatMap(({ identifiers }) => identifiers.map(({ value }) => value));
  const numbers = (count: number): string[] => Array.from({ length: count }, (_, place) => String(place + 1));

  it('all come, in order and once', { timeout: 120_000 }, async ({ skip }) => {
    if (!server) return skip();
    for (const [count, pageSize] of [
      [7, 3],
      [6, 3],
      [23, 1],
      [4, 9],
    ] as const) {
      const found = await client.search({ birthName: `PAGES-${String(count)}` }, { pageSize });
      expect(values(found)).toEqual(numbers(count));
      expect(found).toMatchObject({ total: count, hasMore: false, told: [] });
    }
  });

  it('stop at the limit, and IPF forgets the rest', { timeout: 60_000 }, async ({ skip }) => {
    if (!server) return skip();
    const forgotten = (): number => lines.filter((line) => line.startsWith('forgotten ')).length;
    const before = forgotten();

    const found = await client.search({ birthName: 'PAGES-20' }, { pageSize: 2, limit: 5 });
    expect(values(found)).toEqual(numbers(5));
    expect(found).toMatchObject({ total: 20, hasMore: true, told: [] });
    expect(forgotten()).toBe(before + 1);
  });
});
