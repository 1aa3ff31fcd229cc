import type { PatientInput } from '../../identity/index.ts';
import type { CallOptions } from '../../internal/abort.ts';
import { numberIn, optionsOf, recordOf } from '../../internal/border.ts';
import { isoUtc } from '../../internal/hl7-time.ts';
import type { Answered, BindingCall, BoundPatient, NotePages, NotesBinding } from '../../transport/index.ts';
import type { CallMeta } from '../call.ts';
import { admitted } from '../policy/admitted.ts';
import type { PlatformContext } from '../policy/context.ts';
import { listChecks, newNote, noteChanges, noteIdOf, versionOf } from './input.ts';
import type { NoteInput, NoteList, NoteListOptions, NoteOperations, NoteWritten } from './model.ts';

/** One exchange about the notes of a patient. */
interface Asked<T> {
  readonly action: `notes.${keyof NoteOperations}`;
  readonly object?: string;
  readonly options: CallOptions;
  readonly send: (notes: Partial<NotesBinding>) => ((call: BindingCall) => Promise<Answered<T>>) | undefined;
}

/** The operations of the liaison book of a client. */
export function createNoteOperations(context: PlatformContext): NoteOperations {
  const maxBytes = context.descriptor.limits.maxDocumentBytes.value;

  return {
    list: (patient, options) => list(context, patient, options),
    create: (patient, note, options) => write(context, patient, note, { repliesTo: null, options }),
    async reply(patient, noteId, note, options) {
      return write(context, patient, note, { repliesTo: noteIdOf('noteId', noteId), options });
    },
    async update(patient, note, changes, given) {
      const { bound, options } = admitted(context, patient, given);
      const version = versionOf(note);
      const changed = noteChanges(changes, maxBytes);
      const { value, meta } = await ask(context, bound, {
        action: 'notes.update',
        object: version.id,
        options,
        send: (notes) => notes.update?.bind(notes, bound, version, changed),
      });
      return { ...value, meta };
    },
    async retract(patient, note, given) {
      const { bound, options } = admitted(context, patient, given);
      const version = versionOf(note);
      const { value, meta } = await ask(context, bound, {
        action: 'notes.retract',
        object: version.id,
        options,
        send: (notes) => notes.retract?.bind(notes, bound, version),
      });
      return { ...value, meta };
    },
    async fetch(patient, noteId, index, given) {
      const { bound, options } = admitted(context, patient, given);
      const content = {
        id: noteIdOf('noteId', noteId),
        index: numberIn('index', index, { integer: true, max: 10_000 }),
      };
      const { value, meta } = await ask(context, bound, {
        action: 'notes.fetch',
        object: content.id,
        options,
        send: (notes) => notes.fetch?.bind(notes, bound, content, maxBytes),
      });
      return { ...value, meta };
    },
  };
}

/** A new note, or an answer to one. */
async function write(
  context: PlatformContext,
  patient: PatientInput,
  given: NoteInput,
  how: { readonly repliesTo: string | null; readonly options: CallOptions | undefined },
): Promise<NoteWritten> {
  const { repliesTo } = how;
  const { bound, options } = admitted(context, patient, how.options);
  const note = newNote(given, {
    repliesTo,
    uniqueId: context.runtime.ids.uuid(),
    date: isoUtc(context.runtime.clock.now()),
    maxBytes: context.descriptor.limits.maxDocumentBytes.value,
  });
  const { value, meta } = await ask(context, bound, {
    action: repliesTo === null ? 'notes.create' : 'notes.reply',
    object: note.uniqueId,
    options,
    send: (notes) => notes.create?.bind(notes, bound, note),
  });
  return { ...value, meta };
}

/** Each page is a call of its own: its gates, its time limit, its line in the journal. */
async function* list(
  context: PlatformContext,
  patient: PatientInput,
  given: NoteListOptions | undefined,
): AsyncGenerator<NoteList, void, undefined> {
  context.requireReady();
  const {
    types = [],
    from = null,
    until = null,
    author = null,
    includeRetracted = false,
    ...options
  } = optionsOf('options', given, listChecks);
  const bound = context.requirePatient(recordOf('patient', patient, 'patient attendu'));
  const query = { types, from, until, author, includeRetracted };
  let pages: NotePages | undefined;

  for (let isLast = false; !isLast;) {
    const { value, meta } = await ask(context, bound, {
      action: 'notes.list',
      options,
      send: (notes) => notes.list && (async (call) => (pages ??= begun(notes, bound, query)).next(call)),
    });
    ({ isLast } = value);
    yield { ...value, meta };
  }
}

function begun(notes: Partial<NotesBinding>, ...asked: Parameters<NotesBinding['list']>): NotePages {
  return (notes as Pick<NotesBinding, 'list'>).list(...asked);
}

function ask<T>(
  context: PlatformContext,
  patient: BoundPatient,
  { action, object, options, send }: Asked<T>,
): Promise<{ readonly value: T; readonly meta: CallMeta }> {
  return context.call<T>({
    operation: 'notes',
    patient,
    purpose: 'normal',
    access: { action, ...(object !== undefined && { object }) },
    options,
    send: ({ notes }) => notes && send(notes),
  });
}
