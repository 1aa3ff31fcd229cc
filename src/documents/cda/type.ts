import { TerrESanteError, type Finding } from '../../errors.ts';
import { finding } from '../../internal/finding.ts';
import { cdaBuildingRules } from '../rules/cda/building.ts';
import type { Coded } from '../model/document.ts';
import { classByCode, findClassOfType, coded, findType, type ClassCode } from '../../nomenclature/index.ts';

/** A type, its class, and what is to be said of it. */
export interface ResolvedType {
  readonly type: Coded;
  readonly classCode: Coded;
  readonly findings: readonly Finding[];
}

/**
 * The type with its system and label, and its class. A retired type is kept as it is, with a
 * warning that names its successor.
 *
 * @throws TerrESanteError `TE_CODE_UNKNOWN`
 */
export async function resolveType(code: string, classCode: ClassCode | undefined): Promise<ResolvedType> {
  const concept = typeof code === 'string' ? await findType(code) : null;
  if (!concept) {
    throw new TerrESanteError('TE_CODE_UNKNOWN', "Le type de document n'est pas dans la table JDV_J07.", {
      details: { field: 'type', table: 'JDV_J07-XdsTypeCode-CISIS', code: /^[\w-]{1,40}$/.test(code) ? code : null },
    });
  }

  const resolvedClass = classCode
    ? await classByCode(classCode)
    : await findClassOfType(concept.code, concept.codeSystem);
  if (!resolvedClass) {
    throw new TerrESanteError(
      'TE_CODE_UNKNOWN',
      'Aucune table publiée ne classe ce type : indiquez sa classe (classCode).',
      {
        details: { field: 'classCode', table: 'JDV_J06-XdsClassCode-CISIS', code: concept.code },
      },
    );
  }

  return {
    type: coded(concept),
    classCode: resolvedClass,
    findings: concept.active ? [] : [retired(concept.code, concept.validUntil, concept.successor?.code ?? null)],
  };
}

function retired(code: string, until: string | null, successor: string | null): Finding {
  return finding(cdaBuildingRules, 'CDA-TYPE-RETIRED', {
    path: '/ClinicalDocument/code',
    found: code,
    expected: successor,
    values: { code, until: until ?? '?' },
  });
}
