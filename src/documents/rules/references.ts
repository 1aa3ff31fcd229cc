// The published texts that the rules of documents come from.
export const minimalStructure = 'CI-SIS, volet Structuration minimale de documents de santé';
export const cdaSchema = 'HL7 CDA R2, schéma CDA_extended du CI-SIS';
export const dataTypes =
  'HL7 V3 Data Types R1; CI-SIS, volet Structuration minimale de documents de santé, section 3.5.4';
export const medicalSummary = 'CI-SIS, volet Synthèse médicale (VSM) 2023.01';
export const contentModels = 'CI-SIS, Modèles de contenus CDA; IHE PCC TF-2';
export const narrativeBlock = 'HL7 CDA R2, narrative block';
export const insReferential = 'Référentiel Identifiant national de santé';
export const sharing = 'CI-SIS, volet Partage de documents de santé, métadonnées XDS';
export const headerToMetadata = "CI-SIS, lien entre l'en-tête CDA et les métadonnées XDS";
export const media = 'IHE ITI TF-2, section 3.32';
export const pdfBody = 'CI-SIS, volet Structuration minimale de documents de santé : corps non structuré en PDF/A-1';
export const prudence = 'Règle de prudence de la bibliothèque';
