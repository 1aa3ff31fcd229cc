import { TerrESanteError } from '../../errors.ts';
import { isObject, objects, writeJson, type Json } from '../../internal/json/index.ts';
import type { NewNote, WrittenNote } from '../binding/notes.ts';
import { attachmentsOf } from '../cdl/contents.ts';
import { cdlNames } from '../cdl/names.ts';
import { uniqueIdOf } from '../cdl/read-note.ts';
import { noteKey, writeNote } from '../cdl/write-note.ts';
import { tokenOf } from '../fhir/address.ts';
import { searchWhole } from '../fhir/search.ts';
import { protocolFailure } from '../http/protocol-failure.ts';
import { creating, roleEntries, sameUuid } from './actors.ts';
import type { FhirCall } from './exchange.ts';
import { asWritten, currentNote, requireAbout, type CurrentNote, type NoteSubject } from './note-subject.ts';
import { thereAllTheSame } from './there-all-the-same.ts';
import { sendTransaction, versionOf, type Written } from './transaction.ts';

/**
 * Creates a note and, where the server has none yet, the role of its author, in one transaction.
 * The same note sent again creates nothing; after an answer that is lost it is looked for.
 *
 * @see ANS, Cahier de liaison 3.0.0, cdl-bundle-creation-note; HL7 FHIR R4, conditional create
 */
export async function createNote(call: FhirCall, subject: NoteSubject, note: NewNote): Promise<WrittenNote> {
  const { uniqueId, repliesTo } = note;
  const parent = repliesTo === null ? null : await answered(call, subject, repliesTo);
  const url = (name: string): string => `urn:uuid:${sameUuid(uniqueId, name)}`;
  const [author, practitioner] = [url('PractitionerRole'), url('Practitioner')];
  const resource = writeNote(note, { subject: `Patient/${subject.id}`, author, parent });
  const entries = [
    creating(noteKey(uniqueId).value, resource, noteKey(uniqueId)),
    ...roleEntries(call.options, call.options.professional, { role: author, practitioner }),
  ];

  const sent = await sendTransaction(call, cdlNames.creation, entries).catch(async (error: unknown) => {
    const found = await thereAllTheSame(error, () => bearing(call, subject, uniqueId));
    return { note: sameOne(found, resource, error) };
  });
  return 'note' in sent ? sent.note : createdNote(call, subject, uniqueId, sent[0]);
}

/** Some servers do not say where the note is. @throws TerrESanteError `TE_PROTOCOL` */
async function createdNote(
  call: FhirCall,
  subject: NoteSubject,
  uniqueId: string,
  written: Written | undefined,
): Promise<WrittenNote> {
  if (written?.reference) {
    const { reference, version, existed } = written;
    return { id: reference.id, version, uniqueId, existed };
  }
  const found = await bearing(call, subject, uniqueId);
  if (found) return { ...asWritten(found, found.version), existed: false };
  throw protocolFailure('no-id', "Le serveur FHIR ne dit pas l'identifiant de la note.", { unknownOutcome: true });
}

/**
 * The note that a reply answers. @throws TerrESanteError `TE_CONFLICT` for one that was taken back
 */
async function answered(
  call: FhirCall,
  subject: NoteSubject,
  id: string,
): Promise<{ readonly id: string; readonly identifier: Json | null }> {
  const { resource } = await currentNote(call, subject, id);
  if (resource['status'] === 'entered-in-error') {
    throw new TerrESanteError('TE_CONFLICT', 'Cette note a été retirée : elle ne reçoit plus de réponse.', {
      details: { reason: 'retracted' },
    });
  }
  const { masterIdentifier } = resource;
  return { id, identifier: isObject(masterIdentifier) ? masterIdentifier : null };
}

/** @throws TerrESanteError `TE_DUPLICATE` for another note of this UUID */
function sameOne(found: CurrentNote, sent: Json, cause: unknown): WrittenNote {
  if (isSame(found.resource, sent)) return { ...asWritten(found, found.version), existed: true };
  throw new TerrESanteError('TE_DUPLICATE', 'Une autre note porte déjà cet identifiant.', {
    cause,
    details: { unknownOutcome: false },
  });
}

/** The note of an identifier, whatever became of it since. */
async function bearing(call: FhirCall, subject: NoteSubject, uniqueId: string): Promise<CurrentNote | null> {
  const { entries } = await searchWhole(call.partner, {
    ...call.limits,
    type: 'DocumentReference',
    parameters: [
      ['patient', `Patient/${subject.id}`],
      ['status', 'current,superseded,entered-in-error'],
      ['identifier', tokenOf(noteKey(uniqueId))],
    ],
    allowsGet: false,
    maxPages: 20,
  });
  const [found] = entries.filter(
    ({ type, mode, resource }) => type === 'DocumentReference' && mode === 'match' && uniqueIdOf(resource) === uniqueId,
  );
  if (!found || found.id === null) return null;
  requireAbout(found.resource, subject);
  return { id: found.id, resource: found.resource, version: versionOf(found.resource, null) };
}

/** Whether two notes say the same, as far as the server gives it: some keep the bytes elsewhere. */
function isSame(kept: Json, sent: Json): boolean {
  const parts = (resource: Json): unknown => {
    const { type, description = null, status } = resource;
    const codes = isObject(type) ? objects(type['coding']).map(({ code }) => code) : [];
    return [codes, description, status, objects(resource['content']).length];
  };
  const same = writeJson(parts(kept)) === writeJson(parts(sent));
  const contents = attachmentsOf(sent);
  return (
    same &&
    attachmentsOf(kept).every(({ data, hash }, index) => {
      const other = contents[index];
      return (data === undefined || data === other?.['data']) && (hash === undefined || hash === other?.['hash']);
    })
  );
}
