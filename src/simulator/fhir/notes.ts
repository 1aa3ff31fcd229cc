import type { Json } from '../../internal/json/index.ts';
import { readReference } from '../../transport/fhir/address.ts';
import type { DossierState } from '../state/state.ts';
import { readRefusal, type FhirCaller } from './access.ts';
import { elementsAt, objectsAt, textAt } from './elements.ts';
import { fhirNames } from './names.ts';
import type { KeptResource } from './kept.ts';
import type { FhirWorld } from './world.ts';

/** Whether a document is a note of a liaison book: by the table of its type. */
export function isNote(resource: Json): boolean {
  return objectsAt(resource, 'type.coding').some(({ system }) => system === fhirNames.noteTypes);
}

/** The dossier that a note is of. */
export function dossierOfNote(world: FhirWorld, resource: Json): DossierState | undefined {
  const reference = readReference(textAt(resource, 'subject.reference'));
  return reference?.type === 'Patient' ? world.dossierOf(reference.id) : undefined;
}

/**
 * The notes that a caller may read: those of dossiers that he may read, but for those that their
 * author masks from professionals.
 *
 * @see ANS, JDV_J110-StatutVisibiliteDocument-CISIS: `MASQUE_PS`
 */
export function shownNotes(world: FhirWorld, caller: FhirCaller): readonly KeptResource[] {
  return world.kept.all('DocumentReference').filter(({ resource, owner }) => {
    const dossier = dossierOfNote(world, resource);
    if (!dossier || readRefusal(world.state, caller, dossier) !== null) return false;
    const isMasked = elementsAt(resource, 'securityLabel.coding.code').includes('MASQUE_PS');
    return !isMasked || caller === null || owner === caller.nameId;
  });
}
