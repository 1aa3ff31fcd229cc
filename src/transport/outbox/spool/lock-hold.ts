import { join } from 'node:path';

import { TerrESanteError } from '../../../errors.ts';
import { Alarm, pause } from '../../../internal/wait.ts';
import { ifThere, type SpoolFile, type SpoolFiles } from './files.ts';
import { claimName, claimsIn, freeName } from './lock-files.ts';

/** The two clocks of a machine, and its waits. Tests give their own. */
export interface LockClock {
  /** Milliseconds since 1970. May jump; goes on while the machine sleeps. */
  wall(): number;
  /** Milliseconds since some moment. Never jumps; may stop while the machine sleeps. */
  elapsed(): number;
  pause(ms: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: LockClock = {
  wall: () => Date.now(),
  elapsed: () => performance.now(),
  pause: (ms, signal) => pause(ms, { signal }),
};

/**
 * How often a holder shows that it lives, in parts of the silence after which it counts as dead.
 */
const beatsPerPatience = 8;
/**
 * How long a holder trusts its last heartbeat, in the same parts: well before anybody takes over.
 */
const surePart = 5 / beatsPerPatience;

/** A program that took a number by mistake withdraws it within some milliseconds. */
const withdrawalMs = 1_000;
const lookAgainMs = 50;

/** A claim that was taken. */
export interface TakenClaim {
  readonly files: SpoolFiles;
  readonly place: string;
  readonly number: number;
  readonly file: SpoolFile;
  readonly patienceMs: number;
  readonly clock: LockClock;
}

/**
 * The lock of a spool, held: the time of its file moves on while this program lives.
 *
 * A program that slept, or that stood still, may have lost its spool to another one. It must notice
 * before it writes or sends: {@link SpoolLock.hold} costs nothing while the last heartbeat is
 * recent by both clocks, and looks at the disk otherwise.
 */
export class SpoolLock {
  /** The former holder ended without giving it back. */
  readonly wasLeft: boolean;
  readonly #claim: TakenClaim;
  readonly #nextBeat = new Alarm();
  /** When the last heartbeat that found this holder in its right began. */
  #sureSince = { wall: -Infinity, elapsed: -Infinity };
  /** The time that the last heartbeat gave to the file. */
  #given = 0;
  #beating: Promise<void> | null = null;
  #isLost = false;

  constructor(claim: TakenClaim, wasLeft: boolean) {
    this.#claim = claim;
    this.wasLeft = wasLeft;

    this.#planBeat();
  }

  #planBeat(): void {
    this.#nextBeat.set(this.#claim.patienceMs / beatsPerPatience, () => {
      this.#planBeat();
      // What fails here is told to the next who wants to write.
      this.#beat().catch(() => undefined);
    });
  }

  /** Whether nobody can have taken the lock: the last heartbeat is recent, by both clocks. */
  get isSure(): boolean {
    const { clock, patienceMs } = this.#claim;
    const limit = patienceMs * surePart;
    const byWall = clock.wall() - this.#sureSince.wall;
    const byElapsed = clock.elapsed() - this.#sureSince.elapsed;
    return !this.#isLost && byElapsed < limit && byWall >= 0 && byWall < limit;
  }

  /**
   * Resolves when the spool is still this program's, after a look at the disk where needed.
   *
   * @throws TerrESanteError `TE_OUTBOX`, `taken-over` when another program has it now
   */
  async hold(): Promise<void> {
    // A heartbeat under way may have begun before the machine slept.
    for (let attempt = 0; attempt < 3; attempt += 1) {
      if (this.isSure) return;
      await this.#beat();
    }
    if (!this.isSure) throw tooSlow();
  }

  #beat(): Promise<void> {
    this.#beating ??= this.#touchAndLook().finally(() => (this.#beating = null));
    return this.#beating;
  }

  /**
   * First the sign of life, then the look: who takes over does it the other way round, so one of
   * the two always sees the other.
   */
  async #touchAndLook(): Promise<void> {
    if (this.#isLost) throw takenOver();

    const { clock, file, patienceMs } = this.#claim;
    const begun = { wall: clock.wall(), elapsed: clock.elapsed() };
    this.#given = Math.max(begun.wall, this.#given + patienceMs / beatsPerPatience);
    const kept = await file.touch(this.#given);

    if (!(await this.#isHolder(kept))) {
      this.#isLost = true;
      this.#nextBeat.off();
      throw takenOver();
    }
    this.#sureSince = begun;
  }

  /** Whether the file under the name is this holder's, and no higher number was taken. */
  async #isHolder(changedAt: number): Promise<boolean> {
    const { files, place, number, clock } = this.#claim;
    const seen = await ifThere(files.look(join(place, claimName(number))));
    if (seen?.changedAt !== changedAt) return false;

    for (let waited = 0; waited <= withdrawalMs; waited += lookAgainMs) {
      const [highest] = await claimsIn(files, place);
      if (highest?.number === number) return true;
      await clock.pause(lookAgainMs);
    }
    return false;
  }

  /** Gives no sign of life any more, and lets go of the file. */
  async abandon(): Promise<void> {
    this.#nextBeat.off();
    await this.#beating?.catch(() => undefined);
    this.#isLost = true;
    await this.#claim.file.close().catch(() => undefined);
  }

  /** Gives the lock back. What fails leaves a lock that is taken over after its time. */
  async release(): Promise<void> {
    const wasLost = this.#isLost;
    await this.abandon();
    if (wasLost) return;

    const { files, place, number } = this.#claim;
    await files.rename(join(place, claimName(number)), join(place, freeName(number))).catch(() => undefined);
  }
}

const takenOver = (): TerrESanteError =>
  new TerrESanteError(
    'TE_OUTBOX',
    "La boîte d'envoi a été reprise par un autre programme pendant que celui-ci ne donnait plus signe de vie (veille, arrêt prolongé) : rouvrez-la.",
    { details: { reason: 'taken-over' } },
  );

const tooSlow = (): TerrESanteError =>
  new TerrESanteError('TE_OUTBOX', "Le disque de la boîte d'envoi répond trop lentement pour tenir son verrou.", {
    details: { reason: 'slow-disk' },
    retryable: true,
  });
