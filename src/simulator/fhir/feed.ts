import type { LocalIdentifier } from '../../identity/index.ts';
import { isObject, objects, type Json } from '../../internal/json/index.ts';
import { identifierOf, toldPerson } from './identity.ts';
import { refused } from './refusal.ts';
import type { FhirWorld } from './world.ts';

/** What became of a record. */
export interface FeedResult {
  readonly isNew: boolean;
  /** `null` for one that gave way to another. */
  readonly patientId: string | null;
}

/**
 * ITI-104: a record is written under the identifier of the address, or gives way to another.
 *
 * @see IHE ITI PIXm, section 2:3.104.4
 * @throws FhirRefusal
 */
export function feed(world: FhirWorld, named: LocalIdentifier, resource: Json): FeedResult {
  const told = toldPerson(resource);
  const own = objects(resource['identifier']).map(identifierOf);
  if (!own.some((id) => id?.system === named.system && id.value === named.value)) {
    throw refused('SIM-FHIR-ID', 'Patient.identifier');
  }
  if (!told.traits.birthName) throw refused('SIM-FHIR-REQUIRED', 'Patient.name');

  const { identities } = world;
  const isNew = identities.byId(named) === null;
  const survivor = survivorOf(resource);
  if (survivor) {
    const known = identities.byId(survivor);
    if (!known) throw refused('SIM-FHIR-REFERENCE', 'Patient.link.other');
    identities.merge({ ids: [survivor], traits: known.traits }, named);
    return { isNew, patientId: null };
  }

  const ids = [named, ...told.ids.filter(({ system, value }) => system !== named.system || value !== named.value)];
  identities.feed({ ids, traits: told.traits });
  const person = identities.byId(named);
  return { isNew, patientId: person && world.patientId(person) };
}

function survivorOf(resource: Json): LocalIdentifier | null {
  const link = objects(resource['link']).find(({ type }) => type === 'replaced-by');
  if (!link) return null;
  const other = isObject(link['other']) ? identifierOf(link['other']['identifier']) : null;
  if (!other || resource['active'] !== false) throw refused('SIM-FHIR-VALUE', 'Patient.link');
  return other;
}
