import { readRefusal } from './access.ts';
import { uuidOf } from './documents.ts';
import { dossierOfNote } from './notes.ts';
import { dossierNamedBy } from './support.ts';
import { refused, type FhirRefusal } from './refusal.ts';
import type { FhirView } from './view.ts';

/** Why something is not there: it never was, it is gone, or it is somebody else's. */
export function absent(view: FhirView, type: string, id: string): FhirRefusal {
  const { kept, state } = view.world;
  if (kept.isDeleted(type, id)) return refused('SIM-FHIR-DELETED');

  for (const dossier of state.all()) {
    const { registry, careTeamId } = dossier;
    const held = registry.entries.filter(({ lid }) => uuidOf(lid) === id);
    const isThere = held.length > 0 || registry.sets.some((set) => uuidOf(set.id) === id) || careTeamId === id;
    const rule = isThere ? readRefusal(state, view.caller, dossier) : null;
    if (rule !== null && rule !== 'SIM-FHIR-OTHER-PATIENT') return refused(rule);
    if (rule === null && held.at(-1)?.status === 'deleted') return refused('SIM-FHIR-DELETED');
  }
  const note = kept.byId(type, id)?.resource;
  const dossier = note && (dossierOfNote(view.world, note) ?? dossierNamedBy(view.world, note));
  const rule = dossier ? readRefusal(state, view.caller, dossier) : null;
  return refused(rule === null || rule === 'SIM-FHIR-OTHER-PATIENT' ? 'SIM-FHIR-NOT-FOUND' : rule);
}
