import type { Json } from '../../internal/json/index.ts';
import { elementsAt } from './elements.ts';
import { refused } from './refusal.ts';

/**
 * What must be there of each type that is written.
 *
 * @see ANS, Cercle de soins 2.0.1, Annuaire 1.1.0, NdE 3.0.0, Traçabilité des événements 2.0.0,
 *   Cahier de liaison 3.0.0; IHE ITI PCF 1.0.0
 */
const required: Readonly<Record<string, readonly string[]>> = {
  CareTeam: ['meta', 'identifier.value', 'status', 'name', 'subject', 'period.start'],
  Practitioner: ['identifier.system', 'identifier.value'],
  PractitionerRole: [],
  Organization: ['identifier.system', 'identifier.value'],
  RelatedPerson: ['identifier', 'patient', 'relationship', 'name.family', 'telecom.system', 'telecom.value'],
  Consent: [
    'status',
    'scope.coding.code',
    'category',
    'patient',
    'dateTime',
    'performer',
    'organization',
    'policy.uri',
    'provision.type',
  ],
  DocumentReference: ['status', 'type.coding.code', 'subject.reference', 'author', 'content.attachment'],
  ServiceRequest: ['status', 'intent', 'subject.reference', 'requester', 'performer'],
  Task: ['status', 'intent', 'requester', 'owner'],
  CarePlan: ['status', 'intent', 'subject.reference'],
  Goal: ['lifecycleStatus', 'description', 'subject.reference'],
  Flag: ['status', 'code', 'subject.reference'],
  AuditEvent: ['type', 'recorded', 'source.observer', 'agent.who'],
  Subscription: [
    'contained',
    'status',
    'reason',
    'criteria',
    'channel.type',
    'extension:start.valueDateTime',
    'extension:subject.valueReference',
    'extension:declarant.valueReference',
    'extension:event-type.valueCodeableConcept',
    'extension:subscriber.valueReference',
  ],
};

/** @throws FhirRefusal naming the first element that is absent */
export function requireElements(resource: Json): void {
  const type = String(resource['resourceType']);
  for (const path of (Object.hasOwn(required, type) ? required[type] : undefined) ?? []) {
    if (elementsAt(resource, path).length === 0) {
      throw refused('SIM-FHIR-REQUIRED', `${type}.${path.replace(/^extension:[a-z-]+/, 'extension')}`);
    }
  }
}
