import type { Json } from '../../internal/json/index.ts';
import type { Runtime } from '../../internal/runtime.ts';
import type { IdentityRegistry, KnownPerson } from '../sri/registry.ts';
import type { DossierState, KeptConsent, PlatformState } from '../state/state.ts';
import { readReference } from '../../transport/fhir/address.ts';
import { nationalIdOf } from './actors.ts';
import { WrittenTeams } from './care-team.ts';
import { elementsAt, textAt } from './elements.ts';
import { ResourceIds } from './ids.ts';
import { KeptResources, ResourceVersions } from './kept.ts';

/** What the FHIR side works with: the state of the platform, and what it alone knows. */
export class FhirWorld {
  readonly state: PlatformState;
  readonly identities: IdentityRegistry;
  readonly runtime: Runtime;
  readonly requireIns: boolean;
  readonly ids: ResourceIds;
  readonly kept = new KeptResources();
  readonly versions = new ResourceVersions();
  readonly teams = new WrittenTeams();
  /** Consents as they were written over FHIR. */
  readonly consents = new WeakMap<KeptConsent, Json>();

  constructor(given: {
    readonly state: PlatformState;
    readonly identities: IdentityRegistry;
    readonly runtime: Runtime;
    readonly requireIns: boolean;
  }) {
    this.state = given.state;
    this.identities = given.identities;
    this.runtime = given.runtime;
    this.requireIns = given.requireIns;
    this.ids = new ResourceIds(() => this.runtime.ids.uuid());
  }

  /** ISO 8601, UTC. */
  get now(): string {
    return this.state.iso(this.state.now);
  }

  /** The id of a person, which that of the region leads to. */
  patientId({ ids }: KnownPerson): string | null {
    const regional = ids.find(({ system }) => system === this.state.regionalOid);
    return regional ? this.ids.ofPatient(regional) : null;
  }

  patientIdOf({ regionalId }: DossierState): string {
    return this.ids.ofPatient(regionalId);
  }

  /** The dossier of a patient; `undefined` for somebody who has none. */
  dossierOf(patientId: string): DossierState | undefined {
    return this.state.all().find((dossier) => this.patientIdOf(dossier) === patientId);
  }

  /** Everybody who is in a circle, or was. */
  professionals(): ReadonlySet<string> {
    return new Set(this.state.all().flatMap(({ circle }) => circle.map(({ nationalId }) => nationalId)));
  }

  /** The national identifier of a professional; `null` for somebody else. */
  nationalIdOf({ id, identifier }: Json): string | null {
    return nationalIdOf(identifier) ?? this.ids.professionalOf(String(id));
  }

  /** The professional behind a role, of whom the national identifier is known. */
  professionalOf(roleId: string): string | null {
    const known = this.ids.professionalOf(roleId);
    if (known !== null) return known;

    const role = this.kept.byId('PractitionerRole', roleId)?.resource;
    if (!role) return null;
    const own = nationalIdOf(elementsAt(role, 'practitioner.identifier'));
    if (own !== null) return own;

    const id = readReference(textAt(role, 'practitioner.reference'))?.id ?? '';
    const named = this.kept.byId('Practitioner', id)?.resource;
    return (named && nationalIdOf(named['identifier'])) ?? this.ids.professionalOf(id);
  }
}
