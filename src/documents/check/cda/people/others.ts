import { oids } from '../../../cda/oids.ts';
import { place, places, type CheckContext, type Place } from '../context.ts';
import { checkDistinct } from '../data-types/distinct.ts';
import type { CheckTables } from '../tables.ts';
import { checkCode, get, isDated, isNull, valued, withAttribute } from '../tools.ts';
import { checkAssignedEntity, checkIds, checkOrganization, checkPersonName, requireExtensions } from './roles.ts';

const relatives = /^(?:ECON|NOK|CON|CAREGIVER|PAT)$/;

/** Checks an informant: a professional, or a relative with a name. */
export function checkInformant(informant: Place, context: CheckContext, tables: CheckTables): void {
  const entity = place(informant, 'assignedEntity');
  checkAssignedEntity(entity, context, tables, { rule: 'CDA-ENTITY', ids: 'one' });
  requireExtensions(valued(entity, 'id'), context);

  const related = place(informant, 'relatedEntity');
  if (!related) return;

  const classCode = get(related, 'classCode');
  if (!relatives.test(classCode ?? '')) context.add('CDA-INFORMANT', related.path, classCode ?? null);
  const code = place(related, 'code');
  if (code) checkCode(code, tables.relations, 'CDA-RELATION', context, { display: true, system: true });

  const person = place(related, 'relatedPerson');
  if (!person) context.add('CDA-INFORMANT', `${related.path}/relatedPerson`, null, 'relatedPerson 1..1');
  checkPersonName(person, context);
  for (const name of ['addr', 'telecom']) checkDistinct(related, name, context);
}

/** Checks a recipient of the document. */
export function checkRecipient(recipient: Place, context: CheckContext, tables: CheckTables): void {
  const role = place(recipient, 'intendedRecipient');
  if (!role) {
    context.add('CDA-RECIPIENT', recipient.path);
    return;
  }

  requireExtensions(withAttribute(role, 'id', 'root', oids.professional), context);
  checkPersonName(place(role, 'informationRecipient'), context, true);
  checkOrganization(place(role, 'receivedOrganization'), context, tables);
  for (const name of ['id', 'addr', 'telecom']) checkDistinct(role, name, context);
}

/** Checks a participant: its kind, its times and its role. */
export function checkParticipant(participant: Place, context: CheckContext, tables: CheckTables): void {
  const typeCode = get(participant, 'typeCode') ?? '';
  if (tables.participations.withCode(typeCode).length === 0) {
    context.add('CDA-PARTICIPANT', participant.path, typeCode, 'JDV_J144');
  }

  const code = place(participant, 'functionCode');
  if (code && get(code, 'code') !== undefined) checkCode(code, tables.functions, 'CDA-FUNCTION', context);

  const times = places(participant, 'time');
  if (times.length !== 1) context.add('CDA-PARTICIPANT', `${participant.path}/time`, null, 'time 1..1');
  for (const bound of [...places(times[0], 'low'), ...places(times[0], 'high')]) {
    if (!isDated(bound)) context.add('CDA-DATE', bound.path);
  }

  const role = place(participant, 'associatedEntity');
  if (role) checkParticipantRole(role, context, tables);
}

function checkParticipantRole(role: Place, context: CheckContext, tables: CheckTables): void {
  const classCode = get(role, 'classCode');
  if (classCode !== 'PROV' && classCode !== 'AGNT') {
    context.add('CDA-PARTICIPANT', role.path, classCode ?? null, 'PROV | AGNT');
  }

  const ids = places(role, 'id');
  if (ids.length > 1) context.add('CDA-PARTICIPANT', `${role.path}/id`, String(ids.length), 'id 0..1');
  for (const id of ids) if (isNull(id)) context.add('CDA-ID-EXTENSION', id.path);
  checkIds(role, context, true);

  const profession = place(role, 'code');
  if (profession) checkCode(profession, tables.professions, 'CDA-PROFESSION', context, { display: true, system: true });
  const person = place(role, 'associatedPerson');
  if (person && place(person, 'name')) checkPersonName(person, context);

  const organization = place(role, 'scopingOrganization');
  checkOrganization(organization, context, tables);
  if (organization && places(organization, 'id').length > 1) {
    context.add('CDA-SCHEMA-REPEATED', organization.path, null, 'id 0..1');
  }
  for (const name of ['addr', 'telecom']) checkDistinct(role, name, context);
}
