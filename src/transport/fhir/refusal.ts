import { isTerrESanteError, type TerrESanteError, type TerrESanteErrorCode } from '../../errors.ts';
import { codeOfStatus, requestRefusals, retryAfterMs, type StatusCodes } from '../../internal/http-status.ts';
import { RegistryRefusal } from '../registry/refusal.ts';
import { dossierSentences } from '../registry/dossier-sentences.ts';
import { errorCodeOf } from '../registry/rules.ts';
import { faultsOf, issueFindings, issueLines, shownCode, xdsCodeOf, type FhirIssue } from './outcome.ts';

/** An answer that is no success. */
export interface RefusedAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly issues: readonly FhirIssue[];
  readonly refusals?: RefusalCodes | undefined;
}

/** What codes of `issue.details` mean to one server: no standard has one for them. */
export type RefusalCodes = Readonly<Record<string, TerrESanteErrorCode>>;

/**
 * What a status means. The status decides: servers put one code into every issue, and a proxy sends
 * none at all.
 *
 * @see HL7 FHIR R4, RESTful API, and section 3.1.0.1.9 (status codes)
 */
const statuses: StatusCodes = {
  ...requestRefusals,
  405: 'TE_UNSUPPORTED',
  407: 'TE_AUTHN_REQUIRED',
  410: 'TE_NOT_FOUND',
  501: 'TE_UNSUPPORTED',
};

/** Codes that refuse for good, whatever their status: 408 and 500 are used for them too. */
const decided: ReadonlyMap<string, TerrESanteErrorCode> = new Map([
  ['invalid', 'TE_VALIDATION'],
  ['structure', 'TE_VALIDATION'],
  ['required', 'TE_VALIDATION'],
  ['value', 'TE_VALIDATION'],
  ['invariant', 'TE_VALIDATION'],
  ['code-invalid', 'TE_VALIDATION'],
  ['business-rule', 'TE_VALIDATION'],
  ['conflict', 'TE_CONFLICT'],
  ['multiple-matches', 'TE_CONFLICT'],
  ['duplicate', 'TE_DUPLICATE'],
]);

/** Codes of a failure that passes. */
const passing: ReadonlySet<string> = new Set([
  'transient',
  'timeout',
  'exception',
  'incomplete',
  'lock-error',
  'no-store',
  'throttled',
]);

const sentences: Readonly<Partial<Record<TerrESanteErrorCode, string>>> = {
  TE_VALIDATION: 'Le serveur FHIR refuse le contenu de la demande.',
  TE_AUTHN_REQUIRED: 'Le serveur FHIR demande une authentification.',
  TE_FORBIDDEN: "Le serveur FHIR refuse l'accès.",
  TE_NOT_FOUND: 'Le serveur FHIR ne connaît pas cette ressource.',
  TE_UNSUPPORTED: 'Le serveur FHIR ne prend pas en charge cette demande.',
  TE_CONFLICT: "La ressource a changé, ou plusieurs conviennent : rien n'est écrit.",
  TE_DUPLICATE: 'Le serveur FHIR a déjà cette ressource.',
  TE_TOO_LARGE: 'Le serveur FHIR refuse une demande de cette taille.',
  TE_RATE_LIMITED: 'Le serveur FHIR demande de patienter.',
  TE_UNAVAILABLE: "Le serveur FHIR n'est pas disponible.",
  TE_TIMEOUT: "Le serveur FHIR n'a pas répondu à temps.",
};

/**
 * The error of an answer that is no success. Its sentence, details and findings hold codes and
 * paths; the words of the server stay in `errors`, since they may name the patient.
 *
 * @param fallback - the code of a success whose content says, without a clear reason, that it is
 *   none
 */
export function fhirRefusal(
  { status, headers, issues, refusals = {} }: RefusedAnswer,
  fallback: TerrESanteErrorCode = 'TE_VALIDATION',
): TerrESanteError {
  const faults = faultsOf(issues);
  const [reason] = faults;
  const own = ownCode(reason, refusals);
  const code = own === null ? codeOf(status, reason, fallback) : own;
  // A date is measured against the clock that wrote it.
  const wait = retryAfterMs(headers['retry-after'] ?? null, Date.parse(headers['date'] ?? ''));

  const errorCodes = faults.slice(0, 20).flatMap((issue) => xdsCodeOf(issue) ?? []);
  const details = {
    status,
    // Those of XDS, as a registry's refusal has them.
    ...(errorCodes.length > 0 && { errorCodes }),
    issueCodes: faults.slice(0, 20).map((issue) => xdsCodeOf(issue) ?? shownCode(issue.code)),
    path: reason?.path ?? null,
    ...(wait !== null && { retryAfterMs: wait }),
  };
  const told = own === null ? sentences[code] : (dossierSentences[code] ?? sentences[code]);
  const sentence = told ?? 'Le serveur FHIR donne une réponse inattendue.';
  return new RegistryRefusal(code, sentence, { details, findings: issueFindings(issues) }, issueLines(issues));
}

/** The meaning of the first code that this server has for itself. */
function ownCode(reason: FhirIssue | undefined, refusals: RefusalCodes): TerrESanteErrorCode | null {
  const known = reason?.detailCodes.find((code) => Object.hasOwn(refusals, code));
  return known === undefined ? null : (refusals[known] ?? null);
}

function codeOf(status: number, reason: FhirIssue | undefined, fallback: TerrESanteErrorCode): TerrESanteErrorCode {
  const xds = reason && xdsCodeOf(reason);
  if (typeof xds === 'string') return errorCodeOf(xds);

  const own = reason && decided.get(reason.code);
  const isOpen = status < 300 || status === 408 || status >= 500;
  if (own !== undefined && (isOpen || own === 'TE_DUPLICATE')) return own;
  if (status >= 300) return codeOfStatus(status, statuses);
  return passing.has(reason?.code ?? '') ? 'TE_UNAVAILABLE' : fallback;
}

/** Whether a server that answers 500, or 200, has said all the same that it did nothing. */
export function isDecided({ code, details }: TerrESanteError): boolean {
  return typeof details['status'] === 'number' && !['TE_UNAVAILABLE', 'TE_TIMEOUT', 'TE_PROTOCOL'].includes(code);
}

/** Whether the far side knows nothing at the address of a question, as against: finds nobody. */
export function isUnknownAddress(error: unknown): error is TerrESanteError {
  return isTerrESanteError(error) && error.details['status'] === 404;
}

/**
 * The error of a question that every server of this kind answers: a search that finds nobody is no
 * 404. The address is wrong, or leads to something else.
 */
export function noService(error: TerrESanteError): TerrESanteError {
  return recoded(error, 'TE_CONFIG_INVALID', 'no-service', 'À cette adresse, rien ne répond comme ce service FHIR.');
}

/** The same refusal under the code that it has for one question. */
export function recoded(
  error: TerrESanteError,
  code: TerrESanteErrorCode,
  reason: string,
  sentence: string,
): TerrESanteError {
  const init = { details: { ...error.details, reason }, findings: error.findings, cause: error.cause };
  return new RegistryRefusal(code, sentence, init, error instanceof RegistryRefusal ? error.errors : []);
}
