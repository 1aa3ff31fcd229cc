import { createHash } from 'node:crypto';
import { isTerrESanteError } from '../../errors.ts';
import { faultOf } from '../../internal/fault.ts';
import { collect } from '../../internal/bytes.ts';
import {
  decoded,
  defaultMimeLimits,
  idOf,
  mimeError,
  mimeFaults,
  mimeParts,
  parseHeaders,
  parseHeaderValue,
  type MimeHeaders,
} from '../../internal/mime/index.ts';
import { facts, type Facts } from './values.ts';

/** One part, as it stands: its transfer encoding is not removed. */
export interface FilePart {
  readonly headers: MimeHeaders;
  readonly bytes: Uint8Array;
}

/** A multipart body of a file, with the headers before it when there are some. */
export interface MimeFile {
  readonly facts: Facts;
  readonly headers: MimeHeaders;
  readonly parts: readonly FilePart[];
  /** Place of the root part in `parts`. */
  readonly rootPart: number;
  /** Bytes of the root part. */
  readonly root: Uint8Array;
  /** Whether the body ends with its closing delimiter. */
  readonly isClosed: boolean;
}

/** A file is looked at as it is, however odd its headers. */
const limits = { ...defaultMimeLimits, maxHeaderBytes: 1_048_576 };

const startLine = /^HTTP\/\d(?:\.\d)? \d{3}[^\r\n]*|^(?:POST|PUT) \S+ HTTP\/\d(?:\.\d)?/;

/** The content type of a message in several parts whose root is XML; a mail has another one. */
const relatedXml =
  /^content-type:\s*multipart\/related\b(?:[^\r\n]|\r?\n[ \t])*type="?(?:text|application)\/[a-z+]*xml/im;

/**
 * Lines before the first part of a bare body: neither XML nor fields, and the part is an envelope.
 */
const preamble =
  /^(?![\s<{]|[\w-]{1,100}:)[^<]{1,2000}?\n--\S{1,70}\r?\n(?:[\w-]{1,100}:[^\n]{0,998}\n){0,20}content-type:\s*application\/(?:xop|soap)\+xml/i;

/** Whether a file begins like a multipart message, with or without the headers before it. */
export function isMultipart(bytes: Buffer): boolean {
  const head = bytes.subarray(0, 8_192).toString('latin1');
  return /^(?:\r?\n)*--[^\s]/.test(head) || relatedXml.test(head) || preamble.test(head);
}

/**
 * Reads a multipart message kept as a file: with its HTTP headers, with those of a mail, or the
 * bare body. Of a bare body the first line that begins with two dashes tells the boundary: good
 * enough to look at a file, never to read an answer.
 */
export async function readMimeFile(bytes: Buffer): Promise<MimeFile> {
  const { line, headers, body } = split(bytes);
  const announced = parseHeaderValue(headers.get('content-type') ?? '');
  const written = announced.parameters.get('boundary');
  const boundary = written ?? guess(body);
  if (boundary === null) throw mimeError('no-boundary');

  const parts: FilePart[] = [];
  const isClosed = await readParts(body, boundary, parts);
  const start = announced.parameters.get('start');
  const rootPart = rootOf(parts, start);

  return {
    headers,
    parts,
    rootPart,
    isClosed,
    root: await contentOf(parts[rootPart]),
    facts: facts({
      startLine: line,
      headers: headers.size > 0 ? Object.fromEntries(headers) : undefined,
      boundaryFrom: written === undefined ? 'body' : undefined,
      boundary,
      closed: isClosed,
      parts: parts.map(partFacts),
      start,
      rootPart,
    }),
  };
}

/** The bytes of a part without its transfer encoding: gateways rewrite it. */
async function contentOf(part: FilePart | undefined): Promise<Uint8Array> {
  if (!part) return new Uint8Array();
  async function* source(): AsyncGenerator<Uint8Array> {
    yield part?.bytes ?? new Uint8Array();
  }
  return collect(decoded(part.headers.get('content-transfer-encoding') ?? '', source()));
}

/** @returns whether the body ends with its closing delimiter */
async function readParts(body: Buffer, boundary: string, parts: FilePart[]): Promise<boolean> {
  async function* source(): AsyncGenerator<Uint8Array> {
    yield body;
  }

  try {
    for await (const { headers, raw } of mimeParts(source(), boundary, limits)) {
      const chunks: Uint8Array[] = [];
      try {
        for await (const chunk of raw) chunks.push(chunk);
      } finally {
        // A part that is not closed is shown as far as it came.
        parts.push({ headers, bytes: Buffer.concat(chunks) });
      }
    }
    return true;
  } catch (error) {
    if (isTerrESanteError(error) && faultOf(error, mimeFaults) === 'not-closed') return false;
    throw error;
  }
}

interface Split {
  readonly line: string | undefined;
  readonly headers: MimeHeaders;
  readonly body: Buffer;
}

/** What stands before the body; a journal's own lines there make the whole file a bare body. */
function split(bytes: Buffer): Split {
  const bare: Split = { line: undefined, headers: new Map(), body: bytes };
  const head = bytes.subarray(0, 65_536).toString('latin1');
  const blank = /\r?\n\r?\n/.exec(head);
  if (!blank || /^(?:\r?\n)*--/.test(head)) return bare;

  const line = startLine.exec(head)?.[0].trim();
  const first = line === undefined ? 0 : bytes.indexOf('\n') + 1;
  try {
    return {
      line,
      headers: parseHeaders(bytes.subarray(first, blank.index)),
      body: bytes.subarray(blank.index + blank[0].length),
    };
  } catch {
    return bare;
  }
}

function guess(body: Buffer): string | null {
  return /^--([^\r\n]+?)[ \t]*\r?$/m.exec(body.subarray(0, 4_096).toString('latin1'))?.[1] ?? null;
}

/** The part that `start` names, else the first. */
function rootOf(parts: readonly FilePart[], start: string | undefined): number {
  const id = idOf(start);
  const named = parts.findIndex(({ headers }) => id !== null && idOf(headers.get('content-id')) === id);
  return Math.max(0, named);
}

function partFacts({ headers, bytes }: FilePart): Facts {
  return facts({
    contentId: headers.get('content-id'),
    contentType: headers.get('content-type'),
    encoding: headers.get('content-transfer-encoding'),
    bytes: bytes.length,
    sha1: createHash('sha1').update(bytes).digest('hex'),
  });
}
