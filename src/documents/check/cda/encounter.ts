import { oids } from '../../cda/oids.ts';
import { place, places, type CheckContext, type Place } from './context.ts';
import { checkDistinct } from './data-types/distinct.ts';
import { checkAssignedEntity } from './people/roles.ts';
import type { CheckTables } from './tables.ts';
import { checkCode, exactlyOne, get, isDated, isNull, valued, withAttribute } from './tools.ts';

/** Nomenclature of the ways to leave an encounter. */
const dispositions = '1.2.250.1.213.2.14';

/** Checks the encounter: its type, times, participants and facility. */
export function checkEncounter(root: Place, context: CheckContext, tables: CheckTables): void {
  const encounter = place(exactlyOne(root, 'componentOf', 'CDA-ENCOUNTER', context), 'encompassingEncounter');
  if (!encounter || isNull(encounter)) {
    context.add('CDA-ENCOUNTER', `${root.path}/componentOf/encompassingEncounter`);
    return;
  }

  for (const id of places(encounter, 'id')) if (get(id, 'root') === undefined) context.add('CDA-ID-SYNTAX', id.path);
  checkDistinct(encounter, 'id', context);

  const code = place(encounter, 'code');
  if (code) checkCode(code, tables.encounters, 'CDA-ENCOUNTER-CODE', context, { display: true, system: true });

  checkTimes(encounter, context);
  checkDisposition(encounter, context);
  for (const party of places(encounter, 'responsibleParty')) checkParty(party, context, tables, true);
  for (const party of places(encounter, 'encounterParticipant')) checkParty(party, context, tables, false);

  checkFacility(encounter, context, tables);
}

function checkTimes(encounter: Place, context: CheckContext): void {
  const path = `${encounter.path}/effectiveTime`;
  if (places(encounter, 'effectiveTime').length !== 1) context.add('CDA-ENCOUNTER', path);

  for (const name of ['low', 'high']) {
    const bounds = places(place(encounter, 'effectiveTime'), name);
    if (bounds.length > 1) context.add('CDA-INTERVAL', `${path}/${name}`);
    for (const bound of bounds) {
      const value = get(bound, 'value');
      if (value !== undefined && !isDated(bound)) context.add('CDA-DATE', bound.path, value);
    }
  }
}

function checkDisposition(encounter: Place, context: CheckContext): void {
  const disposition = place(encounter, 'dischargeDispositionCode');
  if (!disposition) return;

  const named = get(disposition, 'code') !== undefined && get(disposition, 'displayName') !== undefined;
  const system = get(disposition, 'codeSystem');
  if (!named || (system !== undefined && system !== dispositions)) {
    context.add('CDA-ENCOUNTER', disposition.path, null, '@code @displayName');
  }
}

/** A person of the encounter has one national identifier; the structure of the responsible too. */
function checkParty(party: Place, context: CheckContext, tables: CheckTables, responsible: boolean): void {
  const entity = place(party, 'assignedEntity');
  const national = withAttribute(entity, 'id', 'root', oids.professional);
  if (national.length !== 1) context.add('CDA-ENTITY', `${party.path}/assignedEntity/id`);

  const structureIds = places(place(entity, 'representedOrganization'), 'id').filter(
    (id) => responsible || get(id, 'root') === oids.structure,
  );
  for (const id of [...national, ...structureIds]) {
    if (get(id, 'extension') === undefined) context.add('CDA-ID-EXTENSION', id.path);
  }

  checkAssignedEntity(entity, context, tables, { rule: 'CDA-ENTITY', ids: 'any' });
}

function checkFacility(encounter: Place, context: CheckContext, tables: CheckTables): void {
  const location = place(encounter, 'location');
  const facility = location && exactlyOne(location, 'healthCareFacility', 'CDA-FACILITY', context);
  if (location && !facility) return;

  const codes = valued(facility, 'code');
  if (codes.length !== 1) context.add('CDA-FACILITY', `${encounter.path}/location/healthCareFacility/code`);
  else checkCode(codes[0], tables.facilities, 'CDA-FACILITY', context, { display: true, system: true });
}
