import { comparableName } from '../names.ts';
import type { PatientInput } from '../patient.ts';
import { compareIdentities, insKeyOf, swapDayMonth } from './compare.ts';

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

function sameIns(patients: readonly PatientInput[], groups: DuplicateGroup[]): void {
  const active: Buckets = new Map();
  const any: Buckets = new Map();
  for (const [index, patient] of patients.entries()) {
    const key = insKeyOf(patient.ins);
    if (key !== null) put(active, key, index);
    for (const ins of [patient.ins, ...(patient.insHistory ?? [])]) {
      const one = insKeyOf(ins);
      if (one !== null) put(any, one, index);
    }
  }
  for (const [key, records] of any) {
    if (records.length < 2) continue;
    const reasons: DuplicateReason[] = [active.get(key)?.length === records.length ? 'SAME_INS' : 'FORMER_INS'];
    // The INS itself is the same: the comparison is that of the traits, each with the first record.
    const bare = (index: number | undefined): PatientInput => ({ traits: patients[index ?? 0]?.traits ?? {} });
    if (records.some((index) => compareIdentities(bare(records[0]), bare(index)).outcome === 'mismatch')) {
      reasons.push('COLLISION');
    }
    groups.push({ key: 'A', reasons, records });
  }
}

/**
 * One group for each bucket that has a counterpart, whose key is told by `counterpart`, among the
 * others.
 */
function pair(
  buckets: Buckets,
  others: Buckets,
  counterpart: (key: string) => string,
  reason: DuplicateReason,
  groups: DuplicateGroup[],
): void {
  for (const [key, records] of buckets) {
    const other = counterpart(key);
    // Within one list each pair is seen from both sides: keep the side with the smaller key.
    if (buckets === others && other <= key) continue;
    const union = [...new Set([...records, ...(others.get(other) ?? [])])].sort((a, b) => a - b);
    if (others.has(other) && union.length > 1) groups.push({ key: 'C', reasons: [reason], records: union });
  }
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
  const groups: DuplicateGroup[] = [];
  sameIns(patients, groups);
  const traits: Buckets = new Map();
  const names: Buckets = new Map();
  const byBirthName: Buckets = new Map();
  const byUsedName: Buckets = new Map();
  for (const [index, patient] of patients.entries()) {
    const folded = fold(patient);
    if (!folded) continue;
    const { birthDate, sex, birthName, firstName, usedName } = folded;
    put(traits, `${birthDate}|${sex}|${birthName}|${firstName.split(' ', 1)[0] ?? ''}`, index);
    put(names, `${birthDate}|${birthName}|${firstName}`, index);
    put(byBirthName, `${birthDate}|${birthName}`, index);
    // A used name that is the birth name says nothing more.
    if (usedName !== null && usedName !== birthName) put(byUsedName, `${birthDate}|${usedName}`, index);
  }
  for (const [, records] of traits) {
    if (records.length > 1) groups.push({ key: 'B', reasons: ['SAME_TRAITS'], records });
  }
  const swapNames = (key: string): string => key.replace(/\|(.*)\|(.*)/, '|$2|$1');
  pair(names, names, swapNames, 'NAMES_SWAPPED', groups);
  pair(byUsedName, byBirthName, (key) => key, 'USED_NAME', groups);
  pair(traits, traits, (key) => swapDayMonth(key) + key.slice(10), 'DAY_MONTH_SWAPPED', groups);
  pair(traits, traits, (key) => key.replace(/(?<=^\d{4}-)01-01/, '12-31'), 'YEAR_ONLY_DATE', groups);
  return groups;
}
