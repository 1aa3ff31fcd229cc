import { errorIssue, IdentityError, type IdentityIssue, type IdentityIssueCode } from '../issue.ts';

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
 *   quoted by the
 * public implementations: the text itself could not be read)
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

export function issueOf(code: IdentityIssueCode, path: string, what: string): IdentityIssue {
  return errorIssue(code, path, `Datamatrix INS : ${what}.`);
}

export function refuse(code: IdentityIssueCode, path: string, what: string, position?: number): never {
  throw new IdentityError('TE_DATAMATRIX_INVALID', [issueOf(code, path, what)], { position });
}
