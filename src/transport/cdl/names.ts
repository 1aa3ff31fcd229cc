import type { DocumentVisibilityCode, NoteTypeCode } from '../../documents/index.ts';

/** Addresses of the guide Cahier de liaison 3.0.0 (ANS). */
const cdl = 'https://interop.esante.gouv.fr/ig/fhir/cdl/StructureDefinition';

export const cdlNames = {
  note: `${cdl}/cdl-document-reference`,
  creation: `${cdl}/cdl-bundle-creation-note`,
  isEmergency: `${cdl}/cdl-ext-is-emergency`,
} as const;

/** TRE_R234. @see ANS, Cahier de liaison 3.0.0: types of its notes */
export const noteTypeSystem = 'https://mos.esante.gouv.fr/NOS/TRE_R234-TypeNote/FHIR/TRE-R234-TypeNote';

/** TRE_A07, of which JDV_J110 is made. @see ANS, NOS: TRE_A07-StatutVisibiliteDocument */
export const visibilitySystem =
  'https://mos.esante.gouv.fr/NOS/TRE_A07-StatutVisibiliteDocument/FHIR/TRE-A07-StatutVisibiliteDocument';

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
