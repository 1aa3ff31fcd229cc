import { checkProfessionalId, parseStructureId } from '../../../identity/national-id/index.ts';
import { insRoots, oids } from '../../cda/oids.ts';
import { place, places, type CheckContext, type Place } from './context.ts';
import { checkDistinct } from './data-types/distinct.ts';
import type { CdaRuleId } from '../../rules/cda/index.ts';
import type { CheckTables } from './tables.ts';
import { checkCode, checkPreciseTime, get, isNull, one, words } from './tools.ts';

const prefixes: ReadonlySet<string> = new Set(['M', 'MME']);
const suffixes: ReadonlySet<string> = new Set(['DR', 'PR', 'MC', 'MG', 'PC', 'PG']);

const withFamily = (name: Place): boolean => place(name, 'family') !== undefined;

/**
 * The name of a person who is not the patient: one `name`, one `family`, at most one of the rest.
 */
export function checkPersonName(person: Place | undefined, context: CheckContext, optional = false): void {
  if (!person) return;
  const names = places(person, 'name').filter(withFamily);
  const [name] = names;
  if (names.length !== 1 || !name) {
    if (!(optional && names.length === 0)) context.add('CDA-PERSON-NAME', `${person.path}/name`);
    return;
  }
  const counts = ['family', 'given', 'prefix', 'suffix'].map((part) => places(name, part).length);
  if (counts[0] !== 1 || counts.some((count) => count > 1)) context.add('CDA-PERSON-NAME', name.path);
  const [prefix] = places(name, 'prefix');
  const [suffix] = places(name, 'suffix');
  if (prefix && !prefixes.has(words(prefix))) context.add('CDA-CIVILITY', prefix.path, words(prefix));
  if (suffix && !suffixes.has(words(suffix))) context.add('CDA-CIVILITY', suffix.path, words(suffix));
}

function wrongNationalId(root: string | undefined, extension: string): boolean {
  if (root === oids.professional) return !checkProfessionalId(extension).ok;
  if (root !== oids.structure) return false;
  try {
    parseStructureId(extension);
    return false;
  } catch {
    return true;
  }
}

/** Identifiers of a role: an extension with each root, and the shape of the national ones. */
export function checkIds(role: Place | undefined, context: CheckContext, needsExtension: boolean): void {
  for (const id of places(role, 'id')) {
    if (isNull(id)) continue;
    const root = get(id, 'root');
    const extension = get(id, 'extension');
    if (needsExtension && (extension === undefined || root === undefined)) context.add('CDA-ID-EXTENSION', id.path);
    else if (extension !== undefined && wrongNationalId(root, extension)) {
      context.add('CDA-PROFESSIONAL-ID', id.path, `${extension.length} caractères`);
    }
  }
}

/** An organization of a role: the national identifier has an extension, one name at most. */
export function checkOrganization(
  organization: Place | undefined,
  context: CheckContext,
  tables: CheckTables,
  strict: { readonly setting?: boolean } = {},
): void {
  if (!organization) return;
  const ids = places(organization, 'id').filter((id) => get(id, 'root') === oids.structure);
  for (const id of ids) {
    const extension = get(id, 'extension');
    if (extension === undefined) context.add('CDA-ID-EXTENSION', id.path);
    else if (wrongNationalId(oids.structure, extension)) {
      context.add('CDA-PROFESSIONAL-ID', id.path, `${extension.length} caractères`);
    }
  }
  if (places(organization, 'name').length > 1) context.add('CDA-SCHEMA-REPEATED', organization.path, null, 'name');
  const settings = places(organization, 'standardIndustryClassCode').filter((code) => !isNull(code));
  const [setting] = settings;
  if (strict.setting && settings.length !== 1) {
    context.add('CDA-PRACTICE-SETTING', `${organization.path}/standardIndustryClassCode`);
  }
  if (setting) checkCode(setting, tables.settings, 'CDA-PRACTICE-SETTING', context, { display: true, system: true });
  for (const name of ['id', 'addr', 'telecom']) checkDistinct(organization, name, context);
}

/** `assignedEntity` of any role. */
export function checkAssignedEntity(
  entity: Place | undefined,
  context: CheckContext,
  tables: CheckTables,
  options: { readonly rule: CdaRuleId; readonly ids: 'any' | 'one' | 'one-full'; readonly person?: boolean },
): void {
  if (!entity) return;
  const ids = places(entity, 'id');
  const usable = options.ids === 'one-full' ? ids.filter((id) => !isNull(id)) : ids;
  if (options.ids !== 'any' && usable.length !== 1) {
    context.add(options.rule, `${entity.path}/id`, String(usable.length));
  }
  checkIds(entity, context, options.ids === 'one-full');
  const code = place(entity, 'code');
  if (code && get(code, 'code') !== undefined) checkCode(code, tables.professions, 'CDA-PROFESSION', context);
  checkPersonName(place(entity, 'assignedPerson'), context, options.person === false);
  checkOrganization(place(entity, 'representedOrganization'), context, tables);
  for (const name of ['id', 'addr', 'telecom']) checkDistinct(entity, name, context);
}

function checkAuthor(author: Place, context: CheckContext, tables: CheckTables): void {
  const functionCode = place(author, 'functionCode');
  if (functionCode) checkCode(functionCode, tables.functions, 'CDA-FUNCTION', context, { system: true });
  const times = places(author, 'time');
  if (times.length !== 1) context.add('CDA-AUTHOR', `${author.path}/time`);
  checkPreciseTime(times[0], 'CDA-AUTHOR', context);
  const role = one(author, 'assignedAuthor', 'CDA-AUTHOR', context);
  if (!role) return;
  if (places(role, 'id').length === 0) context.add('CDA-AUTHOR', `${role.path}/id`);
  for (const id of places(role, 'id')) if (isNull(id)) context.add('CDA-ID-EXTENSION', id.path);
  checkIds(role, context, true);
  const code = place(role, 'code');
  if (code) checkCode(code, tables.professions, 'CDA-PROFESSION', context, { display: true, system: true });
  const person = place(role, 'assignedPerson');
  const device = place(role, 'assignedAuthoringDevice');
  if (person && device) context.add('CDA-AUTHOR-KIND', role.path);
  checkPersonName(person, context);
  if (device) {
    for (const name of ['manufacturerModelName', 'softwareName']) {
      if (places(device, name).length !== 1) context.add('CDA-DEVICE', `${device.path}/${name}`);
    }
  }
  const organization = place(role, 'representedOrganization');
  checkOrganization(organization, context, tables);
  if (places(organization, 'id').filter((id) => get(id, 'root') === oids.structure).length > 1) {
    context.add('CDA-SCHEMA-REPEATED', `${organization?.path ?? role.path}/id`);
  }
  for (const name of ['id', 'addr', 'telecom']) checkDistinct(role, name, context);
  const roots = places(role, 'id').map((id) => get(id, 'root') ?? '');
  if (roots.some((root) => insRoots.has(root))) return;
  if (device || roots.includes(oids.professional)) {
    if (!code) context.add('CDA-AUTHOR-PROFESSION', role.path);
    if (!organization || !place(organization, 'id') || words(place(organization, 'name')) === '') {
      context.add('CDA-AUTHOR-STRUCTURE', role.path);
    }
  }
}

function checkInformant(informant: Place, context: CheckContext, tables: CheckTables): void {
  checkAssignedEntity(place(informant, 'assignedEntity'), context, tables, { rule: 'CDA-ENTITY', ids: 'one' });
  for (const id of places(place(informant, 'assignedEntity'), 'id')) {
    if (!isNull(id) && get(id, 'extension') === undefined) context.add('CDA-ID-EXTENSION', id.path);
  }
  const related = place(informant, 'relatedEntity');
  if (!related) return;
  if (!/^(?:ECON|NOK|CON|CAREGIVER|PAT)$/.test(get(related, 'classCode') ?? '')) {
    context.add('CDA-INFORMANT', related.path, get(related, 'classCode') ?? null);
  }
  const code = place(related, 'code');
  if (code) checkCode(code, tables.relations, 'CDA-RELATION', context, { display: true, system: true });
  const person = place(related, 'relatedPerson');
  if (!person) context.add('CDA-INFORMANT', `${related.path}/relatedPerson`);
  checkPersonName(person, context);
  for (const name of ['addr', 'telecom']) checkDistinct(related, name, context);
}

function checkCustodian(root: Place, context: CheckContext): void {
  const organization = place(
    one(root, 'custodian', 'CDA-CUSTODIAN', context),
    'assignedCustodian',
    'representedCustodianOrganization',
  );
  if (!organization) {
    context.add('CDA-CUSTODIAN', `${root.path}/custodian`);
    return;
  }
  const ids = places(organization, 'id').filter((id) => !isNull(id));
  const rootOf = get(ids[0], 'root');
  if (ids.length !== 1 || (rootOf !== oids.structure && rootOf !== oids.dmp)) {
    context.add('CDA-CUSTODIAN', `${organization.path}/id`, rootOf ?? null);
  }
  const extension = get(ids[0], 'extension');
  if (rootOf === oids.structure && (extension === undefined || wrongNationalId(rootOf, extension))) {
    context.add('CDA-PROFESSIONAL-ID', `${organization.path}/id`);
  }
  for (const name of ['name', 'telecom', 'addr']) {
    if (places(organization, name).length > 1) context.add('CDA-SCHEMA-REPEATED', organization.path, null, name);
  }
}

function checkLegalAuthenticator(root: Place, context: CheckContext, tables: CheckTables): void {
  const legals = places(root, 'legalAuthenticator').filter(
    (legal) => get(place(legal, 'signatureCode'), 'code') === 'S',
  );
  const [legal] = legals;
  if (!legal || legals.length !== 1) {
    context.add('CDA-LEGAL', `${root.path}/legalAuthenticator`);
    return;
  }
  checkPreciseTime(one(legal, 'time', 'CDA-LEGAL', context), 'CDA-LEGAL', context);
  const entity = one(legal, 'assignedEntity', 'CDA-LEGAL', context);
  checkAssignedEntity(entity, context, tables, { rule: 'CDA-LEGAL', ids: 'one-full' });
  if (!entity || get(place(entity, 'id'), 'root') !== oids.professional) return;
  for (const name of ['code', 'assignedPerson', 'representedOrganization']) {
    if (!place(entity, name)) context.add('CDA-LEGAL-PROFESSIONAL', `${entity.path}/${name}`);
  }
}

function checkAuthenticator(authenticator: Place, context: CheckContext, tables: CheckTables): void {
  if (get(place(authenticator, 'signatureCode'), 'code') !== 'S') {
    context.add('CDA-AUTHENTICATOR', `${authenticator.path}/signatureCode`);
    return;
  }
  checkPreciseTime(one(authenticator, 'time', 'CDA-AUTHENTICATOR', context), 'CDA-AUTHENTICATOR', context);
  const entity = place(authenticator, 'assignedEntity');
  const national = places(entity, 'id').filter((id) => get(id, 'root') === oids.professional);
  if (national.length !== 1) context.add('CDA-AUTHENTICATOR', `${authenticator.path}/assignedEntity/id`);
  if (national.some((id) => get(id, 'extension') === undefined)) {
    context.add('CDA-ID-EXTENSION', `${authenticator.path}/assignedEntity/id`);
  }
  checkAssignedEntity(entity, context, tables, { rule: 'CDA-AUTHENTICATOR', ids: 'any' });
}

function checkRecipient(recipient: Place, context: CheckContext, tables: CheckTables): void {
  const role = place(recipient, 'intendedRecipient');
  if (!role) context.add('CDA-RECIPIENT', recipient.path);
  for (const id of places(role, 'id')) {
    if (get(id, 'root') === oids.professional && get(id, 'extension') === undefined) {
      context.add('CDA-ID-EXTENSION', id.path);
    }
  }
  checkPersonName(place(role, 'informationRecipient'), context, true);
  checkOrganization(place(role, 'receivedOrganization'), context, tables);
  if (role) for (const name of ['id', 'addr', 'telecom']) checkDistinct(role, name, context);
}

function checkParticipant(participant: Place, context: CheckContext, tables: CheckTables): void {
  const typeCode = get(participant, 'typeCode') ?? '';
  if (tables.participations.withCode(typeCode).length === 0) context.add('CDA-PARTICIPANT', participant.path, typeCode);
  const code = place(participant, 'functionCode');
  if (code && get(code, 'code') !== undefined) checkCode(code, tables.functions, 'CDA-FUNCTION', context);
  const times = places(participant, 'time');
  if (times.length !== 1) context.add('CDA-PARTICIPANT', `${participant.path}/time`);
  for (const name of ['low', 'high']) {
    for (const bound of places(times[0], name)) {
      if (!/^\d{4,14}/.test(get(bound, 'value') ?? '')) context.add('CDA-DATE', bound.path);
    }
  }
  const role = place(participant, 'associatedEntity');
  if (!role) return;
  if (!/^(?:PROV|AGNT)$/.test(get(role, 'classCode') ?? '')) {
    context.add('CDA-PARTICIPANT', role.path, get(role, 'classCode') ?? null);
  }
  const ids = places(role, 'id');
  if (ids.length > 1) context.add('CDA-PARTICIPANT', `${role.path}/id`, String(ids.length));
  for (const id of ids) if (isNull(id)) context.add('CDA-ID-EXTENSION', id.path);
  checkIds(role, context, true);
  const profession = place(role, 'code');
  if (profession) checkCode(profession, tables.professions, 'CDA-PROFESSION', context, { display: true, system: true });
  const person = place(role, 'associatedPerson');
  if (person && place(person, 'name')) checkPersonName(person, context);
  const organization = place(role, 'scopingOrganization');
  checkOrganization(organization, context, tables);
  if (places(organization, 'id').length > 1) {
    context.add('CDA-SCHEMA-REPEATED', organization?.path ?? role.path, null, 'id');
  }
  for (const name of ['addr', 'telecom']) checkDistinct(role, name, context);
}

/** Everybody the header names, but the patient and the performer of the act. */
export function checkPeople(root: Place, context: CheckContext, tables: CheckTables): void {
  const authors = places(root, 'author').filter((author) => place(author, 'assignedAuthor'));
  if (authors.length === 0) context.add('CDA-AUTHOR', `${root.path}/author`);
  for (const author of authors) checkAuthor(author, context, tables);
  const enterer = place(root, 'dataEnterer');
  if (places(enterer, 'time').length > 1) context.add('CDA-SCHEMA-REPEATED', enterer?.path ?? root.path, null, 'time');
  checkAssignedEntity(place(enterer, 'assignedEntity'), context, tables, {
    rule: 'CDA-ENTITY',
    ids: 'any',
    person: false,
  });
  for (const one of places(root, 'informant')) checkInformant(one, context, tables);
  checkCustodian(root, context);
  for (const one of places(root, 'informationRecipient')) checkRecipient(one, context, tables);
  checkLegalAuthenticator(root, context, tables);
  for (const one of places(root, 'authenticator')) checkAuthenticator(one, context, tables);
  for (const one of places(root, 'participant')) checkParticipant(one, context, tables);
}
