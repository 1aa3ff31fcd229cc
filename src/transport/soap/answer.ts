import { TerrESanteError } from '../../errors.ts';
import { readSoapMessage, type SoapMessage } from '../../internal/soap/index.ts';
import { bytesSource } from '../../internal/bytes.ts';
import { faultOf } from '../../internal/fault.ts';
import {
  idOf,
  mimeError,
  mimeParts,
  parseHeaderValue,
  type HeaderValue,
  type MimePart,
} from '../../internal/mime/index.ts';
import { readXml, xmlFaults, type ReadElement } from '../../internal/xml/index.ts';
import { withoutCoding } from '../http/coding.ts';
import type { HttpStream } from '../http/model.ts';
import { protocolFailure, statusFailure } from './outcome.ts';
import { xmlText } from './text.ts';

type Bytes = AsyncIterable<Uint8Array>;

/** Bounds of an answer, in decoded bytes. */
export interface AnswerLimits {
  readonly maxBytes: number;
  /** Of the envelope, and of parts that come before it. */
  readonly maxRootBytes: number;
}

/** A part that came with the envelope. */
export interface AnswerPart {
  readonly contentId: string | null;
  readonly contentType: string | null;
  /** To be read before the next part. */
  content(): Bytes;
}

/** An answer whose envelope was read; its parts are still to come. */
export interface SoapAnswer {
  readonly message: SoapMessage;
  readonly root: ReadElement;
  /** What is odd about it and does not make it wrong. */
  readonly told: readonly string[];
  /** Parts but the root, in the order of the answer; none in a plain envelope. */
  readonly parts: AsyncIterable<AnswerPart>;
  /** Drops what was not read, and the connection. */
  discard(): void;
}

/** An answer taken out of what it is wrapped in, whose envelope is still to be read. */
export interface UnwrappedAnswer extends Pick<SoapAnswer, 'told' | 'parts'> {
  /** Of the envelope. */
  readonly contentType: string;
  readonly envelope: Bytes;
}

/** Bounds of an envelope; its length is bounded apart. */
export const envelopeLimits = { maxElements: 1_000_000, maxDepth: 100, maxAttributes: 100 };

/**
 * Reads the envelope of an answer, whatever it is wrapped in. Without an envelope the status of the
 * answer decides what it means.
 *
 * @see IHE ITI TF-2, appendix V; RFC 2387; XOP 1.0, section 4
 * @throws TerrESanteError `TE_PROTOCOL`, `TE_TOO_LARGE`, and by status `TE_UNAVAILABLE`,
 *   `TE_RATE_LIMITED`, `TE_TIMEOUT`, `TE_CLIENT_CERT`, `TE_FORBIDDEN`, `TE_AUTHN_REQUIRED`
 */
export async function readAnswer(stream: HttpStream, limits: AnswerLimits): Promise<SoapAnswer> {
  const { envelope, contentType, told, parts } = await unwrapAnswer(stream, limits);
  const bytes = await collectUpTo(envelope, limits.maxRootBytes);
  return { ...readEnvelope(stream, bytes, contentType), told, parts, discard: () => stream.discard() };
}

/** Takes an answer out of its coding and of its multipart. */
export async function unwrapAnswer(stream: HttpStream, limits: AnswerLimits): Promise<UnwrappedAnswer> {
  const type = parseHeaderValue(stream.headers['content-type'] ?? '');
  const body = withoutCoding(stream.body, stream.headers['content-encoding'], limits.maxBytes);
  const bytes = new Peeked(body);
  const beginning = await bytes.head();

  // A proxy's page, or nothing at all, is not looked into.
  if (beginning.length === 0) throw emptyAnswer(stream);
  const isMultipart = type.value.startsWith('multipart/');
  const isPlain = beginsWithXml(beginning);
  if (isMultipart && !isPlain) return unwrapMultipart(type, bytes, limits);

  const told = isMultipart || !/xml/.test(type.value) ? ['content-type'] : [];
  return { envelope: bytes.all(), contentType: stream.headers['content-type'] ?? '', told, parts: noParts() };
}

/** Nothing came. A read is tried again; an answer that will come elsewhere never reaches us. */
function emptyAnswer(stream: HttpStream): Error {
  if (stream.status === 200) {
    return new TerrESanteError('TE_UNAVAILABLE', 'Le service a répondu sans message.', { details: { status: 200 } });
  }
  if (stream.status >= 300) return statusFailure(stream, '');
  return protocolFailure('empty', 'Le service a répondu sans message.', { status: stream.status });
}

async function unwrapMultipart(type: HeaderValue, bytes: Peeked, limits: AnswerLimits): Promise<UnwrappedAnswer> {
  const boundary = type.parameters.get('boundary');
  if (boundary === undefined || boundary === '') throw mimeError('no-boundary');

  const parts = mimeParts(bytes.all(), boundary);
  const { root, before } = await findRoot(parts, idOf(type.parameters.get('start')), limits.maxRootBytes);
  return {
    envelope: root.content(),
    contentType: root.headers.get('content-type') ?? '',
    told: [],
    parts: otherParts(before, parts),
  };
}

interface Held {
  readonly part: MimePart;
  readonly bytes: Uint8Array;
}

/**
 * The root part: the one that `start` names, else the first. Where `start` names none, the first is
 * the root only if it bears no name at all. Parts before it are kept: their use is not known yet.
 */
async function findRoot(
  parts: AsyncGenerator<MimePart>,
  start: string | null,
  maxBytes: number,
): Promise<{ readonly root: MimePart; readonly before: readonly Held[] }> {
  const before: Held[] = [];
  let held = 0;

  for (;;) {
    const next = await parts.next();
    if (next.done === true) throw mimeError('no-root');

    const part = next.value;
    const isFirst = before.length === 0;
    const isUnnamed = isFirst && part.contentId === null && /xml/i.test(part.headers.get('content-type') ?? '');
    if (start === null || part.contentId === start || isUnnamed) return { root: part, before };

    const bytes = await collectUpTo(part.content(), maxBytes - held);
    held += bytes.length;
    before.push({ part, bytes });
  }
}

async function* otherParts(before: readonly Held[], rest: AsyncGenerator<MimePart>): AsyncGenerator<AnswerPart> {
  try {
    for (const { part, bytes } of before) yield { ...named(part), content: () => bytesSource(bytes).open() };
    for await (const part of rest) yield { ...named(part), content: () => part.content() };
  } finally {
    await rest.return(undefined);
  }
}

const named = ({ contentId, headers }: MimePart): Pick<AnswerPart, 'contentId' | 'contentType'> => ({
  contentId,
  contentType: headers.get('content-type') ?? null,
});

async function* noParts(): AsyncGenerator<AnswerPart> {
  // A plain envelope has none.
}

function readEnvelope(
  stream: HttpStream,
  bytes: Uint8Array,
  contentType: string,
): Pick<SoapAnswer, 'message' | 'root'> {
  const page = pageOf(bytes);
  let root: ReadElement;
  try {
    root = readXml(xmlText(bytes, contentType), { ...envelopeLimits, maxBytes: bytes.length * 2 + 16 });
  } catch (error) {
    throw unreadable(stream, page, error);
  }
  return messageOf(stream, page, root);
}

/** The beginning of what came, in which a front end may say what it wants. */
export function pageOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.subarray(0, 2_000)).toString('latin1');
}

/** The error of an answer that is no XML: its status decides. */
export function unreadable(stream: HttpStream, page: string, error: unknown): unknown {
  if (stream.status !== 200 && stream.status !== 202) return statusFailure(stream, page);
  const reason = faultOf(error, xmlFaults);
  if (reason === null) return error;
  return protocolFailure('xml', 'La réponse du service ne se laisse pas lire comme XML.', { xml: reason });
}

/** @throws TerrESanteError by the status when it is no envelope */
export function messageOf(stream: HttpStream, page: string, root: ReadElement): Pick<SoapAnswer, 'message' | 'root'> {
  const message = readSoapMessage(root);
  if (message) return { message, root };
  if (stream.status >= 300) throw statusFailure(stream, page);
  throw protocolFailure('no-envelope', "Le service a répondu par autre chose qu'un message SOAP.");
}

async function collectUpTo(body: Bytes, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let total = 0;
  for await (const chunk of body) {
    total += chunk.length;
    if (total > maxBytes) {
      throw protocolFailure('long-envelope', "L'enveloppe de la réponse est trop longue.", { maxBytes });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function beginsWithXml(head: Uint8Array): boolean {
  const text = Buffer.from(head)
    .toString('latin1')
    .replace(/^\u00EF\u00BB\u00BF|^\u00FF\u00FE|^\u00FE\u00FF/, '');
  return /^[\s\0]*</.test(text);
}

/** A body whose beginning is looked at before it is read. */
class Peeked {
  readonly #chunks: AsyncIterator<Uint8Array>;
  readonly #seen: Uint8Array[] = [];

  constructor(body: Bytes) {
    this.#chunks = body[Symbol.asyncIterator]();
  }

  /** Its first bytes, up to something that is no blank; empty when there is nothing. */
  async head(): Promise<Uint8Array> {
    for (;;) {
      const head = Buffer.concat(this.#seen);
      if (head.length > 1_024 || /[^\s]/.test(head.toString('latin1'))) return head;

      const next = await this.#chunks.next();
      if (next.done === true) return head.toString('latin1').trim() === '' ? Buffer.alloc(0) : head;
      this.#seen.push(next.value);
    }
  }

  async *all(): AsyncGenerator<Uint8Array> {
    try {
      yield* this.#seen;
      for (let next = await this.#chunks.next(); next.done !== true; next = await this.#chunks.next()) yield next.value;
    } finally {
      await this.#chunks.return?.();
    }
  }
}
