import { TerrESanteError } from '../../errors.ts';
import { professions, specialties } from './role-tables.ts';

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

const tables = new Map<string, ReadonlyMap<string, string>>();

function display(source: string, code: string): string | undefined {
  let table = tables.get(source);
  if (!table) {
    table = new Map(source.split('\n').map((row) => row.split('\t') as [string, string]));
    tables.set(source, table);
  }
  return table.get(code);
}

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

export function professionRole(code: string): VihfCode {
  const displayName = display(professions, code);
  if (displayName === undefined) {
    throw new TerrESanteError('TE_CODE_UNKNOWN', 'Profession absente de la table TRE_G15.', {
      details: { table: 'TRE_G15' },
    });
  }
  return { code, codeSystem: professionSystem, codeSystemName: 'G15', displayName };
}

export function specialtyRole(code: string): VihfCode {
  const displayName = display(specialties, code);
  if (displayName === undefined) {
    throw new TerrESanteError('TE_CODE_UNKNOWN', 'Savoir-faire absent de la table TRE_R01.', {
      details: { table: 'TRE_R01' },
    });
  }
  return { code, codeSystem: specialtySystem, codeSystemName: 'R01', displayName };
}
