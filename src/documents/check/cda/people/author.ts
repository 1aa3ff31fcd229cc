import { insRoots, oids } from '../../../cda/oids.ts';
import { place, places, type CheckContext, type Place } from '../context.ts';
import { checkDistinct } from '../data-types/distinct.ts';
import type { CheckTables } from '../tables.ts';
import { checkCode, checkPreciseTime, exactlyOne, get, isNull, withAttribute, words } from '../tools.ts';
import { checkIds, checkOrganization, checkPersonName } from './roles.ts';

/** Checks an author: a professional, a device, or the patient. */
export function checkAuthor(author: Place, context: CheckContext, tables: CheckTables): void {
  const functionCode = place(author, 'functionCode');
  if (functionCode) checkCode(functionCode, tables.functions, 'CDA-FUNCTION', context, { system: true });

  const times = places(author, 'time');
  if (times.length !== 1) context.add('CDA-AUTHOR', `${author.path}/time`, null, 'time 1..1');
  checkPreciseTime(times[0], 'CDA-AUTHOR', context);

  const role = exactlyOne(author, 'assignedAuthor', 'CDA-AUTHOR', context);
  if (role) checkRole(role, context, tables);
}

function checkRole(role: Place, context: CheckContext, tables: CheckTables): void {
  const ids = places(role, 'id');
  if (ids.length === 0) context.add('CDA-AUTHOR', `${role.path}/id`, null, 'id 1..*');
  for (const id of ids) if (isNull(id)) context.add('CDA-ID-EXTENSION', id.path);
  checkIds(role, context, true);

  const code = place(role, 'code');
  if (code) checkCode(code, tables.professions, 'CDA-PROFESSION', context, { display: true, system: true });

  const person = place(role, 'assignedPerson');
  const device = place(role, 'assignedAuthoringDevice');
  if (person && device) context.add('CDA-AUTHOR-KIND', role.path);
  checkPersonName(person, context);
  checkDevice(device, context);

  const organization = place(role, 'representedOrganization');
  checkOrganization(organization, context, tables);
  if (organization && withAttribute(organization, 'id', 'root', oids.structure).length > 1) {
    context.add('CDA-SCHEMA-REPEATED', `${organization.path}/id`, null, 'id 0..1');
  }
  for (const name of ['id', 'addr', 'telecom']) checkDistinct(role, name, context);

  checkProfessional(role, context);
}

function checkDevice(device: Place | undefined, context: CheckContext): void {
  for (const name of ['manufacturerModelName', 'softwareName']) {
    if (device && places(device, name).length !== 1) context.add('CDA-DEVICE', `${device.path}/${name}`);
  }
}

/** A professional or a device, not the patient, has a profession and a structure. */
function checkProfessional(role: Place, context: CheckContext): void {
  const roots = places(role, 'id').map((id) => get(id, 'root') ?? '');
  if (roots.some((root) => insRoots.has(root))) return;
  if (!place(role, 'assignedAuthoringDevice') && !roots.includes(oids.professional)) return;

  if (!place(role, 'code')) context.add('CDA-AUTHOR-PROFESSION', role.path);
  const organization = place(role, 'representedOrganization');
  if (!organization || !place(organization, 'id') || words(place(organization, 'name')) === '') {
    context.add('CDA-AUTHOR-STRUCTURE', role.path);
  }
}
