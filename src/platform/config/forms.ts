import type { StructureIdKind } from './model.ts';

/*
 * Forms of identifiers and codes, for the rules and for `schemas/config.schema.json`, which
 * `scripts/json-schemas.mjs` writes.
 */

/** A professional of the health directory (ANS): eleven digits. */
export const rppsForm = /^[0-9]{11}$/;

/** TRE_R02-SecteurActivite. */
export const sectorForm = /^SA[0-9]{2}$/;

/** The digit of the kind, then the number (TRE_G07-TypeIdentifiantStructure). */
export const structureIdForms: Readonly<Record<StructureIdKind, RegExp>> = {
  FINESS: /^1[0-9][0-9AB][0-9]{7}$/,
  SIRET: /^3[0-9]{14}$/,
  SIREN: /^2[0-9]{9}$/,
  'RPPS-RANG': /^4[0-9]{14}$/,
  'ADELI-RANG': /^0[0-9A-Z]{9,14}$/,
  INTERNAL: /^[0-9A-Za-z./-]{1,64}$/,
};
