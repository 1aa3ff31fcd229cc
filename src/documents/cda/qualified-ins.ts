import { TerrESanteError, type Finding } from '../../errors.ts';
import { finding } from '../../internal/finding.ts';
import type { Runtime } from '../../internal/runtime.ts';
import { cdaBuildingRules } from '../rules/cda/building.ts';
import { checkInsTransmission, type InsEnvironment, type PatientInput, type PatientIns } from '../../identity/index.ts';

/** The INS that may be written in a document, or why it is left out. */
export interface TransmittedIns {
  readonly ins: PatientIns | null;
  readonly findings: readonly Finding[];
}

const leftOut = (): Finding =>
  finding(cdaBuildingRules, 'CDA-INS-LEFT-OUT', { path: '/ClinicalDocument/recordTarget/patientRole/id' });

/** Rules of an identity that is right as far as it goes. */
const missingTraits: ReadonlySet<string> = new Set([
  'IDENTITY-TRAIT-MISSING',
  'IDENTITY-FIRST-NAMES-MISSING',
  'IDENTITY-BIRTH-PLACE-NOT-CODED',
]);

/**
 * Only a qualified identity lets the INS leave the software. An identity that claims to be
 * qualified and whose INS or traits are wrong is refused rather than written without its INS: the
 * receiver would file it elsewhere.
 */
export function transmittedIns(
  patient: PatientInput,
  environment: InsEnvironment | undefined,
  runtime: Runtime,
): TransmittedIns {
  if (!patient.ins) return { ins: null, findings: [] };
  if (patient.identityStatus !== 'QUAL') return { ins: null, findings: [leftOut()] };

  const { findings } = checkInsTransmission(patient, { environment, runtime });
  const errors = findings.filter(({ severity }) => severity === 'error');
  const [first] = errors;
  if (!first) return { ins: patient.ins, findings: [] };

  const missing = errors.every(({ rule }) => missingTraits.has(rule));
  throw new TerrESanteError(missing ? 'TE_IDENTITY_INCOMPLETE' : 'TE_INS_INVALID', first.message, {
    findings: errors,
  });
}
