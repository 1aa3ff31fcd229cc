import { place, places, type CheckContext, type Place } from './context.ts';
import { checkAssignedEntity, checkOrganization } from './people/roles.ts';
import type { CheckTables } from './tables.ts';
import { exactlyOne, get, isDated, isNull, withAttribute } from './tools.ts';

/** Checks the acts that the document reports; the first one is the main act. */
export function checkActs(root: Place, context: CheckContext, tables: CheckTables): void {
  const acts = places(root, 'documentationOf');
  const events = acts.filter((act) => !isNull(act) && place(act, 'serviceEvent'));
  const main = place(acts[0], 'serviceEvent');
  if (events.length === 0 || !main) context.add('CDA-ACT', `${root.path}/documentationOf`);

  if (main) {
    for (const name of ['performer', 'effectiveTime']) {
      const count = places(main, name).length;
      if (count !== 1) context.add('CDA-ACT', `${main.path}/${name}`, String(count), `${name} 1..1`);
    }
  }

  for (const act of events) {
    const event = exactlyOne(act, 'serviceEvent', 'CDA-ACT', context);
    if (event) checkEvent(event, context, tables);
  }
}

function checkEvent(event: Place, context: CheckContext, tables: CheckTables): void {
  const code = place(event, 'code');
  if (code) {
    const parts = [get(code, 'code'), get(code, 'codeSystem')];
    const complete = parts.every((part) => part !== undefined) && !isNull(code);
    const absent = parts.every((part) => part === undefined) && isNull(code);
    if (!complete && !absent) context.add('CDA-ACT-CODE', code.path, parts[0] ?? null);
  }

  const time = place(event, 'effectiveTime');
  if (time) {
    const lows = places(time, 'low');
    if (lows.length !== 1 || !isDated(lows[0])) context.add('CDA-ACT-TIME', `${time.path}/low`);
    if (places(time, 'high').length > 1) context.add('CDA-ACT-TIME', `${time.path}/high`);
  }

  const performers = withAttribute(event, 'performer', 'typeCode', 'PRF');
  if (performers.length > 1) context.add('CDA-PERFORMER', `${event.path}/performer`, String(performers.length));
  for (const performer of places(event, 'performer')) checkPerformer(performer, context, tables);
}

function checkPerformer(performer: Place, context: CheckContext, tables: CheckTables): void {
  const typeCode = get(performer, 'typeCode');
  if (typeCode !== 'PRF') context.add('CDA-PERFORMER', performer.path, typeCode ?? null);

  const entity = place(performer, 'assignedEntity');
  const organization = place(entity, 'representedOrganization');
  if (!entity || !organization) {
    context.add('CDA-PERFORMER', `${performer.path}/assignedEntity/representedOrganization`);
    return;
  }

  checkAssignedEntity(entity, context, tables, { rule: 'CDA-PERFORMER', ids: 'one', person: false });
  checkOrganization(organization, context, tables, { setting: true });
}

/** Checks the consents that authorize the document. */
export function checkAuthorizations(root: Place, context: CheckContext): void {
  for (const authorization of places(root, 'authorization')) {
    const consent = place(authorization, 'consent');
    if (!consent) continue;

    const status = place(consent, 'statusCode');
    const settled = get(status, 'code') === 'completed' || isNull(status);
    if (!settled || places(consent, 'code').length !== 1) context.add('CDA-AUTHORIZATION', consent.path);
  }
}
