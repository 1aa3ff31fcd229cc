import type { LocalIdentifier, PatientIns, PatientTraits } from '../../identity/index.ts';
import { isoUtc } from '../../internal/hl7-time.ts';
import type { Runtime } from '../../internal/runtime.ts';
import { sameFiveTraits, sameStrictTraits } from './people.ts';
import type { FiledDocument, NewDocument } from './filed.ts';
import type { DossierRegistry } from './registered.ts';

export interface DossierEvent {
  readonly id: string;
  readonly kind: 'document' | 'visibility-changed';
  readonly uniqueId: string;
  readonly author: string;
  readonly at: number;
}

/** A consent as the platform keeps it. */
export interface KeptConsent {
  readonly id: string;
  readonly kinds: readonly string[];
  readonly givenBy: string;
  readonly mode: string;
  readonly collectedBy: string;
  readonly collectedAt: number;
  withdrawnAt: number | null;
}

/** Somebody in the care circle, for one period: who comes back has another. */
export interface CirclePeriod {
  readonly nationalId: string;
  readonly role: string | null;
  readonly since: number;
  until: number | null;
}

export interface DossierState {
  readonly regionalId: LocalIdentifier;
  readonly dossierId: string;
  readonly careTeamId: string;
  readonly localIds: LocalIdentifier[];
  readonly traits: PatientTraits;
  ins: PatientIns | null;
  state: 'open' | 'closed';
  sharing: 'shared' | 'not-shared';
  readonly members: Set<string>;
  /** The same with their periods, and those who left. */
  readonly circle: CirclePeriod[];
  readonly blocked: Set<string>;
  readonly consents: KeptConsent[];
  readonly documents: FiledDocument[];
  readonly events: DossierEvent[];
  readonly registry: DossierRegistry;
  readonly createdAt: number;
  lastUpdate: number;
  readonly lastAccess: Map<string, number>;
}

/** What a search of the patient gives. */
export type Found =
  | { readonly kind: 'one'; readonly dossier: DossierState }
  | { readonly kind: 'none' }
  | { readonly kind: 'ambiguous' }
  /** The identifier is known under other traits. */
  | { readonly kind: 'mismatch' };

function key({ system, value }: LocalIdentifier): string {
  return JSON.stringify([system, value]);
}

/** A dossier to create; open and blocked for no one by default. */
export interface NewDossier {
  /** Given by the region before there was a dossier. */
  readonly regionalId?: LocalIdentifier | undefined;
  readonly localId: LocalIdentifier;
  readonly traits: PatientTraits;
  readonly ins: PatientIns | null;
  readonly state?: 'open' | 'closed';
  readonly sharing: 'shared' | 'not-shared';
  readonly members: readonly string[];
  readonly blocked?: readonly string[];
}

function foundOrMismatch(dossier: DossierState, traits: PatientTraits): Found {
  return sameStrictTraits(dossier.traits, traits) ? { kind: 'one', dossier } : { kind: 'mismatch' };
}

/** Dossiers, documents and connections of the simulated platform, in memory. */
export class PlatformState {
  readonly #runtime: Runtime;
  /** Domain of the identifiers that the region gives. */
  readonly regionalOid: string;
  /** OID of the repository, a branch of the region's own. */
  readonly repositoryUniqueId: string;
  readonly #dossiers: DossierState[] = [];
  readonly #byLocalId = new Map<string, DossierState>();
  readonly #byUniqueId = new Map<string, DossierState>();
  readonly #connections = new Map<string, number>();
  #lastStamp = 0;
  #lastConnection = 0;

  constructor(runtime: Runtime, regionalOid: string) {
    this.#runtime = runtime;
    this.regionalOid = regionalOid;
    this.repositoryUniqueId = `${regionalOid}.43`;
  }

  get now(): number {
    return this.#runtime.clock.now();
  }

  /**
   * Time of an event, in whole seconds, never in the second of a connection: a cut-off is
   * exclusive.
   */
  stamp(): number {
    const second = Math.floor(this.now / 1000) * 1000;
    this.#lastStamp = Math.max(second, this.#lastConnection + 1000);
    return this.#lastStamp;
  }

  connect(nationalId: string): number {
    const second = Math.max(Math.floor(this.now / 1000) * 1000, this.#lastStamp);
    this.#lastConnection = second;
    this.#connections.set(nationalId, second);
    return second;
  }

  lastConnection(nationalId: string): number | null {
    return this.#connections.get(nationalId) ?? null;
  }

  all(): readonly DossierState[] {
    return this.#dossiers;
  }

  byLocalId(localId: LocalIdentifier): DossierState | undefined {
    return this.#byLocalId.get(key(localId));
  }

  byUniqueId(uniqueId: string): DossierState | undefined {
    return this.#byUniqueId.get(uniqueId);
  }

  byIns({ value, oid }: PatientIns): DossierState[] {
    return this.#dossiers.filter(({ ins }) => ins?.value === value && ins.oid === oid);
  }

  /** Identifier first, then the INS, then the five traits, whose candidates are never chosen. */
  find(patient: { localId: LocalIdentifier; traits: PatientTraits; ins: PatientIns | null }): Found {
    const known = this.byLocalId(patient.localId);
    if (known) return foundOrMismatch(known, patient.traits);

    const [byIns, ...others] = patient.ins ? this.byIns(patient.ins) : [];
    if (others.length > 0) return { kind: 'ambiguous' };
    if (byIns) {
      const found = foundOrMismatch(byIns, patient.traits);
      if (found.kind === 'one') this.#addLocalId(byIns, patient.localId);
      return found;
    }

    const candidates = this.#dossiers.filter(({ traits }) => sameFiveTraits(traits, patient.traits));
    return { kind: candidates.length > 0 ? 'ambiguous' : 'none' };
  }

  newRegionalId(id: string = this.#runtime.ids.uuid()): LocalIdentifier {
    return { system: this.regionalOid, value: `IDF-${id.slice(0, 8).toUpperCase()}` };
  }

  create(patient: NewDossier): DossierState {
    const id = this.#runtime.ids.uuid();

    const dossier: DossierState = {
      regionalId: patient.regionalId ?? this.newRegionalId(id),
      dossierId: `D-${id.slice(9, 18).toUpperCase()}`,
      careTeamId: `CT-${id.slice(24).toUpperCase()}`,
      localIds: [patient.localId],
      traits: patient.traits,
      ins: patient.ins,
      state: patient.state ?? 'open',
      sharing: patient.sharing,
      members: new Set(patient.members),
      circle: patient.members.map((nationalId) => ({ nationalId, role: null, since: this.stamp(), until: null })),
      blocked: new Set(patient.blocked ?? []),
      consents: [],
      documents: [],
      events: [],
      registry: { entries: [], sets: [], folders: [], associations: [] },
      createdAt: this.now,
      lastUpdate: this.now,
      lastAccess: new Map(),
    };

    this.#dossiers.push(dossier);
    this.#byLocalId.set(key(patient.localId), dossier);
    return dossier;
  }

  file(dossier: DossierState, document: NewDocument): FiledDocument {
    const at = this.stamp();
    const filed: FiledDocument = { ...document, submittedAt: at, replacedBy: null, status: 'approved' };

    dossier.documents.push(filed);
    this.tell(dossier, { kind: 'document', uniqueId: filed.uniqueId, author: filed.author, at });
    this.#byUniqueId.set(filed.uniqueId, dossier);
    return filed;
  }

  /** Adds an event to a dossier: it is counted from then on. */
  tell(dossier: DossierState, event: Omit<DossierEvent, 'id'>): void {
    dossier.events.push({ id: this.newId(), ...event });
    dossier.lastUpdate = event.at;
  }

  /** A UUID. */
  newId(): string {
    return this.#runtime.ids.uuid();
  }

  iso(epochMs: number): string {
    return isoUtc(epochMs);
  }

  /**
   * A local identifier gives way to another: what it named is the patient of that one.
   *
   * @returns the dossier that gave way with it, when both had one
   */
  merge(survivor: LocalIdentifier, replaced: LocalIdentifier): DossierState | null {
    const former = this.byLocalId(replaced);
    const kept = this.byLocalId(survivor);
    if (!former) return null;

    if (!kept) this.#addLocalId(former, survivor);
    this.#byLocalId.set(key(replaced), kept ?? former);
    if (!kept || kept === former) return null;
    former.state = 'closed';
    former.ins = null;
    return former;
  }

  #addLocalId(dossier: DossierState, localId: LocalIdentifier): void {
    dossier.localIds.push(localId);
    this.#byLocalId.set(key(localId), dossier);
  }
}
