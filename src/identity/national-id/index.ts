/**
 * RPPS, ADELI, FINESS, SIRET: read, checked, composed. Guide: `docs/identity.md`.
 *
 * @packageDocumentation
 */

export {
  checkProfessionalId,
  checkRpps,
  composeProfessionalId,
  parseProfessionalId,
  type ProfessionalId,
  type ProfessionalIdKind,
} from './professional-id.ts';
export {
  checkStructureId,
  composeStructureId,
  parseStructureId,
  type StructureId,
  type StructureIdKind,
} from './structure-id.ts';
