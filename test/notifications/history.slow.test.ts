import fc from 'fast-check';
import { afterAll, beforeAll, describe, it } from 'vitest';

import { History, type Who } from './history.ts';
import { checkEvents, checkPatient, checkPractitioner, steps } from './history-checks.ts';

/** `TERR_HISTORIES=200` plays more of them; `TERR_SEED` others. */
const histories = Number(process.env['TERR_HISTORIES'] ?? '3');
const seed = Number(process.env['TERR_SEED'] ?? '2026');

let history: History;
beforeAll(async () => {
  history = await History.open();
});
afterAll(() => history.close());

describe('counts of two practitioners, three structures and many patients', () => {
  it('are right after every step of a run over 500 patients', async () => {
    for (let index = 0; index < 500; index += 1) {
      const members: Who[] = (['first', 'second'] as const).filter((_, at) => index % 3 !== at);
      history.add(`GRAND-${String(index)}`, members);
    }
    await history.play({ kind: 'connect', who: 'first' });
    for (const step of fc.sample(steps(500), { numRuns: 40, seed })) {
      await history.play(step);
      if ('patient' in step) await checkPatient(history, step.patient);
      await checkPractitioner(history);
    }
    await checkEvents(history);
  }, 300_000);

  it('are right after every step of random histories of five patients', async () => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(steps(5), { minLength: 10, maxLength: 25 }), async (random) => {
        history.clear();
        run += 1;
        for (const index of [0, 1, 2, 3, 4]) history.add(`LONG-${String(run)}-${String(index)}`, ['first', 'second']);
        for (const step of random) {
          await history.play(step);
          if ('patient' in step) await checkPatient(history, step.patient);
        }
        await checkPractitioner(history);
        await checkEvents(history);
      }),
      { numRuns: histories, seed, endOnFailure: true },
    );
  }, 600_000);
});
