import type { RuleCatalogue } from '../internal/finding.ts';

const form = 'Forme PatientInput de la bibliothèque, docs/identity.md';

const correctFile = {
  fr: 'Corriger la syntaxe du fichier, qui doit être en UTF-8.',
  en: 'Correct the syntax of the file, which must be in UTF-8.',
} as const;

/** What may be wrong with the record of a file, before an identity is read from it. */
export const recordRules = {
  'IDENTITY-JSON': {
    severity: 'error',
    fr: "L'enregistrement n'est pas du JSON bien formé.",
    en: 'The record is not well-formed JSON.',
    fix: correctFile,
    reference: 'RFC 8259, The JavaScript Object Notation (JSON) Data Interchange Format',
  },
  'IDENTITY-JSON-OBJECT': {
    severity: 'error',
    fr: "L'enregistrement n'est pas un objet JSON décrivant un patient.",
    en: 'The record is not a JSON object that describes a patient.',
    fix: {
      fr: 'Donner un objet par patient, avec la clé « traits ».',
      en: 'Give one object per patient, with the key "traits".',
    },
    expected: '{ "traits": { … } }',
    reference: form,
  },
  'IDENTITY-RECORD-LENGTH': {
    severity: 'error',
    fr: "L'enregistrement dépasse 1 000 000 caractères.",
    en: 'The record is longer than 1,000,000 characters.',
    fix: {
      fr: 'Vérifier les fins de ligne et les guillemets du fichier.',
      en: 'Verify the line ends and the quotation marks of the file.',
    },
    reference: 'Règle de prudence de la bibliothèque',
  },
  'IDENTITY-CSV-CELLS': {
    severity: 'error',
    fr: 'La ligne a plus de cellules que de colonnes.',
    en: 'The line has more cells than columns.',
    fix: correctFile,
    reference: 'RFC 4180, Common Format and MIME Type for CSV Files, section 2',
  },
  'IDENTITY-CSV-QUOTE': {
    severity: 'error',
    fr: "Une cellule entre guillemets n'est jamais refermée.",
    en: 'A quoted cell is never closed.',
    fix: correctFile,
    reference: 'RFC 4180, Common Format and MIME Type for CSV Files, section 2',
  },
} as const satisfies RuleCatalogue;
