import { isTerrESanteError, TerrESanteError } from '../../errors.ts';
import type { CallOptions } from '../../internal/abort.ts';
import { collect, type ByteSource } from '../../internal/bytes.ts';
import { correlated } from '../../internal/correlation.ts';
import { isObject, readJson, type Json } from '../../internal/json/index.ts';
import type { Runtime } from '../../internal/runtime.ts';
import { hostAnswer, pause } from '../../internal/wait.ts';
import { withoutCoding } from '../http/coding.ts';
import { Deadline } from '../http/deadline.ts';
import type { HttpClient, HttpRequest, HttpStream } from '../http/model.ts';
import { protocolFailure } from '../http/protocol-failure.ts';
import { mayBeDone } from '../http/unknown-outcome.ts';
import { RegistryRefusal } from '../registry/refusal.ts';
import { faultsOf, issuesOf, type FhirIssue } from './outcome.ts';
import { fhirRefusal, isDecided, type RefusalCodes } from './refusal.ts';

/** A FHIR server, and how it is spoken to. */
export interface FhirPartner {
  readonly http: Pick<HttpClient, 'stream'>;
  /** Ends with a slash. */
  readonly base: URL;
  /** Value of `Authorization`; asked again with `renew` when the server refuses it. */
  readonly authorization?: ((options: CallOptions & { readonly renew: boolean }) => Promise<string>) | undefined;
  /** Sent with every request to it. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly runtime: Runtime;
  /** What codes of `issue.details` mean to this server. */
  readonly refusals?: RefusalCodes | undefined;
  /** Longest answer in JSON, in decoded bytes. */
  readonly maxBytes: number;
}

/** One request. Its address may name a patient: it is never in an error. */
export interface FhirRequest extends CallOptions {
  readonly method: HttpRequest['method'];
  readonly url: string;
  readonly body?: Uint8Array | ByteSource | undefined;
  /** @defaultValue FHIR JSON */
  readonly contentType?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** The server may have done it although no answer says so: it is never sent again blindly. */
  readonly writes: boolean;
}

/** A success. */
export interface FhirAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** `null` for an answer without a body. */
  readonly resource: Json | null;
  /** What is odd about it and does not make it wrong. */
  readonly told: readonly string[];
}

export const fhirJson = 'application/fhir+json';

/** Longest wait that a server may ask of a call that has no time limit of its own. */
const longestWaitMs = 10_000;

/**
 * Sends one request and reads its answer. What is no success ends in an error, of a request that
 * writes with `unknownOutcome` in its details.
 *
 * @throws TerrESanteError by the status and the first issue of the answer
 */
export async function askFhir(partner: FhirPartner, request: FhirRequest): Promise<FhirAnswer> {
  return exchange(partner, request, async (stream) => {
    const answer = await readAnswer(stream, partner.maxBytes);
    const issues = issuesOf(answer.resource);
    if (faultsOf(issues).length > 0) throw fhirRefusal({ ...answer, issues, refusals: partner.refusals });
    return answer;
  });
}

/**
 * The same for an answer that is read while it comes. Its time limit covers what comes before the
 * body.
 */
export async function streamFhir(partner: FhirPartner, request: FhirRequest): Promise<HttpStream> {
  return exchange(partner, request, async (stream) => stream);
}

async function exchange<T>(
  partner: FhirPartner,
  request: FhirRequest,
  read: (stream: HttpStream) => Promise<T>,
): Promise<T> {
  const id = partner.runtime.ids.uuid();
  const deadline = new Deadline(request);
  deadline.set();
  try {
    const stream = await send(partner, request, deadline, id);
    return await readOrDiscard(stream, read);
  } catch (error) {
    if (!isTerrESanteError(error)) throw error;
    throw correlated(request.writes ? withOutcome(error) : error, id);
  } finally {
    deadline.off();
  }
}

async function readOrDiscard<T>(stream: HttpStream, read: (stream: HttpStream) => Promise<T>): Promise<T> {
  try {
    return await read(stream);
  } catch (error) {
    stream.discard();
    throw error;
  }
}

/** A success, after one renewal of the token and, of a read, the waits that the server wants. */
async function send(partner: FhirPartner, request: FhirRequest, deadline: Deadline, id: string): Promise<HttpStream> {
  let renew = false;

  for (let turn = 0; ; turn += 1) {
    const token = await tokenOf(partner, deadline, renew);
    const stream = await sendOnce(partner, request, deadline, { id, token });
    if (stream.status < 300) return stream;

    const refusal = await refusalOf(stream, partner);
    if (stream.status === 401 && token !== undefined && !renew) {
      renew = true;
      continue;
    }
    if (stream.status === 401 && renew) throw rejectedToken(refusal);

    const waitMs = request.writes || turn >= 2 ? null : waitOf(refusal, deadline);
    if (waitMs === null) throw refusal;
    await pause(waitMs, { signal: deadline.signal });
  }
}

/** Fresh, and refused: no further token is asked for. */
function rejectedToken(refusal: TerrESanteError): TerrESanteError {
  return new TerrESanteError('TE_AUTHN_REJECTED', 'Le serveur FHIR refuse une authentification toute neuve.', {
    cause: refusal,
    details: refusal.details,
  });
}

/** The host is asked for its token as for anything else: its answer may never come. */
async function tokenOf(
  { authorization }: FhirPartner,
  { signal, leftMs }: Deadline,
  renew: boolean,
): Promise<string | undefined> {
  if (!authorization) return undefined;
  const call = { signal, timeoutMs: leftMs };
  return hostAnswer('authorization', (over) => authorization({ signal: over, timeoutMs: leftMs, renew }), call);
}

/** A read whose connection was cut before any answer is tried once more, on a fresh one. */
async function sendOnce(
  partner: FhirPartner,
  request: FhirRequest,
  deadline: Deadline,
  names: { readonly id: string; readonly token: string | undefined },
): Promise<HttpStream> {
  const http = httpRequest(partner, request, names);
  try {
    return await partner.http.stream({ ...http, signal: deadline.signal, timeoutMs: deadline.leftMs });
  } catch (error) {
    const isCut = isTerrESanteError(error) && ['ECONNRESET', 'EPIPE'].includes(String(error.details['networkCode']));
    if (request.writes || !isCut) throw error;
    return partner.http.stream({ ...http, signal: deadline.signal, timeoutMs: deadline.leftMs });
  }
}

function httpRequest(
  partner: FhirPartner,
  { method, url, body, contentType = `${fhirJson}; charset=utf-8`, headers, writes }: FhirRequest,
  { id, token }: { readonly id: string; readonly token: string | undefined },
): HttpRequest {
  return {
    method,
    url,
    headers: {
      Accept: fhirJson,
      'X-Request-Id': id,
      // Servers and proxies answer a search that they know from what they kept, for a minute.
      ...(writes ? { Prefer: 'return=representation' } : { 'Cache-Control': 'no-cache' }),
      ...(body && { 'Content-Type': contentType }),
      ...partner.headers,
      ...headers,
      ...(token !== undefined && { Authorization: token }),
    },
    body,
    // What counts are the decoded bytes, which are bounded where they are read (`TE_TOO_LARGE`).
    maxResponseBytes: Math.min(partner.maxBytes * 2, Number.MAX_SAFE_INTEGER),
  };
}

/** The error of an answer that is no success. Its content may be a page of a proxy. */
async function refusalOf(stream: HttpStream, { maxBytes, refusals }: FhirPartner): Promise<TerrESanteError> {
  let issues: readonly FhirIssue[] = [];
  try {
    issues = issuesOf((await readAnswer(stream, maxBytes)).resource);
  } catch (error) {
    // What cannot be read says nothing: the status decides.
    if (!isTerrESanteError(error) || error.code === 'TE_CANCELLED') throw error;
    stream.discard();
  }
  return fhirRefusal({ status: stream.status, headers: stream.headers, issues, refusals });
}

/** How long to wait before the same question is asked again; `null` when it is not. */
function waitOf({ details: { status, retryAfterMs } }: TerrESanteError, { leftMs }: Deadline): number | null {
  const isPassing = status === 429 || status === 503;
  if (!isPassing || typeof retryAfterMs !== 'number') return null;
  return retryAfterMs < Math.min(leftMs ?? longestWaitMs, longestWaitMs) ? retryAfterMs : null;
}

/**
 * The resource of an answer.
 *
 * @throws TerrESanteError `TE_PROTOCOL` when it holds something else, such as the page of a proxy
 */
async function readAnswer({ status, headers, body }: HttpStream, maxBytes: number): Promise<FhirAnswer> {
  const bytes = await collect(withoutCoding(body, headers['content-encoding'], maxBytes));
  const text = Buffer.from(bytes.subarray(0, 64))
    .toString('latin1')
    .replace(/^\u00EF\u00BB\u00BF/, '');
  if (bytes.length === 0) return { status, headers, resource: null, told: [] };
  if (!/^\s*\{/.test(text)) {
    throw protocolFailure('not-json', "La réponse n'est pas du JSON : page d'un intermédiaire, ou autre format.", {
      status,
    });
  }

  const resource = readJson(bytes);
  if (!isObject(resource) || typeof resource['resourceType'] !== 'string') {
    throw protocolFailure('no-resource', "La réponse n'est pas une ressource FHIR.", { status });
  }
  const isAnnounced = /^application\/(?:fhir\+)?json\b|^text\/json\b/i.test(headers['content-type'] ?? '');
  return { status, headers, resource, told: isAnnounced ? [] : ['content-type'] };
}

function withOutcome(error: TerrESanteError): TerrESanteError {
  const unknownOutcome = mayBeDone(error) && !isDecided(error);
  const init = {
    cause: error,
    findings: error.findings,
    retryable: error.retryable && !unknownOutcome,
    details: { ...error.details, unknownOutcome },
  };
  return error instanceof RegistryRefusal
    ? new RegistryRefusal(error.code, error.message, init, error.errors)
    : new TerrESanteError(error.code, error.message, init);
}
