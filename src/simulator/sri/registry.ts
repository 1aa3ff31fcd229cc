import type { LocalIdentifier, PatientTraits } from '../../identity/index.ts';
import type { PlatformState } from '../state/state.ts';
import { letters } from '../state/people.ts';

/** A person whom the identity server knows. */
export interface KnownPerson {
  readonly ids: readonly LocalIdentifier[];
  readonly traits: PatientTraits;
}

/** A person as a feed tells of it. */
export interface ToldPerson {
  /** The local identifier first; the INS may follow. */
  readonly ids: readonly LocalIdentifier[];
  readonly traits: PatientTraits;
}

/** What a search looks for; what is `null` counts for nothing. */
export interface Wanted {
  readonly id: LocalIdentifier | null;
  readonly family: string | null;
  readonly given: string | null;
  readonly birthDate: string | null;
  readonly sex: string | null;
}

const isSame = (left: LocalIdentifier, right: LocalIdentifier): boolean =>
  left.value === right.value && left.system === right.system;

const keyOf = ({ system, value }: LocalIdentifier): string => JSON.stringify([system, value]);

/**
 * Who is who: the people of the dossiers, and those whom a feed told of. Two records are one person
 * only by an identifier they share, never by their traits.
 */
export class IdentityRegistry {
  readonly #state: PlatformState;
  readonly #insOids: ReadonlySet<string>;
  readonly #fed = new Map<string, KnownPerson>();
  /** Identifiers that gave way in a merge. */
  readonly #retired = new Set<string>();

  constructor(state: PlatformState, insOids: ReadonlySet<string>) {
    this.#state = state;
    this.#insOids = insOids;
  }

  byId(id: LocalIdentifier): KnownPerson | null {
    if (this.#retired.has(keyOf(id))) return null;
    // Each resource of a search asks: nothing is made of the others.
    for (const { ids, traits } of this.#everybody()) {
      if (ids.some((known) => isSame(known, id))) return this.#inForce({ ids, traits });
    }
    return null;
  }

  /** Whether anybody could have an identifier in a domain. */
  hasDomain(oid: string): boolean {
    return (
      this.#insOids.has(oid) ||
      oid === this.#state.regionalOid ||
      this.#people().some(({ ids }) => ids.some(({ system }) => system === oid))
    );
  }

  feed({ ids, traits }: ToldPerson): void {
    const [localId] = ids;
    if (!localId) return;
    this.#retired.delete(keyOf(localId));
    if (this.#state.byLocalId(localId)) return;

    const ins = ids.find(({ system }) => this.#insOids.has(system));
    const known = this.#fed.get(keyOf(localId));
    const asked = { localId, traits, ins: ins ? { value: ins.value, oid: ins.system } : null };
    if (!known && ins && this.#state.find(asked).kind === 'one') return;

    const regional = known?.ids.find(({ system }) => system === this.#state.regionalOid) ?? this.#state.newRegionalId();
    this.#fed.set(keyOf(localId), { ids: [...ids, regional], traits });
  }

  /** Whether the identifier that gives way was known. */
  merge(person: ToldPerson, replaced: LocalIdentifier): boolean {
    if (!this.byId(replaced)) return false;

    const [survivor] = person.ids;
    const former = survivor ? this.#state.merge(survivor, replaced) : null;
    if (former) this.#retired.add(keyOf(former.regionalId));
    this.feed(person);
    this.#fed.delete(keyOf(replaced));
    this.#retired.add(keyOf(replaced));
    return true;
  }

  search(wanted: Wanted): readonly KnownPerson[] {
    return this.#people().filter((person) => isWanted(person, wanted));
  }

  #people(): readonly KnownPerson[] {
    return [...this.#everybody()].map((person) => this.#inForce(person)).filter(({ ids }) => ids.length > 0);
  }

  #inForce({ ids, traits }: KnownPerson): KnownPerson {
    return { ids: ids.filter((id) => !this.#retired.has(keyOf(id))), traits };
  }

  /** With the identifiers that gave way, too. */
  *#everybody(): Generator<KnownPerson, void, undefined> {
    for (const { localIds, regionalId, ins, traits } of this.#state.all()) {
      yield { ids: [...localIds, regionalId, ...(ins ? [{ system: ins.oid, value: ins.value }] : [])], traits };
    }
    // Who was told of first and has a dossier now is one person.
    for (const person of this.#fed.values()) {
      const [localId] = person.ids;
      if (!localId || !this.#state.byLocalId(localId)) yield person;
    }
  }
}

/** Names without case, accents and signs; a used name is a name too. */
function isWanted({ ids, traits }: KnownPerson, { id, family, given, birthDate, sex }: Wanted): boolean {
  const isOneOf = (name: string | null, ...names: readonly (string | undefined)[]): boolean =>
    name === null || names.some((known) => known !== undefined && letters(known) === letters(name));

  return (
    (id === null || ids.some((known) => keyOf(known) === keyOf(id))) &&
    isOneOf(family, traits.birthName, traits.usedName) &&
    isOneOf(given, traits.firstName, traits.usedFirstName) &&
    (birthDate === null || traits.birthDate === birthDate) &&
    (sex === null || traits.sex === sex)
  );
}
