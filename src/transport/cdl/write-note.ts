import { createHash } from 'node:crypto';

import type { DocumentVisibilityCode } from '../../documents/index.ts';
import { utf8Bytes } from '../../internal/bytes.ts';
import type { Json } from '../../internal/json/index.ts';
import { visibilities } from '../binding/note-codes.ts';
import type { NewNote, NoteFile } from '../binding/notes.ts';
import { cdlNames, visibilitySystem } from './names.ts';
import { typeCoding } from './note-type.ts';

/** The system of identifiers that are URIs. @see HL7 FHIR R4, Identifier Systems */
const uriSystem = 'urn:ietf:rfc:3986';

/** Who a note is about, by whom, and what it answers: references that the server follows. */
export interface NoteReferences {
  readonly subject: string;
  readonly author: string;
  /** The note that it answers, and its identifier. */
  readonly parent: { readonly id: string; readonly identifier: Json | null } | null;
}

/** What names a note once and for all. */
export const noteKey = (uniqueId: string): { readonly system: string; readonly value: string } => ({
  system: uriSystem,
  value: `urn:uuid:${uniqueId}`,
});

/**
 * A note. The label `N` of other documents is none of JDV_J110: a note that everybody may read has
 * no label.
 *
 * @see ANS, Cahier de liaison 3.0.0, profile cdl-document-reference
 */
export function writeNote(note: NewNote, { subject, author, parent }: NoteReferences): Json {
  const { uniqueId, type, title, text, files, isEmergency, visibility, date } = note;
  const identifier = parent?.identifier ? { identifier: parent.identifier } : {};
  return {
    resourceType: 'DocumentReference',
    meta: { profile: [cdlNames.note] },
    ...(isEmergency !== null && { extension: [{ url: cdlNames.isEmergency, valueBoolean: isEmergency }] }),
    masterIdentifier: noteKey(uniqueId),
    status: 'current',
    type: { coding: [typeCoding(type)] },
    subject: { reference: subject },
    date,
    author: [{ reference: author }],
    ...(parent && {
      relatesTo: [{ code: 'appends', target: { reference: `DocumentReference/${parent.id}`, ...identifier } }],
    }),
    ...(title !== null && { description: title }),
    ...(visibility !== null && { securityLabel: [visibilityLabel(visibility)] }),
    content: [{ attachment: textAttachment(text, date) }, ...files.map((file) => fileContent(file, date))],
  };
}

/** @see ANS, Cahier de liaison 3.0.0, cdl-document-reference, securityLabel */
export function visibilityLabel(code: DocumentVisibilityCode): Json {
  return { coding: [{ system: visibilitySystem, code, display: visibilities[code] }] };
}

export function textAttachment(text: string, creation: string): Json {
  return { contentType: 'text/plain', ...carried(utf8Bytes(text)), creation };
}

export function fileContent({ bytes, mimeType, title }: NoteFile, creation: string): Json {
  return { attachment: { contentType: mimeType, ...carried(bytes), ...(title !== null && { title }), creation } };
}

/** Bytes in a resource, with what verifies them. @see HL7 FHIR R4, datatypes, Attachment */
export function carried(bytes: Uint8Array): { readonly data: string; readonly size: number; readonly hash: string } {
  return {
    data: Buffer.from(bytes).toString('base64'),
    size: bytes.length,
    hash: createHash('sha1').update(bytes).digest('base64'),
  };
}
