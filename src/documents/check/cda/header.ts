import { isOid } from '../../../internal/oid.ts';
import { templates } from '../../cda/oids.ts';
import { place, places, type CheckContext, type Place } from './context.ts';
import { checkDistinct } from './data-types/distinct.ts';
import { isOidSyntax } from './data-types/shared.ts';
import type { CheckTables } from './tables.ts';
import { checkCode, checkPreciseTime, get, isNull, one, words } from './tools.ts';

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

function checkTemplates(root: Place, context: CheckContext): void {
  const roots = places(root, 'templateId').map((template) => get(template, 'root') ?? '');
  const count = (wanted: string): number => roots.filter((entry) => entry === wanted).length;
  const path = `${root.path}/templateId`;
  if (count(templates.hl7France) !== 1) context.add('CDA-TEMPLATE', path, null, templates.hl7France);
  if (count(templates.minimalStructure) !== 1) context.add('CDA-TEMPLATE', path, null, templates.minimalStructure);
  if (roots.every((entry) => entry === templates.hl7France || entry === templates.minimalStructure)) {
    context.add('CDA-TEMPLATE', path);
  }
  checkDistinct(root, 'templateId', context);
  if (!place(root, 'component', 'nonXMLBody') || place(root, 'component', 'structuredBody')) return;
  if (roots.length !== 3 || !roots.includes(templates.nonStructured)) {
    context.add('CDA-TEMPLATE-LEVEL-1', path, String(roots.length));
  }
}

function checkType(root: Place, context: CheckContext, tables: CheckTables, strict: boolean): void {
  const code = one(root, 'code', 'CDA-CODE', context);
  if (!code) return;
  const value = get(code, 'code');
  const system = get(code, 'codeSystem') ?? '';
  for (const name of ['codeSystem', 'displayName']) {
    if ((get(code, name) ?? '') === '') context.add('CDA-CODE', code.path, value ?? null, name);
  }
  if (get(code, 'codeSystemName') === '') context.add('CDA-CODE-SYNTAX', code.path);
  const retired = value === undefined ? null : tables.retired.find(value, system);
  if (retired) {
    context.add(strict ? 'CDA-CODE' : 'CDA-CODE-RETIRED', code.path, value, retired.successor?.code);
    return;
  }
  checkCode(code, tables.types, 'CDA-CODE', context);
  if (value !== undefined && recentTypes.has(value)) context.add('CDA-CODE-RECENT', code.path, value);
}

function checkDocumentIds(root: Place, context: CheckContext): void {
  for (const [name, rule] of [
    ['id', 'CDA-ID'],
    ['setId', 'CDA-SET-ID'],
  ] as const) {
    const id = one(root, name, rule, context);
    if (!id) continue;
    const value = get(id, 'root');
    if (value === undefined) context.add(rule, id.path);
    else if (get(id, 'extension') !== undefined || !isOid(value)) context.add('CDA-ID-FORM', id.path);
  }
  const version = one(root, 'versionNumber', 'CDA-VERSION', context);
  if (version && !/^-?\d+$/.test(get(version, 'value') ?? '')) {
    context.add('CDA-VERSION', version.path, get(version, 'value') ?? null);
  }
  const related = places(root, 'relatedDocument');
  const replacing = related.filter((document) => get(document, 'typeCode') === 'RPLC');
  if (replacing.length > 1) context.add('CDA-RELATED', `${root.path}/relatedDocument`, String(replacing.length));
  for (const document of related) {
    if (get(document, 'typeCode') !== 'RPLC') {
      context.add('CDA-RELATED', document.path, get(document, 'typeCode') ?? null, 'RPLC');
      continue;
    }
    const parent = one(document, 'parentDocument', 'CDA-RELATED', context);
    const id = parent && one(parent, 'id', 'CDA-RELATED', context);
    if (id && get(id, 'root') === undefined) context.add('CDA-RELATED', id.path);
    if (get(version, 'value') === '1') context.add('CDA-RELATED-VERSION', `${root.path}/versionNumber`, '1');
  }
}

/** The identity of the document: everything before the patient, and the replaced version. */
export function checkDocument(root: Place, context: CheckContext, tables: CheckTables, strictTypes: boolean): void {
  const realms = places(root, 'realmCode');
  if (realms.filter((realm) => get(realm, 'code') === 'FR').length !== 1) {
    context.add('CDA-REALM', `${root.path}/realmCode`);
  }
  const typeId = place(root, 'typeId');
  if (get(typeId, 'root') !== '2.16.840.1.113883.1.3' || get(typeId, 'extension') !== 'POCD_HD000040') {
    context.add('CDA-TYPE-ID', `${root.path}/typeId`);
  }
  checkTemplates(root, context);
  checkDocumentIds(root, context);
  checkType(root, context, tables, strictTypes);
  const title = one(root, 'title', 'CDA-TITLE', context);
  if (title && (words(title) === '' || words(title).length > 128)) {
    context.add('CDA-TITLE-LENGTH', title.path, `${words(title).length} caractères`);
  }
  const time = one(root, 'effectiveTime', 'CDA-EFFECTIVE-TIME', context);
  checkPreciseTime(time, 'CDA-EFFECTIVE-TIME', context);
  const level = one(root, 'confidentialityCode', 'CDA-CONFIDENTIALITY', context);
  const value = get(level, 'code') ?? '';
  if (level) {
    const system = get(level, 'codeSystem') ?? '';
    if (!/^[NRVLMU]$/.test(value) || !isOidSyntax(system) || (get(level, 'displayName') ?? '') === '') {
      context.add('CDA-CONFIDENTIALITY', level.path, value);
    } else if (/^[LMU]$/.test(value)) context.add('CDA-CONFIDENTIALITY-OLD', level.path, value);
    else if (system !== '2.16.840.1.113883.5.25') {
      context.add('CDA-CODE-SYSTEM', level.path, system, '2.16.840.1.113883.5.25');
    }
  }
  const language = one(root, 'languageCode', 'CDA-LANGUAGE', context);
  if (language && !/^[a-z]{2}-[A-Z]{2}$/.test(get(language, 'code') ?? '')) {
    context.add('CDA-LANGUAGE', language.path, get(language, 'code') ?? null);
  }
  if (isNull(place(root, 'component')) || places(root, 'component').length !== 1) {
    context.add('CDA-BODY', `${root.path}/component`);
  }
}
