import { Random, seedOf } from '../fuzz/random.ts';
import { areas } from './areas.ts';
import { attempt } from './attempt.ts';
import { placesOf, replaced, valueAt, type Door, type DoorSet } from './door.ts';
import { randomValue } from './random-value.ts';

/** What came of the runs of one door. */
export interface DoorTally {
  readonly name: string;
  runs: number;
  /** Calls that gave a value: none at all would mean that nothing deep was reached. */
  taken: number;
  /** How often each code refused. */
  readonly codes: Record<string, number>;
  untyped: number;
  hangs: number;
  spentMs: number;
}

export interface DoorFuzzOptions {
  readonly seed: number;
  readonly until: number;
  /** Only the doors of this name. */
  readonly door?: string | undefined;
  /** Only this run of them, to see a fault again. */
  readonly only?: number | undefined;
  readonly onRun?: ((name: string, run: number) => void) | undefined;
  readonly onFault: (name: string, run: number, fault: string) => void;
}

/** Servers and clients wear out under bad values: they are made anew as often. */
const freshAfterMs = 120_000;

let loose: string[] = [];

/** What nobody catches is a fault of the door that is open. For a process of its own. */
export function catchDoorErrors(): void {
  const take = (error: unknown): void => {
    loose.push(error instanceof Error ? (error.stack ?? error.message).split('\n', 8).join(' ') : String(error));
  };
  process.on('uncaughtException', take);
  process.on('unhandledRejection', take);
}

/** Arguments of one run: one to three places hold something else. */
export function argumentsOf(door: Door, random: Random): readonly unknown[] {
  let args: readonly unknown[] = door.args;
  const places = placesOf(door.args, 4);
  if (places.length === 0) return args;

  for (let change = random.pick([1, 1, 1, 2, 3]); change > 0; change -= 1) {
    // The arguments themselves and what is deep in them come as often.
    const depth = 1 + random.below(4);
    const wanted = places.filter((place) => place.split('.').length === depth);
    const place = random.pick(wanted.length > 0 ? wanted : places);
    const name = place.slice(place.lastIndexOf('.') + 1);
    try {
      args = replaced(args, place, randomValue(name, valueAt(args, place), random));
    } catch {
      // An earlier change left nothing there to be replaced.
    }
  }
  return args;
}

async function oneRun(door: Door, tally: DoorTally, run: number, options: DoorFuzzOptions): Promise<void> {
  const random = new Random(seedOf(options.seed, door.name, run));
  options.onRun?.(door.name, run);
  const started = performance.now();
  loose = [];
  const { code, fault } = await attempt(door, argumentsOf(door, random));

  tally.runs += 1;
  tally.spentMs += performance.now() - started;
  if (fault === 'does not end') tally.hangs += 1;
  else if (fault !== null) tally.untyped += 1;
  else if (code === null) tally.taken += 1;
  else tally.codes[code] = (tally.codes[code] ?? 0) + 1;
  if (fault !== null) options.onFault(door.name, run, fault);
  for (const text of loose) {
    tally.untyped += 1;
    options.onFault(door.name, run, `thrown outside of any call: ${text}`);
  }
}

/** The door on which the least time was spent comes next: a slow one does not eat the time of the others. */
async function roundOf(
  doors: readonly Door[],
  tallies: Map<string, DoorTally>,
  until: number,
  options: DoorFuzzOptions,
): Promise<void> {
  while (Date.now() < until) {
    let next = doors[0];
    let least = Number.POSITIVE_INFINITY;
    for (const door of doors) {
      const spent = tallies.get(door.name)?.spentMs ?? 0;
      if (spent < least) [next, least] = [door, spent];
    }
    if (!next) return;
    const tally = tallyOf(tallies, next.name);
    await oneRun(next, tally, options.only ?? tally.runs, options);
    if (options.only !== undefined) return;
  }
}

function tallyOf(tallies: Map<string, DoorTally>, name: string): DoorTally {
  const known = tallies.get(name);
  if (known) return known;
  const made: DoorTally = { name, runs: 0, taken: 0, codes: {}, untyped: 0, hangs: 0, spentMs: 0 };
  tallies.set(name, made);
  return made;
}

/** Drives the doors of every area, each for an equal part of the time. */
export async function fuzzDoors(options: DoorFuzzOptions): Promise<readonly DoorTally[]> {
  const tallies = new Map<string, DoorTally>();
  const names = Object.keys(areas);
  let isDone = false;
  for (let turn = 0; !isDone && Date.now() < options.until; turn += 1) {
    for (const [index, name] of names.entries()) {
      const left = options.until - Date.now();
      if (left <= 0) break;
      const set: DoorSet | undefined = await areas[name]?.();
      const doors = set?.doors.filter((door) => options.door === undefined || door.name === options.door) ?? [];
      const share = options.door === undefined ? (options.until - Date.now()) / (names.length - index) : left;
      if (doors.length > 0) {
        await roundOf(doors, tallies, Date.now() + Math.min(freshAfterMs, share), options);
      }
      await set?.close?.();
    }
    isDone = options.only !== undefined || (options.door !== undefined && tallies.size === 0);
  }
  return [...tallies.values()];
}
