import { isTerrESanteError } from '../../errors.ts';
import { isoUtc, parseUtc } from '../../internal/hl7-time.ts';
import { isObject, objects, type Json } from '../../internal/json/index.ts';
import type { Professional } from '../../identity/index.ts';
import { isNote } from '../fhir/note.ts';
import { readReference } from '../fhir/address.ts';
import { searchWhole } from '../fhir/search.ts';
import { protocolFailure } from '../http/protocol-failure.ts';
import { uniqueIdOf } from './document-record.ts';
import type { FhirCall } from './exchange.ts';
import { Included } from './included.ts';
import { listTypes } from './names.ts';
import { isProfessional, referenceIn } from './participants.ts';
import { startOf } from './period.ts';

/** A document that came into a dossier. */
export interface NewDocument {
  readonly id: string;
  readonly uniqueId: string | null;
  /** When its set was submitted, in milliseconds. */
  readonly at: number;
}

/** What is asked. */
export interface NewDocumentsQuestion {
  /** Id of the patient at the server. */
  readonly patient: string;
  /** Exclusive lower bound, ISO 8601 UTC. */
  readonly since: string;
  /** A professional whose own documents are left out; `null`: nobody's are. */
  readonly without: Professional | null;
}

/**
 * Documents that came after an instant, by the submission sets since then (ITI-66): each once, the
 * current ones, without the notes of a liaison book. The bound is asked for inclusive, since `gt`
 * leaves a whole second out, and cut here.
 *
 * @returns `null` where the server keeps no submission sets
 * @throws TerrESanteError `TE_PROTOCOL` when the answer is not whole, or about somebody else
 * @see IHE ITI MHD 4.2.3, section 2:3.66; HL7 FHIR R4, Search, prefixes of dates
 */
export async function newDocuments(
  call: FhirCall,
  { patient, since, without }: NewDocumentsQuestion,
): Promise<readonly NewDocument[] | null> {
  const bound = parseUtc(since);
  const found = await searchWhole(call.partner, {
    ...call.limits,
    type: 'List',
    parameters: [
      ['patient', `Patient/${patient}`],
      ['code', `${listTypes}|submissionset`],
      ['status', 'current'],
      ['date', `ge${isoUtc(Math.floor(bound / 1000) * 1000)}`],
      ['_include', 'List:item'],
    ],
    allowsGet: call.options.services.patientInAddress,
  }).catch((error: unknown) => {
    if (isTerrESanteError(error) && isNotOffered(error.details)) return null;
    throw error;
  });
  if (found === null) return null;
  if (found.told.includes('modifier')) {
    throw protocolFailure(
      'modifier',
      'Un lot de documents contient une extension qui peut en changer le sens : refusé.',
    );
  }

  const included = new Included(call, found.entries);
  const documents = new Map<string, NewDocument>();
  for (const { type, resource } of found.entries) {
    if (type !== 'List') continue;
    const at = startOf(resource['date']);
    if (Number.isNaN(at)) throw protocolFailure('date', 'Un lot de documents ne dit pas quand il est venu.');
    if (at <= bound) continue;

    for (const { id, document } of await itemsOf(resource, included)) {
      requireAbout(document, patient);
      if (!isCounted(document, without)) continue;
      const known = documents.get(id);
      if (!known || at < known.at) documents.set(id, { id, uniqueId: uniqueIdOf(document), at });
    }
  }
  return [...documents.values()].sort((left, right) => left.at - right.at || left.id.localeCompare(right.id));
}

/** Whether a server says that it does not know this question. */
export function isNotOffered({ reason, status }: Readonly<Record<string, unknown>>): boolean {
  return reason === 'no-service' || status === 405 || status === 501;
}

/** A document that the server does not give is hidden from who asks: it is not there. */
async function itemsOf(list: Json, included: Included): Promise<readonly { id: string; document: Json }[]> {
  const read: { id: string; document: Json }[] = [];
  for (const { item } of objects(list['entry'])) {
    const reference = referenceIn(item);
    const document = await included.find(reference, 'DocumentReference');
    const id = readReference(reference)?.id;
    if (document && id !== undefined) read.push({ id, document });
  }
  return read;
}

/** @throws TerrESanteError `TE_PROTOCOL` for the document of somebody else */
export function requireAbout({ subject }: Json, patient: string): void {
  const reference = readReference(referenceIn(subject));
  if (reference === null || (reference.type === 'Patient' && reference.id === patient)) return;
  throw protocolFailure('other-patient', "Le serveur FHIR donne le document d'un autre patient : rien n'est compté.");
}

function isCounted(document: Json, without: Professional | null): boolean {
  if (document['status'] !== 'current' || isNote(document)) return false;
  return without === null || !isBy(document, without);
}

/** The author of a document is contained in it. */
function isBy(document: Json, professional: Professional): boolean {
  const contained = objects(document['contained']);
  return objects(document['author']).some((author) => {
    const member = contained.find(({ id }) => author['reference'] === `#${String(id)}`) ?? null;
    const behind = isObject(member?.['practitioner']) ? member['practitioner']['reference'] : null;
    const practitioner = contained.find(({ id }) => behind === `#${String(id)}`) ?? null;
    const entry = { member: author };
    const isPerson = member?.['resourceType'] === 'Practitioner';
    const period = { since: null, until: null, isUnreadable: false };
    return (
      isProfessional({ entry, period, member, practitioner: isPerson ? member : practitioner }, professional) === true
    );
  });
}
