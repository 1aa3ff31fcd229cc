import type { TerrESanteErrorCode } from '../errors.ts';

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
