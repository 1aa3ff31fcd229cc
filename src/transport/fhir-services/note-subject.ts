import { TerrESanteError } from '../../errors.ts';
import type { LocalIdentifier } from '../../identity/index.ts';
import { isObject, type Json } from '../../internal/json/index.ts';
import type { BoundPatient } from '../binding/call.ts';
import type { WrittenNote } from '../binding/notes.ts';
import { oidUri, readReference } from '../fhir/address.ts';
import { isModified } from '../fhir/bundle.ts';
import { askFhir } from '../fhir/exchange.ts';
import { isNote } from '../fhir/note.ts';
import { uniqueIdOf } from '../cdl/read-note.ts';
import { protocolFailure } from '../http/protocol-failure.ts';
import { patientId } from '../mhd/resolve.ts';
import type { FhirCall } from './exchange.ts';
import { bears, requirePatientAt } from './identity.ts';
import { referenceIn } from './participants.ts';
import { versionOf } from './transaction.ts';

/** Whose notes are read: how the server names the patient. */
export interface NoteSubject {
  readonly id: string;
  readonly identifiers: readonly LocalIdentifier[];
}

/** @throws TerrESanteError `TE_DOSSIER_ABSENT`, `TE_IDENTITY_AMBIGUOUS`, `TE_IDENTITY_MISMATCH` */
export async function noteSubject(call: FhirCall, patient: BoundPatient): Promise<NoteSubject> {
  const { id, regionalId } = await requirePatientAt(call, patient);
  const { localId, ins } = patient;
  const identifiers = [
    localId,
    ...(regionalId ? [regionalId] : []),
    ...(ins ? [{ system: ins.oid, value: ins.value }] : []),
  ];
  if (id !== null) return { id, identifiers };

  const { patientInAddress } = call.options.services;
  const identifier = { system: oidUri(localId.system), value: localId.value };
  return {
    id: await patientId(call.partner, identifier, { ...call.limits, allowsAddress: patientInAddress }),
    identifiers,
  };
}

/**
 * Refuses what is about somebody else: a server that ignores a condition gives that of others.
 *
 * @param what - what it is, in French
 * @throws TerrESanteError `TE_PROTOCOL`
 */
export function requireAbout({ subject }: Json, { id, identifiers }: NoteSubject, what = 'la note'): void {
  const literal = referenceIn(subject);
  const reference = readReference(literal);
  const logical = isObject(subject) && isObject(subject['identifier']) ? { identifier: [subject['identifier']] } : null;
  const isNamed = logical !== null && identifiers.some((identifier) => bears(logical, identifier));
  const isIt = literal === undefined ? isNamed : reference?.type === 'Patient' && reference.id === id;
  if (!isIt) {
    throw protocolFailure(
      'other-patient',
      `Le serveur FHIR donne ${what} d'un autre patient : la réponse est écartée.`,
    );
  }
}

/** A note as the server has it now. */
export interface CurrentNote {
  readonly id: string;
  readonly resource: Json;
  readonly version: string | null;
}

/**
 * Reads one note of a patient.
 *
 * @throws TerrESanteError `TE_NOT_FOUND`, `TE_PROTOCOL` when it is somebody else's, or holds what
 *   may turn its meaning round
 */
export async function currentNote(call: FhirCall, subject: NoteSubject, id: string): Promise<CurrentNote> {
  const { partner, limits } = call;
  const url = new URL(`DocumentReference/${id}`, partner.base).href;
  const { resource, headers } = await askFhir(partner, { ...limits, method: 'GET', url, writes: false });
  if (resource?.['resourceType'] !== 'DocumentReference' || resource['id'] !== id) {
    throw protocolFailure('no-note', "La réponse n'est pas cette note.");
  }
  if (!isNote(resource)) {
    throw new TerrESanteError('TE_NOT_FOUND', "Ce document n'est pas une note du cahier de liaison.");
  }
  requireAbout(resource, subject);
  if (isModified(resource)) {
    throw protocolFailure('modifier', 'La note contient une extension qui peut en changer le sens : refusé.');
  }
  return { id, resource, version: versionOf(resource, headers['etag']) };
}

/** A note that is there, as an operation tells it. */
export const asWritten = ({ id, resource }: CurrentNote, version: string | null): WrittenNote => ({
  id,
  version,
  uniqueId: uniqueIdOf(resource),
  existed: true,
});
