import { isTerrESanteError } from '../../errors.ts';
import { isoUtc, parseUtc } from '../../internal/hl7-time.ts';
import type { Json } from '../../internal/json/index.ts';
import type { Answered, BindingCall, BoundPatient } from '../binding/call.ts';
import type { NotePage, NotePages, NoteQuery, NoteRecord } from '../binding/notes.ts';
import { noteTypeCodes } from '../binding/note-codes.ts';
import { noteTypeSystem } from '../cdl/names.ts';
import { isNote } from '../cdl/note-type.ts';
import { readNote } from '../cdl/read-note.ts';
import type { FhirEntry } from '../fhir/bundle.ts';
import { searchPages, type FhirPage, type FhirPagesEnd, type FhirSearch } from '../fhir/search.ts';
import { CurrentCall } from './current-call.ts';
import { FhirCall } from './exchange.ts';
import { Included } from './included.ts';
import type { FhirBindingOptions } from './model.ts';
import { authorsOf } from './note-authors.ts';
import { noteSubject, requireAbout, type NoteSubject } from './note-subject.ts';
import { startOf } from './period.ts';
import { versionOf } from './transaction.ts';

type Parameters = FhirSearch['parameters'];
type Pages = AsyncGenerator<FhirPage, FhirPagesEnd, undefined>;

/** A list that was begun. */
interface Reading {
  readonly subject: NoteSubject;
  readonly current: CurrentCall;
  readonly pages: Pages;
  readonly first: IteratorResult<FhirPage, FhirPagesEnd>;
}

/**
 * The notes of a patient, page after page. What is asked of the server is asked here again: one
 * that does not know a condition gives more, and one that refuses it is asked without. The author
 * is looked at here alone, for a search does not find who wrote by a role.
 *
 * @see ANS, Cahier de liaison 3.0.0, search of notes; HL7 FHIR R4, Search
 */
export class FhirNotePages implements NotePages {
  readonly #options: FhirBindingOptions;
  readonly #patient: BoundPatient;
  readonly #query: NoteQuery;
  readonly #people: FhirEntry[] = [];
  #reading: Reading | null = null;

  constructor(options: FhirBindingOptions, patient: BoundPatient, query: NoteQuery) {
    this.#options = options;
    this.#patient = patient;
    this.#query = query;
  }

  async next(bound: BindingCall): Promise<Answered<NotePage>> {
    const call = new FhirCall(this.#options, bound);
    const isFirst = this.#reading === null;
    const reading = (this.#reading ??= await this.#begin(call));
    reading.current.call = call;

    const { value: page, done } = isFirst ? reading.first : await reading.pages.next();
    if (done === true) return call.answered({ notes: [], unread: 0, isLast: true, isComplete: !page.isPartial });

    const read = await this.#read(page, reading.subject, call);
    // The end is known without another request.
    const end = page.hasNext ? null : await reading.pages.next();
    const isComplete = end?.done !== true || !end.value.isPartial;
    return call.answered({ ...read, isLast: end !== null, isComplete });
  }

  /** The questions in turn, until the server takes one. */
  async #begin(call: FhirCall): Promise<Reading> {
    const subject = await noteSubject(call, this.#patient);
    const current = new CurrentCall(call);
    let refusal: unknown;

    for (const parameters of questions(subject, this.#query)) {
      const pages = searchPages(current.partner, current.search({ type: 'DocumentReference', parameters }));
      try {
        return { subject, current, pages, first: await pages.next() };
      } catch (error) {
        if (!isUnknownCondition(error)) throw error;
        refusal ??= error;
      }
    }
    throw refusal;
  }

  async #read(page: FhirPage, subject: NoteSubject, call: FhirCall): Promise<Pick<NotePage, 'notes' | 'unread'>> {
    this.#people.push(...page.entries.filter(({ type }) => type !== 'DocumentReference'));
    const included = new Included(call, this.#people);
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
      if (!isAsked(own, resource, this.#query)) continue;
      const authors = await authorsOf(resource, included, this.#options.professional);
      const note = { ...own, version: versionOf(resource, null), ...authors };
      if (isBy(note, this.#query.author)) notes.push(note);
    }
    return { notes, unread };
  }
}

/**
 * From all that is wanted to what the guide prints: a server may know less, or refuse what it does
 * not.
 */
function questions({ id }: NoteSubject, query: NoteQuery): readonly Parameters[] {
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

/** A refusal that another question may not meet. */
function isUnknownCondition(error: unknown): boolean {
  return isTerrESanteError(error) && ['TE_VALIDATION', 'TE_UNSUPPORTED'].includes(error.code);
}

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
