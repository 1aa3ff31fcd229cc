import { tmpdir } from 'node:os';
import { mutate } from '../fuzz/mutate.ts';
import type { Random } from '../fuzz/random.ts';
import { isPlain } from './door.ts';
import { badValues } from './values.ts';

const longestTimerMs = 2_147_483_647;

/** A wait that a timer holds would be waited for: such a number is short, or is no wait. */
function numberFor(name: string, random: Random): number {
  if (name.endsWith('Ms')) return random.pick([0, 1, 50, 0.5, -1, longestTimerMs + 1, Number.NaN, 2 ** 53]);
  const size = 2 ** random.below(60);
  return random.pick([size, -size, size / 3, random.below(100), random.below(100) - 50]);
}

/** A path stays in its folder: what is written there is written nowhere else. */
function changedPath(good: string, random: Random): string {
  const cut = good.lastIndexOf('/') + 1;
  return good.slice(0, cut) + random.pick(['x', ' ', 'é', '\0', '.', 'constructor', 'x'.repeat(300), good.slice(cut)]);
}

function changedText(good: string, random: Random): string {
  if (good.startsWith(tmpdir())) return changedPath(good, random);
  const changed = mutate([Buffer.from(good)], [], random).toString(random.below(4) === 0 ? 'latin1' : 'utf8');
  return changed.startsWith('/') ? `x${changed}` : changed;
}

/** The good value with a change inside. */
function changed(name: string, good: unknown, random: Random): unknown {
  if (typeof good === 'string') return changedText(good, random);
  if (typeof good === 'number') return numberFor(name, random);
  if (typeof good === 'boolean') return !good;
  if (good instanceof Uint8Array) return new Uint8Array(mutate([good], [], random));
  if (Array.isArray(good) && good.length > 0) {
    const at = random.below(good.length);
    return good.map((item: unknown, index) => (index === at ? randomValue(name, item, random) : item));
  }
  if (isPlain(good)) {
    const names = Object.keys(good);
    if (names.length === 0) return { [random.pick(['x', '__proto__', 'constructor'])]: 1 };
    const member = random.pick(names);
    return { ...good, [member]: randomValue(member, good[member], random) };
  }
  return undefined;
}

/** Something of no use, or a good value that was changed somewhere. `name` is that of the member. */
export function randomValue(name: string, good: unknown, random: Random): unknown {
  switch (random.below(4)) {
    case 0:
      return random.pick(badValues)[1](good);
    case 1:
      return { [name]: random.pick(badValues)[1](good) };
    default:
      return changed(name, good, random);
  }
}
