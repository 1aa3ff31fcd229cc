import fc from 'fast-check';
import { expect } from 'vitest';

import { isTerrESanteError } from '../../src/errors.ts';
import type { History, Step, Who } from './history.ts';

/** Any step about one of the first patients. */
export function steps(patients: number): fc.Arbitrary<Step> {
  const who = fc.constantFrom<Who>('first', 'second');
  const patient = fc.nat(patients - 1);
  const nth = fc.nat(3);
  return fc.oneof(
    { weight: 5, arbitrary: fc.record({ kind: fc.constant('deposit' as const), who, patient }) },
    {
      weight: 3,
      arbitrary: fc.record({ kind: fc.constantFrom('replace' as const, 'mask', 'unmask'), who, patient, nth }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('connect' as const), who: fc.constant('first' as const) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('mark' as const), who, patient }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('leave' as const, 'join'), who, patient }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('block' as const), who, patient }) },
  );
}

/** What the client says of one patient must be what the oracle says. */
export async function checkPatient(history: History, index: number): Promise<void> {
  const { oracle } = history;
  const { patient, blocked } = oracle.dossiers[index]!;
  for (const who of ['first', 'second'] as const) {
    const asked = history.client(who).notifications.countForPatient(patient);
    if (oracle.isOpen(who, index)) {
      expect([who, index, (await asked).count]).toEqual([who, index, oracle.count(who, index)]);
      continue;
    }
    const failure: unknown = await asked.catch((error: unknown) => error);
    const code = blocked.has(who) ? 'TE_BLOCKED_BY_PATIENT' : 'TE_NOT_IN_CIRCLE';
    expect(isTerrESanteError(failure) && failure.code).toBe(code);
  }
}

/** The same for the practitioner: the sum, each line of it, and the events that make it up. */
export async function checkPractitioner(history: History): Promise<void> {
  const { oracle, first, elsewhere, second, simulator } = history;
  const [here, there] = [
    await first.notifications.countForPractitioner(),
    await elsewhere.notifications.countForPractitioner(),
  ];
  expect(here.count).toBe(oracle.total());
  expect([there.count, there.perPatient]).toEqual([here.count, here.perPatient]);

  const lines = new Map(here.perPatient.map(({ regionalId, count }) => [regionalId.value, count]));
  const open = oracle.dossiers.flatMap((dossier, index) =>
    oracle.isOpen('first', index) ? [{ ...dossier, index }] : [],
  );
  expect(lines.size).toBe(open.length);
  for (const { patient, index } of open) {
    const regionalId = simulator.dossier(patient.localId)!.regionalId.value;
    expect(lines.get(regionalId)).toBe(oracle.count('first', index));
  }

  // Without a cut-off of the practitioner there is no number, whatever is known of a patient.
  expect((await second.notifications.countForPractitioner()).count).toBeNull();
}

/** The events, page by page, are as many as were counted. */
export async function checkEvents({ oracle, first }: History): Promise<void> {
  let events = 0;
  let cursor: string | undefined;
  do {
    const page = await first.notifications.list({ limit: 3, ...(cursor !== undefined && { cursor }) });
    events += page.items.filter(({ kind }) => kind === 'document').length;
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
  expect(events).toBe(oracle.total() ?? 0);
}
