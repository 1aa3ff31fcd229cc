import { cxIdentity } from '../../internal/hl7.ts';
import { attributeOf, childElements, type ReadElement } from '../../internal/xml/index.ts';
import type { DocumentEntry } from '../../documents/index.ts';
import { xdsNames } from '../registry/names.ts';
import type { EntryOddity } from './query-model.ts';

/** Slots that hold one value. @see IHE ITI TF-3, table 4.2.3.2-1 */
const single: ReadonlySet<string> = new Set([
  'creationTime',
  'hash',
  'languageCode',
  'legalAuthenticator',
  'repositoryUniqueId',
  'serviceStartTime',
  'serviceStopTime',
  'size',
  'sourcePatientId',
]);

/**
 * What is odd about an entry of an answer. It is listed all the same: ids change when identities
 * merge, and old registries keep few slots.
 *
 * @param patientId - the one that was asked for
 */
export function oddities(node: ReadElement, entry: DocumentEntry, patientId: string | null): EntryOddity[] {
  const absent =
    entry.creationTime === '' ||
    entry.hash === null ||
    entry.size === null ||
    entry.repositoryUniqueId === null ||
    entry.availabilityStatus === null;

  return [
    ...(absent || hasTwice(node) ? (['metadata'] as const) : []),
    ...(patientId !== null && isAnother(entry.patientId, patientId) ? (['patient-id'] as const) : []),
  ];
}

/** Whether a slot that holds one value is given twice, or holds two. */
function hasTwice(node: ReadElement): boolean {
  const seen = new Set<string>();
  for (const slot of childElements(node, 'Slot', xdsNames.rim)) {
    const name = attributeOf(slot, 'name') ?? '';
    if (!single.has(name)) continue;
    if (seen.has(name)) return true;

    const lists = childElements(slot, 'ValueList', xdsNames.rim);
    if (lists.reduce((count, list) => count + childElements(list, 'Value').length, 0) > 1) return true;
    seen.add(name);
  }
  return false;
}

/** Two identifiers in any spelling; what is no identifier is compared as it is written. */
function isAnother(found: string, asked: string): boolean {
  if (found === asked) return false;
  const [one, other] = [cxIdentity(found), cxIdentity(asked)];
  return one && other ? one.id !== other.id || one.oid !== other.oid : found.trim() !== asked.trim();
}
