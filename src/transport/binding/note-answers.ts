import { noteTypeCodes, noteTypes, visibilityCodes } from './note-codes.ts';
import { notUnderstood, JsonAnswer } from './json-answer.ts';
import { momentOrNull, textOrNull } from './alert-answers.ts';
import type { NoteAttachment, NoteAuthor, NoteFile, NotePage, NoteRecord, WrittenNote } from './notes.ts';
import { identifier } from './simulator-records.ts';

/** Answers of a binding of the host. */
export function notePage(answer: JsonAnswer): NotePage {
  return {
    notes: answer.list('notes').map(noteRecord),
    unread: answer.count('unread'),
    isLast: answer.flagOrNull('isLast') ?? true,
    isComplete: answer.flagOrNull('isComplete') ?? false,
  };
}

/** Longest text of a note, in characters: one that is longer is no note. */
const maxText = 1_000_000;

function noteRecord(answer: JsonAnswer): NoteRecord {
  const type = answer.has('type') ? answer.oneOf('type', noteTypeCodes) : null;
  return {
    ...versionOf(answer),
    uniqueId: answer.textOrNull('uniqueId'),
    status: answer.oneOf('status', ['current', 'superseded', 'entered-in-error']),
    type,
    typeLabel: type === null ? answer.textOrNull('typeLabel') : noteTypes[type],
    title: textOrNull(answer, 'title'),
    text: answer.has('text') ? answer.text('text', maxText) : null,
    attachments: answer.has('attachments') ? answer.list('attachments', 200).map(attachment) : [],
    isEmergency: answer.flagOrNull('isEmergency'),
    visibility: answer.has('visibility') ? answer.oneOf('visibility', visibilityCodes) : null,
    otherLabels: answer.has('otherLabels') ? answer.texts('otherLabels') : [],
    date: momentOrNull(answer, 'date'),
    updatedAt: answer.timeOrNull('updatedAt'),
    authors: answer.has('authors') ? answer.list('authors', 200).map(noteAuthor) : [],
    isOwn: answer.flagOrNull('isOwn'),
    repliesTo: answer.has('repliesTo') ? answer.texts('repliesTo') : [],
  };
}

const versionOf = (answer: JsonAnswer): Pick<NoteRecord, 'id' | 'version'> => ({
  id: answer.text('id', 64),
  version: answer.has('version') ? answer.text('version', 64) : null,
});

function attachment(answer: JsonAnswer): NoteAttachment {
  return {
    index: answer.count('index'),
    title: textOrNull(answer, 'title'),
    mimeType: answer.textOrNull('mimeType'),
    size: answer.has('size') ? answer.count('size') : null,
  };
}

export function noteAuthor(answer: JsonAnswer): NoteAuthor {
  const kinds = ['professional', 'structure', 'relative', 'patient', 'device'] as const;
  return {
    kind: answer.has('kind') ? answer.oneOf('kind', kinds) : null,
    ids: answer.has('ids') ? answer.list('ids', 50).map(identifier) : [],
    displayName: textOrNull(answer, 'displayName'),
  };
}

export function writtenNote(answer: JsonAnswer): WrittenNote {
  return {
    ...versionOf(answer),
    uniqueId: answer.textOrNull('uniqueId'),
    existed: answer.flagOrNull('existed') ?? false,
  };
}

export function noteFile(value: unknown): NoteFile {
  const answer = new JsonAnswer(value);
  const { bytes } = value as { readonly bytes?: unknown };
  if (!(bytes instanceof Uint8Array)) throw notUnderstood('bytes');
  return { bytes, mimeType: answer.text('mimeType', 200), title: textOrNull(answer, 'title') };
}
