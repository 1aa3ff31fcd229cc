import type { Json } from '../../internal/json/index.ts';
import type { NewSupportRequest } from '../binding/support.ts';

/** Who and what a request is about: references that the server follows. */
export interface SupportReferences {
  /** `null` for a request that names nobody. */
  readonly patient: string | null;
  readonly requester: string;
  readonly structure: Json;
  /** Documents and the consent. */
  readonly supporting: readonly string[];
  /** Words by which a request for support is known. */
  readonly category: string;
}

/** What names the request, and the task that follows it, once and for all. */
export interface SupportKeys {
  readonly request: SupportKey;
  readonly task: SupportKey;
}

interface SupportKey {
  readonly system: string;
  readonly value: string;
}

/** The system of identifiers that are URIs. @see HL7 FHIR R4, Identifier Systems */
export const supportKey = (uuid: string): SupportKey => ({
  system: 'urn:ietf:rfc:3986',
  value: `urn:uuid:${uuid}`,
});

/** What is asked. No French guide has a profile of it. @see HL7 FHIR R4, ServiceRequest */
export function writeServiceRequest(request: NewSupportRequest, references: SupportReferences, key: SupportKey): Json {
  const { need, reasons, urgency, date, replyTo } = request;
  const { patient, requester, structure, supporting, category } = references;
  return {
    resourceType: 'ServiceRequest',
    identifier: [key],
    status: 'active',
    intent: 'order',
    category: [{ text: category }],
    ...(urgency !== null && { priority: urgency }),
    code: { text: need },
    subject: { reference: patient },
    authoredOn: date,
    requester: { reference: requester },
    performer: [structure],
    ...(reasons.length > 0 && { reasonCode: reasons.map(conceptOf) }),
    ...(supporting.length > 0 && { supportingInfo: supporting.map((reference) => ({ reference })) }),
    ...noteOf(replyTo),
  };
}

/**
 * What follows a request. One that names nobody has no other resource: a `ServiceRequest` has a
 * patient.
 *
 * @param focus - the request; `null` where the task says itself what is asked
 * @see HL7 FHIR R4, Task
 */
export function writeTask(
  request: NewSupportRequest,
  references: SupportReferences,
  { focus, key }: { readonly focus: string | null; readonly key: SupportKey },
): Json {
  const { need, urgency, date, replyTo } = request;
  const { patient, requester, structure, category } = references;
  return {
    resourceType: 'Task',
    identifier: [key],
    status: 'requested',
    intent: 'order',
    ...(urgency !== null && { priority: urgency }),
    code: { text: category },
    ...(focus === null ? { description: need } : { focus: { reference: focus } }),
    ...(patient !== null && { for: { reference: patient } }),
    authoredOn: date,
    lastModified: date,
    requester: { reference: requester },
    owner: structure,
    ...(focus === null && noteOf(replyTo)),
  };
}

function conceptOf({ text, codes }: NewSupportRequest['reasons'][0]): Json {
  return { ...(codes.length > 0 && { coding: codes }), text };
}

/** Where the answer is awaited has no element of its own. */
function noteOf(replyTo: string | null): Json {
  return replyTo === null ? {} : { note: [{ text: `Répondre par messagerie sécurisée de santé : ${replyTo}` }] };
}
