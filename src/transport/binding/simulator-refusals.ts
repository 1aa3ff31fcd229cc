import { TerrESanteError, type TerrESanteErrorCode } from '../../errors.ts';
import { clockSkewMs } from '../../internal/clock-skew.ts';
import { codeOfStatus, requestRefusals } from '../../internal/http-status.ts';
import type { HttpAnswer } from '../http/model.ts';
import { JsonAnswer } from './json-answer.ts';

/** Refusals of the simulator, by the word it answers. */
const refusals: Readonly<Record<string, readonly [TerrESanteErrorCode, string]>> = {
  'assertion-absent': ['TE_AUTHN_REQUIRED', 'La plateforme demande une authentification.'],
  'assertion-expired': ['TE_AUTHN_REQUIRED', "L'authentification a expiré : présentez la carte à nouveau."],
  'assertion-not-yet-valid': ['TE_CLOCK_SKEW', "L'heure du poste est en avance : réglez-la."],
  'assertion-rejected': ['TE_AUTHN_REJECTED', 'La plateforme refuse cette authentification.'],
  'certificate-rejected': ['TE_AUTHN_REJECTED', 'La plateforme refuse le certificat de signature.'],
  replayed: ['TE_CONFLICT', 'La plateforme a déjà reçu cette demande.'],
  'identity-ambiguous': ['TE_IDENTITY_AMBIGUOUS', "Plusieurs patients correspondent : aucun n'est choisi."],
  'identity-incomplete': ['TE_IDENTITY_INCOMPLETE', "La plateforme juge l'identité incomplète."],
  'identity-mismatch': ['TE_IDENTITY_MISMATCH', 'Les traits du patient ne sont pas ceux de la plateforme.'],
  'identity-provisional': ['TE_IDENTITY_PROVISIONAL', 'La plateforme refuse une identité provisoire.'],
  'consent-missing': ['TE_CONSENT_REQUIRED', 'La plateforme demande le consentement du patient.'],
  'consent-refused': ['TE_CONSENT_REFUSED', 'Le patient a refusé ou retiré son consentement.'],
  'dossier-absent': ['TE_DOSSIER_ABSENT', "Le patient n'a pas de dossier sur la plateforme."],
  'dossier-exists': ['TE_DOSSIER_EXISTS', 'Le patient a déjà un dossier sur la plateforme.'],
  'dossier-closed': ['TE_DOSSIER_CLOSED', 'Le dossier du patient est fermé.'],
  'not-in-circle': ['TE_NOT_IN_CIRCLE', 'Vous ne faites pas partie du cercle de soins du patient.'],
  blocked: ['TE_BLOCKED_BY_PATIENT', 'Le patient ne vous autorise pas à accéder à son dossier.'],
  forbidden: ['TE_FORBIDDEN', "Cette action n'est pas permise à votre profession."],
  'not-found': ['TE_NOT_FOUND', 'Introuvable sur la plateforme.'],
  invalid: ['TE_VALIDATION', 'La plateforme juge la demande mal formée.'],
  'too-large': ['TE_TOO_LARGE', 'La demande est trop longue pour la plateforme.'],
};

/** French sentences of a status, when the body names no refusal. */
const sentences: Readonly<Partial<Record<TerrESanteErrorCode, string>>> = {
  TE_AUTHN_REQUIRED: 'La plateforme demande une authentification.',
  TE_FORBIDDEN: 'La plateforme refuse cette action.',
  TE_NOT_FOUND: 'Introuvable sur la plateforme.',
  TE_CONFLICT: "L'état du dossier a changé entre-temps.",
  TE_VALIDATION: 'La plateforme juge la demande mal formée.',
  TE_TOO_LARGE: 'La demande est trop longue pour la plateforme.',
  TE_RATE_LIMITED: "La plateforme demande d'attendre avant de recommencer.",
  TE_TIMEOUT: 'La plateforme ne répond pas dans le délai.',
  TE_UNAVAILABLE: 'La plateforme est momentanément indisponible.',
};

function refusalOfStatus(status: number): readonly [TerrESanteErrorCode, string] {
  const code = codeOfStatus(status, requestRefusals);
  return [code, sentences[code] ?? "La réponse de la plateforme n'est pas comprise."];
}

const clockCodes: ReadonlySet<TerrESanteErrorCode> = new Set(['TE_AUTHN_REQUIRED', 'TE_AUTHN_REJECTED']);

/**
 * The error of an answer that is no success; a clock that is wrong explains a refused assertion.
 */
export function refusal(answer: HttpAnswer, now: number): TerrESanteError {
  const word = refusalWord(answer);
  const [code, message] = (word === null ? undefined : refusals[word]) ?? refusalOfStatus(answer.status);
  const details = { status: answer.status, reason: word };

  // A refused assertion of a machine whose clock is wrong: the clock is the cause.
  const platformTime = dateOf(answer);
  if (clockCodes.has(code) && platformTime !== null && Math.abs(now - platformTime) > clockSkewMs) {
    const skewSeconds = Math.round((now - platformTime) / 1000);
    return new TerrESanteError(
      'TE_CLOCK_SKEW',
      "L'heure du poste n'est pas celle de la plateforme : réglez-la, puis recommencez.",
      { details: { ...details, skewSeconds } },
    );
  }
  return new TerrESanteError(code, message, { details });
}

/** The word of a known refusal; `null` when the status alone decides. */
function refusalWord({ body }: HttpAnswer): string | null {
  try {
    const word = JsonAnswer.parse(body).object('error').text('code', 60);
    return Object.hasOwn(refusals, word) ? word : null;
  } catch {
    return null;
  }
}

/** The clock of the platform, in milliseconds since 1970. */
export function dateOf({ headers }: HttpAnswer): number | null {
  const { date } = headers;
  const time = date === undefined ? Number.NaN : Date.parse(date);
  return Number.isNaN(time) ? null : time;
}
