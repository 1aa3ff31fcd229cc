import { TerrESanteError, isTerrESanteError } from '../../errors.ts';
import { textOf } from '../../internal/border.ts';
import { utf8Bytes } from '../../internal/bytes.ts';
import { isObject, objects, readJson, type Json } from '../../internal/json/index.ts';
import { eventOf } from './journal/option-checks.ts';
import type { AuditEvent, AuditTrace } from './model.ts';
import { purposeWords, requestId } from './export/kinds.ts';

const limits = { maxDepth: 50, maxValues: 20_000 };

/**
 * Reads an AuditEvent of FHIR R4: one that `export` wrote, out of an archive, or one of another
 * system.
 *
 * @returns what is absent is `null`; `access` only of what this library wrote
 * @throws TerrESanteError `TE_PROTOCOL` when it is no JSON or no AuditEvent, `TE_INPUT_INVALID`
 *
 * @example
 * ```ts
 * import { readAuditEvent } from 'terr-esante-sdk';
 *
 * const line = '{"resourceType":"AuditEvent","recorded":"2026-03-01T10:00:01Z"}';
 * const { recordedAt, access } = readAuditEvent(line);
 * recordedAt; // '2026-03-01T10:00:01Z'
 * access; // null
 * ```
 *
 * @see ANS, Traçabilité des événements 2.0.0, profile `tde-auditevent`
 * @group Audit
 */
export function readAuditEvent(line: string): AuditTrace {
  const event = readJson(utf8Bytes(textOf('line', line)), limits);
  if (!isObject(event) || event['resourceType'] !== 'AuditEvent') {
    throw new TerrESanteError('TE_PROTOCOL', "Ce n'est pas un AuditEvent de FHIR.", {
      details: { reason: 'resource-type' },
    });
  }

  const period = inner(event, 'period');
  const type = inner(event, 'type');
  return {
    type: word(type['code']),
    startedAt: word(period['start']),
    endedAt: word(period['end']),
    recordedAt: word(event['recorded']),
    outcome: word(event['outcome']),
    agents: objects(event['agent']).map((agent) => ({
      id: nameOf(inner(agent, 'who')),
      isRequestor: typeof agent['requestor'] === 'boolean' ? agent['requestor'] : null,
    })),
    observer: nameOf(inner(inner(event, 'source'), 'observer')),
    access: accessIn(event),
  };
}

const word = (value: unknown): string | null => (typeof value === 'string' ? value : null);
const inner = (object: Json, name: string): Json => {
  const value = object[name];
  return isObject(value) ? value : {};
};

/** A reference by its identifier, else its address, else what is shown of it. */
const nameOf = (reference: Json): string | null =>
  word(inner(reference, 'identifier')['value']) ?? word(reference['reference']) ?? word(reference['display']);

/** The access that `export` wrote as this event; `null` for the event of another system. */
function accessIn(event: Json): AuditEvent | null {
  const entities = objects(event['entity']);
  const ofRole = (role: string): Json | undefined => entities.find((entity) => inner(entity, 'role')['code'] === role);
  const request = entities.find(({ type }) => isObject(type) && type['code'] === requestId.code);
  const details = new Map(objects(request?.['detail']).map((detail) => [detail['type'], detail['valueString']]));
  const [purpose] = objects(event['purposeOfEvent']);
  const code = objects(purpose?.['coding'])[0]?.['code'];
  const period = inner(event, 'period');
  const [professional, structure] = objects(event['agent']).map((agent) => nameOf(inner(agent, 'who')));

  const patient = inner(inner(ofRole('1') ?? {}, 'what'), 'identifier');
  const object = word(inner(inner(ofRole('3') ?? ofRole('4') ?? {}, 'what'), 'identifier')['value']);
  const given: Readonly<Record<keyof AuditEvent, unknown>> = {
    startedAt: period['start'],
    at: period['end'],
    action: details.get('action'),
    purpose: Object.entries(purposeWords).find(([, name]) => name === code)?.[0],
    reason: word(purpose?.['text']),
    professional,
    structure,
    patient: ofRole('1')
      ? { system: word(patient['system'])?.replace(/^urn:oid:/, ''), value: patient['value'] }
      : null,
    object: object?.replace(/^urn:oid:/, '') ?? null,
    outcome: event['outcome'] === '0' ? 'ok' : 'error',
    code: word(event['outcomeDesc']),
    binding: details.get('binding'),
    correlationId: request && nameOf(inner(request, 'what')),
  };
  try {
    return eventOf(given as unknown as AuditEvent);
  } catch (error) {
    if (isTerrESanteError(error)) return null;
    throw error;
  }
}
