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
  professionalIdOid,
  type CheckRppsOptions,
  type ProfessionalId,
  type ProfessionalIdKind,
  type ProfessionalIdParts,
} from './professional-id.ts';
export {
  checkStructureId,
  composeStructureId,
  parseStructureId,
  structureIdOid,
  type StructureId,
  type StructureIdKind,
} from './structure-id.ts';
