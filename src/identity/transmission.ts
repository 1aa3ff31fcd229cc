import type { CheckReport, Finding } from '../errors.ts';
import { checkReport, finding } from '../internal/finding.ts';
import { birthPlaceCog } from './birth-place.ts';
import { checkCompleteness, unreadablePatient, type CompletenessOptions } from './completeness.ts';
import { readMatricule } from './ins/matricule.ts';
import type { BirthPlace, PatientInput, PatientIns, PatientTraits, Sex } from './patient.ts';
import { refusal } from './refusal.ts';
import { checkIdentityStatus } from './status/check.ts';
import { traitRules } from './trait-rules.ts';

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
 * checkInsTransmission(patient).findings.some(({ rule }) => rule === 'IDENTITY-TRANSMISSION-FORBIDDEN'); // true
 * ```
 *
 * @see CI-SIS, volet Structuration minimale de documents de santé: traits that go with the INS
 * @group Status
 */
export function checkInsTransmission(patient: PatientInput, options: CompletenessOptions = {}): CheckReport {
  const { missing, findings } = checkCompleteness(patient, options);
  const all = [...findings];

  try {
    all.push(...statusFindings(patient), ...strictTraitFindings(patient));
    const placed = !missing.some(({ trait }) => trait === 'birthPlace');
    if (placed && birthPlaceCog(patient.traits.birthPlace) === null) {
      all.push(finding(traitRules, 'IDENTITY-BIRTH-PLACE-NOT-CODED', { path: 'traits.birthPlace' }));
    }
  } catch {
    all.push(unreadablePatient());
  }

  return checkReport(all);
}

function statusFindings({ ins, identityStatus, identityAttributes }: PatientInput): readonly Finding[] {
  return checkIdentityStatus({
    status: identityStatus ?? 'PROV',
    attributes: identityAttributes,
    ins: Boolean(ins),
    transmitMatricule: true,
  }).findings;
}

/** Traits that a platform does not ask for, but that go with the INS wherever it goes. */
function strictTraitFindings({ traits }: PatientInput): Finding[] {
  const findings: Finding[] = [];
  if (!traits.birthFirstNames || traits.birthFirstNames.length === 0) {
    findings.push(finding(traitRules, 'IDENTITY-FIRST-NAMES-MISSING', { path: 'traits.birthFirstNames' }));
  }

  if (traits.sex === 'I') {
    findings.push(finding(traitRules, 'IDENTITY-SEX-NOT-TRANSMISSIBLE', { path: 'traits.sex' }));
  }
  return findings;
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
  return checkInsTransmission(patient, options).ok;
}

/** A patient whose INS may be transmitted, which supposes every trait that goes with it. */
export interface TransmissiblePatient extends PatientInput {
  readonly ins: PatientIns;
  readonly traits: PatientTraits & {
    readonly birthName: string;
    readonly birthFirstNames: readonly string[];
    readonly sex: Sex;
    readonly birthDate: string;
    readonly birthPlace: BirthPlace;
  };
}

/**
 * The patient with its INS in the written form.
 *
 * @throws TerrESanteError `TE_IDENTITY_STATUS` when the INS may not be transmitted.
 */
export function requireTransmissible(patient: PatientInput, options: CompletenessOptions): TransmissiblePatient {
  const { ok, findings } = checkInsTransmission(patient, options);
  const { ins } = patient;
  const matricule = ins ? readMatricule(ins.value) : null;
  if (!ok || !ins || matricule === null) {
    throw refusal(
      'TE_IDENTITY_STATUS',
      findings.filter(({ severity }) => severity === 'error'),
    );
  }

  // The check has found every trait.
  return { ...patient, ins: { ...ins, value: matricule.text } } as TransmissiblePatient;
}
