/** The national code tables, offline: lookups, searches and code unions. */
export type {
  ClassCode,
  EncounterTypeCode,
  FunctionCode,
  HealthcareFacilityTypeCode,
  ParticipationTypeCode,
  PracticeSettingCode,
  RelationCode,
  RetiredTypeCode,
  TypeCode,
} from './codes.ts';
export type { Coded } from './coded.ts';
export type { Concept } from './concept.ts';
export { formatCodeOf, type FormatSource } from './format.ts';
export { isActiveOn, lookup, search, type SearchOptions } from './lookup.ts';
export type { NomenclatureName } from './names.ts';
export { loadNomenclature, type Nomenclature } from './nomenclature.ts';
export { classByCode, classOfType, coded, findType, type ClassScope } from './types.ts';
