export type {
  BirthPlace,
  IdentityStatus,
  LocalIdentifier,
  PatientInput,
  PatientIns,
  PatientTraits,
  Sex,
} from './patient.ts';
export type { Professional, Structure } from './professional.ts';
