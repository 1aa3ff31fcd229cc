import type { Finding } from '../../../errors.ts';
import { finding } from '../../../internal/finding.ts';
import type { DocumentEntry, SubmissionSet } from '../../model/metadata.ts';
import type { Coded } from '../../model/document.ts';
import {
  findClassOfType,
  findType,
  findConcept,
  type ClassScope,
  type NomenclatureName,
} from '../../../nomenclature/index.ts';
import { xdsRules, type XdsRuleId } from '../../rules/xds/index.ts';

/** Which edition of the code tables applies. */
export type CodeScope = ClassScope;

/** Which table an attribute is bound to, in the edition of the CI-SIS and in that of the DMP. */
interface TableCheck {
  readonly attribute: string;
  readonly codes: (entry: DocumentEntry) => readonly Coded[];
  readonly tables: Readonly<Record<CodeScope, NomenclatureName>>;
  readonly rule: XdsRuleId;
}

const checks: readonly TableCheck[] = [
  {
    attribute: 'classCode',
    codes: ({ classCode }) => [classCode],
    tables: { 'ci-sis': 'classCode', dmp: 'classCodeDmp' },
    rule: 'XDS-CODE',
  },
  {
    attribute: 'formatCode',
    codes: ({ formatCode }) => [formatCode],
    tables: { 'ci-sis': 'formatCode', dmp: 'formatCodeDmp' },
    rule: 'XDS-CODE-UNKNOWN',
  },
  {
    attribute: 'confidentialityCode',
    codes: ({ confidentialityCodes }) => confidentialityCodes,
    tables: { 'ci-sis': 'confidentialityCode', dmp: 'confidentialityCodeDmp' },
    rule: 'XDS-CODE',
  },
  {
    attribute: 'healthcareFacilityTypeCode',
    codes: ({ healthcareFacilityTypeCode }) => [healthcareFacilityTypeCode],
    tables: { 'ci-sis': 'healthcareFacilityType', dmp: 'healthcareFacilityTypeDmp' },
    rule: 'XDS-CODE',
  },
  {
    attribute: 'practiceSettingCode',
    codes: ({ practiceSettingCode }) => [practiceSettingCode],
    tables: { 'ci-sis': 'practiceSetting', dmp: 'practiceSetting' },
    rule: 'XDS-CODE',
  },
  {
    attribute: 'authorSpecialty',
    codes: ({ authors }) => authors.flatMap(({ specialties }) => specialties),
    tables: { 'ci-sis': 'authorSpecialty', dmp: 'authorSpecialty' },
    rule: 'XDS-CODE-UNKNOWN',
  },
  {
    attribute: 'referenceIdList',
    codes: ({ referenceIds }) => referenceIds.map(({ type }) => ({ code: type, codeSystem: '', displayName: '' })),
    tables: { 'ci-sis': 'referenceIdType', dmp: 'referenceIdTypeDmp' },
    rule: 'XDS-CODE-UNKNOWN',
  },
];

/** Findings by code, with paths relative to the object: thousands of entries share a few codes. */
export type CodeCache = Map<string, readonly Finding[]>;

/** Checks the codes of a document against their tables; an absent code is another rule's matter. */
export async function entryCodeFindings(
  entry: DocumentEntry,
  scope: CodeScope,
  path: string,
  cache: CodeCache,
): Promise<Finding[]> {
  const { typeCode, classCode } = entry;
  const typeKey = `type ${shown(typeCode)} ${shown(classCode)}`;
  const found = [...(await cached(cache, typeKey, () => typeFindings(entry, scope)))];

  for (const { attribute, codes, tables, rule } of checks) {
    for (const coded of codes(entry)) {
      if (coded.code === '') continue;

      const key = `${attribute} ${shown(coded)}`;
      const find = async (): Promise<Finding[]> =>
        (await isKnown(tables[scope], coded))
          ? []
          : [finding(xdsRules, rule, { path: `/${attribute}`, found: shown(coded) })];
      found.push(...(await cached(cache, key, find)));
    }
  }
  return found.map((relative) => ({ ...relative, path: `${path}${relative.path}` }));
}

/** Checks the content type of a submission set against its table. */
export async function setCodeFindings(set: SubmissionSet, scope: CodeScope, path: string): Promise<Finding[]> {
  const { contentTypeCode } = set;
  const table = scope === 'dmp' ? 'contentTypeDmp' : 'contentType';
  if (contentTypeCode.code === '' || (await isKnown(table, contentTypeCode))) return [];

  return [finding(xdsRules, 'XDS-CODE', { path: `${path}/contentTypeCode`, found: shown(contentTypeCode) })];
}

/** The type of the document, and the class that the type has. */
async function typeFindings({ typeCode, classCode }: DocumentEntry, scope: CodeScope): Promise<Finding[]> {
  if (typeCode.code === '') return [];

  const out: Finding[] = [];
  const place = { path: '/typeCode', found: shown(typeCode) };
  if (!(await findConcept(scope === 'dmp' ? 'typeCodeDmp' : 'typeCode', typeCode.code, typeCode.codeSystem))) {
    const type = await findType(typeCode.code, typeCode.codeSystem);
    const retired = type !== null && !type.active;
    out.push(
      retired
        ? finding(xdsRules, 'XDS-TYPE-RETIRED', { ...place, expected: type.successor?.code })
        : finding(xdsRules, 'XDS-CODE', { ...place, expected: scope === 'dmp' ? 'JDV_J66' : 'JDV_J07' }),
    );
  }

  const expected = await findClassOfType(typeCode.code, typeCode.codeSystem, scope);
  if (expected && classCode.code !== '' && expected.code !== classCode.code) {
    out.push(
      finding(xdsRules, 'XDS-CLASS', { path: '/classCode', found: shown(classCode), expected: shown(expected) }),
    );
  }
  return out;
}

async function isKnown(table: NomenclatureName, { code, codeSystem }: Coded): Promise<boolean> {
  return (await findConcept(table, code, codeSystem === '' ? undefined : codeSystem)) !== null;
}

function shown({ code, codeSystem }: Coded): string {
  return codeSystem === '' ? code : `${code} (${codeSystem})`;
}

async function cached(
  cache: CodeCache,
  key: string,
  find: () => Promise<readonly Finding[]>,
): Promise<readonly Finding[]> {
  const before = cache.get(key);
  if (before) return before;

  const found = await find();
  cache.set(key, found);
  return found;
}
