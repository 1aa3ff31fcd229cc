import { fork, type ChildProcess } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, existsSync, mkdtempSync, openSync, readdirSync, readFileSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createTestHierarchy } from '../../../src/testing/index.ts';
import { missing, skipBecause } from '../../helpers/require-tool.ts';
import { buildModule, writeCard } from '../../windows/native-card.mjs';
import { compileChild, compileForChild } from './child-file.ts';

const skip = missing('cc') || (!existsSync('/proc/self/mem') && skipBecause('memory is read through /proc'));

/** How often some bytes are in the writable memory of a process. */
function occurrences(pid: number, wanted: Buffer): number {
  const maps = readFileSync(`/proc/${pid}/maps`, 'utf8').split('\n');
  const memory = openSync(`/proc/${pid}/mem`, 'r');
  let found = 0;
  try {
    for (const line of maps) {
      const [, from, to] = /^([0-9a-f]+)-([0-9a-f]+) rw/.exec(line) ?? [];
      if (from !== undefined && to !== undefined)
        found += countIn(memory, BigInt(`0x${from}`), BigInt(`0x${to}`), wanted);
    }
  } finally {
    closeSync(memory);
  }
  return found;
}

const block = 4 * 1024 * 1024;

function countIn(memory: number, from: bigint, to: bigint, wanted: Buffer): number {
  let found = 0;
  for (let at = from; at < to; at += BigInt(block)) {
    // Blocks overlap by one length less a byte: what lies across is found once.
    const length = Math.min(block + wanted.length - 1, Number(to - at));
    const bytes = Buffer.allocUnsafe(length);
    let read: number;
    try {
      read = readSync(memory, bytes, 0, length, at);
    } catch {
      continue; // A region that the system does not show.
    }
    for (let i = bytes.indexOf(wanted); i >= 0 && i + wanted.length <= read; i = bytes.indexOf(wanted, i + 1))
      found += 1;
    bytes.fill(0);
  }
  return found;
}

describe.skipIf(skip)('a PIN that was given as bytes', () => {
  const folder = skip ? '' : mkdtempSync(join(tmpdir(), 'te-pin-'));
  const library = join(folder, 'card.so');
  const card = join(folder, 'card');
  const pin = Array.from({ length: 24 }, () => randomInt(10)).join('');
  const masked = Buffer.from(Array.from(Buffer.from(pin), (byte) => byte ^ 0x55)).toString('hex');
  let childFile: string;
  let hostFile: string;
  let host: ChildProcess | null = null;

  beforeAll(async () => {
    buildModule(library);
    writeCard(card, (await createTestHierarchy()).professional, { pin });
    childFile = await compileChild();
    hostFile = await compileForChild(new URL('pin-host.ts', import.meta.url), 'host');
  });
  afterEach(() => host?.kill('SIGKILL'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  async function start(isolation: 'child-process' | 'in-process'): Promise<number> {
    const options = JSON.stringify({ library, childFile, card, isolation, masked });
    host = fork(hostFile, [options], { execArgv: [], env: { TE_TEST_TOKEN: card } });
    expect(await once(host, 'message')).toContain('logged in');
    return host.pid ?? 0;
  }

  const childrenOf = (pid: number): number[] =>
    readdirSync(`/proc/${pid}/task`)
      .flatMap((task) => readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' '))
      .filter((text) => text.trim() !== '')
      .map(Number);

  it('is in no memory of the host and of the child after the login', async () => {
    const pid = await start('child-process');
    const [child] = childrenOf(pid);
    expect(child).toBeDefined();

    // The search sees: the masked form, which the host was given, is found.
    expect(occurrences(pid, Buffer.from(masked))).toBeGreaterThan(0);
    expect([occurrences(pid, Buffer.from(pin)), occurrences(child ?? 0, Buffer.from(pin))]).toEqual([0, 0]);
  });

  it('nor of a host that has the library in its own process', async () => {
    const pid = await start('in-process');
    expect(childrenOf(pid)).toEqual([]);
    expect(occurrences(pid, Buffer.from(pin))).toBe(0);
  });
});
