import { TerrESanteError } from '../../errors.ts';
import { isoUtc, parseInstant } from '../../internal/hl7-time.ts';
import {
  needed,
  optionsOf,
  reading,
  recordOf,
  refuseArgument,
  type Check,
  type Checks,
} from '../../internal/border.ts';
import {
  bytes,
  callChecks,
  choice,
  flag,
  listOf,
  options as optionRecord,
  orNull,
  text,
} from '../../internal/option-checks.ts';
import { resourceIdOf, uuid, versionedOf, words } from '../../internal/words.ts';
import type { LocalIdentifier } from '../../identity/index.ts';
import { noteTypeCodes, visibilityCodes } from '../../transport/binding/note-codes.ts';
import type { NewNote, NoteChanges, NoteFile, NoteVersion } from '../../transport/index.ts';
import type { NoteChangesInput, NoteFileInput, NoteInput, NoteListOptions } from './model.ts';

/** How the bytes of each kind begin; text is UTF-8 without a NUL. */
const beginnings: Readonly<Record<NoteFileInput['mimeType'], (bytes: Buffer) => boolean>> = {
  'application/pdf': (bytes) => bytes.subarray(0, 1024).includes('%PDF-'),
  'image/jpeg': (bytes) => bytes.subarray(0, 3).equals(Buffer.from('ffd8ff', 'hex')),
  'image/png': (bytes) => bytes.subarray(0, 8).equals(Buffer.from('89504e470d0a1a0a', 'hex')),
  'text/plain': (bytes) => bytes.length > 0 && !bytes.includes(0) && bytes.equals(Buffer.from(bytes.toString('utf8'))),
};

const fileChecks: Checks<NoteFileInput> = {
  bytes: needed(bytes),
  mimeType: needed(choice(...(Object.keys(beginnings) as NoteFileInput['mimeType'][]))),
  title: words,
};

const file: Check<NoteFileInput> = (name, value) => {
  const given = optionRecord(fileChecks)(name, value);
  const copy = Buffer.from(given.bytes);
  if (!beginnings[given.mimeType](copy)) refuseArgument(`${name}.bytes`, `contenu ${given.mimeType} attendu`);
  return { ...given, bytes: copy };
};

const noteChecks: Checks<NoteInput> = {
  type: needed(choice(...noteTypeCodes)),
  text: needed(words),
  title: words,
  attachments: listOf(file),
  isEmergency: flag,
  visibility: choice(...visibilityCodes),
  uniqueId: uuid,
};

const changeChecks: Checks<NoteChangesInput> = {
  type: choice(...noteTypeCodes),
  text: words,
  title: orNull(words),
  isEmergency: flag,
  visibility: orNull(choice(...visibilityCodes)),
  attachments: listOf(file),
};

/** A moment, as UTC. */
const instant: Check<string> = (name, value) => isoUtc(parseInstant(text(name, value)).epochMs);

export const listChecks: Checks<NoteListOptions> = {
  ...callChecks,
  types: listOf(choice(...noteTypeCodes)),
  from: instant,
  until: instant,
  author: optionRecord<LocalIdentifier>({ system: needed(text), value: needed(text) }),
  includeRetracted: flag,
};

/** A note as a binding takes it. @throws TerrESanteError `TE_INPUT_INVALID`, `TE_TOO_LARGE` */
export function newNote(
  given: NoteInput,
  { maxBytes, ...own }: Pick<NewNote, 'date' | 'repliesTo' | 'uniqueId'> & { readonly maxBytes: number },
): NewNote {
  const note = optionsOf('note', given as NoteInput | undefined, noteChecks);
  const { type, text: said, title = null, isEmergency = null, visibility = null, uniqueId = own.uniqueId } = note;
  const files = filesOf(note.attachments);
  requireSize(said, files, maxBytes);
  return { ...own, uniqueId, type, title, text: said, files, isEmergency, visibility };
}

/** @throws TerrESanteError `TE_INPUT_INVALID` for nothing to change, `TE_TOO_LARGE` */
export function noteChanges(given: NoteChangesInput, maxBytes: number): NoteChanges {
  const { attachments, ...changes } = optionsOf('changes', given as NoteChangesInput | undefined, changeChecks);
  const files = filesOf(attachments);
  if (Object.keys(changes).length + files.length === 0) refuseArgument('changes', 'au moins un changement attendu');
  requireSize(changes.text ?? '', files, maxBytes);
  return { ...changes, ...(files.length > 0 && { files }) };
}

const filesOf = (attachments: readonly NoteFileInput[] = []): readonly NoteFile[] =>
  attachments.map(({ bytes: content, mimeType, title = null }) => ({ bytes: content, mimeType, title }));

function requireSize(said: string, files: readonly NoteFile[], maxBytes: number): void {
  const size = files.reduce((sum, { bytes: content }) => sum + content.length, Buffer.byteLength(said));
  if (size <= maxBytes) return;
  throw new TerrESanteError('TE_TOO_LARGE', 'La note dépasse la taille admise.', {
    details: { bytes: size, maxBytes },
  });
}

/** An id goes into an address of the platform. */
export const noteIdOf = resourceIdOf;

/** What names a note and its version. */
export function versionOf(given: unknown): NoteVersion {
  return reading('note', () =>
    versionedOf('note', recordOf('note', given as NoteVersion | undefined, 'note attendue')),
  );
}
