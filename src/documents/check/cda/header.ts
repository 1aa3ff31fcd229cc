import { isOid } from '../../../internal/oid.ts';
import { oids, templates } from '../../cda/oids.ts';
import { place, places, type CheckContext, type Place } from './context.ts';
import { checkDistinct } from './data-types/distinct.ts';
import { isOidSyntax } from './data-types/shared.ts';
import type { CheckTables } from './tables.ts';
import { checkCode, checkPreciseTime, exactlyOne, get, withAttribute, isBlank, isNull, words } from './tools.ts';

/** Types of the current table that the last public test kit does not have yet. */
const recentTypes: ReadonlySet<string> = new Set([
  '34876-3',
  '34895-3',
  '68814-3',
  '83963-9',
  '84067-8',
  '97694-4',
  '100967-9',
]);

/** Checks the identity of the document: everything before the patient, and the replaced version. */
export function checkDocument(root: Place, context: CheckContext, tables: CheckTables, strictTypes: boolean): void {
  checkStandard(root, context);
  checkTemplates(root, context);

  checkIds(root, context);
  checkVersions(root, context);
  checkType(root, context, tables, strictTypes);
  checkTitle(root, context);
  checkPreciseTime(exactlyOne(root, 'effectiveTime', 'CDA-EFFECTIVE-TIME', context), 'CDA-EFFECTIVE-TIME', context);
  checkConfidentiality(root, context);
  checkLanguage(root, context);

  if (isNull(place(root, 'component')) || places(root, 'component').length !== 1) {
    context.add('CDA-BODY', `${root.path}/component`);
  }
}

/** `realmCode` and `typeId`: a French document of CDA R2. */
function checkStandard(root: Place, context: CheckContext): void {
  if (withAttribute(root, 'realmCode', 'code', 'FR').length !== 1) context.add('CDA-REALM', `${root.path}/realmCode`);

  const typeId = place(root, 'typeId');
  if (get(typeId, 'root') !== '2.16.840.1.113883.1.3' || get(typeId, 'extension') !== 'POCD_HD000040') {
    context.add('CDA-TYPE-ID', `${root.path}/typeId`);
  }
}

function checkTemplates(root: Place, context: CheckContext): void {
  const path = `${root.path}/templateId`;
  const roots = places(root, 'templateId').map((template) => get(template, 'root'));

  // The two templates of the French header, each once, and at least one more.
  for (const template of [templates.hl7France, templates.minimalStructure]) {
    if (withAttribute(root, 'templateId', 'root', template).length !== 1) {
      context.add('CDA-TEMPLATE', path, null, template);
    }
  }
  if (roots.every((template) => template === templates.hl7France || template === templates.minimalStructure)) {
    context.add('CDA-TEMPLATE', path);
  }
  checkDistinct(root, 'templateId', context);

  // A document of level 1 has exactly these two and that of IHE XDS-SD.
  if (!place(root, 'component', 'nonXMLBody') || place(root, 'component', 'structuredBody')) return;
  if (roots.length !== 3 || !roots.includes(templates.nonStructured)) {
    context.add('CDA-TEMPLATE-LEVEL-1', path, String(roots.length));
  }
}

function checkType(root: Place, context: CheckContext, tables: CheckTables, strict: boolean): void {
  const code = exactlyOne(root, 'code', 'CDA-CODE', context);
  if (!code) return;

  const value = get(code, 'code');
  for (const name of ['codeSystem', 'displayName']) {
    if (isBlank(code, name)) context.add('CDA-CODE', code.path, value ?? null, `@${name}`);
  }
  if (get(code, 'codeSystemName') === '') context.add('CDA-CODE-SYNTAX', code.path);

  // A retired type is refused by the national test kit and still asked for by some platforms.
  const retired = value === undefined ? null : tables.retired.find(value, get(code, 'codeSystem') ?? '');
  if (retired) {
    context.add(strict ? 'CDA-CODE' : 'CDA-CODE-RETIRED', code.path, value, retired.successor?.code);
    return;
  }

  checkCode(code, tables.types, 'CDA-CODE', context);
  if (value !== undefined && recentTypes.has(value)) context.add('CDA-CODE-RECENT', code.path, value);
}

function checkIds(root: Place, context: CheckContext): void {
  for (const [name, rule] of [
    ['id', 'CDA-ID'],
    ['setId', 'CDA-SET-ID'],
  ] as const) {
    const id = exactlyOne(root, name, rule, context);
    if (!id) continue;

    const value = get(id, 'root');
    if (value === undefined) context.add(rule, id.path);
    else if (get(id, 'extension') !== undefined || !isOid(value)) context.add('CDA-ID-FORM', id.path);
  }
}

/** `versionNumber`, and the version that this one replaces. */
function checkVersions(root: Place, context: CheckContext): void {
  const version = exactlyOne(root, 'versionNumber', 'CDA-VERSION', context);
  const number = get(version, 'value');
  if (version && !/^-?\d+$/.test(number ?? '')) context.add('CDA-VERSION', version.path, number ?? null);

  const replacing = withAttribute(root, 'relatedDocument', 'typeCode', 'RPLC');
  if (replacing.length > 1) context.add('CDA-RELATED', `${root.path}/relatedDocument`, String(replacing.length));

  for (const related of places(root, 'relatedDocument')) {
    const typeCode = get(related, 'typeCode');
    if (typeCode !== 'RPLC') {
      context.add('CDA-RELATED', related.path, typeCode ?? null);
      continue;
    }

    const parent = exactlyOne(related, 'parentDocument', 'CDA-RELATED', context);
    const id = parent && exactlyOne(parent, 'id', 'CDA-RELATED', context);
    if (id && get(id, 'root') === undefined) context.add('CDA-RELATED', id.path);
    if (number === '1') context.add('CDA-RELATED-VERSION', `${root.path}/versionNumber`, '1');
  }
}

function checkTitle(root: Place, context: CheckContext): void {
  const title = exactlyOne(root, 'title', 'CDA-TITLE', context);
  if (!title) return;

  const { length } = words(title);
  if (length === 0 || length > 128) context.add('CDA-TITLE-LENGTH', title.path, String(length));
}

/**
 * The confidentiality level of the header: N, R or V. The visibility marks of the document entry
 * (hidden from the patient, from professionals) do not belong here.
 */
function checkConfidentiality(root: Place, context: CheckContext): void {
  const level = exactlyOne(root, 'confidentialityCode', 'CDA-CONFIDENTIALITY', context);
  if (!level) return;

  const value = get(level, 'code') ?? '';
  const system = get(level, 'codeSystem') ?? '';
  if (!/^[NRVLMU]$/.test(value) || !isOidSyntax(system) || isBlank(level, 'displayName')) {
    context.add('CDA-CONFIDENTIALITY', level.path, value);
  } else if (/^[LMU]$/.test(value)) context.add('CDA-CONFIDENTIALITY-OLD', level.path, value);
  else if (system !== oids.confidentiality) context.add('CDA-CODE-SYSTEM', level.path, system, oids.confidentiality);
}

function checkLanguage(root: Place, context: CheckContext): void {
  const language = exactlyOne(root, 'languageCode', 'CDA-LANGUAGE', context);
  const value = get(language, 'code');
  if (language && !/^[a-z]{2}-[A-Z]{2}$/.test(value ?? '')) context.add('CDA-LANGUAGE', language.path, value ?? null);
}
