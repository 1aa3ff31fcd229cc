import type { TerrESanteError, TerrESanteErrorCode } from '../../errors.ts';
import { lastWord, type SoapFault } from '../../internal/soap/index.ts';
import type { Interaction } from '../patients/interaction.ts';
import { linesOf } from '../patients/refusal.ts';
import { dossierSentences } from '../registry/dossier-sentences.ts';
import { RegistryRefusal } from '../registry/refusal.ts';
import type { RegistryError } from '../registry/response.ts';
import { faultError } from '../soap/fault-error.ts';
import type { SoapServices } from './services.ts';

type Refusals = SoapServices['refusals'];

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
  const sentence = dossierSentences[code] ?? 'La plateforme refuse la demande.';
  const retryable = code === 'TE_UNAVAILABLE' && !writes;
  return new RegistryRefusal(code, `${sentence.slice(0, -1)} (${shown}).`, { details, retryable }, errors);
}

/**
 * The error of a registry that refuses by a code of its platform; any other error as it is.
 *
 * @see IHE ITI TF-3, section 4.2.4.1: a code of no standard may stand there
 */
export function registryRefusal(error: unknown, refusals: Refusals): unknown {
  if (!(error instanceof RegistryRefusal)) return error;
  const codes = error.errors.filter(({ severity }) => severity === 'Error').map(({ code }) => code);
  const found = known(codes, refusals);
  return found ? serviceRefusal(error.errors, refusals, { unknownAs: found[0], writes: false }) : error;
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
