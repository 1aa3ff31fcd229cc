import { TerrESanteError } from '../../errors.ts';
import { loadNomenclature, type NomenclatureName } from '../../nomenclature/index.ts';

/** A coded value (HL7 type CE) of an assertion. @group VIHF */
export interface VihfCode {
  readonly code: string;
  /** OID of the code system. */
  readonly codeSystem: string;
  readonly codeSystemName: string;
  readonly displayName: string;
}

/** Purposes of use of the national table TRE_R248-ModeAcces. @group VIHF */
export type VihfPurpose = 'normal' | 'bris_de_glace' | 'centre_15';

const purposes: Readonly<Record<VihfPurpose, string>> = {
  normal: 'Accès normal',
  bris_de_glace: 'Accès en bris de glace',
  centre_15: 'Accès par un centre de régulation médicale',
};

export const professionSystem = '1.2.250.1.71.1.2.7';
export const specialtySystem = '1.2.250.1.71.4.2.5';
export const purposeSystem = '1.2.250.1.213.1.1.4.248';
export const sectorSystem = '1.2.250.1.71.4.2.4';

/** Professions that carry a second role: physicians and pharmacists (TRE_G15). */
export const professionsWithSpecialty: ReadonlySet<string> = new Set(['10', '21']);

export function purposeCode(purpose: VihfPurpose): VihfCode {
  return {
    code: purpose,
    codeSystem: purposeSystem,
    codeSystemName: 'mode acces VIHF 2.0',
    displayName: purposes[purpose],
  };
}

export function isPurpose(value: string): value is VihfPurpose {
  return Object.hasOwn(purposes, value);
}

/** The label of a code in a national table, `null` when the table does not have it. */
async function labelOf(table: NomenclatureName, code: string, codeSystem: string): Promise<string | null> {
  const concept = (await loadNomenclature(table)).find(code, codeSystem);
  return concept && concept.displayName;
}

/**
 * First role of a professional: the profession, with its label.
 *
 * @throws TerrESanteError `TE_CODE_UNKNOWN`
 */
export async function professionRole(code: string): Promise<VihfCode> {
  const displayName = await labelOf('profession', code, professionSystem);
  if (displayName === null) {
    throw new TerrESanteError('TE_CODE_UNKNOWN', 'Profession absente de la table TRE_G15.', {
      details: { table: 'TRE_G15' },
    });
  }

  return { code, codeSystem: professionSystem, codeSystemName: 'G15', displayName };
}

/**
 * Second role of a physician or a pharmacist: the specialty, with its label.
 *
 * @throws TerrESanteError `TE_CODE_UNKNOWN`
 */
export async function specialtyRole(code: string): Promise<VihfCode> {
  const displayName = await labelOf('expertise', code, specialtySystem);
  if (displayName === null) {
    throw new TerrESanteError('TE_CODE_UNKNOWN', 'Savoir-faire absent de la table TRE_R01.', {
      details: { table: 'TRE_R01' },
    });
  }

  return { code, codeSystem: specialtySystem, codeSystemName: 'R01', displayName };
}
