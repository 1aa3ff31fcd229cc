import type { TerrESanteError, TerrESanteErrorCode } from '../../errors.ts';
import { lastWord, type SoapFault } from '../../internal/soap/index.ts';
import type { Interaction } from '../patients/interaction.ts';
import { linesOf } from '../patients/refusal.ts';
import { RegistryRefusal } from '../registry/refusal.ts';
import type { RegistryError } from '../registry/response.ts';
import { faultError } from '../soap/fault-error.ts';
import type { SoapServices } from './services.ts';

type Refusals = SoapServices['refusals'];

/** What a doctor reads, by what the refusal means. */
const sentences: Readonly<Partial<Record<TerrESanteErrorCode, string>>> = {
  TE_DOSSIER_ABSENT: "Le patient n'a pas de dossier sur la plateforme.",
  TE_DOSSIER_EXISTS: 'Le patient a déjà un dossier sur la plateforme.',
  TE_DOSSIER_CLOSED: 'Le dossier du patient est fermé.',
  TE_NOT_IN_CIRCLE: 'Vous ne faites pas partie du cercle de soins du patient.',
  TE_BLOCKED_BY_PATIENT: 'Le patient ne vous autorise pas à accéder à son dossier.',
  TE_CONSENT_REQUIRED: 'La plateforme demande le consentement du patient.',
  TE_CONSENT_REFUSED: 'Le patient a refusé ou retiré son consentement.',
  TE_IDENTITY_INCOMPLETE: "La plateforme juge l'identité incomplète.",
  TE_IDENTITY_AMBIGUOUS: "Plusieurs patients correspondent : aucun n'est choisi.",
  TE_IDENTITY_MISMATCH: 'Les traits du patient ne sont pas ceux de la plateforme.',
  TE_IDENTITY_PROVISIONAL: 'La plateforme refuse une identité provisoire.',
  TE_AUTHN_REJECTED: 'La plateforme refuse le certificat de signature ou cette authentification.',
  TE_FORBIDDEN: 'La plateforme refuse cette action.',
  TE_CONFIG_INVALID: 'La plateforme ne reconnaît pas la structure ou le logiciel : vérifiez la configuration.',
  TE_UNAVAILABLE: 'La plateforme est momentanément indisponible.',
};

/** The meaning of the first code that is known, with that code. */
function known(codes: readonly string[], refusals: Refusals): readonly [TerrESanteErrorCode, string] | null {
  for (const code of codes) {
    const meaning = Object.hasOwn(refusals, code) ? refusals[code] : undefined;
    if (meaning !== undefined) return [meaning, code];
  }
  return null;
}

/** A code as it may be shown: what is no single word could name the patient. */
function wordOf(code: string): string | null {
  return /^[\w.:-]{1,60}$/.test(code) ? code : null;
}

/**
 * The error of a refusal. Its words stay in `errors`: they may name the patient.
 *
 * @param unknownAs - the meaning of a code that is not in the table
 */
export function serviceRefusal(
  errors: readonly RegistryError[],
  refusals: Refusals,
  { unknownAs, writes }: { readonly unknownAs: TerrESanteErrorCode; readonly writes: boolean },
): RegistryRefusal {
  const faults = errors.filter(({ severity }) => severity === 'Error');
  const [code, native] = known(
    faults.map((fault) => fault.code),
    refusals,
  ) ?? [unknownAs, faults[0]?.code ?? ''];

  const shown = wordOf(native) ?? 'sans code';
  const details = {
    errorCodes: faults.map((fault) => wordOf(fault.code)).filter((word) => word !== null),
    // Out of order, the service may have done it before it said so.
    ...(writes && { unknownOutcome: code === 'TE_UNAVAILABLE' }),
  };
  const sentence = sentences[code] ?? 'La plateforme refuse la demande.';
  const retryable = code === 'TE_UNAVAILABLE' && !writes;
  return new RegistryRefusal(code, `${sentence.slice(0, -1)} (${shown}).`, { details, retryable }, errors);
}

/** The error of a negative HL7 v3 answer. */
export function interactionRefusal(
  { acknowledgements }: Interaction,
  refusals: Refusals,
  writes: boolean,
): RegistryRefusal {
  const errors = acknowledgements.flatMap((acknowledgement) => linesOf(acknowledgement, false));
  return serviceRefusal(errors, refusals, { unknownAs: 'TE_VALIDATION', writes });
}

/** The error of a fault: some services put a code of their own where SOAP has its five. */
export function serviceFault(fault: SoapFault, refusals: Refusals): TerrESanteError {
  const error = faultError(fault, [], { withReason: false });
  const { detailCode } = error.details;
  const words = [fault.code, ...fault.subcodes, typeof detailCode === 'string' ? detailCode : null]
    .filter((word) => word !== null)
    .map(lastWord);

  const found = known(words, refusals);
  if (!found) return error;

  const [code, native] = found;
  const lines = [{ code: native, severity: 'Error', severityName: null, context: null, location: null }] as const;
  return serviceRefusal(lines, { [native]: code }, { unknownAs: code, writes: false });
}
