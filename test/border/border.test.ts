import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { attempt } from './attempt.ts';
import { placesOf, replaced, valueAt, type DoorSet } from './door.ts';
import { authSet } from './doors/auth.ts';
import { documentSet } from './doors/documents.ts';
import { identitySet } from './doors/identity.ts';
import { badValues } from './values.ts';

/**
 * One value in so many at each place, another one at each next place: every value meets every door.
 * The long form is `npm run fuzz -- --target doors`.
 */
const stride = 29;

describe.each<[string, () => Promise<DoorSet>]>([
  ['identity', identitySet],
  ['documents', documentSet],
  ['auth', authSet],
])('the public doors of %s', (_, make) => {
  let set: DoorSet;
  beforeAll(async () => {
    set = await make();
  });
  afterAll(() => set.close?.());

  it('tell an option that does not exist', async () => {
    const passed: string[] = [];
    for (const door of set.doors) {
      for (const place of door.options) {
        const given = { ...(valueAt(door.args, place) as object), unknownName: 1 };
        const { code, fault } = await attempt(door, replaced(door.args, place, given));
        if (code !== 'TE_INPUT_INVALID') passed.push(`${door.name} ${place}: ${code ?? fault ?? 'taken'}`);
      }
    }
    expect(passed).toEqual([]);
  });

  it('end in a value or an error of ours, whatever they are given', { timeout: 120_000 }, async () => {
    const faults: string[] = [];
    let turn = 0;
    for (const door of set.doors) {
      for (const place of placesOf(door.args, 1)) {
        turn += 1;
        for (let index = turn % stride; index < badValues.length; index += stride) {
          const [name, bad] = badValues[index] ?? [];
          const { fault } = await attempt(door, replaced(door.args, place, bad?.(valueAt(door.args, place))));
          if (fault !== null) faults.push(`${door.name} ${place} = ${name ?? ''}: ${fault}`);
        }
      }
    }
    expect(faults).toEqual([]);
  });
});
