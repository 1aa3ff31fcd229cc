import { header, type Row } from './row.ts';

type BodyRuleId =
  | 'CDA-BODY'
  | 'CDA-MEDIA-TYPE'
  | 'CDA-MEDIA-TYPE-OLD'
  | 'CDA-REPRESENTATION'
  | 'CDA-BASE64'
  | 'CDA-PDF'
  | 'CDA-NARRATIVE'
  | 'CDA-NARRATIVE-ID'
  | 'CDA-NARRATIVE-LINK-SYNTAX'
  | 'CDA-NARRATIVE-LINK';

/** Level 1 and narrative. */
export const bodyRows: Readonly<Record<BodyRuleId, Row>> = {
  'CDA-BODY': [
    'error',
    'Le corps du document manque.',
    'The document has no body.',
    'component/nonXMLBody ou component/structuredBody',
    'Ajoutez un corps.',
    `${header}corps`,
  ],
  'CDA-MEDIA-TYPE': [
    'error',
    "Le format du contenu n'est pas à émettre.",
    'The media type of the content is not to be written.',
    'application/pdf ou text/plain',
    'Transformez le contenu en PDF/A-1.',
    `${header}corps non structuré`,
  ],
  'CDA-MEDIA-TYPE-OLD': [
    'warning',
    "Le format du contenu n'est plus à émettre.",
    'The media type of the content is no longer to be written.',
    'application/pdf ou text/plain',
    'Transformez le contenu en PDF/A-1.',
    `${header}corps non structuré`,
  ],
  'CDA-REPRESENTATION': [
    'error',
    'Le contenu doit être en base64, annoncé par representation="B64".',
    'The content must be base64, said by representation="B64".',
    'B64',
    'Encodez le contenu et ajoutez representation="B64".',
    `${header}corps non structuré`,
  ],
  'CDA-BASE64': [
    'error',
    "Le contenu n'est pas un base64 lisible.",
    'The content is no readable base64.',
    'base64',
    'Encodez à nouveau le contenu.',
    `${header}corps non structuré`,
  ],
  'CDA-PDF': [
    'error',
    "Le contenu annoncé comme PDF n'en est pas un.",
    'The content said to be a PDF is none.',
    '%PDF-',
    'Vérifiez le fichier inséré.',
    `${header}corps non structuré`,
  ],
  'CDA-NARRATIVE': [
    'error',
    "Le texte d'une section contient un élément ou un texte mal placé.",
    'The narrative of a section holds a misplaced element or text.',
    null,
    'Corrigez la mise en forme du texte.',
    'HL7 CDA R2, narrative block',
  ],
  'CDA-NARRATIVE-ID': [
    'error',
    'Un identifiant ID est répété ou mal formé.',
    'An ID is repeated or malformed.',
    'ID unique dans le document',
    'Rendez chaque ID unique.',
    'HL7 CDA R2, narrative block',
  ],
  'CDA-NARRATIVE-LINK-SYNTAX': [
    'error',
    'Un lien vers le texte contient un espace.',
    'A link to the narrative holds a space.',
    '#ID',
    'Corrigez reference/@value.',
    'HL7 CDA R2, narrative block',
  ],
  'CDA-NARRATIVE-LINK': [
    'warning',
    "Une entrée renvoie à un texte qui n'existe pas.",
    'An entry points to a text that does not exist.',
    'un ID du texte',
    'Corrigez reference/@value.',
    'HL7 CDA R2, narrative block',
  ],
};
