/** The national code tables, offline: lookups, searches and code unions. */
export type {
  ClassCode,
  DocumentVisibilityCode,
  EncounterTypeCode,
  FunctionCode,
  HealthcareFacilityTypeCode,
  NoteTypeCode,
  ParticipationTypeCode,
  PracticeSettingCode,
  RelationCode,
  RetiredTypeCode,
  TypeCode,
} from './codes.ts';
export type { Coded } from './coded.ts';
export type { Concept } from './concept.ts';
export { findFormatCode, type FormatSource } from './format.ts';
export { isActiveOn, findConcept, searchConcepts } from './find.ts';
export type { NomenclatureName } from './names.ts';
export { loadNomenclature, type Nomenclature } from './nomenclature.ts';
export { classByCode, findClassOfType, coded, findType, type ClassScope } from './types.ts';
