import { ifThere, type SealedFolder } from '../../../transport/outbox/spool/sealed-folder.ts';
import { readLine, type ChainRecord } from './chain.ts';
import type { AuditMark } from './model.ts';

/*
 * The folder `records` holds one file per day and per opening, `0000000007.log`, numbered upwards:
 * a line per record. The file `head` says which record was confirmed last.
 */

export const recordsFolder = 'records';
const shape = /^(?<number>\d{10})\.log$/;
const headContext = 'audit-head';

export const segmentName = (number: number): string => `${String(number).padStart(10, '0')}.log`;

/** One line of a file, by its place: `7.log:12`. */
export interface PlacedLine {
  readonly place: string;
  /** `null` when it does not open. */
  readonly record: ChainRecord | null;
}

/** The numbers of the files, the oldest first. */
export async function segmentsIn(folder: SealedFolder): Promise<readonly number[]> {
  const names = (await ifThere(folder.files.names(folder.path(recordsFolder)))) ?? [];
  return names
    .flatMap((name) => {
      const { number } = shape.exec(name)?.groups ?? {};
      return number === undefined ? [] : [Number(number)];
    })
    .sort((a, b) => a - b);
}

/** The lines of a file; none when it was just removed. The end of a cut write is one too. */
export async function linesOf(folder: SealedFolder, number: number): Promise<readonly PlacedLine[]> {
  const name = segmentName(number);
  const bytes = await ifThere(folder.files.readAll(folder.path(recordsFolder, name)));
  const lines = Buffer.from(bytes ?? [])
    .toString('latin1')
    .split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines.map((line, index) => ({
    place: `${String(number)}.log:${String(index + 1)}`,
    record: readLine(folder.seal, line),
  }));
}

/** What the head says: `absent`, or `unreadable` when it was changed. */
export async function readHead(folder: SealedFolder): Promise<AuditMark | 'absent' | 'unreadable'> {
  const bytes = await ifThere(folder.files.readAll(folder.path('head')));
  if (!bytes) return 'absent';
  try {
    return JSON.parse(Buffer.from(folder.seal.open(bytes, headContext)).toString('utf8')) as AuditMark;
  } catch {
    return 'unreadable';
  }
}

export async function writeHead(folder: SealedFolder, { sequence, hash }: AuditMark): Promise<void> {
  const text = Buffer.from(JSON.stringify({ sequence, hash }), 'utf8');
  await folder.write('head', folder.seal.close(text, headContext));
}
