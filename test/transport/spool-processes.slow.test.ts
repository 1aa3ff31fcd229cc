import { fork, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { bundleSource } from '../../scripts/bundle-source.mjs';
import { openSpoolStore } from '../../src/transport/index.ts';

/**
 * A program with a spool: it deposits and sends, and says what it does. `send` goes to a file, so
 * that a program that was stopped in the middle leaves its trace.
 */
const program = `
import { appendFileSync } from 'node:fs';
import { createOutbox, openSpoolStore } from './src/transport/index.ts';

const [folder, count, trace] = process.argv.slice(2);
const bytes = Buffer.alloc(2_000, 65);
const content = { byteLength: bytes.length, async *open() { yield bytes; } };
const say = (message) => process.send?.(message);

try {
  const store = await openSpoolStore({ folder, takeOverAfterMs: 1_000 });
  const outbox = createOutbox({
    store,
    carrier: {
      compose: async (_, identifiers) => ({
        ...identifiers,
        envelope: { from: 'a@cabinet.mssante.fr', to: 'b@plateforme.mssante.fr' },
        byteLength: bytes.length,
        content,
      }),
      send: async (mail) => {
        for await (const _ of mail.content.open());
        appendFileSync(trace, process.pid + ' ' + mail.messageId + '\\n');
        await new Promise((resolve) => setTimeout(resolve, 10));
        return { smtpCode: 250, enhancedStatus: null };
      },
    },
    senderDomain: 'cabinet.mssante.fr',
    pollMs: 20,
    onError: (error) => say('error ' + error.code + ' ' + error.details.reason),
  });
  say('open');
  for (let index = 0; index < Number(count); index += 1) {
    const uniqueId = '2.999.1.' + index;
    const header = { uniqueId };
    await outbox.deposit({
      submissionSet: {},
      documents: [{ entry: { uniqueId }, document: { sha1: 'a'.repeat(40), header } }],
      patient: {},
    });
  }
  say('deposited');
} catch (error) {
  say('refused ' + error.code + ' ' + error.details?.reason);
}
setInterval(() => undefined, 1_000);
`;

let script = '';
const children: ChildProcess[] = [];
const folders: string[] = [];
beforeAll(async () => {
  script = await bundleSource('spool-processes', program);
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});
afterAll(() => {
  for (const made of folders.splice(0)) rmSync(made, { recursive: true, force: true });
});

function place(): { folder: string; trace: string } {
  const root = mkdtempSync(join(tmpdir(), 'spool-processes-'));
  folders.push(root);
  const trace = join(root, 'trace');
  writeFileSync(trace, '');
  return { folder: join(root, 'spool'), trace };
}

/** Starts the program; `said` resolves when it says something that begins like this. */
function start({ folder, trace }: { folder: string; trace: string }, count: number): Program {
  const child = fork(script, [folder, String(count), trace], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  children.push(child);
  const words: string[] = [];
  child.on('message', (word) => words.push(word as string));

  return {
    child,
    words,
    async said(...starts) {
      for (;;) {
        const word = words.find((one) => starts.some((begin) => one.startsWith(begin)));
        if (word !== undefined) return word;
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
  };
}

interface Program {
  readonly child: ChildProcess;
  readonly words: readonly string[];
  said(...starts: string[]): Promise<string>;
}

async function look(folder: string): Promise<Map<string, string>> {
  const store = await openSpoolStore({ folder, readOnly: true });
  const states = new Map<string, string>();
  for await (const entry of store.list()) states.set(entry.uniqueIds[0]!, entry.work);
  await store.close();
  return states;
}

describe('two processes and one spool', { timeout: 120_000 }, () => {
  it('one reads while the other deposits and sends: nothing goes missing, nothing is changed', async () => {
    const at = place();
    const sender = start(at, 300);
    await sender.said('open');

    let seen = new Map<string, string>();
    let looks = 0;
    // The last look begins after the last deposit.
    for (let isLast = false; !isLast || [...seen.values()].some((work) => work !== 'done');) {
      isLast = sender.words.includes('deposited');
      const now = await look(at.folder);
      // What a look has shown, every later look shows; what is done stays done.
      for (const [uniqueId, work] of seen) {
        expect(now.has(uniqueId), uniqueId).toBe(true);
        if (work === 'done') expect(now.get(uniqueId)).toBe('done');
      }
      seen = now;
      looks += 1;
    }
    expect(looks).toBeGreaterThan(2);
    expect(seen.size).toBe(300);
    expect(sender.words.filter((word) => word.startsWith('error'))).toEqual([]);
    const sent = readFileSync(at.trace, 'utf8').trim().split('\n');
    expect(new Set(sent).size).toBe(300);
    expect(sent).toHaveLength(300);
  });

  it('one is killed, and of four that start at once one goes on', async () => {
    const at = place();
    const first = start(at, 20);
    await first.said('deposited');
    first.child.kill('SIGKILL');

    const others = Array.from({ length: 4 }, () => start(at, 0));
    const words = await Promise.all(others.map((other) => other.said('open', 'refused')));
    expect(words.filter((word) => word === 'open')).toHaveLength(1);
    expect(words.filter((word) => word === 'refused TE_OUTBOX locked')).toHaveLength(3);
  });

  it.skipIf(process.platform === 'win32')('one that stood still sends nothing once another has its spool', async () => {
    const at = place();
    const sleeper = start(at, 100);
    await sleeper.said('open');
    sleeper.child.kill('SIGSTOP');

    const next = start(at, 100);
    await next.said('deposited');
    const after = statSync(at.trace).size;
    sleeper.child.kill('SIGCONT');
    expect(await sleeper.said('error', 'refused')).toMatch(/TE_OUTBOX taken-over/);

    // Messages that were under way are the only ones that may end in both.
    const late = readFileSync(at.trace, 'utf8')
      .slice(after)
      .trim()
      .split('\n')
      .filter((line) => line !== '');
    expect(late.filter((line) => line.startsWith(`${String(sleeper.child.pid)} `))).toEqual([]);
    expect(readdirSync(join(at.folder, 'lock'))).toHaveLength(1);
    expect(next.words.filter((word) => word.startsWith('error'))).toEqual([]);
  });
});
