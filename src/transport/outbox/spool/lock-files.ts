import { join } from 'node:path';

import { isHeld } from '../../../internal/held-file.ts';
import { ifThere, type SpoolFiles } from './files.ts';

/*
 * The folder `lock` holds one file per opening, `0000000007`, numbered upwards. The highest number
 * has the spool; `0000000007.free` says that its holder gave it back. A number is taken by creating
 * its file, which the system grants to one program only, and the highest one is never removed: who
 * comes late with a lower number sees a higher one and steps back. There is no step in between, so
 * a crash leaves nothing but a file that nobody touches any more.
 */

const shape = /^(?<number>\d{10,15})(?<free>\.free)?$/;
/** What a holder writes into its file is shorter. */
const longestNote = 1_000;

/** A number that a program has taken, now or before. */
export interface Claim {
  readonly number: number;
  readonly isFree: boolean;
  readonly name: string;
}

export const claimName = (number: number): string => String(number).padStart(10, '0');
export const freeName = (number: number): string => `${claimName(number)}.free`;

/** The claims in the folder of the lock, the highest first; none when the folder is absent. */
export async function claimsIn(files: SpoolFiles, place: string): Promise<readonly Claim[]> {
  const names = (await ifThere(files.names(place))) ?? [];

  return names
    .flatMap((name) => {
      const { number, free } = shape.exec(name)?.groups ?? {};
      return number === undefined ? [] : [{ number: Number(number), isFree: free !== undefined, name }];
    })
    .sort((a, b) => b.number - a.number);
}

/** How long a holder may be silent, in milliseconds. */
export const patienceRange = { min: 200, max: 600_000 } as const;
export const usualPatienceMs = 8_000;

/**
 * What a holder says of itself. Written when there is room for it: a full disk takes a lock too.
 */
export interface HolderNote {
  /** ISO 8601 instant. */
  readonly since: string;
  readonly takeOverAfterMs: number;
  /** The system frees the file when the holder ends: Windows, on a disk of the machine. */
  readonly keepsHandle: boolean;
}

/** What is to be seen of a claim. */
export interface Sign {
  /** Changes at each heartbeat. Compared with itself only: the clocks of two machines differ. */
  readonly changedAt: number;
  readonly since: string | null;
  readonly takeOverAfterMs: number;
  readonly keepsHandle: boolean;
}

/**
 * Looks at a claim.
 *
 * @returns `held` when Windows refuses to share it, which is a sign of life; `null` when it is gone
 */
export async function signOf(files: SpoolFiles, place: string, { name }: Claim): Promise<Sign | 'held' | null> {
  const path = join(place, name);
  const seen = await ifThere(files.look(path));
  if (!seen) return null;

  // A folder, a link or a pipe that bears the name is not read: it is a claim that is never
  // touched.
  let note: Partial<HolderNote> = {};
  if (seen.kind === 'file' && seen.size <= longestNote) {
    try {
      note = noteIn(await ifThere(files.readAll(path)));
    } catch (error) {
      if (isHeld(error)) return 'held';
      throw error;
    }
  }

  // Once more: to open a file is what makes a network drive ask for its time.
  const latest = await ifThere(files.look(path));
  if (!latest) return null;

  return {
    changedAt: latest.changedAt,
    since: note.since ?? null,
    takeOverAfterMs: note.takeOverAfterMs ?? usualPatienceMs,
    keepsHandle: note.keepsHandle === true,
  };
}

/** Reads a note; what is empty, cut or foreign says nothing. */
function noteIn(bytes: Uint8Array | null): Partial<HolderNote> {
  let value: unknown = null;
  try {
    value = JSON.parse(Buffer.from(bytes ?? []).toString('utf8'));
  } catch {
    // Says nothing.
  }
  if (typeof value !== 'object' || value === null) return {};

  const { since, takeOverAfterMs, keepsHandle } = value as Record<string, unknown>;
  const { min, max } = patienceRange;
  return {
    ...(typeof since === 'string' && /^\d{4}-\d\d-\d\dT[\d:.]{5,15}Z$/.test(since) && { since }),
    ...(typeof takeOverAfterMs === 'number' && takeOverAfterMs >= min && takeOverAfterMs <= max && { takeOverAfterMs }),
    keepsHandle: keepsHandle === true,
  };
}
