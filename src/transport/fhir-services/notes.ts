import { TerrESanteError } from '../../errors.ts';
import { utf8Bytes } from '../../internal/bytes.ts';
import { isoUtc } from '../../internal/hl7-time.ts';
import { writeJson, type Json } from '../../internal/json/index.ts';
import type { NotesBinding, NoteVersion, WrittenNote } from '../binding/notes.ts';
import { changedNote, retractedNote } from '../cdl/change-note.ts';
import { attachmentsOf } from '../cdl/contents.ts';
import { askFhir } from '../fhir/exchange.ts';
import { contentOf } from '../mhd/content.ts';
import { FhirCall } from './exchange.ts';
import { Included } from './included.ts';
import type { FhirBindingOptions } from './model.ts';
import { createNote } from './new-note.ts';
import { authorsOf } from './note-authors.ts';
import { notePages } from './note-pages.ts';
import { asWritten, currentNote, noteSubject, type CurrentNote, type NoteSubject } from './note-subject.ts';
import { matchOf, requireNext, versionOf } from './transaction.ts';

/** The liaison book. @see ANS, Cahier de liaison 3.0.0 */
export function notesBinding(options: FhirBindingOptions): NotesBinding {
  return {
    list: (patient, query) => notePages(options, patient, query),
    async create(patient, note, bound) {
      const call = new FhirCall(options, bound);
      return call.answered(await createNote(call, await noteSubject(call, patient), note));
    },
    async update(patient, note, changes, bound) {
      const call = new FhirCall(options, bound);
      const subject = await noteSubject(call, patient);
      const change = (resource: Json): Json => changedNote(resource, changes, isoUtc(call.now));
      return call.answered(await write(call, subject, note, change));
    },
    async retract(patient, note, bound) {
      const call = new FhirCall(options, bound);
      const subject = await noteSubject(call, patient);
      const current = await currentNote(call, subject, note.id);
      if (current.resource['status'] === 'entered-in-error') return call.answered(asWritten(current, current.version));
      return call.answered(await write(call, subject, note, retractedNote, current));
    },
    async fetch(patient, { id, index }, maxBytes, bound) {
      const call = new FhirCall(options, bound);
      const { resource } = await currentNote(call, await noteSubject(call, patient), id);
      const attachment = attachmentsOf(resource)[index];
      if (!attachment) throw new TerrESanteError('TE_NOT_FOUND', "Cette pièce jointe n'est pas dans la note.");
      const { bytes } = await contentOf(call.partner, attachment, maxBytes, call.limits);
      const { contentType, title } = attachment;
      return call.answered({
        bytes,
        mimeType: typeof contentType === 'string' ? contentType : 'application/octet-stream',
        title: typeof title === 'string' ? title : null,
      });
    },
  };
}

/**
 * Writes a note over the version that the caller read, and over no other: who changed it meanwhile
 * wins, and the caller is told. Only its author changes a note.
 *
 * @throws TerrESanteError `TE_CONFLICT`, `TE_FORBIDDEN`, `TE_PROTOCOL` without a version
 * @see ANS, Cahier de liaison 3.0.0, flow of updates; HL7 FHIR R4, managing resource contention
 */
async function write(
  call: FhirCall,
  subject: NoteSubject,
  { id, version }: NoteVersion,
  change: (resource: Json) => Json,
  known?: CurrentNote,
): Promise<WrittenNote> {
  const current = known ?? (await currentNote(call, subject, id));
  if (current.version !== version) throw changedMeanwhile('version');
  if (current.resource['status'] === 'entered-in-error') throw changedMeanwhile('retracted');
  await requireOwn(call, current.resource);

  const ifMatch = matchOf(call, current.version);
  const { resource, headers } = await askFhir(call.partner, {
    ...call.limits,
    method: 'PUT',
    url: new URL(`DocumentReference/${id}`, call.partner.base).href,
    headers: ifMatch === undefined ? {} : { 'If-Match': ifMatch },
    body: utf8Bytes(writeJson(change(current.resource))),
    writes: true,
  });
  const after = versionOf(resource ?? {}, headers['etag']);
  requireNext(current.version, after, "La note a été écrite, mais quelqu'un l'avait changée entre-temps : relisez-la.");
  return asWritten(current, after);
}

function changedMeanwhile(reason: 'version' | 'retracted'): TerrESanteError {
  return new TerrESanteError('TE_CONFLICT', 'La note a changé depuis sa lecture : relisez-la avant de la modifier.', {
    details: { reason, unknownOutcome: false },
  });
}

/** @see ANS, Cahier de liaison 3.0.0: only the author edits (a recommendation) */
async function requireOwn(call: FhirCall, resource: Json): Promise<void> {
  const { isOwn } = await authorsOf(resource, new Included(call, []), call.options.professional);
  if (isOwn !== false) return;
  throw new TerrESanteError('TE_FORBIDDEN', "Seul l'auteur d'une note la modifie ou la retire : répondez-y.", {
    details: { reason: 'not-author', unknownOutcome: false },
  });
}
