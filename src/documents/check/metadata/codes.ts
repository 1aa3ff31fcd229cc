import type { Finding } from '../../../errors.ts';
import { finding } from '../../../internal/finding.ts';
import type { DocumentEntry, SubmissionSet } from '../../model/metadata.ts';
import type { Coded } from '../../model/document.ts';
import { classOfType, findType, lookup, type ClassScope, type NomenclatureName } from '../../../nomenclature/index.ts';
import { xdsRules, type XdsRuleId } from '../../rules/xds/index.ts';

/** Which edition of the code tables applies. */
export type CodeScope = ClassScope;

interface TableCheck {
  readonly value: (entry: DocumentEntry) => readonly Coded[];
  readonly attribute: string;
  readonly table: (scope: CodeScope) => NomenclatureName;
  readonly rule: XdsRuleId;
}

const checks: readonly TableCheck[] = [
  {
    attribute: 'classCode',
    value: ({ classCode }) => [classCode],
    table: (scope) => (scope === 'dmp' ? 'classCodeDmp' : 'classCode'),
    rule: 'XDS-CODE',
  },
  {
    attribute: 'formatCode',
    value: ({ formatCode }) => [formatCode],
    table: (scope) => (scope === 'dmp' ? 'formatCodeDmp' : 'formatCode'),
    rule: 'XDS-CODE-UNKNOWN',
  },
  {
    attribute: 'confidentialityCode',
    value: ({ confidentialityCodes }) => confidentialityCodes,
    table: (scope) => (scope === 'dmp' ? 'confidentialityCodeDmp' : 'confidentialityCode'),
    rule: 'XDS-CODE',
  },
  {
    attribute: 'healthcareFacilityTypeCode',
    value: ({ healthcareFacilityTypeCode }) => [healthcareFacilityTypeCode],
    table: (scope) => (scope === 'dmp' ? 'healthcareFacilityTypeDmp' : 'healthcareFacilityType'),
    rule: 'XDS-CODE',
  },
  {
    attribute: 'practiceSettingCode',
    value: ({ practiceSettingCode }) => [practiceSettingCode],
    table: () => 'practiceSetting',
    rule: 'XDS-CODE',
  },
  {
    attribute: 'authorSpecialty',
    value: ({ authors }) => authors.flatMap(({ specialties }) => specialties),
    table: () => 'authorSpecialty',
    rule: 'XDS-CODE-UNKNOWN',
  },
  {
    attribute: 'referenceIdList',
    value: ({ referenceIds }) => referenceIds.map(({ type }) => ({ code: type, codeSystem: '', displayName: '' })),
    table: (scope) => (scope === 'dmp' ? 'referenceIdTypeDmp' : 'referenceIdType'),
    rule: 'XDS-CODE-UNKNOWN',
  },
];

const shown = ({ code, codeSystem }: Coded): string => (codeSystem === '' ? code : `${code} (${codeSystem})`);

async function known(table: NomenclatureName, { code, codeSystem }: Coded): Promise<boolean> {
  return (await lookup(table, code, codeSystem === '' ? undefined : codeSystem)) !== null;
}

async function typeFindings({ typeCode, classCode }: DocumentEntry, scope: CodeScope): Promise<Finding[]> {
  if (typeCode.code === '') return [];
  const where = '/typeCode';
  const table = scope === 'dmp' ? 'typeCodeDmp' : 'typeCode';
  const current = await lookup(table, typeCode.code, typeCode.codeSystem);
  const out: Finding[] = [];
  if (!current) {
    const type = await findType(typeCode.code, typeCode.codeSystem);
    if (type && !type.active) {
      const successor = type.successor?.code;
      out.push(finding(xdsRules, 'XDS-TYPE-RETIRED', { path: where, found: shown(typeCode), expected: successor }));
    } else
      out.push(
        finding(xdsRules, 'XDS-CODE', {
          path: where,
          found: shown(typeCode),
          expected: scope === 'dmp' ? 'JDV_J66' : 'JDV_J07',
        }),
      );
  }
  const expected = await classOfType(typeCode.code, typeCode.codeSystem, scope);
  if (expected && classCode.code !== '' && expected.code !== classCode.code) {
    out.push(
      finding(xdsRules, 'XDS-CLASS', { path: '/classCode', found: shown(classCode), expected: shown(expected) }),
    );
  }
  return out;
}

/** Findings by code, with paths relative to the object: thousands of entries share a few codes. */
export type CodeCache = Map<string, readonly Finding[]>;

async function cached(
  cache: CodeCache,
  key: string,
  find: () => Promise<readonly Finding[]>,
): Promise<readonly Finding[]> {
  const known = cache.get(key);
  if (known) return known;
  const found = await find();
  cache.set(key, found);
  return found;
}

/** Codes of a document against their tables; an absent code is another rule's matter. */
export async function entryCodeFindings(
  entry: DocumentEntry,
  scope: CodeScope,
  path: string,
  cache: CodeCache,
): Promise<Finding[]> {
  const { typeCode, classCode } = entry;
  const found = [
    ...(await cached(cache, `type ${shown(typeCode)} ${shown(classCode)}`, () => typeFindings(entry, scope))),
  ];
  for (const { attribute, value, table, rule } of checks) {
    for (const coded of value(entry)) {
      if (coded.code === '') continue;
      found.push(
        ...(await cached(cache, `${attribute} ${shown(coded)}`, async () =>
          (await known(table(scope), coded))
            ? []
            : [finding(xdsRules, rule, { path: `/${attribute}`, found: shown(coded) })],
        )),
      );
    }
  }
  return found.map((relative) => ({ ...relative, path: `${path}${relative.path}` }));
}

export async function setCodeFindings(set: SubmissionSet, scope: CodeScope, path: string): Promise<Finding[]> {
  const { contentTypeCode } = set;
  const table = scope === 'dmp' ? 'contentTypeDmp' : 'contentType';
  if (contentTypeCode.code === '' || (await known(table, contentTypeCode))) return [];
  return [finding(xdsRules, 'XDS-CODE', { path: `${path}/contentTypeCode`, found: shown(contentTypeCode) })];
}
