import type { DocumentVisibilityCode } from '../../documents/index.ts';
import { isObject, objects, type Json } from '../../internal/json/index.ts';
import { visibilityCodes } from '../binding/note-codes.ts';
import type { NoteRecord } from '../binding/notes.ts';
import { idOf, readReference } from '../fhir/address.ts';
import { extensionOf, momentOf, textOf } from '../nde/read-parts.ts';
import { attachmentsOf, describedAttachments, textIn, textPlace } from './contents.ts';
import { cdlNames, visibilitySystem } from './names.ts';
import { typeOf } from './note-type.ts';

/** What a note says itself: who wrote it stands in other resources. */
export type OwnParts = Omit<NoteRecord, 'version' | 'authors' | 'isOwn'>;

const statuses = ['current', 'superseded', 'entered-in-error'] as const;

/**
 * Reads a note leniently: what breaks the profile is read all the same.
 *
 * @returns `null` without an id or a status of FHIR
 * @see ANS, Cahier de liaison 3.0.0, profile cdl-document-reference
 */
export function readNote(resource: Json): OwnParts | null {
  const id = idOf(resource);
  const status = statuses.find((known) => known === resource['status']);
  if (id === null || status === undefined) return null;

  const text = attachmentsOf(resource)[textPlace(resource)];
  const flag = extensionOf(resource, cdlNames.isEmergency)['valueBoolean'];
  const meta = isObject(resource['meta']) ? resource['meta'] : {};
  return {
    id,
    uniqueId: uniqueIdOf(resource),
    status,
    ...typeOf(resource),
    title: textOf(resource['description']),
    text: text ? textIn(text) : null,
    attachments: describedAttachments(resource),
    isEmergency: typeof flag === 'boolean' ? flag : null,
    ...labelsOf(resource),
    date: momentOf(resource['date']),
    updatedAt: momentOf(meta['lastUpdated']),
    repliesTo: answeredBy(resource),
  };
}

/** The identifier of a note, whatever its version, without the prefix of its kind. */
export function uniqueIdOf({ masterIdentifier }: Json): string | null {
  const value = isObject(masterIdentifier) ? textOf(masterIdentifier['value']) : null;
  return value?.replace(/^urn:(?:uuid|oid):/i, '') ?? null;
}

/** @see ANS, Cahier de liaison 3.0.0: a reply has a relation `appends` to what it answers */
function answeredBy({ relatesTo }: Json): string[] {
  return objects(relatesTo).flatMap(({ code, target }) => {
    const found = readReference(isObject(target) ? target['reference'] : null);
    return code === 'appends' && found?.type === 'DocumentReference' ? [found.id] : [];
  });
}

function labelsOf({ securityLabel }: Json): Pick<NoteRecord, 'visibility' | 'otherLabels'> {
  const codings = objects(securityLabel).flatMap(({ coding }) => objects(coding));
  const known = codings.filter(isVisibility);
  const others = [...codings.filter((coding) => !isVisibility(coding)), ...known.slice(1)];
  return {
    visibility: (known[0]?.['code'] as DocumentVisibilityCode | undefined) ?? null,
    otherLabels: others.flatMap(({ code }) => (typeof code === 'string' ? [code.slice(0, 64)] : [])),
  };
}

/** Whether a label is one of JDV_J110. */
export function isVisibility({ system, code }: Json): boolean {
  return system === visibilitySystem && visibilityCodes.some((known) => known === code);
}
