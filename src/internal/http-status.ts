import type { TerrESanteErrorCode } from '../errors.ts';
import { longestTimerMs } from './border.ts';

/** Error codes by HTTP status. */
export type StatusCodes = Readonly<Partial<Record<number, TerrESanteErrorCode>>>;

/** Statuses that speak of the server, with the same meaning for every service. */
const serverStates: StatusCodes = {
  408: 'TE_TIMEOUT',
  429: 'TE_RATE_LIMITED',
  504: 'TE_TIMEOUT',
};

/**
 * Statuses that speak of the request. Only for a service that documents them: elsewhere a 404 comes
 * from a proxy or a wrong address, and says nothing of the patient or the document that was asked.
 *
 * @see RFC 9110, section 15.5
 */
export const requestRefusals: StatusCodes = {
  400: 'TE_VALIDATION',
  401: 'TE_AUTHN_REQUIRED',
  403: 'TE_FORBIDDEN',
  404: 'TE_NOT_FOUND',
  409: 'TE_CONFLICT',
  412: 'TE_CONFLICT',
  413: 'TE_TOO_LARGE',
  422: 'TE_VALIDATION',
};

/**
 * The error code of an HTTP status that is not a success.
 *
 * @param own - What the service itself documents: {@link requestRefusals}, or some of its statuses.
 */
export function codeOfStatus(status: number, own: StatusCodes = {}): TerrESanteErrorCode {
  return own[status] ?? serverStates[status] ?? (status >= 500 ? 'TE_UNAVAILABLE' : 'TE_PROTOCOL');
}

/**
 * The wait that a server asks for, in milliseconds: seconds or a date (RFC 9110, section 10.2.3),
 * never below zero nor above what a timer holds; `null` for none and for what is neither.
 *
 * @param now - what a date is measured against, best the date of the same answer
 */
export function retryAfterMs(value: string | null, now: number): number | null {
  if (value === null) return null;

  const text = value.trim();
  if (/^\d{1,15}$/.test(text)) return Math.min(Number(text) * 1000, longestTimerMs);

  // A date begins with the day of the week; other texts are dates to JavaScript alone.
  const wait = /^[A-Z][a-z]{2,8}[, ]/.test(text) ? Date.parse(text) - now : Number.NaN;
  return Number.isFinite(wait) ? Math.min(Math.max(wait, 0), longestTimerMs) : null;
}
