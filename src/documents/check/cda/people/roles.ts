import { checkProfessionalId, parseStructureId } from '../../../../identity/national-id/index.ts';
import { oids } from '../../../cda/oids.ts';
import type { CdaRuleId } from '../../../rules/cda/index.ts';
import { place, places, type CheckContext, type Place } from '../context.ts';
import { checkDistinct } from '../data-types/distinct.ts';
import type { CheckTables } from '../tables.ts';
import { checkCode, get, valued, withAttribute, words } from '../tools.ts';

/** JDV_J245 and JDV_J246: civilities stand in `prefix`, titles in `suffix`. */
const civilities: ReadonlySet<string> = new Set(['M', 'MME']);
const titles: ReadonlySet<string> = new Set(['DR', 'PR', 'MC', 'MG', 'PC', 'PG']);

/**
 * Checks the name of a person who is not the patient: one `name`, one `family`, at most one of the
 * other parts.
 */
export function checkPersonName(person: Place | undefined, context: CheckContext, optional = false): void {
  if (!person) return;

  const names = places(person, 'name').filter((name) => place(name, 'family') !== undefined);
  const [name] = names;
  if (names.length !== 1 || !name) {
    if (!(optional && names.length === 0)) context.add('CDA-PERSON-NAME', `${person.path}/name`);
    return;
  }

  const optionalParts = ['given', 'prefix', 'suffix'];
  if (places(name, 'family').length !== 1 || optionalParts.some((part) => places(name, part).length > 1)) {
    context.add('CDA-PERSON-NAME', name.path);
  }

  const [prefix] = places(name, 'prefix');
  const [suffix] = places(name, 'suffix');
  if (prefix && !civilities.has(words(prefix))) context.add('CDA-CIVILITY', prefix.path, words(prefix));
  if (suffix && !titles.has(words(suffix))) context.add('CDA-CIVILITY', suffix.path, words(suffix));
}

/** Whether an identifier of a national domain does not have the form of that domain. */
export function isWrongNationalId(root: string | undefined, extension: string): boolean {
  if (root === oids.professional) return !checkProfessionalId(extension).ok;
  if (root !== oids.structure) return false;

  try {
    parseStructureId(extension);
    return false;
  } catch {
    return true;
  }
}

/** Checks the identifiers of a role: each with its extension, the national ones well formed. */
export function checkIds(role: Place | undefined, context: CheckContext, needsExtension: boolean): void {
  for (const id of valued(role, 'id')) {
    const root = get(id, 'root');
    const extension = get(id, 'extension');
    if (needsExtension && (extension === undefined || root === undefined)) context.add('CDA-ID-EXTENSION', id.path);
    else if (extension !== undefined && isWrongNationalId(root, extension)) {
      context.add('CDA-PROFESSIONAL-ID', id.path, String(extension.length));
    }
  }
}

/** Checks an organization: its national identifier, one name at most, its practice setting. */
export function checkOrganization(
  organization: Place | undefined,
  context: CheckContext,
  tables: CheckTables,
  strict: { readonly setting?: boolean } = {},
): void {
  if (!organization) return;

  for (const id of withAttribute(organization, 'id', 'root', oids.structure)) {
    const extension = get(id, 'extension');
    if (extension === undefined) context.add('CDA-ID-EXTENSION', id.path);
    else if (isWrongNationalId(oids.structure, extension)) {
      context.add('CDA-PROFESSIONAL-ID', id.path, String(extension.length));
    }
  }
  if (places(organization, 'name').length > 1) {
    context.add('CDA-SCHEMA-REPEATED', organization.path, null, 'name 0..1');
  }

  const settings = valued(organization, 'standardIndustryClassCode');
  if (strict.setting && settings.length !== 1) {
    context.add('CDA-PRACTICE-SETTING', `${organization.path}/standardIndustryClassCode`);
  }
  checkCode(settings[0], tables.settings, 'CDA-PRACTICE-SETTING', context, { display: true, system: true });

  for (const name of ['id', 'addr', 'telecom']) checkDistinct(organization, name, context);
}

/** What a role asks of its `assignedEntity`. */
export interface EntityOptions {
  /** Rule that a wrong number of identifiers breaks. */
  readonly rule: CdaRuleId;
  /** `one-full`: one identifier that is not a nullFlavor, with root and extension. */
  readonly ids: 'any' | 'one' | 'one-full';
  /** `false` when the name of the person may be left out. */
  readonly person?: boolean;
}

/** Checks the `assignedEntity` of any role. */
export function checkAssignedEntity(
  entity: Place | undefined,
  context: CheckContext,
  tables: CheckTables,
  { rule, ids, person }: EntityOptions,
): void {
  if (!entity) return;

  const count = (ids === 'one-full' ? valued(entity, 'id') : places(entity, 'id')).length;
  if (ids !== 'any' && count !== 1) context.add(rule, `${entity.path}/id`, String(count), 'id 1..1');
  checkIds(entity, context, ids === 'one-full');

  const code = place(entity, 'code');
  if (code && get(code, 'code') !== undefined) checkCode(code, tables.professions, 'CDA-PROFESSION', context);

  checkPersonName(place(entity, 'assignedPerson'), context, person === false);
  checkOrganization(place(entity, 'representedOrganization'), context, tables);
  for (const name of ['id', 'addr', 'telecom']) checkDistinct(entity, name, context);
}

/** Requires an extension in each of these identifiers. */
export function requireExtensions(ids: readonly Place[], context: CheckContext): void {
  for (const id of ids) {
    if (get(id, 'extension') === undefined) context.add('CDA-ID-EXTENSION', id.path);
  }
}
