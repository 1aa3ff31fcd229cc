import type { RuleCatalogue } from '../../internal/finding.ts';

const prudence = 'Règle de prudence de la bibliothèque';
const askForIt = {
  fr: "Demander à l'éditeur un descripteur fait pour cette version.",
  en: 'Ask the vendor for a descriptor made for this version.',
} as const;

/** What makes `loadDescriptor` refuse a descriptor. */
export const descriptorRules = {
  'DESC-HASH': {
    severity: 'error',
    fr: "Le descripteur n'est pas celui dont l'empreinte est fixée.",
    en: 'The descriptor is not the one whose hash is pinned.',
    fix: {
      fr: "Reprendre le fichier d'origine, ou relire le nouveau puis fixer son empreinte.",
      en: 'Take the original file back, or read the new one and pin its hash.',
    },
    reference: prudence,
  },
  'DESC-JSON': {
    severity: 'error',
    fr: "Le descripteur n'est pas un objet JSON lisible, ou il est trop grand.",
    en: 'The descriptor is no readable JSON object, or is too large.',
    fix: { fr: "Reprendre le fichier d'origine.", en: 'Take the original file back.' },
    expected: 'JSON (RFC 8259), UTF-8',
    reference: prudence,
  },
  'DESC-FORMAT': {
    severity: 'error',
    fr: 'Le descripteur est écrit pour une autre version de la bibliothèque.',
    en: 'The descriptor is written for another version of the library.',
    fix: askForIt,
    reference: prudence,
  },
  'DESC-MISSING': {
    severity: 'error',
    fr: 'Une valeur du descripteur manque.',
    en: 'A value of the descriptor is missing.',
    fix: askForIt,
    reference: prudence,
  },
  'DESC-UNKNOWN': {
    severity: 'error',
    fr: 'Le descripteur contient un champ inconnu, dont personne ne tiendrait compte.',
    en: 'The descriptor holds an unknown field, which nobody would heed.',
    fix: { fr: 'Corriger ou retirer ce champ.', en: 'Correct or remove this field.' },
    reference: prudence,
  },
  'DESC-VALUE': {
    severity: 'error',
    fr: "Une valeur du descripteur n'est pas de la nature ou de la forme attendue.",
    en: 'A value of the descriptor is not of the expected kind or form.',
    fix: { fr: 'Corriger cette valeur.', en: 'Correct this value.' },
    reference: prudence,
  },
  'DESC-GRADE': {
    severity: 'error',
    fr: "Une valeur du descripteur ne dit pas d'où elle vient.",
    en: 'A value of the descriptor does not say where it comes from.',
    fix: {
      fr: 'Donner la valeur, son degré de certitude et sa source (value, confidence, evidence).',
      en: 'Give the value, its confidence and its evidence.',
    },
    reference: prudence,
  },
  'DESC-ENVIRONMENT': {
    severity: 'error',
    fr: 'Une valeur du descripteur appartient à un autre environnement que le sien.',
    en: 'A value of the descriptor belongs to another environment than its own.',
    fix: {
      fr: 'Prendre le descripteur de cet environnement : production et essais ne se mélangent jamais.',
      en: 'Take the descriptor of this environment: production and tests are never mixed.',
    },
    reference: prudence,
  },
} as const satisfies RuleCatalogue;
