import type { RuleCatalogue } from '../../internal/finding.ts';

const reference = 'Règle de prudence de la bibliothèque : une clé ignorée serait un choix perdu sans bruit';

/** Rules of the JSON description of a document, as `terr-esante document build` reads it. */
export const descriptionRules = {
  'SPEC-UNKNOWN-KEY': {
    severity: 'error',
    fr: 'Clé inconnue à cet endroit.',
    en: 'A key is not known here.',
    fix: { fr: 'Retirer cette clé.', en: 'Remove this key.' },
    reference,
  },
  'SPEC-MISSPELT': {
    severity: 'error',
    fr: 'Un nom ressemble à un nom connu, sans en être un.',
    en: 'A name looks like a known one, but is none.',
    fix: { fr: "Écrire « {meant} », si c'est le nom voulu.", en: 'Write "{meant}", if that is what was meant.' },
    reference,
  },
  'SPEC-MISSING': {
    severity: 'error',
    fr: 'Une clé obligatoire manque.',
    en: 'A required key is missing.',
    fix: { fr: 'Ajouter cette clé à la description.', en: 'Add this key to the description.' },
    reference,
  },
  'SPEC-TYPE': {
    severity: 'error',
    fr: "La valeur n'est pas de la nature attendue.",
    en: 'The value is not of the expected kind.',
    fix: { fr: 'Corriger la valeur de cette clé.', en: 'Correct the value of this key.' },
    reference,
  },
  'SPEC-PDF': {
    severity: 'error',
    fr: 'Aucun fichier lisible à cet endroit.',
    en: 'There is no readable file at this path.',
    fix: {
      fr: 'Placer le PDF à cet endroit, ou changer le chemin : il part du dossier de la description.',
      en: 'Put the PDF at this place, or change the path: it starts from the folder of the description.',
    },
    reference,
  },
} as const satisfies RuleCatalogue;
