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
   * `A`: the same INS, active or former. `B`: the same birth date, sex, birth name and first word of the first given
   * name: potential duplicate. `C`: to examine.
   */
  readonly key: 'A' | 'B' | 'C';
  readonly reasons: readonly DuplicateReason[];
  /** Positions in the list that was given, in order. */
  readonly records: readonly number[];
}

interface Folded {
  readonly index: number;
  readonly birthName: string;
  readonly firstName: string;
  readonly firstWord: string;
  readonly usedName: string | null;
  readonly birthDate: string;
  readonly sex: string;
}

function fold(patient: PatientInput, index: number): Folded | null {
  const { birthName, firstName, usedName, birthDate, sex } = patient.traits;
  if (typeof birthName !== 'string' || typeof firstName !== 'string' || typeof birthDate !== 'string') return null;
  if (!/^\d{4}-\d{2}-\d{2}$/.test(birthDate)) return null;
  const birth = comparableName(birthName);
  const first = comparableName(firstName);
  if (birth === null || first === null) return null;
  const firstWord = first.split(' ', 1)[0] ?? '';
  const used = typeof usedName === 'string' ? comparableName(usedName) : null;
  return { index, birthName: birth, firstName: first, firstWord, usedName: used, birthDate, sex: sex ?? '' };
}

type Buckets = Map<string, number[]>;

function put(buckets: Buckets, key: string, index: number): void {
  const bucket = buckets.get(key);
  if (!bucket) buckets.set(key, [index]);
  else if (bucket.at(-1) !== index) bucket.push(index);
}

function union(a: readonly number[], b: readonly number[]): number[] {
  return [...new Set([...a, ...b])].sort((one, other) => one - other);
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
    if (records.some((index) => compareIdentities(bare(records[0]), bare(index)).outcome === 'mismatch'))
      reasons.push('COLLISION');
    groups.push({ key: 'A', reasons, records });
  }
}

/** Pairs of buckets whose keys mirror each other: one group for each pair. */
function mirrored(
  buckets: Buckets,
  mirrorOf: (key: string) => string | null,
  reason: DuplicateReason,
  groups: DuplicateGroup[],
): void {
  for (const [key, records] of buckets) {
    const mirror = mirrorOf(key);
    // Each pair is seen from both sides: keep the side with the smaller key.
    if (mirror === null || mirror <= key) continue;
    const others = buckets.get(mirror);
    if (others) groups.push({ key: 'C', reasons: [reason], records: union(records, others) });
  }
}

function usedNames(folds: readonly Folded[], groups: DuplicateGroup[]): void {
  const byBirthName: Buckets = new Map();
  const byUsedName: Buckets = new Map();
  for (const { index, birthDate, birthName, usedName } of folds) {
    put(byBirthName, `${birthDate}|${birthName}`, index);
    // A used name that is the birth name says nothing more.
    if (usedName !== null && usedName !== birthName) put(byUsedName, `${birthDate}|${usedName}`, index);
  }
  for (const [key, users] of byUsedName) {
    const named = byBirthName.get(key);
    const records = named ? union(users, named) : [];
    if (records.length > 1) groups.push({ key: 'C', reasons: ['USED_NAME'], records });
  }
}

/**
 * Finds records that may be one person, with deterministic keys and their reasons. No score, and never a merge: a human
 * decides. Time is proportional to the number of records.
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
  const folds = patients.flatMap((patient, index) => fold(patient, index) ?? []);

  const traits: Buckets = new Map();
  const names: Buckets = new Map();
  for (const { index, birthDate, sex, birthName, firstName, firstWord } of folds) {
    put(traits, `${birthDate}|${sex}|${birthName}|${firstWord}`, index);
    put(names, `${birthDate}|${birthName}|${firstName}`, index);
  }
  for (const [, records] of traits)
    if (records.length > 1) groups.push({ key: 'B', reasons: ['SAME_TRAITS'], records });

  mirrored(
    names,
    (key) => {
      const [date = '', birthName = '', firstName = ''] = key.split('|');
      return birthName === firstName ? null : `${date}|${firstName}|${birthName}`;
    },
    'NAMES_SWAPPED',
    groups,
  );
  usedNames(folds, groups);
  const withDate = (key: string, date: string): string => date + key.slice(10);
  mirrored(traits, (key) => withDate(key, swapDayMonth(key)), 'DAY_MONTH_SWAPPED', groups);
  mirrored(
    traits,
    (key) => (key.slice(5, 10) === '01-01' ? withDate(key, `${key.slice(0, 5)}12-31`) : null),
    'YEAR_ONLY_DATE',
    groups,
  );
  return groups;
}
