import type { DocumentVisibilityCode, NoteTypeCode } from '../../documents/index.ts';

/** @see ANS, JDV_J23-TypeNoteCahierLiaison-CISIS, version 20200424120000 */
export const noteTypes: Readonly<Record<NoteTypeCode, string>> = {
  'DEM-AVIS': "Demande d'avis",
  GEN: 'Note générale',
  INST: 'Instruction',
  INTERV: "Note d'intervention",
  OBS: "Note d'observation",
};

export const noteTypeCodes = Object.keys(noteTypes) as readonly NoteTypeCode[];

/** @see ANS, JDV_J110-StatutVisibiliteDocument-CISIS, version 20200424120000 */
export const visibilities: Readonly<Record<DocumentVisibilityCode, string>> = {
  INVISIBLE_PATIENT: 'Non visible par le patient',
  INVISIBLE_REPRESENTANTS_LEGAUX: 'Non visible par les représentants légaux du patient',
  MASQUE_PS: 'Masqué aux professionnels de santé',
  MASQUE_PSOCIAL: 'Masqué aux professionnels du domaine social',
  MASQUE_PT: 'Masqué aux personnes tierces',
};

export const visibilityCodes = Object.keys(visibilities) as readonly DocumentVisibilityCode[];
