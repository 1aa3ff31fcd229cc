import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { History, type Step } from './history.ts';
import { checkEvents, checkPatient, checkPractitioner, steps } from './history-checks.ts';

let history: History;
beforeAll(async () => {
  history = await History.open();
});
afterAll(() => history.close());

/** Two patients of both practitioners. */
let run = 0;
function dossiers(): void {
  history.clear();
  run += 1;
  history.add(`COURT-${String(run)}-0`, ['first', 'second']);
  history.add(`COURT-${String(run)}-1`, ['first', 'second']);
}

describe('counts follow what happened', () => {
  it('right after each step of a day', async () => {
    dossiers();
    const day: readonly Step[] = [
      { kind: 'deposit', who: 'second', patient: 0 },
      { kind: 'connect', who: 'first' },
      { kind: 'deposit', who: 'second', patient: 0 },
      { kind: 'replace', who: 'second', patient: 0, nth: 0 },
      { kind: 'mask', who: 'second', patient: 0, nth: 1 },
      { kind: 'mark', who: 'second', patient: 0 },
      { kind: 'deposit', who: 'first', patient: 0 },
      { kind: 'leave', who: 'second', patient: 0 },
      { kind: 'block', who: 'first', patient: 0 },
    ];
    for (const step of day) {
      await history.play(step);
      await checkPatient(history, 0);
    }
    await checkPractitioner(history);
  });

  it('whatever happened', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(steps(2), { minLength: 4, maxLength: 7 }), async (random) => {
        dossiers();
        for (const step of random) await history.play(step);
        for (const index of [0, 1]) await checkPatient(history, index);
        await checkPractitioner(history);
        await checkEvents(history);
      }),
      // A longer run is the slow test beside.
      { numRuns: 2, seed: 15, endOnFailure: true },
    );
  });

  it('is no list at all when its second page of three fails', async () => {
    dossiers();
    await history.play({ kind: 'connect', who: 'first' });
    for (const patient of [0, 1, 0]) await history.play({ kind: 'deposit', who: 'second', patient });
    const { notifications } = history.first;
    const { next } = await notifications.list({ limit: 1 });
    history.simulator.inject({ kind: 'http-status', status: 503 });
    await expect(notifications.list({ limit: 1, cursor: next! })).rejects.toMatchObject({ code: 'TE_UNAVAILABLE' });
    expect((await notifications.list({ limit: 1, cursor: next! })).items.length).toBe(1);
  });

  it('a membership that ends between a list and a fetch ends the fetch', async () => {
    dossiers();
    await history.play({ kind: 'deposit', who: 'second', patient: 0 });
    const { patient } = history.oracle.dossiers[0]!;
    const [document] = (await history.elsewhere.documents.list(patient)).documents;
    await history.play({ kind: 'leave', who: 'first', patient: 0 });
    const fetched = history.elsewhere.documents.fetch(patient, document!.uniqueId);
    await expect(fetched).rejects.toMatchObject({ code: 'TE_NOT_IN_CIRCLE' });
    await history.play({ kind: 'block', who: 'first', patient: 0 });
    const again = history.elsewhere.documents.fetch(patient, document!.uniqueId);
    await expect(again).rejects.toMatchObject({ code: 'TE_BLOCKED_BY_PATIENT' });
  });
});
