import { isObject, objects, type Json } from '../../internal/json/index.ts';
import { noteTypeCodes, visibilityCodes } from '../../transport/binding/note-codes.ts';
import { readRefusal } from './access.ts';
import { requireVersion } from './conditions.ts';
import { elementsAt, isSameJson, textAt } from './elements.ts';
import type { LinkedResources } from './linked.ts';
import { dossierOfNote, isNote } from './notes.ts';
import { refused } from './refusal.ts';
import { requireElements } from './required.ts';
import type { FhirView } from './view.ts';

/**
 * Judges a note that is written, before anything is.
 *
 * @see ANS, Cahier de liaison 3.0.0, profile cdl-document-reference
 * @throws FhirRefusal
 */
export function requireNote(view: FhirView, resource: Json, linked: LinkedResources): void {
  if (!isNote(resource)) throw refused('SIM-FHIR-VALUE', 'DocumentReference.type');
  if (resource['status'] !== 'current') throw refused('SIM-FHIR-VALUE', 'DocumentReference.status');
  requireProfile(resource);
  requireWriter(view, resource);
  requireAuthor(view, resource, linked);
  requireRelation(view, resource);
  if (!view.world.kept.hasRoom('DocumentReference')) throw refused('SIM-FHIR-TOO-MANY');
}

function requireProfile(resource: Json): void {
  requireElements(resource);
  for (const name of ['docStatus', 'authenticator', 'custodian']) {
    if (resource[name] !== undefined) throw refused('SIM-FHIR-VALUE', `DocumentReference.${name}`);
  }
  const types: readonly unknown[] = noteTypeCodes;
  if (!elementsAt(resource, 'type.coding.code').some((code) => types.includes(code))) {
    throw refused('SIM-FHIR-VALUE', 'DocumentReference.type');
  }

  const labels = objects(resource['securityLabel']);
  const known: readonly unknown[] = visibilityCodes;
  const areKnown = labels.every((label) => elementsAt(label, 'coding.code').every((code) => known.includes(code)));
  if (labels.length > 1 || !areKnown) throw refused('SIM-FHIR-VALUE', 'DocumentReference.securityLabel');
}

/** Who writes is in the circle of the patient of his assertion, in a usual access. */
export function requireWriter({ world, caller }: FhirView, resource: Json): void {
  const path = `${String(resource['resourceType'])}.subject`;
  const dossier = dossierOfNote(world, resource);
  if (!dossier) throw refused('SIM-FHIR-REFERENCE', path);
  const rule = readRefusal(world.state, caller, dossier);
  if (rule !== null) throw refused(rule, path);
  if (caller === null) return;
  if (caller.resourceId === null) throw refused('SIM-FHIR-OTHER-PATIENT', path);
  if (caller.purpose !== 'normal') throw refused('SIM-FHIR-PURPOSE');
}

/** A note is written in one's own name. */
function requireAuthor({ caller, world }: FhirView, resource: Json, linked: LinkedResources): void {
  const references = elementsAt(resource, 'author.reference');
  const members = references.map((reference) => linked.byReference(reference));
  if (members.length === 0 || members.includes(undefined)) {
    throw refused('SIM-FHIR-REFERENCE', 'DocumentReference.author');
  }
  if (caller === null) return;

  const isOwn = members.some((member) => {
    const behind = textAt(member ?? {}, 'practitioner.reference');
    const person = member?.['resourceType'] === 'PractitionerRole' ? linked.byReference(behind) : member;
    return person !== undefined && world.nationalIdOf(person) === caller.nameId;
  });
  if (!isOwn) throw refused('SIM-FHIR-NOTE-AUTHOR', 'DocumentReference.author');
}

/** A reply answers a note of the same patient, which was not taken back. */
function requireRelation(view: FhirView, resource: Json): void {
  for (const target of elementsAt(resource, 'relatesTo.target.reference')) {
    const parent = view.byReference(target);
    const isSame = parent !== undefined && isNote(parent) && isSameJson(parent['subject'], resource['subject']);
    if (!isSame) throw refused('SIM-FHIR-REFERENCE', 'DocumentReference.relatesTo');
    if (parent['status'] === 'entered-in-error') {
      throw refused('SIM-FHIR-NOTE-RETRACTED', 'DocumentReference.relatesTo');
    }
  }
}

/** Keeps a note, which was judged; gives its id. */
export function keepNote({ world, caller }: FhirView, resource: Json): string {
  const id = world.runtime.ids.uuid();
  const { resourceType, id: _id, ...rest } = resource;
  const owner = caller?.nameId ?? null;
  world.kept.put('DocumentReference', id, { resource: { resourceType, id, ...profiled(rest) }, at: world.now, owner });
  return id;
}

/** What names a note, and what it answers, stays as it was written. */
const fixed = ['subject', 'author', 'masterIdentifier', 'relatesTo', 'date'] as const;

/**
 * The next version of a note: by its author alone, over the version that is there.
 *
 * @throws FhirRefusal
 */
export function changeNote(view: FhirView, current: Json, resource: Json, ifMatch: string | null): void {
  const { world, caller } = view;
  const id = String(current['id']);
  const kept = world.kept.byId('DocumentReference', id);
  // A document of the registry changes its labels alone, by a patch.
  if (!kept) throw refused('SIM-FHIR-METHOD');

  requireWriter(view, current);
  if (caller !== null && kept.owner !== caller.nameId) throw refused('SIM-FHIR-NOTE-OWNER');
  requireVersion(current, ifMatch);
  if (current['status'] === 'entered-in-error') throw refused('SIM-FHIR-NOTE-RETRACTED');
  requireProfile(resource);
  if (resource['status'] !== 'current' && resource['status'] !== 'entered-in-error') {
    throw refused('SIM-FHIR-VALUE', 'DocumentReference.status');
  }
  const other = fixed.find((name) => !isSameJson(resource[name], current[name]));
  if (other !== undefined) throw refused('SIM-FHIR-VALUE', `DocumentReference.${other}`);

  world.kept.put('DocumentReference', id, { ...kept, resource: profiled(resource), at: world.now });
}

/** Of what stands about a resource only its profile is its writer's. */
export function profiled({ meta, ...rest }: Json): Json {
  const profile = isObject(meta) ? meta['profile'] : undefined;
  return { ...rest, ...(profile !== undefined && { meta: { profile } }) };
}
