// Compiles the national code tables into typed modules under src/nomenclature.
// usage: node scripts/build-nomenclatures.mjs --from DIR [--kit DIR] [--fhir DIR]
//   --from  folder of JSON tables, one file a table: { table: {name, oid, …}, concepts | mappings }
//   --kit   jeuxDeValeurs folder of the CI-SIS test kit, for the value sets that only it publishes
//   --fhir  folder of value sets as FHIR resources, for those that are published in no other form
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const { values: options } = parseArgs({
  options: { from: { type: 'string' }, kit: { type: 'string' }, fhir: { type: 'string' } },
});
if (!options.from) {
  console.error('usage: node scripts/build-nomenclatures.mjs --from DIR [--kit DIR] [--fhir DIR]');
  process.exit(2);
}

/** Our name -> file of the table. `union`: the codes also become a type. */
const tables = {
  activitySector: { file: 'tre-r02-secteur-activite' },
  activityType: { file: 'tre-r209-type-activite' },
  administrativeGender: { kit: 'JDV_J143_AdministrativeGender_CISIS' },
  advanceDirective: { kit: 'JDV_TypeDirectiveAnticipee_CISIS' },
  adverseEffectCausality: { kit: 'JDV_Imputabilite_CISIS' },
  adverseEffectOrigin: { kit: 'JDV_OrigineEffetIndesirable_CISIS' },
  adverseEffectOutcome: { kit: 'JDV_Evolution_CISIS' },
  adverseEffectSeverity: { kit: 'JDV_Gravite_CISIS' },
  allergyKind: { kit: 'JDV_TypeEvenementIndesirablePrevisible_CISIS' },
  allergyStatus: { kit: 'JDV_HL7_allergyintolerance_clinical_CISIS' },
  authorSpecialty: { file: 'jdv-j01-author-specialty' },
  availabilityStatus: { file: 'jdv-j52-availability-status' },
  classCode: { file: 'jdv-j06-class-code', union: 'ClassCode' },
  classCodeDmp: { file: 'jdv-j57-class-code-dmp' },
  complementaryType: { file: 'tre-a05-type-doc-complementaire' },
  confidentialityCode: { file: 'jdv-j08-confidentiality-code' },
  confidentialityCodeDmp: { file: 'jdv-j58-confidentiality-code-dmp' },
  confidentialityLevelFhir: { file: 'jdv-j421-document-confidentiality-level' },
  contentType: { file: 'jdv-j03-content-type' },
  contentTypeDmp: { file: 'jdv-j59-content-type-dmp' },
  documentVisibility: { file: 'jdv-j110-document-visibility', union: 'DocumentVisibilityCode' },
  encounterType: { kit: 'JDV_J142_TypeRencontre_CISIS', union: 'EncounterTypeCode' },
  expertise: { file: 'tre-r01-savoir-faire' },
  familyRelation: { kit: 'JDV_HL7_PersonalRelationshipRoleType_CISIS' },
  formatCode: { file: 'jdv-j10-format-code' },
  formatCodeDmp: { file: 'jdv-j60-format-code-dmp' },
  functionCode: { file: 'jdv-j47-function-code', union: 'FunctionCode' },
  healthStatus: { kit: 'JDV_HealthStatusCodes_CISIS' },
  healthcareFacilityType: { file: 'jdv-j02-healthcare-facility-type', union: 'HealthcareFacilityTypeCode' },
  healthcareFacilityTypeDmp: { file: 'jdv-j61-healthcare-facility-type-dmp' },
  immunizationRoute: { kit: 'JDV_ImmunizationRouteCodes_CISIS' },
  immunizationSite: { kit: 'JDV_ImmunizationApproachSiteCode_CISIS' },
  mediaType: { file: 'tre-r222-cda-nonxml-media-type' },
  noteType: { fhir: 'ValueSet-JDV-J23-TypeNoteCahierLiaison-CISIS', union: 'NoteTypeCode' },
  participationType: { kit: 'JDV_J144_ParticipationType_CISIS', union: 'ParticipationTypeCode' },
  patientProducer: { file: 'tre-a00-producteur-doc-non-ps' },
  practiceSetting: { file: 'jdv-j04-practice-setting', union: 'PracticeSettingCode' },
  problemKind: { kit: 'JDV_ProblemCodes_CISIS' },
  problemStatus: { kit: 'JDV_HL7_ConditionClinical_CISIS' },
  profession: { file: 'tre-g15-profession-sante' },
  referenceIdType: { file: 'jdv-j197-reference-id-type' },
  referenceIdTypeDmp: { file: 'jdv-j231-reference-id-type-dmp' },
  relation: { kit: 'JDV_J11_RelationPatient_CISIS', union: 'RelationCode' },
  retiredType: { file: 'legacy-type-codes', union: 'RetiredTypeCode' },
  socialHistory: { kit: 'JDV_SocialHistoryCodes_CISIS' },
  typeCode: { file: 'jdv-j07-type-code', union: 'TypeCode' },
  typeCodeDmp: { file: 'jdv-j66-type-code-dmp' },
  vitalSign: { kit: 'JDV_SignesVitaux_CISIS' },
};
const mappings = {
  mediaTypeToFormat: 'ass-a12-media-type-to-format-code',
  templateToFormat: 'ass-a11-cda-template-to-format-code',
  typeToClass: 'ass-x04-type-to-class',
  typeToClassDmp: 'ass-x16-type-to-class-dmp',
};

/**
 * Variant -> base: these tables are written as their differences from the base. `columns`: how many
 * columns the variant takes from the base.
 */
const variants = {
  classCodeDmp: { base: 'classCode', columns: 3 },
  confidentialityCodeDmp: { base: 'confidentialityCode', columns: 3 },
  contentTypeDmp: { base: 'contentType', columns: 3 },
  formatCodeDmp: { base: 'formatCode', columns: 3 },
  healthcareFacilityTypeDmp: { base: 'healthcareFacilityType', columns: 3 },
  referenceIdTypeDmp: { base: 'referenceIdType', columns: 3 },
  typeCodeDmp: { base: 'typeCode', columns: 7 },
  typeToClassDmp: { base: 'typeToClass', columns: 4 },
};

const out = 'src/nomenclature';
const header = '// Generated by scripts/build-nomenclatures.mjs from the published national tables. Do not edit.\n';
const kebab = (name) => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
const quote = (value) => (value === null || value === undefined ? 'null' : `'${value.replaceAll(/['\\]/g, '\\$&')}'`);
const day = (value) => (value ? value.replace(/^(\d{4})(\d{2})(\d{2}).*$/, '$1-$2-$3').slice(0, 10) : '');
const cell = (value) => {
  const text = String(value ?? '').trim();
  if (/[\t\n\r`\\]|\$\{/.test(text)) throw new Error(`a cell does not fit the table format: ${text}`);
  return text;
};
const line = (cells) => cells.map(cell).join('\t').replace(/\t+$/, '');

function fromKit(file) {
  const xml = readFileSync(join(options.kit, `${file}.xml`), 'utf8');
  const attribute = (tag, name) =>
    new RegExp(`\\s${name}="([^"]*)"`)
      .exec(tag)?.[1]
      ?.replaceAll('&apos;', "'")
      .replaceAll('&quot;', '"')
      .replaceAll('&amp;', '&');
  const set = /<ValueSet[^>]*>/.exec(xml)[0];
  // The newer files of the kit name their date `revisionDate` and have no title.
  const date = attribute(set, 'dateMaj') ?? attribute(set, 'revisionDate').slice(0, 10);
  return {
    table: {
      name: file,
      oid: attribute(set, 'id'),
      title: attribute(set, 'description') ?? file,
      version: date,
      date: day(date),
    },
    concepts: [...xml.matchAll(/<Concept\b[^>]*>/g)].map(([tag]) => ({
      code: attribute(tag, 'code'),
      codeSystem: attribute(tag, 'codeSystem'),
      display: attribute(tag, 'displayName'),
      active: true,
    })),
  };
}

/** A code system without an OID that is published is named by its address. */
function fromFhir(file) {
  const set = JSON.parse(readFileSync(join(options.fhir, `${file}.json`), 'utf8'));
  return {
    table: {
      name: set.id
        .replaceAll('-', '_')
        .replace(/_(?=Type)/, '-')
        .replace(/_(?=CISIS)/, '-'),
      oid: set.identifier[0].value.replace('urn:oid:', ''),
      title: set.title,
      version: set.version,
      date: set.date.slice(0, 10),
    },
    concepts: set.compose.include.flatMap(({ system, concept }) =>
      concept.map(({ code, display }) => ({ code, codeSystem: system, display, active: true })),
    ),
  };
}

const read = (file) => JSON.parse(readFileSync(join(options.from, `${file}.json`), 'utf8'));

/** Rows of every table, by name: a base is emitted before its variants. */
const rowsOf = {};

/** What `deriveRows` (src/nomenclature/derive.ts) turns back into `rows`. */
function differencesFrom(baseRows, columns, rows) {
  const base = baseRows.map((row) => row.split('\t').slice(0, columns).join('\t'));
  const lines = [];
  for (let index = 0; index < rows.length;) {
    const first = base.indexOf(rows[index]);
    if (first === -1) {
      lines.push(`+${rows[index]}`);
      index += 1;
      continue;
    }
    let count = 1;
    while (index + count < rows.length && base[first + count] === rows[index + count]) count += 1;
    lines.push([`=${count}`, ...rows[index].split('\t').slice(0, 2)].join('\t'));
    index += count;
  }
  return lines;
}

function emit(name, type, table, rows) {
  rowsOf[name] = rows;
  const meta = ['name', 'oid', 'title', 'version', 'date'].map((key) => `  ${key}: ${quote(table[key])},\n`).join('');
  const variant = variants[name];
  const imports = variant
    ? `import { deriveRows } from '../derive.ts';\nimport type { ${type} } from '../table.ts';\nimport { table as base } from './${kebab(variant.base)}.ts';\n`
    : `import type { ${type} } from '../table.ts';\n`;
  const value = variant
    ? `deriveRows(\n    base.rows,\n    ${variant.columns},\n    \`\n${differencesFrom(rowsOf[variant.base], variant.columns, rows).join('\n')}\n\`,\n  )`
    : `\`\n${rows.join('\n')}\n\``;
  writeFileSync(
    join(out, 'tables', `${kebab(name)}.ts`),
    `${header}${imports}\nexport const table: ${type} = {\n${meta}  rows: ${value},\n};\n`,
  );
}

/** The column `inDmp`: empty when the published table does not say. */
function inDmpMark({ inDmp }) {
  if (inDmp === undefined) return '';
  return inDmp ? 'y' : 'n';
}

/** The column of what a successor rests on: the same meaning, or the same label only. */
function basisMark({ replacedByBasis }) {
  if (!replacedByBasis) return '';
  return replacedByBasis === 'meaning (see notes)' ? 'meaning' : 'display';
}

mkdirSync(join(out, 'tables'), { recursive: true });
const unions = [];
const built = [];
for (const [name, { file, kit, fhir, union }] of Object.entries(tables)) {
  if ((kit && !options.kit) || (fhir && !options.fhir)) {
    console.log(`${name}: kept, no --${kit ? 'kit' : 'fhir'}`);
    built.push(name);
    if (!union) continue;
    const current = readFileSync(join(out, 'codes.ts'), 'utf8');
    const kept = new RegExp(`/\\*\\* [^\\n]*\\nexport type ${union} =[^;]*;\\n`).exec(current);
    unions.push(kept[0]);
    continue;
  }
  const source = { kit: () => fromKit(kit), fhir: () => fromFhir(fhir), file: () => read(file) };
  const { table, concepts } = source[kit ? 'kit' : fhir ? 'fhir' : 'file']();
  emit(
    name,
    'ConceptTable',
    table,
    concepts.map((concept) =>
      line([
        concept.code,
        concept.codeSystem,
        concept.display,
        concept.active ? '' : 'x',
        day(concept.dateValid),
        day(concept.dateFin),
        concept.classCode,
        concept.classCodeDmp,
        inDmpMark(concept),
        concept.replacedBy,
        basisMark(concept),
      ]),
    ),
  );
  if (union) {
    const codes = [...new Set(concepts.map(({ code }) => quote(code)))].sort();
    unions.push(`/** Codes of ${table.name}. @group Nomenclatures */\nexport type ${union} = ${codes.join(' | ')};\n`);
  }
  built.push(name);
}
for (const [name, file] of Object.entries(mappings)) {
  const { table, mappings: pairs } = read(file);
  emit(
    name,
    'MappingTable',
    table,
    pairs.map(({ source, target }) => line([source.code, source.codeSystem, target.code, target.codeSystem])),
  );
}
writeFileSync(join(out, 'codes.ts'), `${header}\n${unions.join('\n')}`);
writeFileSync(
  join(out, 'names.ts'),
  `${header}import type { ConceptTable, MappingTable } from './table.ts';\n\n` +
    `/** The code tables, by the name of what they code. @group Nomenclatures */\nexport type NomenclatureName =\n${built.map((name) => `  | '${name}'`).join('\n')};\n\n` +
    `export type MappingName =\n${Object.keys(mappings)
      .map((name) => `  | '${name}'`)
      .join('\n')};\n\n` +
    `export const conceptTables: Readonly<Record<NomenclatureName, () => Promise<ConceptTable>>> = {\n${built.map((name) => `  ${name}: async () => (await import('./tables/${kebab(name)}.ts')).table,\n`).join('')}};\n\n` +
    `export const mappingTables: Readonly<Record<MappingName, () => Promise<MappingTable>>> = {\n${Object.keys(mappings)
      .map((name) => `  ${name}: async () => (await import('./tables/${kebab(name)}.ts')).table,\n`)
      .join('')}};\n`,
);
console.log(`${built.length} tables, ${Object.keys(mappings).length} mappings`);
