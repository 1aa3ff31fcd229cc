import type { Coded, Visibility } from '../../documents/index.ts';
import type { LocalIdentifier } from '../../identity/index.ts';
import type { DocumentPage, DocumentRecord, RecordedAuthor } from './documents.ts';
import { notUnderstood, type JsonAnswer } from './json-answer.ts';

/*
 * Readers of the documents of an answer in JSON. A field of another shape is `TE_PROTOCOL`; one
 * that is absent is not told.
 */

export function documentPage(answer: JsonAnswer): DocumentPage {
  return { documents: answer.list('documents').map(documentRecord), isLast: answer.flagOrNull('isLast') ?? false };
}

export function documentRecord(answer: JsonAnswer): DocumentRecord {
  const authors = answer.has('authors') ? answer.list('authors', 100).map(author) : null;
  return {
    uniqueId: answer.text('uniqueId', 128),
    entryId: answer.text('entryId', 128),
    title: answer.text('title'),
    typeCode: answer.text('typeCode', 64),
    typeLabel: answer.text('typeLabel'),
    class: orNull(answer, 'class', coded),
    practiceSetting: orNull(answer, 'practiceSetting', coded),
    authors,
    producedByPatient: madeByPatient(authors),
    status: answer.oneOf('status', ['approved', 'deprecated', 'archived']),
    createdAt: moment(answer, 'createdAt'),
    act: orNull(answer, 'act', (act) => ({ start: moment(act, 'start'), end: moment(act, 'end') })),
    submittedAt: answer.time('submittedAt'),
    mimeType: answer.text('mimeType', 127),
    size: answer.has('size') ? answer.count('size') : null,
    sha1: answer.has('sha1') ? answer.text('sha1', 40) : null,
    confidentiality: answer.has('confidentiality') ? answer.text('confidentiality', 16) : null,
    visibility: orNull(answer, 'visibility', visibility),
    version: answer.textOrNull('version'),
    replacedBy: answer.textOrNull('replacedBy'),
  };
}

/** One author of whom nothing is said may be the patient. */
export function madeByPatient(authors: readonly RecordedAuthor[] | null): boolean | null {
  if (!authors || authors.length === 0) return null;
  if (authors.some(({ kind }) => kind === 'patient')) return true;
  return authors.some(({ kind }) => kind === null) ? null : false;
}

const identifier = (answer: JsonAnswer): LocalIdentifier => ({
  system: answer.text('system', 200),
  value: answer.text('value', 200),
});

function author(answer: JsonAnswer): RecordedAuthor {
  const kinds: readonly NonNullable<RecordedAuthor['kind']>[] = ['professional', 'patient', 'device'];
  return {
    kind: answer.has('kind') ? answer.oneOf('kind', kinds) : null,
    ids: answer.list('ids', 100).map(identifier),
    displayName: answer.textOrNull('displayName'),
    specialties: answer.has('specialties') ? answer.list('specialties', 100).map(coded) : [],
    structure: orNull(answer, 'structure', (structure) => ({
      ids: structure.list('ids', 100).map(identifier),
      displayName: structure.textOrNull('displayName'),
    })),
  };
}

function coded(answer: JsonAnswer): Coded {
  return {
    code: answer.text('code', 64),
    codeSystem: answer.text('codeSystem', 200),
    displayName: answer.text('displayName'),
  };
}

function visibility(answer: JsonAnswer): Visibility {
  const mark = (name: keyof Visibility): boolean => {
    const value = answer.flagOrNull(name);
    if (value === null) throw notUnderstood(name);
    return value;
  };
  return {
    hiddenFromPatient: mark('hiddenFromPatient'),
    hiddenFromProfessionals: mark('hiddenFromProfessionals'),
    hiddenFromLegalRepresentatives: mark('hiddenFromLegalRepresentatives'),
  };
}

/** A year, a month, a day, or a time to the minute or finer. */
const momentShape = /^\d{4}(?:-\d{2}(?:-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?Z)?)?)?$/;

function moment(answer: JsonAnswer, name: string): string | null {
  const text = answer.textOrNull(name);
  if (text !== null && (!momentShape.test(text) || Number.isNaN(Date.parse(text)))) throw notUnderstood(name);
  return text;
}

function orNull<T>(answer: JsonAnswer, name: string, read: (answer: JsonAnswer) => T): T | null {
  return answer.has(name) ? read(answer.object(name)) : null;
}
