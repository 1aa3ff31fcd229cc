import { isTerrESanteError, type CheckReport } from '../../errors.ts';
import { checkReport, finding } from '../../internal/finding.ts';
import { refusal } from '../refusal.ts';
import { nationalIdRules } from './rules.ts';
import { shapes } from './shapes.ts';
import { reading } from '../../internal/reading.ts';

/**
 * Kind of a structure identifier, from its type digits (table TRE_G07). The digits mean other
 * things for persons.
 *
 * @group Professionals
 */
export type StructureIdKind =
  'ADELI_PRACTICE' | 'FINESS' | 'SIREN' | 'SIRET' | 'RPPS_PRACTICE' | 'FINESS_LEGAL' | 'FINESS_GEOGRAPHIC' | 'ROR';

/** A structure identifier, taken apart. @group Professionals */
export interface StructureId {
  readonly kind: StructureIdKind;
  /** The whole identifier, type digit included. */
  readonly value: string;
  /** Number after the type digits. */
  readonly number: string;
  /** No longer given out: FINESS of the legal or geographic entity under digits 5 and 6. */
  readonly deprecated: boolean;
}

const kinds: readonly (readonly [string, StructureIdKind, RegExp])[] = [
  ['0', 'ADELI_PRACTICE', shapes.adeli],
  ['1', 'FINESS', shapes.finess],
  ['2', 'SIREN', shapes.siren],
  ['3', 'SIRET', shapes.siret],
  ['4', 'RPPS_PRACTICE', shapes.rppsPractice],
  ['5', 'FINESS_LEGAL', shapes.finess],
  ['6', 'FINESS_GEOGRAPHIC', shapes.finess],
  ['40', 'ROR', shapes.token],
  ['41', 'ROR', shapes.token],
];

function refuse(): never {
  throw refusal('TE_NATIONAL_ID_INVALID', [finding(nationalIdRules, 'IDENTITY-STRUCTURE-ID', { path: 'nationalId' })]);
}

/**
 * Takes a structure identifier apart: `1` and FINESS, `3` and SIRET, `4` and RPPS with the number
 * of the practice… Only shapes are checked: the keys of FINESS and SIRET numbers are not.
 *
 * @throws TerrESanteError `TE_NATIONAL_ID_INVALID`
 *
 * @example
 * ```ts
 * import { parseStructureId } from 'terr-esante-sdk/identity/national-id';
 *
 * parseStructureId('1990000010').kind; // 'FINESS'
 * ```
 *
 * @group Professionals
 */
export function parseStructureId(text: string): StructureId {
  if (typeof text !== 'string' || text.length > 100) refuse();
  for (const [prefix, kind, shape] of kinds) {
    const number = text.slice(prefix.length);
    if (text.startsWith(prefix) && shape.test(number)) {
      return { kind, value: text, number, deprecated: prefix === '5' || prefix === '6' };
    }
  }
  refuse();
}

/**
 * Puts a structure identifier together. The deprecated kinds and the ROR are read only.
 *
 * @throws TerrESanteError `TE_NATIONAL_ID_INVALID` when the number has not the shape of its kind.
 *
 * @example
 * ```ts
 * import { composeStructureId } from 'terr-esante-sdk/identity/national-id';
 *
 * composeStructureId({ kind: 'FINESS', number: '990000010' }); // '1990000010'
 * ```
 *
 * @group Professionals
 */
export function composeStructureId(parts: {
  readonly kind: 'ADELI_PRACTICE' | 'FINESS' | 'SIREN' | 'SIRET' | 'RPPS_PRACTICE';
  readonly number: string;
}): string {
  return reading('parts', () => textOfParts(parts));
}

function textOfParts(parts: {
  readonly kind: 'ADELI_PRACTICE' | 'FINESS' | 'SIREN' | 'SIRET' | 'RPPS_PRACTICE';
  readonly number: string;
}): string {
  for (const [prefix, kind, shape] of kinds) {
    if (kind === parts.kind && typeof parts.number === 'string' && shape.test(parts.number)) {
      return prefix + parts.number;
    }
  }
  refuse();
}

/**
 * Checks the shape of a structure identifier.
 *
 * @example
 * ```ts
 * import { checkStructureId } from 'terr-esante-sdk/identity/national-id';
 *
 * checkStructureId('1990000010').ok; // true
 * ```
 *
 * @group Professionals
 */
export function checkStructureId(text: string): CheckReport {
  try {
    parseStructureId(text);
    return checkReport([]);
  } catch (error) {
    if (isTerrESanteError(error)) return checkReport(error.findings);
    throw error;
  }
}
