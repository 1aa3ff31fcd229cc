import type { NoteTypeCode } from '../../documents/index.ts';
import { isObject, objects, type Json } from '../../internal/json/index.ts';
import { noteTypeCodes, noteTypes } from '../binding/note-codes.ts';
import { noteTypeSystem } from './names.ts';

/**
 * Whether a document is a note. @see ANS, Cahier de liaison 3.0.0: a note has one of these types
 */
export function isNote(resource: Json): boolean {
  return typeCodingOf(resource) !== undefined;
}

/** The type of a note and what to show of it; a code outside JDV_J23 has its own words alone. */
export function typeOf(resource: Json): { readonly type: NoteTypeCode | null; readonly typeLabel: string | null } {
  const { code, display } = typeCodingOf(resource) ?? {};
  const type = noteTypeCodes.find((known) => known === code) ?? null;
  const said = typeof display === 'string' && display !== '' ? display.slice(0, 200) : null;
  return { type, typeLabel: type === null ? said : noteTypes[type] };
}

/** @see ANS, Cahier de liaison 3.0.0, cdl-document-reference, type */
export function typeCoding(code: NoteTypeCode): Json {
  return { system: noteTypeSystem, code, display: noteTypes[code] };
}

function typeCodingOf({ type }: Json): Json | undefined {
  return isObject(type) ? objects(type['coding']).find(({ system }) => system === noteTypeSystem) : undefined;
}
