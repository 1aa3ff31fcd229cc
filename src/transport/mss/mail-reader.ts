import { Transform, pipeline, type Readable } from 'node:stream';
import { Readable as NodeReadable } from 'node:stream';

import { TerrESanteError } from '../../errors.ts';

/** Limits put in front of the parser. @group Mail reading */
export interface MailLimits {
  /** @defaultValue `62_914_560` */
  readonly maxMessageBytes?: number | undefined;
  /** @defaultValue `200` */
  readonly maxParts?: number | undefined;
  /** Nested multiparts. @defaultValue `20` */
  readonly maxDepth?: number | undefined;
  /** Headers of the message itself. @defaultValue `262_144` */
  readonly maxHeaderBytes?: number | undefined;
  /** Lines, of attachments as they are encoded too. @defaultValue `2_000_000` */
  readonly maxLines?: number | undefined;
}

/** A whole message, or a stream of it. @group Mail reading */
export type MailInput = Uint8Array | AsyncIterable<Uint8Array>;

/** One part that is not the text, read once, in order. */
export interface MailPart {
  readonly contentType: string;
  readonly fileName: string | null;
  readonly content: AsyncIterable<Uint8Array>;
}

/** What the headers and the text say. Hostile: never show as HTML, never log. */
export interface MailHead {
  /** With angle brackets, as written. */
  readonly messageId: string | null;
  /** Decoded. */
  readonly subject: string;
  readonly from: { readonly name: string; readonly address: string } | null;
  readonly dispositionNotificationTo: string | null;
  readonly returnPath: string | null;
  readonly autoSubmitted: string | null;
  /** Lower case, without parameters. */
  readonly contentType: string;
  readonly reportType: string | null;
  readonly inReplyTo: string | null;
  readonly references: readonly string[];
  readonly mssMes: string | null;
  readonly text: string;
}

const tooComplex = (what: string): TerrESanteError =>
  new TerrESanteError('TE_VALIDATION', 'Le message reçu dépasse les limites de lecture.', { details: { limit: what } });

/** Counts what a parser would suffer from, before the parser sees it. */
function guard(limits: MailLimits): Transform {
  const {
    maxMessageBytes = 60 * 1_024 * 1_024,
    maxParts = 200,
    maxDepth = 20,
    maxHeaderBytes = 256 * 1_024,
    maxLines = 2_000_000,
  } = limits;
  let total = 0;
  let parts = 0;
  let nested = 0;
  let lines = 0;
  let inHeader = true;
  let headerBytes = 0;
  let tail = '';
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      total += chunk.length;
      const text = tail + chunk.toString('latin1');
      const seen = tail.length;
      const count = (pattern: RegExp): number => {
        let found = 0;
        for (const match of text.matchAll(pattern)) if (match.index + match[0].length > seen) found += 1;
        return found;
      };
      if (inHeader) {
        // A message may come in one piece: what counts is where its headers end.
        const end = /\n\r?\n/.exec(text);
        headerBytes = end ? total - text.length + end.index : total;
        inHeader = end === null;
      }
      parts += count(/\ncontent-type[ \t]{0,20}:/gi);
      nested += count(/boundary[ \t]{0,20}=/gi);
      for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) lines += 1;
      const exceeded =
        total > maxMessageBytes
          ? 'maxMessageBytes'
          : headerBytes > maxHeaderBytes
            ? 'maxHeaderBytes'
            : parts > maxParts
              ? 'maxParts'
              : nested > maxDepth
                ? 'maxDepth'
                : lines > maxLines
                  ? 'maxLines'
                  : null;
      if (exceeded) {
        done(tooComplex(exceeded));
        return;
      }
      tail = text.slice(-40);
      done(null, chunk);
    },
  });
}

/** A whole message in pieces, so that nothing is made of it at once. */
function* pieces(input: Uint8Array): Generator<Buffer, void, undefined> {
  const whole = Buffer.from(input.buffer, input.byteOffset, input.byteLength);
  for (let at = 0; at < whole.length; at += 65_536) yield whole.subarray(at, at + 65_536);
}

/**
 * Reads a message part by part. Parts are streamed; only the text and the headers are kept.
 *
 * @throws TerrESanteError `TE_VALIDATION` above a limit or when the message cannot be read.
 */
export async function readMail(
  input: MailInput,
  limits: MailLimits,
  take: (part: MailPart) => Promise<void>,
): Promise<MailHead> {
  const { MailParser } = await import('mailparser');
  const parser = new MailParser({
    keepDeliveryStatus: true,
    skipTextToHtml: true,
    skipHtmlToText: true,
    skipTextLinks: true,
    skipImageLinks: true,
  });
  const source: Readable = NodeReadable.from(input instanceof Uint8Array ? pieces(input) : input);
  let text = '';
  let failure: unknown;
  const taking: Promise<void>[] = [];
  await new Promise<void>((resolve) => {
    const stop = (error: unknown): void => {
      failure ??= error;
      source.destroy();
      parser.destroy();
      resolve();
    };
    parser.on('data', (part) => {
      if (part.type === 'text') {
        text = (part.text ?? '').slice(0, 1_000_000);
        return;
      }
      const content = part.content;
      // A header that is given twice, or badly, does not become a text in the parser.
      const contentType: unknown = part.contentType;
      const fileName: unknown = part.filename;
      const taken = take({
        contentType: typeof contentType === 'string' ? contentType.toLowerCase() : 'application/octet-stream',
        fileName: typeof fileName === 'string' ? fileName : null,
        content,
      });
      taking.push(
        taken
          .then(() => {
            content.resume();
            part.release?.();
          })
          .catch(stop),
      );
    });
    // The end of a message that is cut comes before its last part was taken.
    parser.on('end', () => void Promise.all(taking).then(() => resolve()));
    pipeline(source, guard(limits), parser, (error) => {
      if (error) stop(error);
    });
  });
  if (failure !== undefined) {
    if (failure instanceof TerrESanteError) throw failure;
    throw new TerrESanteError('TE_VALIDATION', "Le message reçu n'a pas pu être lu.");
  }
  return headOf(parser.headers || new Map<string, unknown>(), text);
}

function headOf(headers: ReadonlyMap<string, unknown>, text: string): MailHead {
  const word = (name: string): string | null => {
    const value = headers.get(name);
    const first: unknown = Array.isArray(value) ? value[0] : value;
    if (typeof first === 'string') return first;
    return isRecord(first) && typeof first['value'] === 'string' ? first['value'] : null;
  };
  const contentType = headers.get('content-type');
  const parameters = isRecord(contentType) && isRecord(contentType['params']) ? contentType['params'] : {};
  const reportType = parameters['report-type'];
  return {
    messageId: identifierIn(word('message-id')),
    subject: word('subject') ?? '',
    from: addressIn(headers.get('from')),
    dispositionNotificationTo: addressIn(headers.get('disposition-notification-to'))?.address ?? null,
    returnPath: word('return-path') === '<>' ? '' : (addressIn(headers.get('return-path'))?.address ?? null),
    autoSubmitted: word('auto-submitted'),
    contentType: (word('content-type') ?? 'text/plain').toLowerCase(),
    reportType: typeof reportType === 'string' ? reportType.toLowerCase() : null,
    inReplyTo: identifierIn(word('in-reply-to')),
    references: [
      ...listOf(headers.get('references'))
        .join(' ')
        .slice(0, 20_000)
        .matchAll(/<[^<>\s]{1,250}>/g),
    ].map(([id]) => id),
    mssMes: word('x-mss-mes'),
    text,
  };
}

const listOf = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((item) => typeof item === 'string') : typeof value === 'string' ? [value] : [];

/** The first `<…@…>` of a header value. */
export function identifierIn(value: string | null): string | null {
  return value === null ? null : (/<[^<>\s]{1,250}>/.exec(value.slice(0, 2_000))?.[0] ?? null);
}

function addressIn(value: unknown): { name: string; address: string } | null {
  if (!isRecord(value) || !Array.isArray(value['value'])) return null;
  const list = value['value'] as unknown[];
  const [first] = list;
  // Several addresses where one is expected are not an address.
  if (list.length !== 1 || !isRecord(first) || typeof first['address'] !== 'string') return null;
  return { name: typeof first['name'] === 'string' ? first['name'] : '', address: first['address'] };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
