import { utf8Bytes } from '../../internal/bytes.ts';
import { isObject, objects, type Json } from '../../internal/json/index.ts';
import type { NoteChanges } from '../binding/notes.ts';
import { withMember, withoutOldWords } from '../fhir/with-member.ts';
import { textPlace } from './contents.ts';
import { noteTypeSystem } from '../fhir/note.ts';
import { cdlNames } from './names.ts';
import { typeCoding } from './note-type.ts';
import { isVisibility } from './read-note.ts';
import { carried, fileContent, textAttachment, visibilityLabel } from './write-note.ts';

/**
 * A note with some of its parts changed, and everything else as it was read: elements and
 * extensions that nobody here knows, the order of lists, the digits of numbers. Words that a server
 * made out of the old content (narrative, text of the type) would contradict the new one: they go.
 *
 * @param now - ISO 8601, UTC
 * @see HL7 FHIR R4, RESTful API, update: what is left out is deleted
 */
export function changedNote(resource: Json, changes: NoteChanges, now: string): Json {
  const { type, title, text, isEmergency, visibility, files = [] } = changes;
  const steps: readonly ((note: Json) => Json)[] = [
    (note) => (type === undefined ? note : withType(note, type)),
    (note) => (title === undefined ? note : withMember(note, 'description', title ?? undefined)),
    (note) => (text === undefined ? note : withText(note, text, now)),
    (note) => (isEmergency === undefined ? note : withFlag(note, isEmergency)),
    (note) => (visibility === undefined ? note : withVisibility(note, visibility)),
    (note) => (files.length === 0 ? note : withContents(note, ...files.map((file) => fileContent(file, now)))),
  ];
  return steps.reduce((note, step) => step(note), resource);
}

/** Taken back, and still there. @see ANS, Cahier de liaison 3.0.0: preferred to a deletion */
export function retractedNote(resource: Json): Json {
  return { ...resource, status: 'entered-in-error' };
}

function withType(note: Json, code: NonNullable<NoteChanges['type']>): Json {
  const { text: _words, ...concept } = isObject(note['type']) ? note['type'] : {};
  const codings = objects(concept['coding']);
  const place = codings.findIndex(({ system }) => system === noteTypeSystem);
  const coding = codings.map((old, index) => (index === place ? { ...old, ...typeCoding(code) } : old));
  return { ...note, type: { ...concept, coding: place < 0 ? [...coding, typeCoding(code)] : coding } };
}

function withText(note: Json, text: string, now: string): Json {
  const place = textPlace(note);
  const told = withoutOldWords(note);
  const contents: readonly unknown[] = Array.isArray(note['content']) ? (note['content'] as unknown[]) : [];
  if (place < 0) return { ...told, content: [{ attachment: textAttachment(text, now) }, ...contents] };

  const held = objects(contents)[place];
  const { url: _elsewhere, ...attachment } = (held?.['attachment'] ?? {}) as Json;
  const next = { ...attachment, contentType: 'text/plain', ...carried(utf8Bytes(text)), creation: now };
  return { ...told, content: contents.map((content) => (content === held ? { ...held, attachment: next } : content)) };
}

function withFlag(note: Json, valueBoolean: boolean): Json {
  const extensions = objects(note['extension']);
  const isFlag = ({ url }: Json): boolean => url === cdlNames.isEmergency;
  const changed = extensions.map((extension) => (isFlag(extension) ? { ...extension, valueBoolean } : extension));
  const isThere = extensions.some(isFlag);
  return { ...note, extension: isThere ? changed : [...changed, { url: cdlNames.isEmergency, valueBoolean }] };
}

function withVisibility(note: Json, code: NonNullable<NoteChanges['visibility']> | null): Json {
  const isOurs = ({ coding }: Json): boolean => objects(coding).some(isVisibility);
  const others = objects(note['securityLabel']).filter((label) => !isOurs(label));
  const labels = code === null ? others : [visibilityLabel(code), ...others];
  return withMember(note, 'securityLabel', labels.length === 0 ? undefined : labels);
}

function withContents(note: Json, ...more: readonly Json[]): Json {
  return { ...note, content: [...objects(note['content']), ...more] };
}
