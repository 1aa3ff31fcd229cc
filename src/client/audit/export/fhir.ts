import { isOid } from '../../../internal/oid.ts';
import type { AuditEvent } from '../model.ts';
import { isDocument, kindOf, nationalDomains, outcomeOf, purposeWords, requestId, transactionOf } from './kinds.ts';

type Json = Readonly<Record<string, unknown>>;

const entityType = 'http://terminology.hl7.org/CodeSystem/audit-entity-type';
const objectRole = 'http://terminology.hl7.org/CodeSystem/object-role';
const interactions = 'http://hl7.org/fhir/restful-interaction';
const accessModes = 'urn:oid:1.2.250.1.213.1.1.4.248';

/**
 * An access as an AuditEvent of FHIR R4: one line of JSON.
 *
 * @see ANS, Traçabilité des événements 2.0.0, profile `tde-auditevent`: `period.start`, one subtype
 *   at most, one agent or two
 */
export function fhirAuditEvent(event: AuditEvent, source: string): string {
  const kind = kindOf(event);
  const transaction = transactionOf(event);
  return JSON.stringify({
    resourceType: 'AuditEvent',
    meta: { profile: ['https://interop.esante.gouv.fr/ig/fhir/tde/StructureDefinition/tde-auditevent'] },
    type: { system: 'http://dicom.nema.org/resources/ontology/DCM', ...kind.event },
    subtype: [
      transaction
        ? { system: 'urn:ihe:event-type-code', ...transaction }
        : { system: interactions, code: kind.interaction },
    ],
    action: kind.action,
    period: { start: event.startedAt, end: event.at },
    recorded: event.at,
    outcome: outcomeOf(event),
    ...(event.code !== null && { outcomeDesc: event.code }),
    purposeOfEvent: [
      {
        coding: [{ system: accessModes, code: purposeWords[event.purpose] }],
        ...(event.reason !== null && { text: event.reason }),
      },
    ],
    agent: [
      { who: identified(`urn:oid:${nationalDomains.professional}`, event.professional), requestor: true },
      { who: identified(`urn:oid:${nationalDomains.structure}`, event.structure), requestor: false },
    ],
    source: { observer: { display: source } },
    entity: entitiesOf(event),
  });
}

const identified = (system: string | null, value: string): Json => ({
  identifier: { ...(system !== null && { system }), value },
});

function entitiesOf(event: AuditEvent): readonly Json[] {
  const { patient, object, correlationId, action, binding } = event;
  const role = isDocument(event) ? '3' : '4';
  return [
    ...(patient ? [entity(identified(`urn:oid:${patient.system}`, patient.value), '1', '1')] : []),
    ...(object === null ? [] : [entity(objectId(object), '2', role)]),
    {
      what: identified(null, correlationId),
      type: { system: requestId.system, code: requestId.code },
      detail: [
        { type: 'action', valueString: action },
        { type: 'binding', valueString: binding },
      ],
    },
  ];
}

const entity = (what: Json, type: string, role: string): Json => ({
  what,
  type: { system: entityType, code: type },
  role: { system: objectRole, code: role },
});

/** A uniqueId is an OID, with its extension after `^` at times. */
function objectId(value: string): Json {
  return isOid(value) ? identified('urn:ietf:rfc:3986', `urn:oid:${value}`) : identified(null, value);
}
