import type { Json } from '../../internal/json/index.ts';
import { readReference } from '../../transport/fhir/address.ts';
import type { DossierState } from '../state/state.ts';
import { textAt } from './elements.ts';
import { refused } from './refusal.ts';
import type { FhirWorld } from './world.ts';

/** Types that are of the dossier whose patient they name. */
export const isOfPatient = (type: string): boolean => isSupportType(type) || type === 'Observation';

/** Types of a request for support, what is asked before what follows it. */
export const supportTypes = ['ServiceRequest', 'Task'] as const;

export const isSupportType = (type: string): boolean => (supportTypes as readonly string[]).includes(type);

/** The dossier that a resource names by one of its members; `undefined` when it names nobody. */
export function dossierNamedBy(world: FhirWorld, resource: Json): DossierState | undefined {
  const [named] = [resource['for'], resource['subject'], resource['patient']].filter((each) => each !== undefined);
  const reference = readReference(textAt({ named }, 'named.reference'));
  return reference?.type === 'Patient' ? world.dossierOf(reference.id) : undefined;
}

/** The next version of one that is kept, with its version noted: its history holds each. */
export function writeSupport(world: FhirWorld, type: string, id: string, change: (resource: Json) => Json): void {
  const kept = world.kept.byId(type, id);
  if (!kept) throw refused('SIM-FHIR-NOT-FOUND');
  world.versions.stamped(kept.resource, kept.at);
  const { meta: _meta, ...resource } = change(kept.resource);
  world.kept.put(type, id, { ...kept, resource, at: world.now });
  world.versions.stamped(resource, world.now);
}
