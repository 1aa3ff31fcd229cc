import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { runWords } from '../helpers/cli.ts';
import { skipBecause } from '../helpers/require-tool.ts';

/*
 * SOAP, XDS, PIX and PDQ messages of other people's software: what a program written by others read
 * in each is what the command tells, key by key.
 */

interface Sample {
  readonly file: string;
  readonly expected: Readonly<Record<string, unknown>>;
}

/** Files that are refused here on purpose. */
const refused: Readonly<Record<string, string>> = {
  'soap-other/saaj--rejectDtd.xml': 'SOAP forbids a DTD, and entities begin there',
  'mtom-body/epa--ePA-2-Beispielnachrichten-PS---Konnektor-provideChildsRecord-request.xml':
    'no empty line ends the header of its first part',
};

const folder = samplesFolder();
const samples: readonly Sample[] =
  folder === null ? [] : (JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8')) as Sample[]);

function samplesFolder(): string | null {
  const data = process.env['TERR_DATA'];
  const found = data === undefined ? null : join(data, 'samples');
  if (found !== null && existsSync(join(found, 'index.json'))) return found;

  skipBecause('TERR_DATA names no folder with samples/index.json');
  return null;
}

/** Values compared so far, each under its key. */
let compared = 0;

/** Every key of what is expected, compared; what else is told does not matter. */
function differences(expected: unknown, got: unknown, path: string): string[] {
  if (typeof expected !== 'object' || expected === null) {
    compared += 1;
    return expected === (got ?? null) ? [] : [`${path}: ${JSON.stringify(got)} for ${JSON.stringify(expected)}`];
  }
  if (Array.isArray(expected) && expected.length !== (got as unknown[] | undefined)?.length) {
    return [`${path}: ${String((got as unknown[] | undefined)?.length)} for ${String(expected.length)}`];
  }
  return Object.entries(expected).flatMap(([key, value]) =>
    // The words of the parser that judged the sample are its own.
    key === 'notWellFormed'
      ? []
      : differences(value, (got as Record<string, unknown> | undefined)?.[key], `${path}.${key}`),
  );
}

/** Whether a sample is a fault, or an answer that says it failed. */
function isRefusal(expected: Sample['expected']): boolean {
  const { message, fault, status } = expected;
  if (typeof message === 'object' && message !== null) return isRefusal(message as Sample['expected']);
  return fault !== undefined || (typeof status === 'string' && status.endsWith(':Failure'));
}

describe.skipIf(folder === null)('a message of other people', () => {
  it.each(samples.map((sample) => [sample.file, sample] as const))('%s', async (file, { expected }) => {
    const { code, out } = await runWords(['inspect', join(folder ?? '', file), '--json']);
    const isRefused = file in refused || 'notWellFormed' in expected;
    expect(code).toBe(isRefused ? 2 : 0);
    if (!isRefused) expect(differences(expected, JSON.parse(out), '')).toEqual([]);
  });

  it.each(samples.map((sample) => [sample.file, sample] as const))(
    '%s is judged, with the same facts',
    async (file, { expected }) => {
      const { code, out } = await runWords(['check', join(folder ?? '', file), '--json']);
      const { ok, findings, ...facts } = JSON.parse(out) as {
        readonly ok: boolean;
        readonly findings: readonly Readonly<Record<string, unknown>>[];
      };
      expect(code).toBe(ok ? 0 : 1);

      for (const finding of findings) {
        for (const name of ['rule', 'path', 'message', 'messageEn', 'fix', 'fixEn', 'reference']) {
          expect(finding[name], `${String(finding['rule'])} ${name}`).toMatch(/./);
        }
      }
      // What nobody can read is explained; so is a refusal, whoever wrote it.
      if (file in refused || 'notWellFormed' in expected || isRefusal(expected)) expect(ok).toBe(false);
      else expect(differences(expected, facts, '')).toEqual([]);
    },
  );

  it('covers every file', () => {
    expect(samples.length).toBeGreaterThan(200);
    expect(compared).toBeGreaterThan(samples.length);
    process.stdout.write(`messages of others: ${String(samples.length)} files, ${String(compared)} values compared\n`);
    for (const file of Object.keys(refused)) expect(samples.map((sample) => sample.file)).toContain(file);
  });
});
