import { TerrESanteError } from '../../errors.ts';
import type { Coded } from '../model/document.ts';
import { coded, loadNomenclature, findConcept, type NomenclatureName } from '../../nomenclature/index.ts';

/**
 * The code of a table as it is written in a document.
 *
 * @param field - Where the caller gave it, for the error.
 * @throws TerrESanteError `TE_CODE_UNKNOWN`
 */
export async function requireCode(name: NomenclatureName, code: string, field: string): Promise<Coded> {
  const concept = typeof code === 'string' ? await findConcept(name, code) : null;
  if (concept) return coded(concept);
  const table = (await loadNomenclature(name)).publishedName;
  throw new TerrESanteError('TE_CODE_UNKNOWN', `${field} : le code n'est pas dans la table ${table}.`, {
    details: { field, table, code: /^[\w./-]{1,40}$/.test(code) ? code : null },
  });
}

export async function optionalCode(
  name: NomenclatureName,
  code: string | undefined,
  field: string,
): Promise<Coded | null> {
  return code === undefined ? null : requireCode(name, code, field);
}

/** A code that is in no table of the package: its three parts must be there. */
export function checkCoded(code: Coded | undefined, field: string): Coded | null {
  if (code === undefined) return null;

  const whole = [code.code, code.codeSystem, code.displayName].every(
    (part) => typeof part === 'string' && part.trim() !== '',
  );
  if (!whole || !/^[0-2](?:\.\d+)+$/.test(code.codeSystem)) {
    throw new TerrESanteError('TE_CODE_UNKNOWN', `${field} : code, système (OID) et libellé sont obligatoires.`, {
      details: { field },
    });
  }

  return coded(code);
}
