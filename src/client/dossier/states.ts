import type { DossierStatus } from './model.ts';

/** How a state of the dossier is shown to a doctor. @group Dossier */
export interface DossierStateRow {
  /** Short, for an icon or a column, in French. */
  readonly label: string;
  /** The French sentence: what is known, and what can be done. */
  readonly sentence: string;
}

/**
 * Every state of `dossier.status` as it is shown.
 *
 * @example
 * ```ts
 * import { dossierStates } from 'terr-esante-sdk';
 *
 * dossierStates.absent.label; // 'À créer'
 * ```
 *
 * @see Terr-eSanté, integration guide of éO: the three icons of the dossier
 * @group Dossier
 */
export const dossierStates: Readonly<Record<DossierStatus['state'], DossierStateRow>> = {
  exists: { label: 'Existe', sentence: 'Le patient a un dossier.' },
  absent: { label: 'À créer', sentence: "Le patient n'a pas de dossier : il peut être créé avec son consentement." },
  incomplete: {
    label: 'Identité incomplète',
    sentence: "Il manque des traits d'identité : complétez-les pour interroger la plateforme.",
  },
  ambiguous: {
    label: 'Identité ambiguë',
    sentence: "Plusieurs patients correspondent : aucun n'est choisi, vérifiez l'identité.",
  },
  closed: { label: 'Fermé', sentence: 'Le dossier du patient est fermé : rien ne peut y être déposé.' },
  unknown: { label: 'Inconnu', sentence: 'La plateforme ne dit pas si le dossier existe.' },
};
