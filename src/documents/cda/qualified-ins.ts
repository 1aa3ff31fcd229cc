import { TerrESanteError, type Finding } from '../../errors.ts';
import { finding } from '../../internal/finding.ts';
import { cdaBuildingRules } from '../rules/cda/building.ts';
import { checkInsTransmission, type InsEnvironment, type PatientInput, type PatientIns } from '../../identity/index.ts';

/** The INS that may be written in a document, or why it is left out. */
export interface TransmittedIns {
  readonly ins: PatientIns | null;
  readonly findings: readonly Finding[];
}

const leftOut = (): Finding =>
  finding(cdaBuildingRules, 'CDA-INS-LEFT-OUT', { path: '/ClinicalDocument/recordTarget/patientRole/id' });

/**
 * Only a qualified identity lets the INS leave the software. An identity that claims to be
 * qualified and whose INS or traits are wrong is refused rather than written without its INS: the
 * receiver would file it elsewhere.
 */
export function transmittedIns(
  patient: PatientInput,
  environment: InsEnvironment | undefined,
  now: number,
): TransmittedIns {
  if (!patient.ins) return { ins: null, findings: [] };
  if (patient.identityStatus !== 'QUAL') return { ins: null, findings: [leftOut()] };
  const errors = checkInsTransmission(patient, { environment, now }).filter(({ severity }) => severity === 'error');
  const first = errors[0];
  if (!first) return { ins: patient.ins, findings: [] };
  const missing = errors.every(({ code }) => code === 'TRAIT_MISSING' || code === 'BIRTH_PLACE_NOT_CODED');
  throw new TerrESanteError(missing ? 'TE_IDENTITY_INCOMPLETE' : 'TE_INS_INVALID', first.message, {
    details: { issues: errors.map(({ code }) => code), paths: errors.map(({ path }) => path) },
  });
}
