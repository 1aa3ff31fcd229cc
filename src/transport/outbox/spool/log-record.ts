import { crc32 } from 'node:zlib';

import type { OutboxEntry } from '../model.ts';
import type { Seal } from '../seal.ts';

/** A message and its entry as they were added. */
export interface LogRecord {
  readonly entry: OutboxEntry;
  readonly content: Uint8Array;
}

const hex = (value: number): string => value.toString(16).padStart(8, '0');
const contextOf = ({ id, generation }: OutboxEntry): string => `${id}.${String(generation)}/log`;
const lineBytes = 80;

/**
 * A record: `TE1 <P|E> <nonce> <length of the entry> <length of the message> <CRC of each>\n`, the
 * entry as JSON, then the message, both closed by the seal. The nonce is the one in the name of the
 * segment: nobody who writes a message knows it, so no message can look like a record.
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

const lineShape = /^TE1 ([PE]) ([0-9a-f]{16}) (\d{1,9}) (\d{1,9}) ([0-9a-f]{8})([0-9a-f]{8})\n/;

/** The first line of the record at an offset. */
function lineAt(seal: Seal, nonce: string, bytes: Buffer, at: number): RegExpExecArray | null {
  const line = lineShape.exec(bytes.toString('latin1', at, at + lineBytes));
  return line?.[1] === seal.mark && line[2] === nonce ? line : null;
}

/**
 * Whether a write that began at an offset did not reach its end: a record that is cut, or a length
 * without its bytes.
 */
function isCut(seal: Seal, nonce: string, bytes: Buffer, at: number): boolean {
  const line = lineAt(seal, nonce, bytes, at);
  if (line) return at + line[0].length + Number(line[3]) + Number(line[4]) > bytes.length;
  const rest = bytes.subarray(at);
  const mark = `TE1 ${seal.mark} ${nonce} `;
  const begun = rest.toString('latin1', 0, mark.length);
  return (
    (rest.length < lineBytes && !rest.includes(0x0a) && mark.startsWith(begun)) || rest.every((byte) => byte === 0)
  );
}

/**
 * Reads the record at an offset; `null` when it is cut or damaged. @throws TerrESanteError when the
 * seal was broken.
 */
function recordAt(seal: Seal, nonce: string, bytes: Buffer, at: number): (LogRecord & { end: number }) | null {
  const line = lineAt(seal, nonce, bytes, at);
  if (!line) return null;
  const start = at + line[0].length;
  const middle = start + Number(line[3]);
  const end = middle + Number(line[4]);
  if (end > bytes.length) return null;
  const head = bytes.subarray(start, middle);
  const body = bytes.subarray(middle, end);
  if (hex(crc32(head)) !== line[5] || hex(crc32(body)) !== line[6]) return null;
  const entry = JSON.parse(Buffer.from(seal.open(head, 'log')).toString('utf8')) as OutboxEntry;
  return { entry, content: seal.open(body, contextOf(entry)), end };
}

/**
 * Reads a segment: its whole records, and whether something in it is damaged. A record that is cut
 * at the end is none: it is the trace of a write that was never promised.
 */
export function readSegment(seal: Seal, nonce: string, bytes: Buffer): { records: LogRecord[]; isDamaged: boolean } {
  const records: LogRecord[] = [];
  let isDamaged = false;
  const mark = `TE1 ${seal.mark} ${nonce} `;
  /** Where it stopped being sound. */
  let lost = -1;
  for (let at = 0; at >= 0 && at < bytes.length;) {
    let record: ReturnType<typeof recordAt> = null;
    try {
      record = recordAt(seal, nonce, bytes, at);
    } catch {
      isDamaged = true;
    }
    if (record) {
      isDamaged ||= lost >= 0;
      lost = -1;
      records.push(record);
      at = record.end;
    } else {
      if (lost < 0) lost = at;
      at = bytes.indexOf(mark, at + 1, 'latin1');
    }
  }
  isDamaged ||= lost >= 0 && !isCut(seal, nonce, bytes, lost);
  return { records, isDamaged };
}
