import { scan, type ByteSource } from '../bytes.ts';

/** One part to be written. */
export interface PartToWrite {
  readonly contentType: string;
  /** Without angle brackets. */
  readonly contentId: string;
  readonly content: ByteSource;
}

/** A body of several parts, of a length known before it is read. */
export interface MultipartToWrite {
  readonly boundary: string;
  readonly body: ByteSource;
}

/**
 * Parts one behind the other, each with its bytes as they are. The boundary is random: no content
 * holds it.
 *
 * @param unique - a UUID
 * @see RFC 2046, section 5.1
 */
export function writeMultipart(parts: readonly PartToWrite[], unique: string): MultipartToWrite {
  const boundary = `MIMEBoundary_${unique}`;
  const heads = parts.map((part, place) => Buffer.from(headOf(part, boundary, place === 0), 'latin1'));
  const end = Buffer.from(`\r\n--${boundary}--\r\n`, 'latin1');

  return {
    boundary,
    body: {
      byteLength: parts.reduce(
        (sum, { content }, place) => sum + (heads[place]?.length ?? 0) + content.byteLength,
        end.length,
      ),
      async *open() {
        for (const [place, { content }] of parts.entries()) {
          yield heads[place] ?? Buffer.alloc(0);
          yield* copies(scan(content));
        }
        yield end;
      },
    },
  };
}

const pieceBytes = 65_536;

/** A socket may still hold a chunk when its source writes over it: it gets chunks of its own. */
async function* copies(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; at += pieceBytes) yield Buffer.from(chunk.subarray(at, at + pieceBytes));
  }
}

function headOf({ contentType, contentId }: PartToWrite, boundary: string, isFirst: boolean): string {
  return [
    `${isFirst ? '' : '\r\n'}--${boundary}`,
    `Content-Type: ${contentType}`,
    'Content-Transfer-Encoding: binary',
    `Content-ID: <${contentId}>`,
    '\r\n',
  ].join('\r\n');
}

/** What follows the first part of a written body, its closing delimiter included. */
export interface WrittenParts {
  readonly boundary: string;
  readonly content: ByteSource;
}

/** The same body with another first part. */
export function writeBefore(first: PartToWrite, { boundary, content }: WrittenParts): MultipartToWrite {
  const head = Buffer.from(headOf(first, boundary, true), 'latin1');
  return {
    boundary,
    body: {
      byteLength: head.length + first.content.byteLength + content.byteLength,
      async *open() {
        yield head;
        yield* first.content.open();
        yield* content.open();
      },
    },
  };
}

/** The first line of a body of {@link writeMultipart}. */
const firstLine = /^--(?<boundary>MIMEBoundary_[0-9a-f-]{36})\r\n/;

/**
 * Takes the first part off a body that {@link writeMultipart} wrote; the others stay as they are,
 * unread.
 *
 * @param maxBytes - of the first part, which is kept in memory
 * @returns `null` for what is no such body
 */
export async function takeFirstPart(
  body: ByteSource,
  maxBytes: number,
): Promise<{ readonly first: Buffer; readonly others: WrittenParts } | null> {
  let read = Buffer.alloc(0);
  for await (const chunk of body.open()) {
    read = Buffer.concat([read, chunk]);
    const { boundary } = firstLine.exec(read.toString('latin1', 0, 80))?.groups ?? {};
    if (boundary === undefined && read.length >= 80) return null;

    const start = read.indexOf('\r\n\r\n');
    const end = boundary === undefined || start < 0 ? -1 : read.indexOf(`\r\n--${boundary}`, start + 2);
    if (boundary !== undefined && end >= 0) {
      const content = { byteLength: body.byteLength - end, open: () => skipping(body, end) };
      return { first: read.subarray(Math.min(start + 4, end), end), others: { boundary, content } };
    }
    if (read.length > maxBytes) return null;
  }
  return null;
}

/** The bytes of a source from a place on. */
async function* skipping(source: ByteSource, from: number): AsyncGenerator<Uint8Array> {
  let left = from;
  for await (const chunk of source.open()) {
    const rest = chunk.subarray(left);
    left = Math.max(0, left - chunk.length);
    if (rest.length > 0) yield rest;
  }
}
