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
