import { TerrESanteError, type Finding } from '../../errors.ts';
import type { Coded } from '../model/document.ts';
import { classByCode, classOfType, coded, findType, type ClassCode } from '../../nomenclature/index.ts';

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
  const resolvedClass = classCode ? await classByCode(classCode) : await classOfType(concept.code, concept.codeSystem);
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
  return {
    rule: 'CDA-TYPE-RETIRED',
    severity: 'warning',
    path: '/ClinicalDocument/code',
    message: `Le type ${code} a été retiré de la table nationale${until ? ` le ${until.split('-').reverse().join('/')}` : ''}${successor ? ` ; le type actuel de même sens est ${successor}` : ''}.`,
    messageEn: `The type ${code} was retired from the national table${until ? ` on ${until}` : ''}${successor ? `; the current type of the same meaning is ${successor}` : ''}.`,
    found: code,
    expected: successor,
    fix: successor
      ? `Utilisez ${successor}, sauf si la plateforme destinataire demande expressément ${code}.`
      : 'Choisissez un type de la table actuelle JDV_J07.',
    reference: 'JDV_J07-XdsTypeCode-CISIS; CI-SIS, volet Structuration minimale de documents de santé, section 3.5.5',
  };
}
