import { pipeline, Readable, Transform, type TransformCallback } from 'node:stream';

import type { MailParser } from 'mailparser';

import { TerrESanteError } from '../../errors.ts';
import { bytesOf, optionalNumber, type Checks } from '../../internal/border.ts';
import { number } from '../../internal/option-checks.ts';
import type { MailReport } from '../receipt/report.ts';
import { sourceOf, type HeaderLine } from './report-source.ts';

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

export const limitChecks: Checks<MailLimits> = {
  maxMessageBytes: number(),
  maxParts: number(),
  maxDepth: number(),
  maxHeaderBytes: number(),
  maxLines: number(),
};

/** One part that is not the text, read once, in order. */
export interface MailPart {
  readonly contentType: string;
  readonly fileName: string | null;
  readonly content: AsyncIterable<Uint8Array>;
}

/** The headers and the text. Hostile: never show as HTML, never log. */
export interface MailHead {
  /** With angle brackets, as written. */
  readonly messageId: string | null;
  /** Decoded. */
  readonly subject: string;
  readonly from: { readonly name: string; readonly address: string } | null;
  readonly dispositionNotificationTo: string | null;
  /** Who it comes from, as far as a report is concerned. */
  readonly source: MailReport['source'];
  readonly autoSubmitted: string | null;
  /** Lower case, without parameters. */
  readonly contentType: string;
  readonly reportType: string | null;
  /** One as a rule; a mail that answers several names each (RFC 5322, section 3.6.4). */
  readonly inReplyTo: readonly string[];
  readonly references: readonly string[];
  /** Addresses that Exim and Gmail name there in their bounces. */
  readonly failedRecipients: string | null;
  /** When it is one address. */
  readonly to: string | null;
  readonly mssMes: string | null;
  readonly text: string;
}

const tooComplex = (limit: string): TerrESanteError =>
  new TerrESanteError('TE_VALIDATION', 'Le message reçu dépasse les limites de lecture.', { details: { limit } });

/** Counts what a parser would suffer from, before the parser sees it. */
class Guard extends Transform {
  readonly #limits: Readonly<Record<keyof MailLimits, number>>;
  readonly #counts: Record<keyof MailLimits, number> = {
    maxMessageBytes: 0,
    maxHeaderBytes: 0,
    maxParts: 0,
    maxDepth: 0,
    maxLines: 0,
  };
  #inHeader = true;
  /** End of the former chunk: a field name may be cut by the border. */
  #tail = '';

  constructor(limits: MailLimits) {
    super();
    const limit = (name: keyof MailLimits, byDefault: number): number => optionalNumber(name, limits[name], byDefault);
    this.#limits = {
      maxMessageBytes: limit('maxMessageBytes', 60 * 1_024 * 1_024),
      maxHeaderBytes: limit('maxHeaderBytes', 256 * 1_024),
      maxParts: limit('maxParts', 200),
      maxDepth: limit('maxDepth', 20),
      maxLines: limit('maxLines', 2_000_000),
    };
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.#count(chunk);
    const exceeded = limitNames.find((name) => this.#counts[name] > this.#limits[name]);
    if (exceeded !== undefined) {
      done(tooComplex(exceeded));
      return;
    }
    done(null, chunk);
  }

  #count(chunk: Buffer): void {
    const counts = this.#counts;
    const text = this.#tail + chunk.toString('latin1');
    const seen = this.#tail.length;
    this.#tail = text.slice(-40);
    counts.maxMessageBytes += chunk.length;

    if (this.#inHeader) {
      // A message may come in one piece: what counts is where its headers end.
      const end = /\n\r?\n/.exec(text);
      counts.maxHeaderBytes = end ? counts.maxMessageBytes - text.length + end.index : counts.maxMessageBytes;
      this.#inHeader = end === null;
    }

    counts.maxParts += countFrom(text, /\ncontent-type[ \t]{0,20}:/gi, seen);
    // In the form of RFC 2231 too, where the name goes on with `*0`.
    counts.maxDepth += countFrom(text, /boundary(?:\*0{0,3}\*?)?[ \t\r\n]{0,20}=/gi, seen);
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) counts.maxLines += 1;
  }
}

/** The limits, in the order in which they are named when several are passed. */
const limitNames = ['maxMessageBytes', 'maxHeaderBytes', 'maxParts', 'maxDepth', 'maxLines'] as const;

/** Matches that end behind what was seen before. */
function countFrom(text: string, pattern: RegExp, seen: number): number {
  let found = 0;
  for (const match of text.matchAll(pattern)) if (match.index + match[0].length > seen) found += 1;
  return found;
}

/** A whole message in pieces, so that nothing is made of it at once. */
function* pieces(input: Uint8Array): Generator<Buffer, void, undefined> {
  const whole = Buffer.from(input.buffer, input.byteOffset, input.byteLength);
  for (let at = 0; at < whole.length; at += 65_536) yield whole.subarray(at, at + 65_536);
}

/** The pieces of a stream of the host. What is not bytes would end the process inside a pipe. */
async function* checked(input: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const chunk of input) yield bytesOf('input', chunk);
}

/**
 * Reads a message part by part. Parts are streamed; only the text and the headers are kept.
 *
 * @throws TerrESanteError `TE_VALIDATION` above a limit or when the message cannot be read.
 */
export async function readMail(
  input: Uint8Array | AsyncIterable<Uint8Array>,
  limits: MailLimits,
  take: (part: MailPart) => Promise<void>,
): Promise<MailHead> {
  const { MailParser: Parser } = await import('mailparser');
  const parser = new Parser({
    keepDeliveryStatus: true,
    skipTextToHtml: true,
    skipHtmlToText: true,
    skipTextLinks: true,
    skipImageLinks: true,
  });
  const source = Readable.from(input instanceof Uint8Array ? pieces(input) : checked(input));

  let text: string;
  try {
    text = await parseParts(source, new Guard(limits), parser, take);
  } catch (error) {
    if (error instanceof TerrESanteError) throw error;
    throw new TerrESanteError('TE_VALIDATION', "Le message reçu n'a pas pu être lu.");
  }
  return headOf(parser.headers || new Map<string, unknown>(), linesOf(parser.headerLines), text);
}

/** Runs the parser to its end; resolves with the text once every part was taken. */
function parseParts(
  source: Readable,
  guard: Transform,
  parser: MailParser,
  take: (part: MailPart) => Promise<void>,
): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const taking: Promise<void>[] = [];
    const stop = (error: unknown): void => {
      reject(error instanceof Error ? error : new Error('unreadable mail'));
      source.destroy();
      parser.destroy();
    };

    parser.on('data', (part) => {
      if (part.type === 'text') {
        // A part without a text is an empty one.
        text = part.text === undefined ? '' : part.text.slice(0, 1_000_000);
        return;
      }
      const taken = take(partOf(part)).then(() => {
        part.content.resume();
        part.release?.();
      });
      taking.push(taken.catch(stop));
    });

    // The end of a message that is cut comes before its last part was taken.
    parser.on('end', () => void Promise.all(taking).then(() => resolve(text)));
    pipeline(source, guard, parser, (error) => {
      if (error) stop(error);
    });
  });
}

/** A header that occurs twice, or is malformed, does not become a text in the parser. */
function partOf(part: { contentType?: unknown; filename?: unknown; content: Readable }): MailPart {
  const { contentType, filename, content } = part;
  return {
    contentType: typeof contentType === 'string' ? contentType.toLowerCase() : 'application/octet-stream',
    fileName: typeof filename === 'string' ? filename : null,
    content,
  };
}

type ParsedHeaders = ReadonlyMap<string, unknown>;

/** The fields as they came, in their order; the lines of a folded one are put together. */
function linesOf(lines: MailParser['headerLines']): HeaderLine[] {
  return (lines || []).map(({ key, line }) => ({
    name: key,
    value: line.slice(line.indexOf(':') + 1).replaceAll(/\r?\n(?=[ \t])/g, ''),
  }));
}

function headOf(headers: ParsedHeaders, lines: readonly HeaderLine[], text: string): MailHead {
  const word = (name: string): string | null => wordOf(headers.get(name));
  const contentType = headers.get('content-type');
  const parameters = isRecord(contentType) && isRecord(contentType['params']) ? contentType['params'] : {};
  const reportType = parameters['report-type'];
  const references = listOf(headers.get('references')).join(' ').slice(0, 20_000);

  return {
    messageId: identifierIn(word('message-id')),
    // A mail without a subject has an empty one.
    subject: word('subject') ?? '',
    from: addressIn(headers.get('from')),
    dispositionNotificationTo: addressIn(headers.get('disposition-notification-to'))?.address ?? null,
    source: sourceOf(lines),
    autoSubmitted: word('auto-submitted'),
    contentType: (word('content-type') ?? 'text/plain').toLowerCase(),
    reportType: typeof reportType === 'string' ? reportType.toLowerCase() : null,
    inReplyTo: answeredIn(word('in-reply-to')),
    references: identifiersIn(references),
    failedRecipients: word('x-failed-recipients'),
    to: addressIn(headers.get('to'))?.address ?? null,
    mssMes: word('x-mss-mes'),
    text,
  };
}

/** Several are told apart by their brackets; one may lack them. */
function answeredIn(text: string | null): readonly string[] {
  const several = identifiersIn(text ?? '');
  const one = several.length > 1 ? null : identifierIn(text);
  return one === null ? several : [one];
}

/** The text of a header, in the forms the parser gives it: a string, a list, an object. */
function wordOf(value: unknown): string | null {
  const first: unknown = Array.isArray(value) ? value[0] : value;
  if (typeof first === 'string') return first;
  return isRecord(first) && typeof first['value'] === 'string' ? first['value'] : null;
}

function listOf(value: unknown): string[] {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  return list.filter((item) => typeof item === 'string');
}

/**
 * The first identifier of a header value, with its angle brackets. Some programs add blanks inside
 * them, cut a long one over two lines, or leave the brackets out.
 */
export function identifierIn(value: string | null): string | null {
  const text = (value ?? '').slice(0, 2_000);
  const written = /<([^<>]{1,300})>/.exec(text)?.[1] ?? /^\s*([^\s<>"(),;]+@[^\s<>"(),;]+)/.exec(text)?.[1];
  const id = written?.replaceAll(/\s/g, '') ?? '';
  return /^[^\p{C}]{1,250}$/u.test(id) ? `<${id}>` : null;
}

/** Every identifier of `References`, or of `In-Reply-To` where it names several. */
function identifiersIn(value: string): string[] {
  const parts = value.includes('<') ? (value.match(/<[^<>]{1,300}>/g) ?? []) : value.split(/\s+/);
  return parts.flatMap((part) => identifierIn(part) ?? []);
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
