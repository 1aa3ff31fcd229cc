import type { SendMailOptions } from 'nodemailer';

import { TerrESanteError } from '../../errors.ts';
import type { ByteSource } from '../../internal/bytes.ts';
import type { DepositMessage } from '../deposit.ts';
import { base64Length, base64Lines } from './base64.ts';
import { publishedHeaderName } from './headers.ts';

/** One attachment whose bytes are read each time the message is. */
export interface MailAttachment {
  /** ASCII. */
  readonly fileName: string;
  readonly contentType: string;
  readonly content: ByteSource;
}

/** Every address here is already validated, every text is already a header text. */
export interface MailParts {
  readonly from: { readonly name: string; readonly address: string };
  readonly to: string;
  readonly replyTo?: string | undefined;
  readonly subject: string;
  readonly messageId: string;
  readonly inReplyTo?: string | undefined;
  readonly references?: readonly string[] | undefined;
  readonly date: Date;
  /** Makes the MIME boundaries, so that the same input gives the same bytes. */
  readonly seed: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  readonly attachments: readonly MailAttachment[];
}

/** A message as the bytes that go out, and the envelope they go with. @group MSSanté message */
export interface ComposedMail extends DepositMessage {
  /** The RFC 5322 message; can be read again for a retry. */
  readonly content: ByteSource;
}

const marker = (seed: string, index: number): string => `@@${seed}/${String(index)}@@`;

/** The message with a short marker in the place of each attachment's bytes. */
async function skeletonOf(parts: MailParts): Promise<Buffer> {
  const { createTransport } = await import('nodemailer');
  const transport = createTransport(
    { streamTransport: true, buffer: true, newline: 'windows' },
    { disableFileAccess: true, disableUrlAccess: true },
  );
  const info = await transport.sendMail(libraryMail(parts));

  // The library re-reads addresses: what it understood must be what was validated.
  const { from, to } = info.envelope;
  if (from !== parts.from.address || to.length !== 1 || to[0] !== parts.to || info.messageId !== parts.messageId) {
    throw new TerrESanteError('TE_INTERNAL', "L'enveloppe composée n'est pas celle qui a été validée.");
  }
  if (!Buffer.isBuffer(info.message)) throw new TerrESanteError('TE_INTERNAL', 'Message composé illisible.');
  return info.message;
}

function libraryMail(parts: MailParts): SendMailOptions {
  const { replyTo, inReplyTo, references } = parts;

  return {
    from: parts.from,
    to: { name: '', address: parts.to },
    envelope: { from: parts.from.address, to: [parts.to] },
    ...(replyTo !== undefined && { replyTo: { name: '', address: replyTo } }),
    subject: parts.subject,
    messageId: parts.messageId,
    ...(inReplyTo !== undefined && { inReplyTo }),
    ...(references !== undefined && { references: [...references] }),
    date: parts.date,
    headers: { ...parts.headers },
    text: parts.text,
    attachments: parts.attachments.map(({ fileName, contentType }, index) => ({
      filename: fileName,
      contentType,
      contentDisposition: 'attachment' as const,
      contentTransferEncoding: 'base64' as const,
      content: Buffer.from(marker(parts.seed, index), 'latin1'),
    })),

    // The same input gives the same bytes, with the published case of the header names.
    xMailer: false,
    baseBoundary: parts.seed,
    boundaryPrefix: '--te',
    normalizeHeaderKey: publishedHeaderName,
  };
}

/**
 * Composes a message whose attachments stay sources: the headers come from nodemailer, the bytes
 * are encoded while they are read, and the length is exact before the first byte is.
 */
export async function composeMail(parts: MailParts, envelopeId: string): Promise<ComposedMail> {
  const skeleton = await skeletonOf(parts);
  const insertions = parts.attachments.map(({ content }, index) => ({
    marker: Buffer.from(marker(parts.seed, index), 'latin1').toString('base64'),
    byteLength: base64Length(content.byteLength),
    open: () => base64Lines(content),
  }));

  return {
    envelope: { from: parts.from.address, to: parts.to },
    messageId: parts.messageId,
    envelopeId,
    ...splice(skeleton, insertions),
  };
}

/** Bytes that take the place of a marker. */
export interface Insertion extends ByteSource {
  readonly marker: string;
}

/** A stretch of the skeleton and the source that follows it. */
interface Piece {
  readonly head: Buffer;
  readonly insertion: Insertion;
}

/** Puts each source in the place of its marker, in order. */
export function splice(
  skeleton: Buffer,
  insertions: readonly Insertion[],
): Pick<ComposedMail, 'byteLength' | 'content'> {
  const pieces: Piece[] = [];
  let at = 0;
  for (const insertion of insertions) {
    const found = skeleton.indexOf(insertion.marker, at, 'latin1');
    const isAgain = found >= 0 && skeleton.includes(insertion.marker, found + 1, 'latin1');
    if (found < 0 || isAgain) throw new TerrESanteError('TE_INTERNAL', 'Message composé illisible.');

    pieces.push({ head: skeleton.subarray(at, found), insertion });
    at = found + insertion.marker.length;
  }

  const tail = skeleton.subarray(at);
  const byteLength = pieces.reduce((sum, { head, insertion }) => sum + head.length + insertion.byteLength, tail.length);
  return { byteLength, content: { byteLength, open: () => spliced(pieces, tail) } };
}

async function* spliced(pieces: readonly Piece[], tail: Buffer): AsyncGenerator<Uint8Array, void, undefined> {
  for (const { head, insertion } of pieces) {
    yield head;
    yield* checked(insertion.open(), insertion.byteLength);
  }
  yield tail;
}

/** A source that changed since it was measured must not go out with a wrong length. */
async function* checked(
  chunks: AsyncIterable<Uint8Array>,
  expected: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  let length = 0;
  for await (const chunk of chunks) {
    length += chunk.length;
    yield chunk;
  }

  if (length !== expected) {
    throw new TerrESanteError('TE_INPUT_INVALID', 'Une pièce jointe a changé de taille pendant la lecture.', {
      details: { expected, length },
    });
  }
}
