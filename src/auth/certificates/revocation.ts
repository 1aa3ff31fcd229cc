import { isTerrESanteError, type TerrESanteError } from '../../errors.ts';
import { withDeadline, type CallOptions } from '../../internal/abort.ts';
import { withDelta } from './crl-delta.ts';
import { readCrl, type CheckedCrl } from './crl.ts';
import { ocspRequest, readOcsp, type OcspRules } from './ocsp.ts';
import { readCertificate, type Certificate } from './x509.ts';
import {
  bytesListOf,
  bytesOf,
  type Checks,
  currentTime,
  needed,
  optionalBoolean,
  optionalNumber,
  optionsOf,
  readingLater,
} from '../../internal/border.ts';
import type { Runtime } from '../../internal/runtime.ts';
import { clockSkewMs, longestClockSkewMs } from '../../internal/clock-skew.ts';
import {
  callback,
  callChecks,
  choice,
  flag,
  listOf,
  number,
  runtime as runtimeCheck,
} from '../../internal/option-checks.ts';

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
  /**
   * CRLs that the caller already holds, in DER; the last unexpired one is kept by the caller. A
   * delta among them brings the list that it is for up to date, also one that was downloaded.
   */
  readonly crls?: readonly Uint8Array[] | undefined;
  /**
   * Clocks may differ by this much, in milliseconds, ten minutes at most.
   *
   * @defaultValue `60_000`
   */
  readonly skewMs?: number | undefined;
  /**
   * Takes an OCSP answer only when it repeats the nonce of the request: it was then made for it.
   * Many responders answer with what they signed earlier and have none.
   *
   * @defaultValue `false`
   */
  readonly requireNonce?: boolean | undefined;
  /**
   * Longest age of an answer that does not say when the next one comes, in milliseconds, a year at
   * most.
   * @defaultValue `86_400_000`, one day
   */
  readonly maxAgeMs?: number | undefined;
  /** The moment of the check is what its clock says. @defaultValue the system clock */
  readonly runtime?: Runtime | undefined;
}

const revocationChecks: Checks<RevocationOptions> = {
  ...callChecks,
  fetcher: needed(callback),
  methods: listOf(choice('ocsp', 'crl')),
  crls: bytesListOf,
  skewMs: number({ max: longestClockSkewMs }),
  maxAgeMs: number({ max: 31_622_400_000 }),
  requireNonce: flag,
  runtime: runtimeCheck,
};

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
  /** When an OCSP answer was signed. */
  readonly producedAt?: number;
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

/**
 * What a list says: nothing, when it is a delta alone, or holds revocations for some reasons only.
 */
function fromList(list: CheckedCrl | null, deltas: readonly CheckedCrl[]): Answer | null {
  if (!list || list.deltaOf !== null) return null;

  const { thisUpdate, nextUpdate, entry, coverage } = withDelta(list, deltas);
  if (entry) return { status: 'revoked', revokedAt: entry.revokedAt, thisUpdate, nextUpdate };
  return coverage === 'all-reasons' ? { status: 'good', revokedAt: null, thisUpdate, nextUpdate } : null;
}

/**
 * A stale answer proves nothing, except that what was revoked still is.
 *
 * A CRL must name its next update (RFC 5280, section 5.1.2.5); an OCSP answer without one says that
 * newer information is always to be had (RFC 6960, section 4.2.2.1). Either could otherwise be kept
 * and shown for ever, so it is held to an age.
 */
function fresh(
  { status, thisUpdate, nextUpdate, producedAt = thisUpdate }: Omit<Answer, 'revokedAt'>,
  { now, skewMs, maxAgeMs }: Freshness,
): boolean {
  // Dated in the future: made by a clock that is wrong, or prepared to outlive a revocation.
  if (!(thisUpdate <= now + skewMs && producedAt <= now + skewMs)) return false;
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
function ocspSources({ certificate, issuer }: Subject, fetch: Fetch, rules: OcspRules): Source[] {
  const ask = async (url: string): Promise<Answer | null> => {
    const { bytes: body, nonce } = ocspRequest(certificate, issuer);
    const answer = await fetch({ url, method: 'POST', body, contentType: 'application/ocsp-request' });
    return readOcsp(answer, { certificate, issuer }, nonce, rules);
  };

  return certificate.ocspUrls
    .filter((url) => httpUrl.test(url))
    .map((url) => ({ method: 'ocsp', url, read: () => ask(url) }));
}

/** The lists that the caller holds, each read once: deltas serve every other one. */
class HeldLists {
  readonly #read: readonly (() => Promise<CheckedCrl | null>)[];
  readonly #freshness: Freshness;

  constructor(held: readonly Uint8Array[], { certificate, issuer }: Subject, freshness: Freshness) {
    this.#freshness = freshness;
    this.#read = held.map((bytes) => {
      let reading: Promise<CheckedCrl | null> | undefined;
      return () => (reading ??= readCrl(bytes, certificate, issuer));
    });
  }

  sources(): Source[] {
    return this.#read.map((read) => ({
      method: 'crl',
      url: 'given',
      read: async () => fromList(await read(), await this.deltas()),
    }));
  }

  /** Those that are not out of date; one that cannot be read is told where it is asked itself. */
  async deltas(): Promise<CheckedCrl[]> {
    const lists = await Promise.all(this.#read.map((read) => read().catch(() => null)));
    return lists.flatMap((list) =>
      list !== null && list.deltaOf !== null && fresh({ ...list, status: 'good' }, this.#freshness) ? [list] : [],
    );
  }
}

/** The CRLs that the caller holds, then those that the certificate names. */
function crlSources({ certificate, issuer }: Subject, fetch: Fetch, held: HeldLists): Source[] {
  const download = async (url: string): Promise<Answer | null> => {
    const bytes = await fetch({ url, method: 'GET', body: null, contentType: null });
    return fromList(await readCrl(bytes, certificate, issuer), await held.deltas());
  };

  const named = certificate.crlUrls
    .filter((url) => httpUrl.test(url))
    .map((url): Source => ({ method: 'crl', url, read: () => download(url) }));
  return [...held.sources(), ...named];
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
  const given = optionsOf('options', options, revocationChecks);
  return readingLater('certificate', () => statusOf(certificate, issuer, given));
}

async function statusOf(
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
  const subject: Subject = {
    certificate: readCertificate(bytesOf('certificate', certificate)),
    issuer: readCertificate(bytesOf('issuer', issuer)),
  };

  const rules: OcspRules = {
    now: freshness.now,
    requireNonce: optionalBoolean('requireNonce', options.requireNonce, false),
  };
  const held = new HeldLists(crls, subject, freshness);

  return withDeadline(options, async (signal) => {
    const fetch: Fetch = (request) => fetcher({ ...request, signal });
    const sources = methods.flatMap((method) =>
      method === 'ocsp' ? ocspSources(subject, fetch, rules) : crlSources(subject, fetch, held),
    );
    return firstAnswer(sources, freshness);
  });
}
