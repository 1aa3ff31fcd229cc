import { loadNomenclature, type Nomenclature } from '../../../nomenclature/index.ts';

/** The tables that the header refers to, loaded together before a check. */
export interface CheckTables {
  readonly types: Nomenclature;
  readonly retired: Nomenclature;
  readonly professions: Nomenclature;
  readonly functions: Nomenclature;
  readonly settings: Nomenclature;
  readonly facilities: Nomenclature;
  readonly encounters: Nomenclature;
  readonly relations: Nomenclature;
  readonly participations: Nomenclature;
}

export async function loadTables(): Promise<CheckTables> {
  const [types, retired, professions, functions, settings, facilities, encounters, relations, participations] =
    await Promise.all(
      (
        [
          'typeCode',
          'retiredType',
          'authorSpecialty',
          'functionCode',
          'practiceSetting',
          'healthcareFacilityType',
          'encounterType',
          'relation',
          'participationType',
        ] as const
      ).map(loadNomenclature),
    );
  if (
    !types ||
    !retired ||
    !professions ||
    !functions ||
    !settings ||
    !facilities ||
    !encounters ||
    !relations ||
    !participations
  ) {
    throw new Error('a table was not loaded');
  }
  return { types, retired, professions, functions, settings, facilities, encounters, relations, participations };
}
