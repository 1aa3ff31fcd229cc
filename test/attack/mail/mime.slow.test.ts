import { runInNewContext } from 'node:vm';
import { setFlagsFromString } from 'node:v8';
import { beforeAll, describe, expect, it } from 'vitest';
import { createSubmission, packageXdm } from '../../../src/documents/index.ts';
import { isTerrESanteError } from '../../../src/errors.ts';
import { collect } from '../../../src/internal/bytes.ts';
import { parseReport } from '../../../src/transport/index.ts';
import { readIncomingDeposit } from '../../../src/transport/mss/incoming.ts';
import { builtDocument, canaryName, fixedRuntime, sourceId } from '../../documents/helpers/built-document.ts';
import { createWatch } from '../../fuzz/watch.ts';
import { mimeCases, type MimeCase } from './mime-cases.ts';

let archive: Uint8Array;
let cases: MimeCase[] = [];
const watch = createWatch();
setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;
beforeAll(async () => {
  const submission = createSubmission([builtDocument()], { sourceId, runtime: fixedRuntime() });
  archive = await collect((await packageXdm(submission)).content.open());
  cases = mimeCases(archive);
  // The parser is loaded when it is first needed.
  await readIncomingDeposit(Buffer.from('Subject: x\r\n\r\nx'));
});

async function outcome(read: () => Promise<'archive' | 'nothing'>): Promise<string> {
  try {
    return await read();
  } catch (error) {
    if (!isTerrESanteError(error)) return `not typed: ${String(error)}`;
    expect(JSON.stringify(error)).not.toContain(canaryName);
    return error.code === 'TE_VALIDATION' ? 'refused' : error.code;
  }
}

const depositOutcome = (bytes: Uint8Array): Promise<string> =>
  outcome(async () => {
    const read = await readIncomingDeposit(bytes);
    if (read.archive === null) return 'nothing';
    // Cut or whole, but never other bytes.
    expect(Buffer.from(archive).subarray(0, read.archive.length).equals(Buffer.from(read.archive))).toBe(true);
    return 'archive';
  });

const used = (): number => {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return (heapUsed + arrayBuffers) / 1_048_576;
};

/** Most memory in use while something is done, beyond what was before, in megabytes. */
async function peakOf(work: () => Promise<unknown>): Promise<number> {
  collectGarbage();
  const before = used();
  let top = before;
  let done = false;
  const sample = (): void => {
    if (done) return;
    if (used() - before > 55) collectGarbage();
    top = Math.max(top, used());
    setTimeout(sample, 10);
  };
  sample();
  await work();
  done = true;
  return top - before;
}

describe('hostile mails', () => {
  it('has at least a hundred cases', () => {
    expect(cases.length).toBeGreaterThanOrEqual(100);
    expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length);
  });

  it('give their archive, nothing, or a typed refusal; no file and no host is reached', async () => {
    const wrong: string[] = [];
    for (const { name, make, expected } of cases) {
      const bytes = make();
      watch.start();
      const got = await depositOutcome(bytes);
      const touched = watch.stop();
      if (got !== expected || touched.length > 0) wrong.push(`${name}: ${got} ${touched.join(' ')}`);
    }
    expect(wrong).toEqual([]);
  });

  it('are no report, a report, or a typed refusal', async () => {
    const wrong: string[] = [];
    for (const { name, make } of cases) {
      const got = await outcome(async () => ((await parseReport(make())) === null ? 'nothing' : 'archive'));
      if (!['nothing', 'archive', 'refused'].includes(got)) wrong.push(`${name}: ${got}`);
    }
    expect(wrong).toEqual([]);
  });

  it('take at most 60 MB more memory than the mail itself', async () => {
    const large: string[] = [];
    for (const { name, make } of cases) {
      const bytes = make();
      if (bytes.length < 1_000_000) continue;
      const peak = await peakOf(() => depositOutcome(bytes));
      if (peak > 60) large.push(`${name}: ${String(Math.round(peak))} MB`);
    }
    expect(large).toEqual([]);
  });
});
