import type { PatientInput } from '../../identity/index.ts';
import type { CallOptions } from '../../internal/abort.ts';
import { optionsOf, recordOf } from '../../internal/border.ts';
import { callChecks } from '../../internal/option-checks.ts';
import type { BoundPatient } from '../../transport/index.ts';
import type { PlatformContext } from './context.ts';

/** What a call about one patient begins with: configuration, options and identity are in order. */
export function admitted(
  context: PlatformContext,
  patient: PatientInput,
  given: CallOptions | undefined,
): { readonly bound: BoundPatient; readonly options: CallOptions } {
  context.requireReady();
  const options = optionsOf('options', given, callChecks);
  return { bound: context.requirePatient(recordOf('patient', patient, 'patient attendu')), options };
}
