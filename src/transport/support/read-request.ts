import { isObject, objects, type Json } from '../../internal/json/index.ts';
import type { SupportRecord, SupportStep } from '../binding/support.ts';
import { supportUrgencies } from '../binding/support-words.ts';
import { idOf } from '../fhir/address.ts';
import { identifiersOf, momentOf, textOf } from '../nde/read-parts.ts';
import { stateOf } from './states.ts';

/** What a request says itself: who made it, and for whom, stands in other resources. */
export type OwnParts = Omit<SupportRecord, 'version' | 'requesters' | 'isOwn' | 'patientIds'>;

/**
 * Whether a task is a request for support: by its own words, or by those of what it follows.
 *
 * @param category - words by which a request for support is known
 */
export function isSupport(task: Json, request: Json | null, category: string): boolean {
  const concepts = [task['code'], ...objects(request?.['category'])];
  return concepts.some((concept) => isObject(concept) && same(concept['text'], category));
}

const same = (text: unknown, other: string): boolean =>
  typeof text === 'string' && text.trim().toLowerCase() === other.trim().toLowerCase();

/**
 * Reads a request leniently.
 *
 * @param request - what the task follows; `null` without
 * @returns `null` without an id or a status
 * @see HL7 FHIR R4, Task and ServiceRequest
 */
export function readSupport(task: Json, request: Json | null): OwnParts | null {
  const id = idOf(task);
  // A request that says what is not to be done is none.
  if (id === null || typeof task['status'] !== 'string' || request?.['doNotPerform'] === true) return null;

  const asked = request ?? {};
  const priority = task['priority'] ?? asked['priority'];
  return {
    id,
    uniqueId: uniqueIdOf(request ?? task),
    kind: task['for'] === undefined && request === null ? 'information' : 'care',
    ...stepOf(task),
    structure: structureOf(task['owner'] ?? objects(asked['performer'])[0]),
    need: wordsOf(asked['code']) ?? textOf(task['description']),
    reasons: [...objects(asked['reasonCode']), task['reasonCode']].flatMap((concept) => wordsOf(concept) ?? []),
    urgency: supportUrgencies.find((known) => known === priority) ?? null,
    comments: [...objects(asked['note']), ...objects(task['note'])].flatMap(({ text }) => textOf(text) ?? []),
    requestedAt: momentOf(task['authoredOn']) ?? momentOf(asked['authoredOn']),
    updatedAt: movedAt(task),
  };
}

/** One step of what a request went through. */
export function readStep(task: Json): SupportStep {
  const { state, stateReason } = stepOf(task);
  return { state, reason: stateReason, at: movedAt(task) };
}

function stepOf({ status, statusReason }: Json): Pick<SupportRecord, 'state' | 'stateReason'> {
  return { state: stateOf(status), stateReason: wordsOf(statusReason) };
}

/** When the structure says that it moved, else when the server wrote it. */
function movedAt({ lastModified, meta }: Json): string | null {
  return momentOf(lastModified) ?? momentOf(isObject(meta) ? meta['lastUpdated'] : null);
}

/** The text of a concept, else the words of its first code. */
function wordsOf(concept: unknown): string | null {
  if (!isObject(concept)) return null;
  return textOf(concept['text']) ?? objects(concept['coding']).map(({ display }) => textOf(display))[0] ?? null;
}

function structureOf(reference: unknown): SupportRecord['structure'] {
  if (!isObject(reference)) return null;
  const identifier = isObject(reference['identifier']) ? [reference['identifier']] : [];
  return { ids: identifiersOf({ identifier }), name: textOf(reference['display']) };
}

/** The UUID of a request, whatever its version. */
export function uniqueIdOf({ identifier }: Json): string | null {
  const own = objects(identifier).find(({ system }) => system === 'urn:ietf:rfc:3986');
  return own ? (textOf(own['value'])?.replace(/^urn:uuid:/i, '') ?? null) : null;
}
