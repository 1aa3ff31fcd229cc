import { collect } from '../bytes.ts';
import type { RandomAccessSource } from './source.ts';

/** What the end record says, and where it stands. */
export interface EndRecord {
  readonly position: number;
  readonly disk: number;
  readonly directoryDisk: number;
  readonly diskEntries: number;
  readonly entries: number;
  readonly directorySize: number;
  /** A zip64 end record is needed: a field above holds its largest value. */
  readonly zip64: boolean;
}

const length = 22;
const longestComment = 0xffff;

/** The last end record whose comment reaches the end of the file; `null` when there is none. */
export async function readEndRecord(source: RandomAccessSource): Promise<EndRecord | null> {
  const from = Math.max(0, source.byteLength - length - longestComment);
  const tail = Buffer.from(await collect(source.read(from, source.byteLength)));
  for (let at = tail.length - length; at >= 0; at -= 1) {
    if (tail.readUInt32LE(at) !== 0x06054b50 || tail.readUInt16LE(at + 20) !== tail.length - at - length) continue;
    const short = [4, 6, 8, 10].map((field) => tail.readUInt16LE(at + field));
    const long = [12, 16].map((field) => tail.readUInt32LE(at + field));
    const [disk = 0, directoryDisk = 0, diskEntries = 0, entries = 0] = short;
    return {
      position: from + at,
      disk,
      directoryDisk,
      diskEntries,
      entries,
      directorySize: long[0] ?? 0,
      zip64: short.includes(0xffff) || long.includes(0xffffffff),
    };
  }
  return null;
}

/** Length of a zip64 end record with its locator, as every writer makes them. */
export const zip64EndBytes = 76;
