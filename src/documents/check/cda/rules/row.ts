import type { Severity } from '../../../../errors.ts';

/** One rule of the check of a CDA document. */
export type Row = readonly [
  severity: Severity,
  message: string,
  messageEn: string,
  expected: string | null,
  fix: string,
  reference: string,
];

/** The published texts that the rules come from. */
export const header: string = 'CI-SIS, volet Structuration minimale de documents de santé, ';
export const schema: string = 'HL7 CDA R2, schéma CDA_extended du CI-SIS';
export const dataTypes: string =
  'HL7 V3 Data Types R1; CI-SIS, volet Structuration minimale de documents de santé, section 3.5.4';
export const vsm: string = 'CI-SIS, volet Synthèse médicale (VSM) 2023.01';
export const models: string = 'CI-SIS, Modèles de contenus CDA; IHE PCC TF-2';
