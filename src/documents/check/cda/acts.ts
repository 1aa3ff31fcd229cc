import { oids } from '../../cda/oids.ts';
import { place, places, type CheckContext, type Place } from './context.ts';
import { checkDistinct } from './data-types/distinct.ts';
import { checkAssignedEntity, checkOrganization } from './people.ts';
import type { CheckTables } from './tables.ts';
import { checkCode, get, isNull, one } from './tools.ts';

function checkPerformer(performer: Place, context: CheckContext, tables: CheckTables): void {
  if (get(performer, 'typeCode') !== 'PRF') {
    context.add('CDA-PERFORMER', performer.path, get(performer, 'typeCode') ?? null);
  }
  const entity = place(performer, 'assignedEntity');
  const organization = place(entity, 'representedOrganization');
  if (!entity || !organization) {
    context.add('CDA-PERFORMER', `${performer.path}/assignedEntity/representedOrganization`);
    return;
  }
  checkAssignedEntity(entity, context, tables, { rule: 'CDA-PERFORMER', ids: 'one', person: false });
  checkOrganization(organization, context, tables, { setting: true });
}

function checkEvent(event: Place, context: CheckContext, tables: CheckTables): void {
  const code = place(event, 'code');
  if (code) {
    const parts = [get(code, 'code'), get(code, 'codeSystem')];
    const whole = parts.every((part) => part !== undefined) && !isNull(code);
    const absent = parts.every((part) => part === undefined) && isNull(code);
    if (!whole && !absent) context.add('CDA-ACT-CODE', code.path, parts[0] ?? null);
  }
  const time = place(event, 'effectiveTime');
  if (time) {
    const lows = places(time, 'low');
    if (lows.length !== 1 || !/^\d{4,14}/.test(get(lows[0], 'value') ?? '')) {
      context.add('CDA-ACT-TIME', `${time.path}/low`);
    }
    if (places(time, 'high').length > 1) context.add('CDA-ACT-TIME', `${time.path}/high`);
  }
  const performers = places(event, 'performer').filter((performer) => get(performer, 'typeCode') === 'PRF');
  if (performers.length > 1) context.add('CDA-PERFORMER', `${event.path}/performer`, String(performers.length));
  for (const performer of places(event, 'performer')) checkPerformer(performer, context, tables);
}

function checkActs(root: Place, context: CheckContext, tables: CheckTables): void {
  const acts = places(root, 'documentationOf').filter((act) => !isNull(act) && place(act, 'serviceEvent'));
  const main = place(places(root, 'documentationOf')[0], 'serviceEvent');
  if (acts.length === 0 || !main) context.add('CDA-ACT', `${root.path}/documentationOf`);
  if (main) {
    for (const name of ['performer', 'effectiveTime']) {
      if (places(main, name).length !== 1) {
        context.add('CDA-ACT', `${main.path}/${name}`, String(places(main, name).length));
      }
    }
  }
  for (const act of acts) {
    const event = one(act, 'serviceEvent', 'CDA-ACT', context);
    if (event) checkEvent(event, context, tables);
  }
}

function checkEncounter(root: Place, context: CheckContext, tables: CheckTables): void {
  const encounter = place(one(root, 'componentOf', 'CDA-ENCOUNTER', context), 'encompassingEncounter');
  if (!encounter || isNull(encounter)) {
    context.add('CDA-ENCOUNTER', `${root.path}/componentOf/encompassingEncounter`);
    return;
  }
  for (const id of places(encounter, 'id')) if (get(id, 'root') === undefined) context.add('CDA-ID-SYNTAX', id.path);
  const code = place(encounter, 'code');
  if (code) checkCode(code, tables.encounters, 'CDA-ENCOUNTER-CODE', context, { display: true, system: true });
  if (places(encounter, 'effectiveTime').length !== 1) context.add('CDA-ENCOUNTER', `${encounter.path}/effectiveTime`);
  for (const name of ['low', 'high']) {
    const bounds = places(place(encounter, 'effectiveTime'), name);
    if (bounds.length > 1) context.add('CDA-INTERVAL', `${encounter.path}/effectiveTime/${name}`);
    for (const bound of bounds) {
      const value = get(bound, 'value');
      if (value !== undefined && !/^\d{4,14}/.test(value)) context.add('CDA-DATE', bound.path, value);
    }
  }
  const disposition = place(encounter, 'dischargeDispositionCode');
  if (
    disposition &&
    (get(disposition, 'code') === undefined ||
      get(disposition, 'displayName') === undefined ||
      !['1.2.250.1.213.2.14', undefined].includes(get(disposition, 'codeSystem')))
  ) {
    context.add('CDA-ENCOUNTER', disposition.path);
  }
  for (const name of ['responsibleParty', 'encounterParticipant']) {
    for (const party of places(encounter, name)) {
      const entity = place(party, 'assignedEntity');
      const national = places(entity, 'id').filter((id) => get(id, 'root') === oids.professional);
      if (national.length !== 1) context.add('CDA-ENTITY', `${party.path}/assignedEntity/id`);
      for (const id of national) if (get(id, 'extension') === undefined) context.add('CDA-ID-EXTENSION', id.path);
      for (const id of places(place(entity, 'representedOrganization'), 'id')) {
        if ((name === 'responsibleParty' || get(id, 'root') === oids.structure) && get(id, 'extension') === undefined) {
          context.add('CDA-ID-EXTENSION', id.path);
        }
      }
      checkAssignedEntity(entity, context, tables, { rule: 'CDA-ENTITY', ids: 'any' });
    }
  }
  const facility = place(encounter, 'location', 'healthCareFacility');
  const codes = places(facility, 'code').filter((node) => !isNull(node));
  if (codes.length !== 1) context.add('CDA-FACILITY', `${encounter.path}/location/healthCareFacility/code`);
  else checkCode(codes[0], tables.facilities, 'CDA-FACILITY', context, { display: true, system: true });
  checkDistinct(encounter, 'id', context);
}

function checkAuthorizations(root: Place, context: CheckContext): void {
  for (const authorization of places(root, 'authorization')) {
    const consent = place(authorization, 'consent');
    if (!consent) continue;
    const status = place(consent, 'statusCode');
    if (!(get(status, 'code') === 'completed' || isNull(status)) || places(consent, 'code').length !== 1) {
      context.add('CDA-AUTHORIZATION', consent.path);
    }
  }
}

export function checkActsAndEncounter(root: Place, context: CheckContext, tables: CheckTables): void {
  checkActs(root, context, tables);
  checkEncounter(root, context, tables);
  checkAuthorizations(root, context);
}
