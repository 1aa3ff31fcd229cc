import { finding } from '../../internal/finding.ts';
import type { Finding } from '../../errors.ts';
import { insRules } from '../ins/rules.ts';
import { refusal } from '../refusal.ts';
import { traitRules } from '../trait-rules.ts';
import { datamatrixRules } from './rules.ts';

/** `IS`, version `01` and 22 zeros. */
export const header: string = `IS01${'0'.repeat(22)}`;

/** Group separator (ASCII 29): ends a variable block that is neither full nor last. */
export const gs = '\x1D';

export type BlockId = 'S1' | 'S2' | 'S3' | 'S4' | 'S5' | 'S6' | 'S7';

export interface BlockFormat {
  readonly label: string;
  readonly min: number;
  readonly max: number;
  readonly optional?: boolean;
}

/**
 * The blocks of an INS datamatrix.
 *
 * @see Agence du Numérique en Santé, format du datamatrix INS, version 2.2, sections 3.3 and 5 (as
 *   quoted by the public implementations: the text itself could not be read)
 */
export const blocks: Readonly<Record<BlockId, BlockFormat>> = {
  S1: { label: 'matricule INS', min: 15, max: 15 },
  S2: { label: 'OID', min: 19, max: 20 },
  S3: { label: 'prénoms de naissance', min: 1, max: 100 },
  S4: { label: 'nom de naissance', min: 1, max: 100 },
  S5: { label: 'sexe', min: 1, max: 1 },
  S6: { label: 'date de naissance', min: 10, max: 10 },
  S7: { label: 'lieu de naissance', min: 5, max: 5, optional: true },
};

const rules = { ...insRules, ...traitRules, ...datamatrixRules };

/** A finding about the whole message (`datamatrix`), or about one of its blocks. */
export function blockFinding(rule: keyof typeof rules, path: BlockId | 'datamatrix'): Finding {
  if (path === 'datamatrix') return finding(rules, rule, { path, values: { label: 'Datamatrix INS', field: path } });

  const { label, min, max } = blocks[path];
  const size = min === max ? `${min}` : `${min}-${max}`;
  return finding(rules, rule, { path, values: { label, field: path, size } });
}

export function refuse(rule: keyof typeof rules, path: BlockId | 'datamatrix', position?: number): never {
  throw refusal('TE_DATAMATRIX_INVALID', [blockFinding(rule, path)], { position: position ?? null });
}
