import type { RuleCatalogue } from '../internal/finding.ts';

/** Rules of the client's own warnings about a deposit. */
export const clientRules = {
  'DOSSIER-NOT-CHECKED': {
    severity: 'warning',
    fr: "L'existence du dossier n'a pas pu être vérifiée : cette plateforme n'offre pas la question.",
    en: 'Whether the dossier exists was not checked: this platform does not offer the question.',
    fix: { fr: 'Vérifier le dossier dans le portail.', en: 'Check the dossier in the portal.' },
    reference: 'Règle de prudence de la bibliothèque',
  },
  'DEPOSIT-ALREADY-FILED': {
    severity: 'warning',
    fr: "La plateforme avait déjà ces documents, octet pour octet : rien n'a été ajouté.",
    en: 'The platform already had these very documents: nothing was added.',
    fix: { fr: 'Ne rien faire : les documents sont dans le dossier.', en: 'Do nothing: the documents are there.' },
    reference: 'IHE ITI TF-3, 4.2.2.1.4 : uniqueId et hash',
  },
} as const satisfies RuleCatalogue;
