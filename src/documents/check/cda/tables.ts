import { loadNomenclature, type Nomenclature } from '../../../nomenclature/index.ts';

/** The tables that the header refers to, by the name they have in the checks. */
const names = {
  types: 'typeCode',
  retired: 'retiredType',
  professions: 'authorSpecialty',
  functions: 'functionCode',
  settings: 'practiceSetting',
  facilities: 'healthcareFacilityType',
  encounters: 'encounterType',
  relations: 'relation',
  participations: 'participationType',
} as const;

export type CheckTables = Readonly<Record<keyof typeof names, Nomenclature>>;

/** Loads the tables together, before a check. */
export async function loadTables(): Promise<CheckTables> {
  const loaded = await Promise.all(
    Object.entries(names).map(async ([name, table]) => [name, await loadNomenclature(table)] as const),
  );
  return Object.fromEntries(loaded) as CheckTables;
}
