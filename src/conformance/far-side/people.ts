import { insOids } from '../../identity/index.ts';
import { TerrESanteError } from '../../errors.ts';
import { fictivePatient, fictivePatients, type FictivePatient } from '../../testing/index.ts';
import type { KitPatient } from '../driver/model.ts';
import type { PatientPatch, Scenario } from '../scenario/model.ts';

/** OIDs under which a number is that of a person: never in a world or in a run. */
const productionOids: ReadonlySet<string> = new Set(insOids.filter(({ use }) => use === 'real').map(({ oid }) => oid));

/** Names a patient of a scenario: `DEP-16.1`. */
export function keyOf(scenario: string, place: number): string {
  return `${scenario}.${place}`;
}

/**
 * Everybody of a catalogue: each scenario has patients of its own, so that what one does is never
 * taken for what another does. The same catalogue gives the same people.
 */
export function patientsOf(scenarios: readonly Scenario[]): readonly KitPatient[] {
  const wanted = scenarios.flatMap(({ id, world }) => world.patients.map((patch, index) => ({ id, patch, index })));
  const base = fictivePatients(wanted.length);

  return wanted.map(({ id, patch, index }, place) => {
    const from = base[place] ?? fictivePatient();
    return { key: keyOf(id, index + 1), ...patched(from, patch, place) };
  });
}

function patched(base: FictivePatient, patch: PatientPatch, place: number): Omit<KitPatient, 'key'> {
  const { traits, status = 'QUAL', localId, without = [] } = patch;
  const made = fictivePatient({
    localId: localId ?? base.localId,
    traits: { ...base.traits, ...namesOf(traits), ...traits },
    insOrder: (place % 999) + 1,
    identityStatus: status,
  });

  const kept = Object.fromEntries(
    Object.entries(made.traits).filter(([name]) => !without.includes(name as keyof FictivePatient['traits'])),
  ) as unknown as FictivePatient['traits'];
  const { ins, ...rest } = made;
  const own = { ...rest, traits: kept };
  if (patch.ins === null) return own;
  return { ...own, ins: patch.ins === 'wrong-key' ? { ...ins, value: otherKey(ins.value) } : ins };
}

/** A name that is given replaces the names that are made of it. */
function namesOf(traits: PatientPatch['traits']): Partial<FictivePatient['traits']> {
  const { birthName, firstName } = traits ?? {};
  return {
    ...(birthName !== undefined && { usedName: birthName }),
    ...(firstName !== undefined && { usedFirstName: firstName, birthFirstNames: [firstName] }),
  };
}

function otherKey(value: string): string {
  const key = Number(value.slice(-2));
  return value.slice(0, -2) + String((key % 97) + 1).padStart(2, '0');
}

/**
 * Refuses people who could exist: a number under a production OID is that of a person.
 *
 * @throws TerrESanteError `TE_INS_INVALID`
 */
export function refuseRealPeople(patients: readonly KitPatient[]): void {
  for (const { ins, localId } of patients) {
    const systems = [ins?.oid, localId?.system].map((oid) => oid?.replace(/^urn:oid:/i, ''));
    if (systems.some((oid) => oid !== undefined && productionOids.has(oid))) throw refusedOid();
  }
}

/** Whether an OID is one under which numbers are those of persons. */
export function isProductionOid(oid: string): boolean {
  return productionOids.has(oid.replace(/^urn:oid:/i, ''));
}

const refusedOid = (): TerrESanteError =>
  new TerrESanteError(
    'TE_INS_INVALID',
    "Un monde d'essai ne porte pas d'INS de production : seules les OID de test (1.2.250.1.213.1.4.10 et .11) y sont admises.",
  );
