import { birthPlaceCog } from './birth-place.ts';
import { checkCompleteness, type CompletenessOptions } from './completeness.ts';
import { readMatricule } from './ins/matricule.ts';
import {
  addError,
  hasError,
  IdentityError,
  unreadablePatient,
  type IdentityIssue,
  type IdentityIssueCode,
} from './issue.ts';
import type { PatientInput, PatientIns } from './patient.ts';
import { checkIdentityStatus } from './status/check.ts';

function addMissing(issues: IdentityIssue[], code: IdentityIssueCode, path: string, what: string): void {
  addError(issues, code, path, `${what} à renseigner pour transmettre le matricule INS.`);
}

/**
 * Says why the matricule INS of a patient may not leave the software: status other than qualified,
 * attribute, wrong number, test number in production, or a strict trait missing. The INS is a
 * whole: matricule, OID and traits.
 *
 * @returns Errors that forbid the transmission, and the warnings of {@link checkCompleteness}.
 *
 * @example
 * ```ts
 * import { checkInsTransmission } from 'terr-esante-sdk/identity';
 *
 * const patient = { traits: { birthName: 'MARTIN' }, identityStatus: 'VALI' } as const;
 * checkInsTransmission(patient).some(({ code }) => code === 'TRANSMISSION_FORBIDDEN'); // true
 * ```
 *
 * @see CI-SIS, volet Structuration minimale de documents de santé: traits that go with the INS
 * @group Status
 */
export function checkInsTransmission(patient: PatientInput, options: CompletenessOptions = {}): IdentityIssue[] {
  const { missing, issues } = checkCompleteness(patient, options);
  const all = [...issues];
  try {
    const { ins, identityStatus, identityAttributes, traits } = patient;
    all.push(
      ...checkIdentityStatus({
        status: identityStatus ?? 'PROV',
        attributes: identityAttributes,
        ins: Boolean(ins),
        transmitMatricule: true,
      }),
    );
    for (const { trait, label } of missing) {
      addMissing(all, 'TRAIT_MISSING', trait === 'localId' ? trait : `traits.${trait}`, `${label} :`);
    }
    if (!traits.birthFirstNames || traits.birthFirstNames.length === 0) {
      addMissing(all, 'TRAIT_MISSING', 'traits.birthFirstNames', 'Prénoms de naissance :');
    }
    if (traits.sex === 'I') {
      addError(all, 'SEX_UNKNOWN', 'traits.sex', 'Sexe : indéterminé, ne correspond à aucun matricule INS.');
    }
    if (birthPlaceCog(traits.birthPlace) === null && !missing.some(({ trait }) => trait === 'birthPlace')) {
      addMissing(all, 'BIRTH_PLACE_NOT_CODED', 'traits.birthPlace', 'Lieu de naissance : code INSEE');
    }
  } catch {
    all.push(unreadablePatient());
  }
  return all;
}

/**
 * Whether the matricule INS of this patient may reference data that leave the software: identity
 * qualified, INS valid, strict traits complete. {@link checkInsTransmission} says why not.
 *
 * Give `environment` so that a test INS is refused in production.
 *
 * @example
 * ```ts
 * import { canTransmitIns } from 'terr-esante-sdk/identity';
 *
 * const traits = { birthName: 'MARTIN', firstName: 'ZOE', birthFirstNames: ['ZOE'], sex: 'F', birthDate: '1985-01-12', birthPlace: { communeInsee: '99999' } } as const;
 * const ins = { value: '285019999999936', oid: '1.2.250.1.213.1.4.10' };
 * canTransmitIns({ traits, ins, identityStatus: 'QUAL' }, { environment: 'test' }); // true
 * canTransmitIns({ traits, ins, identityStatus: 'RECUP' }, { environment: 'test' }); // false
 * ```
 *
 * @group Status
 */
export function canTransmitIns(patient: PatientInput, options: CompletenessOptions = {}): boolean {
  return !hasError(checkInsTransmission(patient, options));
}

/**
 * The patient with its INS in the written form; throws `TE_IDENTITY_STATUS` when it may not be
 * transmitted.
 */
export function requireTransmissible(
  patient: PatientInput,
  options: CompletenessOptions,
): PatientInput & { readonly ins: PatientIns } {
  const issues = checkInsTransmission(patient, options).filter(({ severity }) => severity === 'error');
  const { ins } = patient;
  const matricule = ins ? readMatricule(ins.value, 'error').matricule : null;
  if (issues.length > 0 || !ins || matricule === null) throw new IdentityError('TE_IDENTITY_STATUS', issues);
  return { ...patient, ins: { ...ins, value: matricule } };
}
