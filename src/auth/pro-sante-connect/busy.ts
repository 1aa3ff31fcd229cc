import { TerrESanteError } from '../../errors.ts';
import { codeOfStatus, retryAfterMs } from '../../internal/http-status.ts';

/** An answer of the host's HTTPS client. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/**
 * Whether a status speaks of the server and not of the request: the same request may pass later.
 * What such an answer holds is often a page of a proxy, so nothing of it is read.
 */
export function isBusy(status: number): boolean {
  return status === 408 || status === 429 || status >= 500;
}

const sentences = {
  TE_RATE_LIMITED: 'Pro Santé Connect reçoit trop de demandes : réessayez plus tard.',
  TE_TIMEOUT: "Pro Santé Connect n'a pas répondu à temps.",
} as const;

/** The error of a server that does not serve now. */
export function busy({ status, headers }: Answer, now: number): TerrESanteError {
  const code = codeOfStatus(status);
  const wait = retryAfterMs(new Headers(headers).get('retry-after'), now);
  const message =
    code === 'TE_RATE_LIMITED' || code === 'TE_TIMEOUT'
      ? sentences[code]
      : 'Pro Santé Connect est momentanément indisponible.';

  return new TerrESanteError(code, message, {
    retryable: true,
    details: { status, ...(wait !== null && { retryAfterMs: wait }) },
  });
}

/** Codes that end a poll whatever the status they come with. */
const final: ReadonlySet<unknown> = new Set(['access_denied', 'expired_token', 'invalid_client', 'invalid_grant']);

function errorOf(body: Uint8Array): unknown {
  try {
    const read: unknown = JSON.parse(Buffer.from(body).toString('utf8'));
    return typeof read === 'object' && read !== null && 'error' in read ? read.error : null;
  } catch {
    return null;
  }
}

/**
 * What a poll of CIBA makes of a busy server: the user has not answered yet, so the wait goes on,
 * as after a poll that found nothing, and not before the time that the server asks for (CIBA Core
 * 1.0, section 11). A code that ends the login is kept.
 */
export function asPending(answer: Answer | null, now: number): Answer {
  const said = answer ? errorOf(answer.body) : null;
  const code = final.has(said) || said === 'slow_down' ? said : 'authorization_pending';
  const wait = answer ? retryAfterMs(new Headers(answer.headers).get('retry-after'), now) : null;

  return {
    status: 400,
    headers: {
      'content-type': 'application/json',
      ...(wait !== null && { 'retry-after': String(Math.ceil(wait / 1000)) }),
    },
    body: Buffer.from(JSON.stringify({ error: code })),
  };
}
