import type { RuleCatalogue } from '../../../internal/finding.ts';
import { minimalStructure, narrativeBlock } from '../references.ts';

/** Body of a document of level 1, and narrative of the sections. */
export const cdaBodyRules = {
  'CDA-BODY': {
    severity: 'error',
    fr: 'Le corps du document manque.',
    en: 'The document has no body.',
    fix: { fr: 'Ajouter un corps, nonXMLBody ou structuredBody.', en: 'Add a body, nonXMLBody or structuredBody.' },
    expected: 'component 1..1',
    reference: `${minimalStructure}, corps`,
  },
  'CDA-MEDIA-TYPE': {
    severity: 'error',
    fr: "Le format du contenu n'est pas à émettre.",
    en: 'The media type of the content must not be written.',
    fix: { fr: 'Transformer le contenu en PDF/A-1.', en: 'Convert the content to PDF/A-1.' },
    expected: 'application/pdf | text/plain',
    reference: `${minimalStructure}, corps non structuré`,
  },
  'CDA-MEDIA-TYPE-OLD': {
    severity: 'warning',
    fr: "Le format du contenu n'est plus à émettre.",
    en: 'The media type of the content must no longer be written.',
    fix: { fr: 'Transformer le contenu en PDF/A-1.', en: 'Convert the content to PDF/A-1.' },
    expected: 'application/pdf | text/plain',
    reference: `${minimalStructure}, corps non structuré`,
  },
  'CDA-REPRESENTATION': {
    severity: 'error',
    fr: 'Le contenu doit être en base64, annoncé par representation="B64".',
    en: 'The content must be base64, announced by representation="B64".',
    fix: {
      fr: 'Encoder le contenu en base64 et ajouter representation="B64".',
      en: 'Encode the content in base64 and add representation="B64".',
    },
    expected: 'B64',
    reference: `${minimalStructure}, corps non structuré`,
  },
  'CDA-BASE64': {
    severity: 'error',
    fr: "Le contenu n'est pas un base64 lisible.",
    en: 'The content cannot be read as base64.',
    fix: { fr: 'Encoder à nouveau le contenu.', en: 'Encode the content again.' },
    expected: 'base64',
    reference: `${minimalStructure}, corps non structuré`,
  },
  'CDA-PDF': {
    severity: 'error',
    fr: "Le contenu annoncé comme PDF n'en est pas un.",
    en: 'The content is announced as a PDF but is not one.',
    fix: { fr: 'Vérifier le fichier inséré.', en: 'Check the inserted file.' },
    expected: '%PDF-',
    reference: `${minimalStructure}, corps non structuré`,
  },
  'CDA-NARRATIVE': {
    severity: 'error',
    fr: "Le texte d'une section contient un élément ou un texte mal placé.",
    en: 'The narrative of a section holds a misplaced element or text.',
    fix: { fr: 'Corriger la mise en forme du texte.', en: 'Correct the markup of the text.' },
    reference: narrativeBlock,
  },
  'CDA-NARRATIVE-ID': {
    severity: 'error',
    fr: 'Un identifiant ID est répété ou mal formé.',
    en: 'An ID is repeated or malformed.',
    fix: {
      fr: "Rendre chaque ID unique dans le document, sous la forme d'un nom XML.",
      en: 'Make each ID unique in the document, in the form of an XML name.',
    },
    reference: narrativeBlock,
  },
  'CDA-NARRATIVE-LINK-SYNTAX': {
    severity: 'error',
    fr: 'Un lien vers le texte contient un espace.',
    en: 'A link to the narrative holds a space.',
    fix: {
      fr: "Corriger reference/@value : un dièse et l'ID du texte.",
      en: 'Correct reference/@value: a hash sign and the ID of the text.',
    },
    expected: '#ID',
    reference: narrativeBlock,
  },
  'CDA-NARRATIVE-LINK': {
    severity: 'warning',
    fr: "Une entrée renvoie à un texte qui n'existe pas.",
    en: 'An entry points to a text that does not exist.',
    fix: {
      fr: "Corriger reference/@value : l'ID d'un texte du document.",
      en: 'Correct reference/@value: the ID of a text of the document.',
    },
    expected: '#ID',
    reference: narrativeBlock,
  },
} as const satisfies RuleCatalogue;
