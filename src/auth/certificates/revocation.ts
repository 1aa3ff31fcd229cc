import { isTerrESanteError, type TerrESanteError } from '../../errors.ts';
import { withDeadline, type CallOptions } from '../../internal/abort.ts';
import { readCrl } from './crl.ts';
import { ocspRequest, readOcsp } from './ocsp.ts';
import { readCertificate, type Certificate } from './x509.ts';
import { bytesListOf, currentTime, optionalNumber } from '../../internal/border.ts';
import type { Runtime } from '../../internal/runtime.ts';
import { clockSkewMs, longestClockSkewMs } from '../../internal/clock-skew.ts';

/**
 * One request that the caller's HTTP layer makes. The addresses come from the certificate.
 *
 * @group Certificates
 */
export interface RevocationRequest {
  readonly url: string;
  readonly method: 'GET' | 'POST';
  /** With `POST`: an OCSP request. */
  readonly body: Uint8Array | null;
  readonly contentType: string | null;
  readonly signal: AbortSignal;
}

/**
 * Makes one request and returns the bytes of a successful answer; throws otherwise.
 *
 * @group Certificates
 */
export type RevocationFetcher = (request: RevocationRequest) => Promise<Uint8Array>;

/** Options of {@link checkRevocation}. @group Certificates */
export interface RevocationOptions extends CallOptions {
  readonly fetcher: RevocationFetcher;
  /** Asked in this order until one answers. @defaultValue `['ocsp', 'crl']` */
  readonly methods?: readonly ('ocsp' | 'crl')[] | undefined;
  /** CRLs that the caller already holds, in DER; the last unexpired one is kept by the caller. */
  readonly crls?: readonly Uint8Array[] | undefined;
  /**
   * Clocks may differ by this much, in milliseconds, ten minutes at most.
   *
   * @defaultValue `60_000`
   */
  readonly skewMs?: number | undefined;
  /**
   * Longest age of an answer that does not say when the next one comes, in milliseconds, a year at
   * most.
   * @defaultValue `86_400_000`, one day
   */
  readonly maxAgeMs?: number | undefined;
  /** The moment of the check is what its clock says. @defaultValue the system clock */
  readonly runtime?: Runtime | undefined;
}

/** `unknown` is never to be taken for `good`. @group Certificates */
export interface RevocationStatus {
  readonly status: 'good' | 'revoked' | 'unknown';
  readonly source: 'ocsp' | 'crl' | null;
  /** Milliseconds since 1970. */
  readonly revokedAt: number | null;
  /** When the answer should be asked again, in milliseconds since 1970; `null` when not said. */
  readonly nextUpdate: number | null;
  /** What was tried and did not answer: code of each failure, by address. */
  readonly failures: readonly { readonly url: string; readonly reason: string }[];
}

interface Answer {
  readonly status: 'good' | 'revoked' | 'unknown';
  readonly revokedAt: number | null;
  readonly thisUpdate: number;
  readonly nextUpdate: number | null;
}

/** How dates of an answer are judged. */
interface Freshness {
  readonly now: number;
  readonly skewMs: number;
  readonly maxAgeMs: number;
}

const httpUrl = /^https?:\/\/[^\s/]+/i;

function fromCrl(bytes: Uint8Array, certificate: Certificate, issuer: Certificate): Answer | null {
  const crl = readCrl(bytes, certificate, issuer);
  if (!crl) return null;

  const { thisUpdate, nextUpdate, entry } = crl;
  return { status: entry ? 'revoked' : 'good', revokedAt: entry?.revokedAt ?? null, thisUpdate, nextUpdate };
}

/**
 * A stale answer proves nothing, except that what was revoked still is.
 *
 * A CRL must name its next update (RFC 5280, section 5.1.2.5); an OCSP answer without one says that
 * newer information is always to be had (RFC 6960, section 4.2.2.1). Either could otherwise be kept
 * and shown for ever, so it is held to an age.
 */
function fresh({ status, thisUpdate, nextUpdate }: Answer, { now, skewMs, maxAgeMs }: Freshness): boolean {
  // Dated in the future: made by a clock that is wrong, or prepared to outlive a revocation.
  if (!(thisUpdate <= now + skewMs)) return false;
  if (status === 'revoked') return true;

  return nextUpdate === null ? now - thisUpdate <= maxAgeMs + skewMs : nextUpdate > now - skewMs;
}

function isStop(error: unknown): error is TerrESanteError {
  return isTerrESanteError(error) && (error.code === 'TE_CANCELLED' || error.code === 'TE_TIMEOUT');
}

/** Whose revocation is asked: the certificate and the authority that issued it. */
interface Subject {
  readonly certificate: Certificate;
  readonly issuer: Certificate;
}

/** One place that may answer. */
interface Source {
  readonly method: 'ocsp' | 'crl';
  /** Its address; `given` for a CRL that the caller holds. */
  readonly url: string;
  /** `null` when the answer is not about this certificate, or not signed by whom it must be. */
  readonly read: () => Answer | null | Promise<Answer | null>;
}

/** Fetches an address under the deadline of the check. */
type Fetch = (request: Omit<RevocationRequest, 'signal'>) => Promise<Uint8Array>;

/** The OCSP responders that the certificate names. */
function ocspSources({ certificate, issuer }: Subject, fetch: Fetch, now: number): Source[] {
  const ask = async (url: string): Promise<Answer | null> => {
    const { bytes: body, nonce } = ocspRequest(certificate, issuer);
    const answer = await fetch({ url, method: 'POST', body, contentType: 'application/ocsp-request' });
    return readOcsp(answer, certificate, issuer, nonce, now);
  };

  return certificate.ocspUrls
    .filter((url) => httpUrl.test(url))
    .map((url) => ({ method: 'ocsp', url, read: () => ask(url) }));
}

/** The CRLs that the caller holds, then those that the certificate names. */
function crlSources({ certificate, issuer }: Subject, fetch: Fetch, held: readonly Uint8Array[]): Source[] {
  const download = async (url: string): Promise<Answer | null> => {
    const bytes = await fetch({ url, method: 'GET', body: null, contentType: null });
    return fromCrl(bytes, certificate, issuer);
  };

  const given = held.map((bytes): Source => ({
    method: 'crl',
    url: 'given',
    read: () => fromCrl(bytes, certificate, issuer),
  }));
  const named = certificate.crlUrls
    .filter((url) => httpUrl.test(url))
    .map((url): Source => ({ method: 'crl', url, read: () => download(url) }));
  return [...given, ...named];
}

/** The answer of a source, or the reason why it proves nothing. Only the end of the call throws. */
async function ask({ read }: Source, freshness: Freshness): Promise<Answer | { readonly reason: string }> {
  try {
    const answer = await read();
    if (!answer) return { reason: 'not-usable' };
    return fresh(answer, freshness) ? answer : { reason: 'stale' };
  } catch (error) {
    if (isStop(error)) throw error;
    return { reason: isTerrESanteError(error) ? error.code : 'fetch' };
  }
}

/** Asks one source after the other, until one knows the certificate. */
async function firstAnswer(sources: readonly Source[], freshness: Freshness): Promise<RevocationStatus> {
  const failures: { url: string; reason: string }[] = [];
  let unknown: RevocationStatus = { status: 'unknown', source: null, revokedAt: null, nextUpdate: null, failures };

  for (const source of sources) {
    const answer = await ask(source, freshness);
    if ('reason' in answer) {
      failures.push({ url: source.url, reason: answer.reason });
      continue;
    }

    const { status, revokedAt, nextUpdate } = answer;
    const concluded: RevocationStatus = { status, source: source.method, revokedAt, nextUpdate, failures };
    if (status !== 'unknown') return concluded;
    unknown = concluded;
  }
  return unknown;
}

/**
 * Asks whether a certificate is revoked, by OCSP and by CRL, at the addresses the certificate
 * names. The request itself is made by the caller's function: the SDK opens no connection here.
 *
 * The signer of an assertion has no need to ask about the own card; a receiver may.
 *
 * @param certificate - In DER.
 * @param issuer - The next of its chain, in DER, already trusted ({@link buildCertificateChain}).
 * @throws TerrESanteError `TE_CERTIFICATE_INVALID` (unreadable certificate), `TE_CANCELLED`,
 *   `TE_TIMEOUT`
 * @see RFC 6960; RFC 5280, section 6.3
 * @group Certificates
 */
export async function checkRevocation(
  certificate: Uint8Array,
  issuer: Uint8Array,
  options: RevocationOptions,
): Promise<RevocationStatus> {
  const { fetcher, methods = ['ocsp', 'crl'] } = options;
  const freshness: Freshness = {
    now: currentTime(options.runtime),
    skewMs: optionalNumber('skewMs', options.skewMs, clockSkewMs, { max: longestClockSkewMs }),
    maxAgeMs: optionalNumber('maxAgeMs', options.maxAgeMs, 86_400_000, { max: 31_622_400_000 }),
  };
  const crls = bytesListOf('crls', options.crls ?? []);
  const subject: Subject = { certificate: readCertificate(certificate), issuer: readCertificate(issuer) };

  return withDeadline(options, async (signal) => {
    const fetch: Fetch = (request) => fetcher({ ...request, signal });
    const sources = methods.flatMap((method) =>
      method === 'ocsp' ? ocspSources(subject, fetch, freshness.now) : crlSources(subject, fetch, crls),
    );
    return firstAnswer(sources, freshness);
  });
}
