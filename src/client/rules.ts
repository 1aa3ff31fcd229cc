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
  'DOSSIER-NOT-READABLE': {
    severity: 'warning',
    fr: "Le dossier ne se laisse pas lire par ce professionnel : l'état est celui que disent les messages.",
    en: 'This professional may not read the dossier: the state is what the mails say.',
    fix: {
      fr: 'Rejoindre le cercle de soins avec le consentement du patient pour vérifier dans le dossier.',
      en: 'Join the care circle, with the consent of the patient, to check in the dossier.',
    },
    reference: 'Code de la santé publique, article L.1110-4',
  },
} as const satisfies RuleCatalogue;
