import type { TerrESanteErrorCode } from '../../errors.ts';
import type { ErrorCodeRow } from './model.ts';

/** Documents, codes, PDF, XML and archives. */
export const documentCodes = {
  TE_DOCUMENT_INVALID: {
    retryable: false,
    cause: {
      fr: 'Un document ou ses métadonnées ne respectent pas les règles.',
      en: 'A document or its metadata break the rules.',
    },
    doctor: 'Le document serait refusé : voyez ce qui est à corriger.',
    developer: {
      fr: "Afficher `findings` : chaque constat dit l'endroit et que faire.",
      en: 'Show `findings`: each says where and what to do.',
    },
  },
  TE_CODE_UNKNOWN: {
    retryable: false,
    cause: {
      fr: "Un code n'est pas dans la table nationale attendue.",
      en: 'A code is not in the expected national table.',
    },
    doctor: 'Un code est inconnu : choisissez-le dans la liste.',
    developer: {
      fr: 'Proposer les valeurs de la table que nomme la phrase.',
      en: 'Offer the values of the table that the sentence names.',
    },
  },
  TE_PDF_REFUSED: {
    retryable: false,
    cause: {
      fr: "Le fichier n'est pas un PDF accepté (PDF/A-1, sans code ni mot de passe).",
      en: 'The file is no accepted PDF (PDF/A-1, no script, no password).',
    },
    doctor: 'Le PDF est refusé : convertissez-le en PDF/A-1.',
    developer: {
      fr: "Afficher `findings` ; convertir avant l'appel.",
      en: 'Show `findings`; convert before the call.',
    },
  },
  TE_XML_INVALID: {
    retryable: false,
    cause: {
      fr: 'Un XML est mal formé, trop grand ou contient ce qui est interdit (DOCTYPE, entités).',
      en: 'XML is malformed, too large or holds what is forbidden (DOCTYPE, entities).',
    },
    doctor: 'Le document reçu est illisible.',
    developer: {
      fr: 'Ne pas réparer le document : le demander de nouveau à son auteur.',
      en: 'Do not repair the document: ask its author for it again.',
    },
  },
  TE_ARCHIVE_INVALID: {
    retryable: false,
    cause: {
      fr: 'Une archive est altérée, trop grande, ou porte un nom de fichier dangereux.',
      en: 'An archive is altered, too large, or holds a dangerous file name.',
    },
    doctor: "L'archive reçue est refusée.",
    developer: {
      fr: 'Ne pas extraire autrement : demander un nouvel envoi.',
      en: 'Do not extract it by other means: ask for it again.',
    },
  },
  TE_NOT_NORMALISED: {
    retryable: false,
    cause: {
      fr: 'Une synthèse structurée a été demandée avec des données non codées.',
      en: 'A structured summary was asked for with data that are not coded.',
    },
    doctor: "La synthèse structurée n'est pas possible : des données ne sont pas codées.",
    developer: {
      fr: 'Coder les sections que nomme `details`, ou déposer la synthèse en PDF.',
      en: 'Code the sections that `details` names, or deposit the summary as a PDF.',
    },
  },
} as const satisfies Partial<Record<TerrESanteErrorCode, ErrorCodeRow>>;
