import type { Coded } from '../model/document.ts';
import { documentKinds, type CodeSet, type DocumentKind } from '../model/kinds.ts';
import { invalid } from './values.ts';

/** Longest title that the builders write. */
export const maxTitleLength = 128;

/** Default type of a kind in a code set; `null` for a kind whose type the caller names. */
export function defaultType(kind: DocumentKind, codeSet: CodeSet): string | null {
  const { types } = documentKinds[kind];
  const known: Readonly<Record<string, string>> = types ?? documentKinds.letter.types;
  if (!Object.hasOwn(known, codeSet)) throw invalid('codeSet', 'eo-9.05 ou current attendu');

  return types && types[codeSet];
}

/**
 * Default title of a letter, and of every other document: the French label of its type. A letter
 * whose type is not given is a `CERT_DECL`, and its title "Certificat, déclaration".
 */
export function defaultTitle(type: Coded): string {
  return type.displayName.slice(0, maxTitleLength);
}
