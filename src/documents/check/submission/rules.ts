import type { Rule } from '../rule.ts';

const link = "CI-SIS, lien entre l'en-tête CDA et les métadonnées XDS";

function differs(id: string, what: string, whatEn: string, severity: Rule['severity'] = 'error'): Rule {
  return {
    id,
    severity,
    message: `${what} : le document et ses métadonnées ne disent pas la même chose.`,
    messageEn: `${whatEn}: the document and its metadata differ.`,
    expected: "la valeur de l'en-tête du CDA",
    fix: "Refaire les métadonnées à partir de l'en-tête du document.",
    reference: link,
  };
}

/** Rules that hold between a document, its metadata, the archive and the mail. */
export const submissionRules = {
  patient: {
    ...differs('SUB-PATIENT', 'Patient', 'patientId'),
    fix: "Ne rien envoyer : vérifier de quel patient il s'agit, puis refaire le document et ses métadonnées.",
  },
  traits: {
    ...differs('SUB-TRAITS', 'Traits du patient', 'sourcePatientInfo'),
    fix: "Ne rien envoyer : vérifier de quel patient il s'agit, puis refaire le document et ses métadonnées.",
  },
  uniqueId: differs('SUB-UNIQUE-ID', 'Identifiant du document', 'uniqueId'),
  title: differs('SUB-TITLE', 'Titre', 'title'),
  type: differs('SUB-TYPE', 'Type du document', 'typeCode'),
  level: differs('SUB-CONFIDENTIALITY', 'Niveau de confidentialité', 'confidentialityCode'),
  time: differs('SUB-TIME', 'Dates', 'creationTime, serviceStartTime or serviceStopTime'),
  mimeType: differs('SUB-MIME-TYPE', 'Nature du document', 'mimeType, languageCode or typeCode of a CDA', 'warning'),
  author: differs('SUB-AUTHOR', 'Auteur', 'author', 'warning'),
  bytes: {
    id: 'SUB-BYTES',
    severity: 'error',
    message: 'Les octets du document ne sont pas ceux que décrivent ses métadonnées.',
    messageEn: 'hash or size are not those of the document bytes.',
    expected: null,
    fix: 'Ne pas modifier un document après la création de ses métadonnées.',
    reference: 'IHE ITI TF-3, section 4.2.3.2',
  },
  archive: {
    id: 'SUB-ARCHIVE',
    severity: 'error',
    message: "L'archive ne contient pas exactement les documents de l'envoi.",
    messageEn: 'The archive does not hold exactly the documents of the submission.',
    expected: 'les mêmes documents, avec les mêmes empreintes et métadonnées',
    fix: "Refaire l'archive à partir de l'envoi.",
    reference: 'IHE ITI TF-2, section 3.32',
  },
  unreadable: {
    id: 'SUB-CDA',
    severity: 'error',
    message: "Un document de l'envoi n'est pas un CDA lisible.",
    messageEn: 'A document is not a readable CDA.',
    expected: 'un document CDA R2',
    fix: 'Refaire le document.',
    reference: 'CI-SIS, volet Structuration minimale de documents de santé',
  },
  mailPatient: {
    id: 'SUB-MAIL-PATIENT',
    severity: 'error',
    message: 'Le message ne désigne pas le patient des documents.',
    messageEn: 'What the mail says of the patient is not what the documents say.',
    expected: "les traits de l'en-tête du CDA",
    fix: "Refaire l'envoi à partir des documents.",
    reference: 'Référentiel MSSanté n° 2, ECO.2.1.3 (second-hand)',
  },
} as const satisfies Record<string, Rule>;
