import type { Coded } from './coded.ts';
import type { ConceptTable, MappingTable } from './table.ts';

/** One code of a national table. @group Nomenclatures */
export interface Concept extends Coded {
  readonly active: boolean;
  /** First day of use, `YYYY-MM-DD`, when the table says so. */
  readonly validFrom: string | null;
  /** Last day of use, `YYYY-MM-DD`, when the table says so. */
  readonly validUntil: string | null;
  /** For a document type: its class (CI-SIS mapping ASS_X04), `null` when the mapping has none. */
  readonly classCode: string | null;
  /** For a document type: its class in the DMP (mapping ASS_X16). */
  readonly classCodeDmp: string | null;
  /**
   * For a document type or a class: whether the DMP takes it; `null` when the table does not say.
   */
  readonly inDmp: boolean | null;
  /**
   * For a retired document type: the current type that says the same. Not an official mapping:
   * `display` means that the French label is the same, `meaning` that only the meaning is.
   */
  readonly successor: { readonly code: string; readonly basis: 'display' | 'meaning' } | null;
}

export interface MappingPair {
  readonly source: { readonly code: string; readonly codeSystem: string };
  readonly target: { readonly code: string; readonly codeSystem: string };
}

const lines = (rows: string): string[][] =>
  rows
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split('\t'));

const orNull = (cell: string | undefined): string | null => (cell === undefined || cell === '' ? null : cell);

function yesOrNo(cell: string | undefined): boolean | null {
  if (cell === 'y') return true;
  return cell === 'n' ? false : null;
}

export function parseConcepts(table: ConceptTable): readonly Concept[] {
  return lines(table.rows).map(
    ([code = '', codeSystem = '', displayName = '', inactive, from, until, classCode, dmpClass, dmp, next, basis]) => ({
      code,
      codeSystem,
      displayName,
      active: inactive !== 'x',
      validFrom: orNull(from),
      validUntil: orNull(until),
      classCode: orNull(classCode),
      classCodeDmp: orNull(dmpClass),
      inDmp: yesOrNo(dmp),
      successor: next ? { code: next, basis: basis === 'meaning' ? 'meaning' : 'display' } : null,
    }),
  );
}

export function parseMapping(table: MappingTable): readonly MappingPair[] {
  return lines(table.rows).map(([code = '', codeSystem = '', targetCode = '', targetSystem = '']) => ({
    source: { code, codeSystem },
    target: { code: targetCode, codeSystem: targetSystem },
  }));
}
