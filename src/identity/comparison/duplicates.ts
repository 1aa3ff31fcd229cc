import { comparableName } from '../names.ts';
import type { PatientInput } from '../patient.ts';
import { compareIdentities, insKeyOf, swapDayMonth } from './compare.ts';
import { reading } from '../../internal/reading.ts';

/** Why records are shown together. @group Comparison */
export type DuplicateReason =
  | 'SAME_INS'
  | 'FORMER_INS'
  | 'COLLISION'
  | 'SAME_TRAITS'
  | 'NAMES_SWAPPED'
  | 'USED_NAME'
  | 'DAY_MONTH_SWAPPED'
  | 'YEAR_ONLY_DATE';

/**
 * Records that may be one person.
 *
 * @group Comparison
 */
export interface DuplicateGroup {
  /**
   * `A`: the same INS, active or former. `B`: the same birth date, sex, birth name and first word
   * of the first given name: potential duplicate. `C`: to examine.
   */
  readonly key: 'A' | 'B' | 'C';
  readonly reasons: readonly DuplicateReason[];
  /** Positions in the list that was given, in order. */
  readonly records: readonly number[];
}

interface Folded {
  readonly birthName: string;
  readonly firstName: string;
  readonly usedName: string | null;
  readonly birthDate: string;
  readonly sex: string;
}

function fold({ traits }: PatientInput): Folded | null {
  const { birthName, firstName, usedName, birthDate, sex } = traits;
  if (typeof birthName !== 'string' || typeof firstName !== 'string' || typeof birthDate !== 'string') return null;
  if (!/^\d{4}-\d{2}-\d{2}$/.test(birthDate)) return null;

  const birth = comparableName(birthName);
  const first = comparableName(firstName);
  if (birth === null || first === null) return null;

  const used = typeof usedName === 'string' ? comparableName(usedName) : null;
  return { birthName: birth, firstName: first, usedName: used, birthDate, sex: sex ?? '' };
}

type Buckets = Map<string, number[]>;

function put(buckets: Buckets, key: string, index: number): void {
  const bucket = buckets.get(key);
  if (!bucket) buckets.set(key, [index]);
  else if (bucket.at(-1) !== index) bucket.push(index);
}

/** Key A: the records that share an INS, active or former. */
function groupByIns(patients: readonly PatientInput[]): DuplicateGroup[] {
  const active: Buckets = new Map();
  const any: Buckets = new Map();
  for (const [index, { ins, insHistory = [] }] of patients.entries()) {
    const activeKey = insKeyOf(ins);
    if (activeKey !== null) put(active, activeKey, index);

    for (const candidate of [ins, ...insHistory]) {
      const key = insKeyOf(candidate);
      if (key !== null) put(any, key, index);
    }
  }

  return [...any]
    .filter(([, records]) => records.length > 1)
    .map(([key, records]) => {
      const everywhereActive = active.get(key)?.length === records.length;
      const reasons: DuplicateReason[] = [everywhereActive ? 'SAME_INS' : 'FORMER_INS'];
      if (traitsDiffer(records, patients)) reasons.push('COLLISION');
      return { key: 'A', reasons, records };
    });
}

/**
 * Whether the traits of a record contradict those of the first; the INS, which is the same, is not
 * compared.
 */
function traitsDiffer(records: readonly number[], patients: readonly PatientInput[]): boolean {
  const bare = records.map((index): PatientInput => ({ traits: patients[index]?.traits ?? {} }));
  const [first, ...others] = bare;
  return others.some((other) => first && compareIdentities(first, other).outcome === 'mismatch');
}

/**
 * Key C: one group for each bucket whose counterpart, a key that `counterpart` gives, has records.
 */
function pair(
  buckets: Buckets,
  others: Buckets,
  counterpart: (key: string) => string,
  reason: DuplicateReason,
): DuplicateGroup[] {
  const groups: DuplicateGroup[] = [];
  for (const [key, records] of buckets) {
    const other = counterpart(key);
    // Within one list each pair is seen from both sides: keep the side with the smaller key.
    if (buckets === others && other <= key) continue;

    const matching = others.get(other);
    if (!matching) continue;

    const union = [...new Set([...records, ...matching])].sort((a, b) => a - b);
    if (union.length > 1) groups.push({ key: 'C', reasons: [reason], records: union });
  }
  return groups;
}

/**
 * Finds records that may be one person, with deterministic keys and their reasons. No score, and
 * never a merge: a human decides. Time is proportional to the number of records.
 *
 * The keys are our design; the texts only ask for a search on several criteria in separate fields.
 *
 * @example
 * ```ts
 * import { findDuplicates } from 'terr-esante-sdk/identity';
 *
 * const traits = { birthName: 'MARTIN', firstName: 'ZOE', sex: 'F', birthDate: '1985-01-12' } as const;
 * findDuplicates([{ traits }, { traits: { ...traits, firstName: 'Zoé-Lou' } }]); // [{ key: 'B', reasons: ['SAME_TRAITS'], records: [0, 1] }]
 * ```
 *
 * @group Comparison
 */
export function findDuplicates(patients: readonly PatientInput[]): DuplicateGroup[] {
  return reading('patients', () => groupsOf(patients));
}

function groupsOf(patients: readonly PatientInput[]): DuplicateGroup[] {
  const { traits, names, byBirthName, byUsedName } = bucketsOf(patients);

  const sameTraits = [...traits.values()]
    .filter((records) => records.length > 1)
    .map((records): DuplicateGroup => ({ key: 'B', reasons: ['SAME_TRAITS'], records }));

  return [
    ...groupByIns(patients),
    ...sameTraits,
    ...pair(names, names, swapNames, 'NAMES_SWAPPED'),
    ...pair(byUsedName, byBirthName, (key) => key, 'USED_NAME'),
    ...pair(traits, traits, (key) => swapDayMonth(key) + key.slice(10), 'DAY_MONTH_SWAPPED'),
    ...pair(traits, traits, (key) => key.replace(/(?<=^\d{4}-)01-01/, '12-31'), 'YEAR_ONLY_DATE'),
  ];
}

/** The records by what they may share; every key begins with the birth date. */
function bucketsOf(
  patients: readonly PatientInput[],
): Record<'traits' | 'names' | 'byBirthName' | 'byUsedName', Buckets> {
  const traits: Buckets = new Map();
  const names: Buckets = new Map();
  const byBirthName: Buckets = new Map();
  const byUsedName: Buckets = new Map();

  for (const [index, patient] of patients.entries()) {
    const folded = fold(patient);
    if (!folded) continue;

    const { birthDate, sex, birthName, firstName, usedName } = folded;
    const [firstWord] = firstName.split(' ', 1);
    put(traits, [birthDate, sex, birthName, firstWord].join('|'), index);
    put(names, `${birthDate}|${birthName}|${firstName}`, index);
    put(byBirthName, `${birthDate}|${birthName}`, index);

    // A used name that is the birth name adds nothing.
    if (usedName !== null && usedName !== birthName) put(byUsedName, `${birthDate}|${usedName}`, index);
  }
  return { traits, names, byBirthName, byUsedName };
}

function swapNames(key: string): string {
  return key.replace(/\|(.*)\|(.*)/, '|$2|$1');
}
