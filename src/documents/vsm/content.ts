import type { Coded } from '../model/document.ts';
import type { RelationCode } from '../../nomenclature/index.ts';

/** A code whose system is fixed by where it stands. @group VSM */
export interface CodeLabel {
  readonly code: string;
  readonly displayName: string;
}

/**
 * A list, or what is said instead: `'none'` when the absence is known and may be asserted. An empty
 * or absent list is written as not filled in, never as an absence.
 *
 * @group VSM
 */
export type VsmList<T> = readonly T[] | 'none';

/** A problem of health, current or past. Dates are `YYYY`, `YYYY-MM` or `YYYY-MM-DD`. @group VSM */
export interface VsmProblem {
  readonly text: string;
  /** CIM-10. Without it the section is not normalised. */
  readonly code?: CodeLabel | undefined;
  readonly start?: string | undefined;
  readonly end?: string | undefined;
  /** Default: `active` for a current problem, `completed` for a past one. */
  readonly status?: 'active' | 'suspended' | 'aborted' | 'completed' | undefined;
}

/** A surgical act. @group VSM */
export interface VsmProcedure {
  readonly text: string;
  /** CCAM. Without it the section is not normalised. */
  readonly code?: CodeLabel | undefined;
  readonly date?: string | undefined;
}

/** An allergy or a hypersensitivity. @group VSM */
export interface VsmAllergy {
  readonly text: string;
  /**
   * Kind, SNOMED CT, for example 416098002, drug allergy. Without it the section is not normalised.
   */
  readonly kind?: CodeLabel | undefined;
  readonly agent?: { readonly text: string; readonly code?: Coded | undefined } | undefined;
  readonly start?: string | undefined;
  readonly end?: string | undefined;
  /** Default: `active`. */
  readonly status?: 'active' | 'suspended' | 'aborted' | 'completed' | undefined;
}

/** A habit: tobacco, alcohol, exercise… @group VSM */
export interface VsmHabit {
  readonly text: string;
  /** LOINC, for example 74011-8, tobacco. Without it the section is not normalised. */
  readonly code?: CodeLabel | undefined;
  readonly since?: string | undefined;
  /** A quantity with its UCUM unit, or a coded value. Without it the section is not normalised. */
  readonly value?: { readonly quantity: number; readonly unit: string } | { readonly coded: Coded } | undefined;
}

/** A disease of a relative. @group VSM */
export interface VsmFamilyHistory {
  readonly text: string;
  readonly relation: RelationCode;
  /** CIM-10. Without it the section is not normalised. */
  readonly code?: CodeLabel | undefined;
  readonly date?: string | undefined;
}

/** A long-term treatment. @group VSM */
export interface VsmTreatment {
  /** Name of the product. */
  readonly name: string;
  /**
   * CIS, with the CIP of the presentation when it is known. Without it the section is not
   * normalised.
   */
  readonly product?: (CodeLabel & { readonly cip?: CodeLabel | undefined }) | undefined;
  readonly start?: string | undefined;
  readonly end?: string | undefined;
  /** Dosage as the patient reads it. */
  readonly dosage?: string | undefined;
  /** One taking every so many hours, days, weeks or months (UCUM units). */
  readonly every?: { readonly value: number; readonly unit: 'h' | 'd' | 'wk' | 'mo' } | undefined;
  /** Quantity of one taking; the unit is a UCUM unit, for example `{tablet}`. */
  readonly dose?: { readonly low: number; readonly high?: number | undefined; readonly unit: string } | undefined;
  /** EDQM, for example 20053000, oral use. */
  readonly route?: CodeLabel | undefined;
  readonly reason?: { readonly text: string; readonly code: CodeLabel } | undefined;
}

/** Content of a structured summary. @group VSM */
export interface VsmContent {
  readonly problems?: VsmList<VsmProblem> | undefined;
  readonly medicalHistory?: VsmList<VsmProblem> | undefined;
  readonly surgicalHistory?: VsmList<VsmProcedure> | undefined;
  readonly allergies?: VsmList<VsmAllergy> | undefined;
  readonly habits?: VsmList<VsmHabit> | undefined;
  /** Text only, as the model has it. */
  readonly occupationalRisks?: VsmList<string> | undefined;
  readonly familyHistory?: VsmList<VsmFamilyHistory> | undefined;
  /** Points de vigilance: text only, as the model has it. */
  readonly vigilance?: VsmList<string> | undefined;
  readonly treatments?: VsmList<VsmTreatment> | undefined;
}

/** Name of a section. @group VSM */
export type VsmSection = keyof VsmContent;

/** What the narrative and the refusals call each section. */
export const sectionTitles: Readonly<Record<VsmSection, { readonly title: string; readonly none: string }>> = {
  problems: { title: 'Pathologies en cours', none: 'Aucune pathologie en cours connue.' },
  medicalHistory: { title: 'Antécédents médicaux', none: 'Aucun antécédent médical connu.' },
  surgicalHistory: { title: 'Antécédents chirurgicaux', none: 'Aucun antécédent chirurgical connu.' },
  allergies: { title: 'Allergies et hypersensibilités', none: 'Aucune allergie ni hypersensibilité connue.' },
  habits: { title: 'Mode de vie', none: 'Aucun facteur de risque lié au mode de vie connu.' },
  occupationalRisks: {
    title: 'Facteurs de risque professionnels',
    none: 'Aucun facteur de risque professionnel connu.',
  },
  familyHistory: { title: 'Antécédents familiaux', none: 'Aucun antécédent familial connu.' },
  vigilance: { title: 'Points de vigilance', none: 'Aucun point de vigilance.' },
  treatments: { title: 'Traitement au long cours', none: 'Aucun traitement au long cours.' },
};
