import { PassThrough, Readable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isPlain, plainMessage } from '../../src/transport/mss/plain-lines.ts';
import { base64Length, base64Lines } from '../../src/transport/mss/base64.ts';
import { bytesSource, collect } from '../../src/internal/bytes.ts';

// The library's own stream of the DATA command, which nothing else of it gives access to.
const file = new URL('../../node_modules/nodemailer/dist/esm/smtp-connection/data-stream.js', import.meta.url);
const { default: DataStream } = (await import(file.href)) as { default: new () => PassThrough };

async function sent(
  pieces: readonly Uint8Array[],
  pipe: (message: Readable, to: PassThrough) => void,
): Promise<string> {
  const stream = new DataStream();
  pipe(Readable.from(pieces, { objectMode: false }), stream);
  const bytes = Buffer.from(await collect(stream));
  const { inByteCount, outByteCount } = stream as unknown as { inByteCount: number; outByteCount: number };
  expect(inByteCount).toBe(pieces.reduce((sum, piece) => sum + piece.length, 0));
  expect(outByteCount).toBe(bytes.length);
  return bytes.toString('latin1');
}

const byLibrary = (pieces: readonly Uint8Array[]): Promise<string> =>
  sent(pieces, (message, stream) => message.pipe(stream));
const byOurs = (pieces: readonly Uint8Array[]): Promise<string> =>
  sent(pieces, (message, stream) => plainMessage(message).pipe(stream));

describe('the message in the DATA command', () => {
  it('is escaped as the library does, for any bytes and any cut', async () => {
    const piece = fc.array(fc.constantFrom('\r', '\n', '\r\n', '.', '\r\n.', 'a', 'é', '\0'), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 6 }), async (texts) => {
        const pieces = texts.map((text) => Buffer.from(text.join(''))).filter(({ length }) => length > 0);
        expect(await byOurs(pieces)).toBe(await byLibrary(pieces));
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['the end of data inside', 'a\r\n.\r\nMAIL FROM:<x>\r\n', false],
    ['a dot at the start of the message', '.\r\n', false],
    ['a bare LF', 'a\n.\r\n', false],
    ['a bare CR', 'a\r.\r\n', false],
    ['base64 lines', 'AAAA\r\nBBBB\r\n', 65],
  ])('%s', (_name, text, before) => {
    expect(isPlain(Buffer.from(text), before as number | false)).toBe(before === 65);
  });

  it.each([
    ['a dot after a line that the piece before ended', '.\r\n', 0x0a, false],
    ['the LF of a CR before', '\nAAAA', 0x0d, true],
    ['another byte after a CR', 'AAAA', 0x0d, false],
    ['an LF after no CR', '\nAAAA', 0x41, false],
    ['a CR at the end', 'AAAA\r', 0x41, true],
  ])('%s', (_name, text, before, plain) => {
    expect(isPlain(Buffer.from(text), before)).toBe(plain);
  });
});

describe('base64 lines of an attachment', () => {
  it.each([0, 1, 2, 3, 56, 57, 58, 113, 114, 58_368, 58_369, 58_425, 200_000])('%i bytes', async (length) => {
    const bytes = Buffer.from(Array.from({ length }, (_, index) => (index * 7) % 251));
    const lines = Buffer.from(await collect(base64Lines(bytesSource(bytes)))).toString('latin1');
    expect(lines).toBe(bytes.toString('base64').replaceAll(/.{76}(?=.)/g, '$&\r\n'));
    expect(lines).toHaveLength(base64Length(length));
  });
});
