import { crc32 } from 'node:zlib';

import type { OutboxEntry } from '../model.ts';
import type { Seal } from '../seal.ts';

/** A message and its entry as they were added. */
export interface LogRecord {
  readonly entry: OutboxEntry;
  readonly content: Uint8Array;
  /** Where the message lies in its segment, closed by the seal. */
  readonly body: { readonly offset: number; readonly length: number; readonly crc: number };
}

const hex = (value: number): string => value.toString(16).padStart(8, '0');
const contextOf = ({ id, generation }: OutboxEntry): string => `${id}.${String(generation)}/log`;
const lineBytes = 80;

/**
 * A record: `TE1 <P|E> <nonce> <length of the entry> <length of the message> <CRC of each>\n`, the
 * entry as JSON, then the message, both closed by the seal. The nonce is the one in the name of the
 * segment: the writer of a message does not know it, so no message can look like a record.
 */
export function logRecord(
  seal: Seal,
  nonce: string,
  entry: OutboxEntry,
  content: Uint8Array,
): { record: Uint8Array; body: Uint8Array } {
  const head = seal.close(Buffer.from(JSON.stringify(entry), 'utf8'), 'log');
  const body = seal.close(content, contextOf(entry));

  const line = `TE1 ${seal.mark} ${nonce} ${String(head.length)} ${String(body.length)} ${hex(crc32(head))}${hex(crc32(body))}\n`;
  return { record: Buffer.concat([Buffer.from(line, 'latin1'), head, body]), body };
}

const lineShape =
  /^TE1 (?<mark>[PE]) (?<nonce>[0-9a-f]{16}) (?<head>\d{1,9}) (?<body>\d{1,9}) (?<headCrc>[0-9a-f]{8})(?<bodyCrc>[0-9a-f]{8})\n/;

/** Where the parts of a record are, by its first line. */
interface RecordLine {
  readonly start: number;
  readonly middle: number;
  readonly end: number;
  readonly headCrc: string | undefined;
  readonly bodyCrc: string | undefined;
}

/** The first line of the record at an offset. */
function lineAt(seal: Seal, nonce: string, bytes: Buffer, at: number): RecordLine | null {
  const line = lineShape.exec(bytes.toString('latin1', at, at + lineBytes));
  const fields = line?.groups;
  if (!fields || fields['mark'] !== seal.mark || fields['nonce'] !== nonce) return null;

  const start = at + line[0].length;
  const middle = start + Number(fields['head']);
  const end = middle + Number(fields['body']);
  return { start, middle, end, headCrc: fields['headCrc'], bodyCrc: fields['bodyCrc'] };
}

/**
 * Whether a write that began at an offset did not reach its end: a record that is cut, or a length
 * without its bytes.
 */
function isCut(seal: Seal, nonce: string, bytes: Buffer, at: number): boolean {
  const line = lineAt(seal, nonce, bytes, at);
  if (line) return line.end > bytes.length;

  const rest = bytes.subarray(at);
  const mark = `TE1 ${seal.mark} ${nonce} `;
  const begun = rest.toString('latin1', 0, mark.length);
  const isShortLine = rest.length < lineBytes && !rest.includes(0x0a) && mark.startsWith(begun);
  return isShortLine || rest.every((byte) => byte === 0);
}

/**
 * Reads the record at an offset; `null` when it is cut or damaged.
 *
 * @throws TerrESanteError when the seal was broken.
 */
function recordAt(seal: Seal, nonce: string, bytes: Buffer, at: number): (LogRecord & { end: number }) | null {
  const line = lineAt(seal, nonce, bytes, at);
  if (!line || line.end > bytes.length) return null;

  const head = bytes.subarray(line.start, line.middle);
  const body = bytes.subarray(line.middle, line.end);
  if (hex(crc32(head)) !== line.headCrc || hex(crc32(body)) !== line.bodyCrc) return null;

  const entry = JSON.parse(Buffer.from(seal.open(head, 'log')).toString('utf8')) as OutboxEntry;
  return {
    entry,
    content: seal.open(body, contextOf(entry)),
    body: { offset: line.middle, length: body.length, crc: crc32(body) },
    end: line.end,
  };
}

/**
 * Reads a segment: its whole records, and whether something in it is damaged. A record that is cut
 * at the end does not count: it is the trace of a write that was never promised.
 */
export function readSegment(seal: Seal, nonce: string, bytes: Buffer): { records: LogRecord[]; isDamaged: boolean } {
  const records: LogRecord[] = [];
  const mark = `TE1 ${seal.mark} ${nonce} `;
  let isDamaged = false;
  /** Where it stopped being sound. */
  let lost: number | null = null;

  for (let at = 0; at >= 0 && at < bytes.length;) {
    let record: ReturnType<typeof recordAt> = null;
    try {
      record = recordAt(seal, nonce, bytes, at);
    } catch {
      isDamaged = true;
    }

    if (record) {
      // A whole record behind an unsound place: what lies between was not a cut write.
      isDamaged ||= lost !== null;
      lost = null;
      records.push(record);
      at = record.end;
    } else {
      lost ??= at;
      at = bytes.indexOf(mark, at + 1, 'latin1');
    }
  }

  isDamaged ||= lost !== null && !isCut(seal, nonce, bytes, lost);
  return { records, isDamaged };
}
