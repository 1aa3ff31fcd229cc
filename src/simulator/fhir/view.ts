import { isObject, type Json } from '../../internal/json/index.ts';
import { readReference } from '../../transport/fhir/address.ts';
import { mayList } from '../xds/context.ts';
import type { RegisteredEntry } from '../state/registered.ts';
import type { DossierState } from '../state/state.ts';
import { circleRefusal, readRefusal, type FhirCaller } from './access.ts';
import { practitionerResource, roleResource } from './actors.ts';
import { careTeamResource } from './care-team.ts';
import { consentResource } from './consents.ts';
import { documentResource, isEmptyList, latestEntries, submissionSetResource } from './documents.ts';
import type { References } from './match.ts';
import { shownNotes } from './notes.ts';
import { patientResource } from './people.ts';
import { dossierNamedBy, isOfPatient } from './support.ts';
import { planTypes } from './plan-types.ts';
import type { FhirWorld } from './world.ts';

/** What one caller sees, for the time of one request. */
export class FhirView implements References {
  readonly world: FhirWorld;
  readonly caller: FhirCaller;
  /** Address of the base, without a slash at its end. */
  readonly base: string;
  readonly #gathered = new Map<string, ReadonlyMap<string, Json>>();

  constructor(world: FhirWorld, caller: FhirCaller, base: string) {
    this.world = world;
    this.caller = caller;
    this.base = base;
  }

  /** All resources of a type that the caller may see. */
  all(type: string): readonly Json[] {
    return [...this.#ofType(type).values()];
  }

  byId(type: string, id: string): Json | undefined {
    return this.#ofType(type).get(id);
  }

  byReference(text: unknown): Json | undefined {
    const reference = readReference(text);
    return reference ? this.byId(reference.type, reference.id) : undefined;
  }

  /** What a write has changed is read anew. */
  refresh(): void {
    this.#gathered.clear();
  }

  /** The documents of a dossier that the caller may see, in their newest version. */
  shown({ registry }: DossierState): readonly RegisteredEntry[] {
    const context = { state: this.world.state, caller: this.caller, requireIns: false };
    return latestEntries(registry.entries).filter((entry) => mayList(entry, context));
  }

  #ofType(type: string): ReadonlyMap<string, Json> {
    const known = this.#gathered.get(type);
    if (known) return known;

    const gathered = new Map(this.#gather(type).map((resource) => [String(resource['id']), resource]));
    this.#gathered.set(type, gathered);
    return gathered;
  }

  #gather(type: string): readonly Json[] {
    switch (type) {
      case 'Patient':
        return this.#patients();
      case 'CareTeam':
        return this.#visible(circleRefusal).map((dossier) => this.#careTeam(dossier));
      case 'Consent':
        return this.#visible(circleRefusal).flatMap((dossier) => this.#consents(dossier));
      case 'DocumentReference':
        return [...this.#visible(readRefusal).flatMap((dossier) => this.#documents(dossier)), ...this.#notes()];
      case 'List':
        return this.#visible(readRefusal).flatMap((dossier) => this.#submissionSets(dossier));
      case 'Practitioner':
        return [...this.#professionals((id, own) => practitionerResource(own, id)), ...this.#kept(type)];
      case 'PractitionerRole':
        return [...this.#professionals((id) => roleResource(id)), ...this.#kept(type)];
      default:
        return this.#kept(type);
    }
  }

  #visible(refusal: typeof readRefusal): readonly DossierState[] {
    const { state } = this.world;
    return state.all().filter((dossier) => refusal(state, this.caller, dossier) === null);
  }

  #patients(): readonly Json[] {
    const { identities, state } = this.world;
    const everybody = { id: null, family: null, given: null, birthDate: null, sex: null };
    return identities.search(everybody).flatMap((person) => {
      const id = this.world.patientId(person);
      if (id === null) return [];
      return [this.#stamped(patientResource(person, id, state.regionalOid), this.world.now)];
    });
  }

  #careTeam(dossier: DossierState): Json {
    const { state, teams: written, ids } = this.world;
    const roleId = (nationalId: string): string => ids.ofProfessional(nationalId);
    const context = { state, written, patientId: this.world.patientIdOf(dossier), roleId };
    return this.#stamped(careTeamResource(dossier, context), this.world.now);
  }

  #consents(dossier: DossierState): readonly Json[] {
    const { state, ids, consents } = this.world;
    const patientId = this.world.patientIdOf(dossier);
    // Who is not in the circle sees those that he collected himself.
    const isReadable = readRefusal(state, this.caller, dossier) === null;
    const shown = dossier.consents.filter(({ collectedBy }) => isReadable || collectedBy === this.caller?.nameId);
    return shown.map((consent) => {
      const context = { state, id: ids.ofConsent(consent.id), patientId, dossier, written: consents.get(consent) };
      return this.#stamped(consentResource(consent, context), state.iso(consent.withdrawnAt ?? consent.collectedAt));
    });
  }

  #documents(dossier: DossierState): readonly Json[] {
    const { state } = this.world;
    if (this.shown(dossier).length === 0) return [];
    const context = this.#documentContext(dossier);
    return context.shown.map((entry) => {
      const isFirst = entry.version === 1 && entry.status === 'approved';
      const at = isFirst ? entry.document.submittedAt : Math.max(entry.document.submittedAt, dossier.lastUpdate);
      return this.#stamped(documentResource(entry, context), state.iso(at));
    });
  }

  #notes(): readonly Json[] {
    return shownNotes(this.world, this.caller).map(({ resource, at }) => this.#stamped(resource, at));
  }

  #submissionSets(dossier: DossierState): readonly Json[] {
    if (dossier.registry.sets.length === 0) return [];
    const context = this.#documentContext(dossier);
    return dossier.registry.sets
      .map((set) => submissionSetResource(set, context))
      .filter((resource) => !isEmptyList(resource))
      .map((resource) => this.#stamped(resource, this.world.now));
  }

  #documentContext(dossier: DossierState): Parameters<typeof documentResource>[1] {
    const { state, identities } = this.world;
    const { regionalId, traits } = dossier;
    const patientId = this.world.patientIdOf(dossier);
    const person = identities.byId(regionalId) ?? { ids: [regionalId], traits };
    const patient = patientResource(person, patientId, state.regionalOid);
    return { state, dossier, patientId, patient, base: this.base, shown: this.shown(dossier) };
  }

  /** Those who were written over FHIR stand for themselves. */
  #professionals(resourceOf: (id: string, nationalId: string) => Json): readonly Json[] {
    const { ids } = this.world;
    return [...this.world.professionals()].map((nationalId) =>
      this.#stamped(resourceOf(ids.ofProfessional(nationalId), nationalId), this.world.now),
    );
  }

  #kept(type: string): readonly Json[] {
    const isOwn = (owner: string | null): boolean =>
      owner === null || this.caller === null || owner === this.caller.nameId;
    return this.world.kept
      .all(type)
      .filter(({ owner, resource }) => isOwn(owner) && this.#isOfReadable(resource))
      .map(({ resource, at }) => this.#stamped(resource, at));
  }

  /** A relative, a request, a measure or a plan is of the patient that it names. */
  #isOfReadable(resource: Json): boolean {
    const { resourceType, patient } = resource;
    if (isOfPatient(String(resourceType))) {
      const named = dossierNamedBy(this.world, resource);
      return !named || readRefusal(this.world.state, this.caller, named) === null;
    }
    if (planTypes.has(String(resourceType))) return this.#isOfFollowed(resource['subject']);
    if (resourceType !== 'RelatedPerson') return true;
    const reference = readReference(isObject(patient) ? patient['reference'] : null);
    const dossier = reference ? this.world.dossierOf(reference.id) : undefined;
    return dossier !== undefined && circleRefusal(this.world.state, this.caller, dossier) === null;
  }

  #isOfFollowed(subject: unknown): boolean {
    const reference = readReference(isObject(subject) ? subject['reference'] : null);
    const dossier = reference ? this.world.dossierOf(reference.id) : undefined;
    return dossier !== undefined && readRefusal(this.world.state, this.caller, dossier) === null;
  }

  #stamped(resource: Json, at: string): Json {
    return this.world.versions.stamped(resource, at);
  }
}
