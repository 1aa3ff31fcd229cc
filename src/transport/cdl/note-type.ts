import type { NoteTypeCode } from '../../documents/index.ts';
import type { Json } from '../../internal/json/index.ts';
import { noteTypeCodes, noteTypes } from '../binding/note-codes.ts';
import { noteTypeOf, noteTypeSystem } from '../fhir/note.ts';

/** The type of a note and what to show of it; a code outside JDV_J23 has its own words alone. */
export function typeOf(resource: Json): { readonly type: NoteTypeCode | null; readonly typeLabel: string | null } {
  const { code, display } = noteTypeOf(resource) ?? {};
  const type = noteTypeCodes.find((known) => known === code) ?? null;
  const said = typeof display === 'string' && display !== '' ? display.slice(0, 200) : null;
  return { type, typeLabel: type === null ? said : noteTypes[type] };
}

/** @see ANS, Cahier de liaison 3.0.0, cdl-document-reference, type */
export function typeCoding(code: NoteTypeCode): Json {
  return { system: noteTypeSystem, code, display: noteTypes[code] };
}
