import type { PatientInput, PatientIns, PatientTraits } from '../../identity/index.ts';
import { differingTraits } from '../../identity/differing-traits.ts';
import type { BoundPatient } from './call.ts';
import { otherTraits } from './known-patient.ts';

/** Somebody whom a platform gives for an INS. */
export interface InsHolder<T> {
  readonly record: T;
  /** As the platform describes him; `null` when that cannot be read. */
  readonly patient: Partial<PatientInput> | null;
}

/**
 * Who of those that a platform gives for an INS is the patient. The INS with the strict traits is
 * the person, under whatever local identifier; the INS with other traits is somebody's error, which
 * a human finds. Traits that the platform does not give prove nothing: nobody is chosen.
 *
 * @returns the record, `unknown` when nobody bears the INS
 * @see Référentiel national d'identitovigilance, RNIV 1: strict traits and matricule INS
 * @throws TerrESanteError `TE_IDENTITY_MISMATCH`
 */
export function holderOf<T>(
  { ins, traits }: BoundPatient,
  given: readonly InsHolder<T>[],
): T | 'unknown' | 'ambiguous' {
  // A server that does not apply the condition gives others: they are nobody here.
  const bearers = ins ? given.filter(({ patient }) => patient && bearsIns(patient, ins)) : [];
  const [first, ...others] = bearers;
  if (!first) return 'unknown';

  const differing = bearers.map(({ patient }) => differingTraits(traits, patient?.traits ?? {}));
  if (differing.every((names) => names.length > 0)) throw otherTraits([...new Set(differing.flat())], 'INS');

  const isWhole = hasStrictTraits(traits) && hasStrictTraits(first.patient?.traits ?? {});
  return others.length === 0 && isWhole ? first.record : 'ambiguous';
}

/** An INS that was replaced is still that of its holder. */
function bearsIns({ ins, insHistory }: Partial<PatientInput>, wanted: PatientIns): boolean {
  return [ins, ...(insHistory ?? [])].some((held) => held?.value === wanted.value && held.oid === wanted.oid);
}

function hasStrictTraits({ birthName, firstName, birthDate, sex }: PatientTraits): boolean {
  return [birthName, firstName, birthDate, sex].every((trait) => trait !== undefined && trait !== '');
}
