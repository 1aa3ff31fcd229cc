import type { Coded } from './coded.ts';
import type { ClassCode, RetiredTypeCode, TypeCode } from './codes.ts';
import type { Concept } from './concept.ts';
import { findConcept } from './find.ts';
import { loadMapping, loadNomenclature } from './nomenclature.ts';

/**
 * Finds a document type among the current types (JDV_J07) and the retired ones; `null` when it is
 * neither.
 *
 * @example
 * ```ts
 * import { findType } from 'terr-esante-sdk/documents';
 *
 * const type = await findType('29551-9');
 * type?.active; // false
 * type?.successor?.code; // '57833-6'
 * ```
 *
 * @group Nomenclatures
 */
export async function findType(
  code: TypeCode | RetiredTypeCode | (string & {}),
  codeSystem?: string,
): Promise<Concept | null> {
  return (await findConcept('typeCode', code, codeSystem)) ?? (await findConcept('retiredType', code, codeSystem));
}

/** Which mapping gives the class of a type. @group Nomenclatures */
export type ClassScope = 'ci-sis' | 'dmp';

/**
 * The XDS class of a document type: mapping ASS_X04 (CI-SIS) or ASS_X16 (DMP). `null` when the
 * mapping has none: the caller must then choose a class.
 *
 * @example
 * ```ts
 * import { findClassOfType } from 'terr-esante-sdk/documents';
 *
 * (await findClassOfType('18748-4', '2.16.840.1.113883.6.1'))?.displayName; // 'Imagerie médicale'
 * await findClassOfType('101881-1', '2.16.840.1.113883.6.1'); // null
 * ```
 *
 * @group Nomenclatures
 */
export async function findClassOfType(
  code: string,
  codeSystem: string,
  scope: ClassScope = 'ci-sis',
): Promise<Coded | null> {
  const pairs = await loadMapping(scope === 'dmp' ? 'typeToClassDmp' : 'typeToClass');
  const target = pairs.find(({ source }) => source.code === code && source.codeSystem === codeSystem)?.target;
  if (!target) return null;

  const table = await loadNomenclature(scope === 'dmp' ? 'classCodeDmp' : 'classCode');
  const concept = table.find(target.code, target.codeSystem);

  return concept && coded(concept);
}

/** A class chosen by the caller. */
export async function classByCode(code: ClassCode): Promise<Coded | null> {
  const concept = await findConcept('classCode', code);
  return concept && coded(concept);
}

/** Only the three members of a code, for what is written. */
export function coded({ code, codeSystem, displayName }: Coded): Coded {
  return { code, codeSystem, displayName };
}
