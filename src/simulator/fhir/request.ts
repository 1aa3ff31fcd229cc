import type { IncomingMessage } from 'node:http';

import { isTerrESanteError } from '../../errors.ts';
import { withDeadline } from '../../internal/abort.ts';
import { faultOf } from '../../internal/fault.ts';
import { isObject, jsonFaults, readJson, type Json, type JsonFault } from '../../internal/json/index.ts';
import { fhirNames } from './names.ts';
import { refused } from './refusal.ts';
import type { FhirRuleId } from './rules.ts';

/** Where the base stands. */
export const basePath = '/fhir';

const limits = { maxDepth: 60, maxValues: 200_000 };

/** A request as it came, but for its body. */
export interface FhirHead {
  readonly method: string;
  /** After the base, decoded. */
  readonly segments: readonly string[];
  readonly parameters: URLSearchParams;
  header(name: string): string | null;
}

/** The request of an address of the base; `null` for one of another service. */
export function headOf({ url = '', method = '', headers }: IncomingMessage): FhirHead | null {
  const [path = '', query = ''] = splitOnce(url, '?');
  if (path !== basePath && !path.startsWith(`${basePath}/`)) return null;

  const segments = path.slice(basePath.length).split('/').slice(1);
  if (segments.at(-1) === '') segments.pop();
  return {
    method,
    segments: segments.map(decoded),
    parameters: new URLSearchParams(query),
    header(name) {
      const value = headers[name];
      return typeof value === 'string' ? value : null;
    },
  };
}

/**
 * The base as the client reaches it: the port may be that of a tunnel, and a link of a page must
 * lead through it again. A name that is not of this machine is not repeated.
 */
export function baseOf({ headers: { host = '' }, socket }: IncomingMessage): string {
  const [, asked] = /^(?:127\.0\.0\.1|localhost):(\d{1,5})$/.exec(host) ?? [];
  return `https://127.0.0.1:${asked ?? String(socket.localPort ?? 0)}${basePath}`;
}

function splitOnce(text: string, sign: string): readonly string[] {
  const at = text.indexOf(sign);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

/** What cannot be decoded is no address; it stays as it is. */
function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** How a body is read. */
export interface BodyLimits {
  readonly maxBytes: number;
  /** Longest time until it is whole, in milliseconds. */
  readonly timeoutMs: number;
}

/** @throws FhirRefusal */
export async function readBody(request: IncomingMessage, { maxBytes, timeoutMs }: BodyLimits): Promise<Uint8Array> {
  const coding = request.headers['content-encoding'] ?? 'identity';
  if (coding.toLowerCase() !== 'identity') throw refused('SIM-FHIR-CODING');
  if (Number(request.headers['content-length'] ?? '0') > maxBytes) throw refused('SIM-FHIR-TOO-LARGE');

  try {
    return await withDeadline({ timeoutMs }, () => collected(request, maxBytes));
  } catch (error) {
    throw isTerrESanteError(error) && error.code === 'TE_TIMEOUT' ? refused('SIM-FHIR-SLOW') : error;
  }
}

/** Who is refused half-way still gets an answer: the connection stays open under it. */
async function collected(request: IncomingMessage, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let total = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>) {
    total += chunk.length;
    if (total > maxBytes) throw refused('SIM-FHIR-TOO-LARGE');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, total);
}

const rulesOfJson: Readonly<Record<JsonFault, FhirRuleId>> = {
  encoding: 'SIM-FHIR-JSON-ENCODING',
  syntax: 'SIM-FHIR-JSON-SYNTAX',
  'too-deep': 'SIM-FHIR-JSON-DEPTH',
  'too-many-values': 'SIM-FHIR-JSON-VALUES',
  'same-key': 'SIM-FHIR-JSON-KEY',
};

/** @throws FhirRefusal */
export function parseJson(bytes: Uint8Array): unknown {
  try {
    return readJson(bytes, limits);
  } catch (error) {
    const reason = faultOf(error, jsonFaults);
    throw reason === null ? error : refused(rulesOfJson[reason]);
  }
}

/**
 * A resource of one of these types.
 *
 * @throws FhirRefusal
 */
export function resourceIn(parsed: unknown, ...types: readonly string[]): Json {
  if (!isObject(parsed) || !types.includes(String(parsed['resourceType']))) throw refused('SIM-FHIR-RESOURCE');
  requireUnmodified(parsed);
  return parsed;
}

/** What may turn the meaning of a resource round is not taken. @see HL7 FHIR R4, Extensibility */
export function requireUnmodified(resource: Json): void {
  for (const name of ['modifierExtension', 'implicitRules']) {
    if (resource[name] !== undefined) throw refused('SIM-FHIR-MODIFIER', name);
  }
}

type ContentType = 'json' | 'patch' | 'form';

/**
 * What the body is said to be.
 *
 * @throws FhirRefusal
 */
export function requireContent(head: FhirHead, ...wanted: readonly ContentType[]): ContentType {
  const [type = '', ...parameters] = (head.header('content-type') ?? '').toLowerCase().split(';');
  const found = typeOf(type.trim());
  const charset = parameters.map((part) => part.trim()).find((part) => part.startsWith('charset='));
  const isUtf8 = charset === undefined || /^charset="?utf-8"?$/.test(charset);
  if (found && isUtf8 && wanted.includes(found)) return found;
  throw refused(wanted.includes('form') ? 'SIM-FHIR-FORM' : 'SIM-FHIR-CONTENT-TYPE');
}

function typeOf(type: string): ContentType | null {
  if (type === fhirNames.json || type === 'application/json') return 'json';
  if (type === 'application/json-patch+json') return 'patch';
  return type === 'application/x-www-form-urlencoded' ? 'form' : null;
}

/** @throws FhirRefusal when JSON is not accepted */
export function requireAccepted(head: FhirHead): void {
  const format = head.parameters.get('_format');
  const isFormat = format === null || /^(?:json|(?:application|text)\/(?:fhir[+ ])?json)(?:;.*)?$/.test(format);
  const accepted = (head.header('accept') ?? '*/*').split(',').map((part) => part.split(';')[0]?.trim().toLowerCase());
  const isAccepted = accepted.some((type) =>
    [fhirNames.json, 'application/json', 'application/*', '*/*'].includes(type ?? ''),
  );
  if (!isFormat || (format === null && !isAccepted)) throw refused('SIM-FHIR-ACCEPT');
}
