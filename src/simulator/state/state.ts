import type { LocalIdentifier, PatientIns, PatientTraits } from '../../identity/index.ts';
import { isoUtc } from '../../internal/hl7-time.ts';
import type { Runtime } from '../../internal/runtime.ts';
import { sameFiveTraits, sameStrictTraits } from './people.ts';

/** One filed document. */
export interface FiledDocument {
  readonly uniqueId: string;
  readonly entryId: string;
  readonly title: string;
  readonly typeCode: string;
  readonly typeLabel: string;
  readonly confidentiality: string;
  readonly hiddenFromProfessionals: boolean;
  readonly mimeType: string;
  readonly sha1: string;
  readonly bytes: Uint8Array;
  readonly pdf: Uint8Array | null;
  /** National identifier of the first author. */
  readonly author: string;
  readonly replaces: string | null;
  /** Milliseconds, whole seconds. */
  readonly submittedAt: number;
  replacedBy: string | null;
}

export interface DossierEvent {
  readonly id: string;
  readonly kind: 'document' | 'visibility-changed';
  readonly uniqueId: string;
  readonly author: string;
  readonly at: number;
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
  readonly blocked: Set<string>;
  readonly documents: FiledDocument[];
  readonly events: DossierEvent[];
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

/** Dossiers, documents and connections of the simulated platform, in memory. */
export class PlatformState {
  readonly #runtime: Runtime;
  readonly #regionalOid: string;
  readonly #dossiers: DossierState[] = [];
  readonly #byLocalId = new Map<string, DossierState>();
  readonly #byUniqueId = new Map<string, DossierState>();
  readonly #connections = new Map<string, number>();
  #lastStamp = 0;
  #lastConnection = 0;

  constructor(runtime: Runtime, regionalOid: string) {
    this.#runtime = runtime;
    this.#regionalOid = regionalOid;
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

  /** Identifier first, then the INS, then the five traits; candidates are never chosen. */
  find(patient: { localId: LocalIdentifier; traits: PatientTraits; ins: PatientIns | null }): Found {
    const known = this.byLocalId(patient.localId);
    if (known) {
      return sameStrictTraits(known.traits, patient.traits) ? { kind: 'one', dossier: known } : { kind: 'mismatch' };
    }
    if (patient.ins) {
      const [one, ...others] = this.byIns(patient.ins);
      if (others.length > 0) return { kind: 'ambiguous' };
      if (one) {
        if (!sameStrictTraits(one.traits, patient.traits)) return { kind: 'mismatch' };
        one.localIds.push(patient.localId);
        this.#byLocalId.set(key(patient.localId), one);
        return { kind: 'one', dossier: one };
      }
    }
    const candidates = this.#dossiers.filter(({ traits }) => sameFiveTraits(traits, patient.traits));
    return candidates.length > 0 ? { kind: 'ambiguous' } : { kind: 'none' };
  }

  create(patient: {
    localId: LocalIdentifier;
    traits: PatientTraits;
    ins: PatientIns | null;
    state?: 'open' | 'closed';
    sharing: 'shared' | 'not-shared';
    members: readonly string[];
    blocked?: readonly string[];
  }): DossierState {
    const id = this.#runtime.ids.uuid();
    const dossier: DossierState = {
      regionalId: { system: this.#regionalOid, value: `IDF-${id.slice(0, 8).toUpperCase()}` },
      dossierId: `D-${id.slice(9, 18).toUpperCase()}`,
      careTeamId: `CT-${id.slice(24).toUpperCase()}`,
      localIds: [patient.localId],
      traits: patient.traits,
      ins: patient.ins,
      state: patient.state ?? 'open',
      sharing: patient.sharing,
      members: new Set(patient.members),
      blocked: new Set(patient.blocked ?? []),
      documents: [],
      events: [],
      lastUpdate: this.now,
      lastAccess: new Map(),
    };
    this.#dossiers.push(dossier);
    this.#byLocalId.set(key(patient.localId), dossier);
    return dossier;
  }

  file(dossier: DossierState, document: Omit<FiledDocument, 'submittedAt' | 'replacedBy' | 'entryId'>): FiledDocument {
    const at = this.stamp();
    const id = this.#runtime.ids.uuid();
    const filed: FiledDocument = { ...document, entryId: `urn:uuid:${id}`, submittedAt: at, replacedBy: null };
    if (document.replaces !== null) {
      const previous = dossier.documents.find(({ uniqueId }) => uniqueId === document.replaces);
      if (previous) previous.replacedBy = document.uniqueId;
    }
    dossier.documents.push(filed);
    dossier.events.push({ id, kind: 'document', uniqueId: filed.uniqueId, author: filed.author, at });
    dossier.lastUpdate = at;
    this.#byUniqueId.set(filed.uniqueId, dossier);
    return filed;
  }

  iso(epochMs: number): string {
    return isoUtc(epochMs);
  }
}
