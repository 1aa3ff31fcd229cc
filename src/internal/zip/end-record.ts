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
  readonly directoryOffset: number;
  /** A zip64 end record is needed: a field above holds its largest value. */
  readonly zip64: boolean;
}

const signature = 0x06054b50;
const length = 22;
const longestComment = 0xffff;

/** The last end record whose comment reaches the end of the file; `null` when there is none. */
export async function readEndRecord(source: RandomAccessSource): Promise<EndRecord | null> {
  const from = Math.max(0, source.byteLength - length - longestComment);
  const tail = Buffer.from(await collect(source.read(from, source.byteLength)));

  for (let at = tail.length - length; at >= 0; at -= 1) {
    const commentLength = tail.length - at - length;
    const isRecord = tail.readUInt32LE(at) === signature && tail.readUInt16LE(at + 20) === commentLength;
    if (isRecord) return endRecord(tail.subarray(at), from + at);
  }
  return null;
}

/** Whether an end record stands before bytes that do not belong to the archive. */
export async function hasEndBefore(source: RandomAccessSource): Promise<boolean> {
  const from = Math.max(0, source.byteLength - length - longestComment);
  const tail = Buffer.from(await collect(source.read(from, source.byteLength)));

  for (let at = tail.length - length; at >= 0; at -= 1) {
    const isRecord = tail.readUInt32LE(at) === signature;
    if (isRecord && at + length + tail.readUInt16LE(at + 20) < tail.length) return true;
  }
  return false;
}

function endRecord(bytes: Buffer, position: number): EndRecord {
  const disk = bytes.readUInt16LE(4);
  const directoryDisk = bytes.readUInt16LE(6);
  const diskEntries = bytes.readUInt16LE(8);
  const entries = bytes.readUInt16LE(10);
  const directorySize = bytes.readUInt32LE(12);
  const directoryOffset = bytes.readUInt32LE(16);

  const hasFullShort = [disk, directoryDisk, diskEntries, entries].includes(0xffff);
  const hasFullLong = [directorySize, directoryOffset].includes(0xffffffff);
  return {
    position,
    disk,
    directoryDisk,
    diskEntries,
    entries,
    directorySize,
    directoryOffset,
    zip64: hasFullShort || hasFullLong,
  };
}

/** Length of a zip64 end record with its locator, as every writer makes them. */
export const zip64EndBytes = 76;
