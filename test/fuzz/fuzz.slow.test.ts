import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { TerrESanteError } from '../../src/errors.ts';
import { fuzz } from './run.ts';
import { must, type Target } from './target.ts';
import { targets } from './targets.ts';
import { createWatch } from './watch.ts';

const watch = createWatch();

describe('readers given changed inputs', () => {
  it.each(targets.map((target) => [target.name, target] as const))('%s', async (_, target) => {
    const slow = /^(?:pkcs12|vihf|mail|same-patient)/.test(target.name);
    const { runs, read, failures } = await fuzz(target, { seed: 1, runs: slow ? 30 : 100, watch });
    expect(failures.map(({ run, property }) => `run ${String(run)}: ${property}`)).toEqual([]);
    expect(runs).toBeGreaterThan(0);
    expect(read, 'something is read').toBeGreaterThan(0);
  });
});

/** A reader with one fault, which the run must show. */
const faulty = (read: Target['read'], rest: Partial<Target> = {}): Target => ({
  name: 'faulty',
  seeds: async () => [Buffer.from('seed')],
  dictionary: ['SECRET'],
  read,
  ...rest,
});
let calls = 0;

describe('the run shows', () => {
  it.each<[string, Target, string]>([
    [
      'an error without a type',
      faulty((bytes) => bytes.length > 4 && JSON.parse(Buffer.from(bytes).toString())),
      'not a typed error',
    ],
    ['a property that does not hold', faulty((bytes) => must(bytes.length <= 4, 'short')), 'short'],
    ['readings that differ', faulty((bytes) => (bytes.length > 4 ? (calls += 1) : 0)), 'two readings differ'],
    [
      'a secret in an error',
      faulty(
        (bytes) => {
          if (bytes.length > 4) throw new TerrESanteError('TE_INPUT_INVALID', Buffer.from(bytes).toString());
        },
        { secrets: ['SECRET'] },
      ),
      'a secret in an error',
    ],
    [
      'a secret in a finding',
      faulty((bytes) => Buffer.from(bytes).toString(), { secrets: ['SECRET'], findings: true }),
      'a secret in a finding',
    ],
    [
      'an input that is changed',
      faulty((bytes) => (bytes.length > 4 ? bytes.fill(0).length : 0)),
      'the input was changed',
    ],
    [
      'a file that is opened',
      faulty((bytes) => bytes.length > 4 && writeFileSync('/dev/null', '')),
      'reached outside: file writeFileSync',
    ],
    [
      'a seed that is refused',
      faulty(() => {
        throw new TerrESanteError('TE_INPUT_INVALID', 'x');
      }),
      'a seed is refused',
    ],
  ])('%s', async (_, target, property) => {
    const { failures } = await fuzz(target, { seed: 1, runs: 200, watch });
    expect(failures.map((failure) => failure.property).join('\n')).toContain(property);
  });

  it('the same inputs for the same seed', async () => {
    const inputs: string[][] = [[], [], []];
    for (const [index, seed] of [1, 1, 2].entries()) {
      await fuzz(
        faulty((bytes) => inputs[index]!.push(Buffer.from(bytes).toString('hex')) < 0),
        { seed, runs: 30 },
      );
    }
    expect(inputs[0]).toEqual(inputs[1]);
    expect(inputs[0]).not.toEqual(inputs[2]);
  });
});
