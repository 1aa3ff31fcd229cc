import { isoUtc, parseUtc } from '../../internal/hl7-time.ts';
import type { Json } from '../../internal/json/index.ts';
import type { BoundPatient } from '../binding/call.ts';
import type { NotePage, NotePages, NoteQuery, NoteRecord } from '../binding/notes.ts';
import { noteTypeCodes } from '../binding/note-codes.ts';
import { noteTypeSystem } from '../fhir/note.ts';
import { isNote } from '../fhir/note.ts';
import { readNote } from '../cdl/read-note.ts';
import type { FhirPage, FhirSearch } from '../fhir/search.ts';
import type { FhirCall } from './exchange.ts';
import type { Included } from './included.ts';
import type { FhirBindingOptions } from './model.ts';
import { authorsOf } from './note-authors.ts';
import { noteSubject, requireAbout, type NoteSubject } from './note-subject.ts';
import { startOf } from './period.ts';
import { SearchedPages } from './searched-pages.ts';
import { versionOf } from './transaction.ts';

type Content = Pick<NotePage, 'notes' | 'unread'>;

/**
 * The notes of a patient, page after page. What is asked of the server is asked here again: one
 * that does not know a condition gives more, and one that refuses it is asked without. The author
 * is looked at here alone, for a search does not find who wrote by a role.
 *
 * @see ANS, Cahier de liaison 3.0.0, search of notes; HL7 FHIR R4, Search
 */
export function notePages(options: FhirBindingOptions, patient: BoundPatient, query: NoteQuery): NotePages {
  return new SearchedPages<NoteSubject, Content>(options, {
    type: 'DocumentReference',
    scope: (call) => noteSubject(call, patient),
    questions: (subject) => questions(subject, query),
    read: (page, subject, call, included) => read(page, { subject, query, included }, call),
    nothing: { notes: [], unread: 0 },
  });
}

async function read(
  page: FhirPage,
  {
    subject,
    query,
    included,
  }: { readonly subject: NoteSubject; readonly query: NoteQuery; readonly included: Included },
  { options }: FhirCall,
): Promise<Content> {
  const notes: NoteRecord[] = [];
  // What the layer leaves out because something may turn its meaning round is told too.
  let unread = page.told.includes('modifier') ? 1 : 0;

  for (const { type, mode, id, resource } of page.entries) {
    if (type !== 'DocumentReference' || mode !== 'match' || !isNote(resource)) continue;
    requireAbout(resource, subject);
    const own = readNote({ ...resource, id });
    if (!own) {
      unread += 1;
      continue;
    }
    if (!isAsked(own, resource, query)) continue;
    const authors = await authorsOf(resource, included, options.professional);
    const note = { ...own, version: versionOf(resource, null), ...authors };
    if (isBy(note, query.author)) notes.push(note);
  }
  return { notes, unread };
}

/**
 * From all that is wanted to what the guide prints: a server may know less, or refuse what it does
 * not.
 */
function questions({ id }: NoteSubject, query: NoteQuery): readonly FhirSearch['parameters'][] {
  const { types, from, until, includeRetracted } = query;
  const status = includeRetracted ? 'current,superseded,entered-in-error' : 'current';
  const codes = types.length > 0 ? types : noteTypeCodes;
  const bare = [
    ['patient', `Patient/${id}`],
    ['status', status],
  ] as const;
  const conditions = [
    ['type', codes.map((code) => `${noteTypeSystem}|${code}`).join(',')] as const,
    ...(from === null ? [] : [['date', `ge${second(from, 'floor')}`] as const]),
    ...(until === null ? [] : [['date', `le${second(until, 'ceil')}`] as const]),
  ];
  const more = [
    ['_sort', '-date'],
    ['_include', 'DocumentReference:author'],
    ['_include:iterate', 'PractitionerRole:practitioner'],
  ] as const;
  return [[...bare, ...conditions, ...more], [...bare, ...conditions], bare, bare.slice(0, 1)];
}

/** Servers compare whole seconds: the bound is asked for a little wider, and cut here. */
const second = (iso: string, way: 'floor' | 'ceil'): string => isoUtc(Math[way](parseUtc(iso) / 1000) * 1000);

/** The conditions, whatever the server made of them. What has no date is in no period. */
function isAsked({ type, status }: Pick<NoteRecord, 'type' | 'status'>, { date }: Json, query: NoteQuery): boolean {
  if (!query.includeRetracted && status !== 'current') return false;
  if (query.types.length > 0 && (type === null || !query.types.includes(type))) return false;
  if (query.from === null && query.until === null) return true;

  const at = startOf(date);
  const isAfter = query.from === null || at >= parseUtc(query.from);
  return isAfter && (query.until === null || at <= parseUtc(query.until));
}

function isBy({ authors }: Pick<NoteRecord, 'authors'>, author: NoteQuery['author']): boolean {
  if (author === null) return true;
  const identifiers = authors.flatMap(({ ids }) => ids);
  return identifiers.some(({ system, value }) => system === author.system && value === author.value);
}
