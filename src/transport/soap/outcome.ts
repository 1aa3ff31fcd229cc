import { isTerrESanteError, TerrESanteError, type TerrESanteErrorCode } from '../../errors.ts';
import { codeOfStatus, retryAfterMs, type StatusCodes } from '../../internal/http-status.ts';
import type { HttpStream } from '../http/model.ts';

export { protocolFailure } from '../http/protocol-failure.ts';

/** Statuses of a service, or of what stands before it, that sent no envelope. */
const withoutEnvelope: StatusCodes = {
  401: 'TE_AUTHN_REQUIRED',
  403: 'TE_FORBIDDEN',
  407: 'TE_AUTHN_REQUIRED',
  413: 'TE_TOO_LARGE',
};

/** Words by which front ends ask for a client certificate in a page of status 400. */
const asksForCertificate = /\b(?:client|ssl) certificate\b/i;

const sentences: Readonly<Partial<Record<TerrESanteErrorCode, string>>> = {
  TE_AUTHN_REQUIRED: 'Le service demande une authentification.',
  TE_FORBIDDEN: "Le service refuse l'accès.",
  TE_CLIENT_CERT: 'Le service exige un certificat client.',
  TE_TOO_LARGE: 'Le service refuse un message de cette taille.',
  TE_RATE_LIMITED: 'Le service demande de patienter.',
  TE_UNAVAILABLE: "Le service n'est pas disponible.",
  TE_TIMEOUT: "Le service n'a pas répondu à temps.",
};

/**
 * The error of an answer without an envelope: its status decides. A page of a proxy is not quoted.
 *
 * @param page - the beginning of what came
 */
export function statusFailure({ status, headers }: HttpStream, page: string): TerrESanteError {
  const isCertificate = status === 400 && asksForCertificate.test(page);
  const code = isCertificate ? 'TE_CLIENT_CERT' : codeOfStatus(status, withoutEnvelope);
  // A date is measured against the clock that wrote it.
  const wait = retryAfterMs(headers['retry-after'] ?? null, Date.parse(headers['date'] ?? ''));

  return new TerrESanteError(code, sentences[code] ?? "Le service a répondu par autre chose qu'un message SOAP.", {
    details: { status, ...(wait !== null && { retryAfterMs: wait }) },
  });
}

/**
 * Reads the answer to something that was written: an answer that cannot be read leaves it open
 * whether it was done.
 *
 * @throws TerrESanteError with `unknownOutcome` in its details
 */
export function readOutcome<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!isTerrESanteError(error) || 'unknownOutcome' in error.details) throw error;
    throw new TerrESanteError(error.code, error.message, {
      cause: error,
      details: { ...error.details, unknownOutcome: true },
    });
  }
}
