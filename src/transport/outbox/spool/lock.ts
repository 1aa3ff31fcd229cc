import { join } from 'node:path';

import { TerrESanteError } from '../../../errors.ts';
import { throwIfAborted, type CallOptions } from '../../../internal/abort.ts';
import { foreignCode } from '../../../internal/foreign-error.ts';
import { ifThere, type SpoolFile, type SpoolFiles } from './files.ts';
import { claimName, claimsIn, signOf, usualPatienceMs, type Claim, type HolderNote, type Sign } from './lock-files.ts';
import { SpoolLock, systemClock, type LockClock } from './lock-hold.ts';

/** Longest time between two looks at a lock that may be left. */
const longestLookMs = 500;
const looksPerPatience = 16;
/** Others take and give back at the same time: more than this is a loop. */
const maxAttempts = 50;

/** How a lock is taken. */
export interface LockOptions extends CallOptions {
  /** After which silence of its holder a lock is taken over. @defaultValue `8_000` */
  readonly takeOverAfterMs?: number | undefined;
  /** Whether the system gives a file back when its holder ends. @defaultValue by the platform */
  readonly keepsHandle?: boolean | undefined;
  readonly clock?: LockClock | undefined;
}

/**
 * Takes the lock, from a holder that gives no sign of life any more too.
 *
 * What proves life is a heartbeat: the time of the file of the holder moves on. It is compared with
 * itself over a time that is measured here, never with a clock, so that a clock that jumps and the
 * clock of a network drive do not matter. Names of hosts and numbers of processes prove nothing:
 * containers share them, and systems use them again. On Windows the holder keeps its file open
 * without sharing it: a file that can be read has lost its holder, at once.
 *
 * @throws TerrESanteError `TE_OUTBOX`, `locked` when a living program holds it, or when the
 *   deadline passes before that is known; `TE_CANCELLED`
 */
export async function takeLock(files: SpoolFiles, folder: string, options: LockOptions = {}): Promise<SpoolLock> {
  const place = join(folder, 'lock');
  const hadFormer = await removeFormer(files, place);
  await files.makeFolder(place);

  const taking = new Taking(files, place, options);
  for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
    throwIfAborted(options.signal);
    const lock = await taking.attempt(hadFormer);
    if (lock) return lock;
  }
  throw locked(null, options.takeOverAfterMs ?? usualPatienceMs);
}

/**
 * The lock of earlier versions was a file with a number of a process, which proves nothing;
 * anything else of that name neither. `true` when there was one: its holder did not give it back.
 */
async function removeFormer(files: SpoolFiles, place: string): Promise<boolean> {
  const former = await ifThere(files.look(place));
  if (!former || former.kind === 'folder') return false;
  await ifThere(files.remove(place));
  return true;
}

/** One program that wants the lock. */
class Taking {
  readonly #files: SpoolFiles;
  readonly #place: string;
  readonly #options: LockOptions;
  readonly #clock: LockClock;
  readonly #patienceMs: number;
  readonly #begun: number;

  constructor(files: SpoolFiles, place: string, options: LockOptions) {
    this.#files = files;
    this.#place = place;
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#patienceMs = options.takeOverAfterMs ?? usualPatienceMs;
    this.#begun = this.#clock.elapsed();
  }

  /** `null` when others were quicker and the folder has to be looked at again. */
  async attempt(hadFormer: boolean): Promise<SpoolLock | null> {
    const [highest] = await claimsIn(this.#files, this.#place);
    const isLeft = highest !== undefined && !highest.isFree;

    const silent = isLeft ? await this.#watch(highest) : null;
    if (isLeft && !silent) return null;

    const number = (highest?.number ?? 0) + 1;
    const file = await this.#create(number);
    if (!file) return null;

    const claim = { number, file, files: this.#files, place: this.#place, clock: this.#clock };
    const lock = new SpoolLock({ ...claim, patienceMs: this.#patienceMs }, hadFormer || isLeft);
    try {
      await this.#writeNote(file);
      if (!(await this.#isBeaten(number, highest, silent))) {
        await lock.hold();
        await this.#clean(number);
        return lock;
      }
    } catch (error) {
      await this.#withdraw(number, lock);
      throw error;
    }

    await this.#withdraw(number, lock);
    return null;
  }

  /**
   * Watches a lock for as long as its holder may be silent.
   *
   * @returns the last sign of a holder that is dead; `null` when the lock was given back meanwhile
   * @throws TerrESanteError when it lives
   */
  async #watch(claim: Claim): Promise<Sign | null> {
    const first = await signOf(this.#files, this.#place, claim);
    if (first === null) return null;
    if (first === 'held') throw locked(await this.#createdAt(claim), this.#patienceMs);
    if (first.keepsHandle && this.#keepsHandle) return first;

    const patienceMs = Math.max(this.#patienceMs, first.takeOverAfterMs);
    const lookMs = Math.min(longestLookMs, patienceMs / looksPerPatience);

    // Time in which this program stood still, or the machine slept, is no silence of the holder.
    for (let watched = 0; watched < patienceMs;) {
      const before = this.#clock.elapsed();
      await this.#pause(lookMs, first, patienceMs - watched);

      const sign = await signOf(this.#files, this.#place, claim);
      if (sign === null) return null;
      if (sign === 'held' || sign.changedAt !== first.changedAt) throw locked(first.since, patienceMs);
      watched += Math.min(this.#clock.elapsed() - before, 2 * lookMs);
    }
    return first;
  }

  /** When a file that cannot be read was created, as far as the disk knows. */
  async #createdAt({ name }: Claim): Promise<string | null> {
    const seen = await ifThere(this.#files.look(join(this.#place, name)));
    return seen && seen.createdAt > 0 ? new Date(seen.createdAt).toISOString() : null;
  }

  async #pause(ms: number, sign: Sign, leftMs: number): Promise<void> {
    const { signal, timeoutMs = Infinity } = this.#options;
    const untilDeadline = timeoutMs - (this.#clock.elapsed() - this.#begun);
    if (untilDeadline <= 0) throw locked(sign.since, leftMs);

    await this.#clock.pause(Math.min(ms, untilDeadline), signal);
    throwIfAborted(signal);
  }

  /** `null` when the number is taken already. */
  async #create(number: number): Promise<SpoolFile | null> {
    try {
      return await this.#files.createAlone(join(this.#place, claimName(number)));
    } catch (error) {
      if (foreignCode(error) === 'EEXIST') return null;
      throw error;
    }
  }

  /** A full disk has no room for it: the lock holds all the same. */
  async #writeNote(file: SpoolFile): Promise<void> {
    const note: HolderNote = {
      since: new Date(this.#clock.wall()).toISOString(),
      takeOverAfterMs: this.#patienceMs,
      keepsHandle: this.#keepsHandle,
    };
    await file.write(Buffer.from(JSON.stringify(note), 'utf8')).catch(() => undefined);
  }

  /**
   * A share may lose the handle of a program that lives: it counts on a disk of the machine only.
   */
  get #keepsHandle(): boolean {
    const onOwnDisk = process.platform === 'win32' && !/^[\\/]{2}(?![?.])/.test(this.#place);
    return this.#options.keepsHandle ?? onOwnDisk;
  }

  /** Whether somebody else took a number too, or the former holder woke up after all. */
  async #isBeaten(number: number, former: Claim | undefined, silent: Sign | null): Promise<boolean> {
    const others = await claimsIn(this.#files, this.#place);
    if (others.some((other) => other.number > number || (other.number === number && other.isFree))) return true;
    if (!former || !silent) return false;

    const sign = await signOf(this.#files, this.#place, former);
    return sign !== null && (sign === 'held' || sign.changedAt !== silent.changedAt);
  }

  async #withdraw(number: number, lock: SpoolLock): Promise<void> {
    await lock.abandon();
    await this.#files.remove(join(this.#place, claimName(number))).catch(() => undefined);
  }

  /** Removes the lower numbers: what fails stays for the next opening. */
  async #clean(number: number): Promise<void> {
    for (const { name, number: other } of await claimsIn(this.#files, this.#place)) {
      if (other < number) await this.#files.remove(join(this.#place, name)).catch(() => undefined);
    }
  }
}

/** @param leftMs - How long until it is taken over, when its holder stays silent */
function locked(since: string | null, leftMs: number): TerrESanteError {
  const seconds = String(Math.ceil(leftMs / 1_000));
  const opened = since === null ? '' : ` depuis le ${since}`;

  return new TerrESanteError(
    'TE_OUTBOX',
    `La boîte d'envoi est déjà ouverte par un autre programme${opened}. S'il s'arrête sans la fermer, elle est reprise ${seconds} s plus tard.`,
    { details: { reason: 'locked', since, takeOverInMs: Math.ceil(leftMs) }, retryable: true },
  );
}
