import type { RuleCatalogue, Sentence } from '../../internal/finding.ts';
import { headerToMetadata, media, minimalStructure } from './references.ts';

const remake: Sentence = {
  fr: "Refaire les métadonnées à partir de l'en-tête du document.",
  en: 'Make the metadata again from the header of the document.',
};
const whichPatient: Sentence = {
  fr: "Ne rien envoyer : vérifier de quel patient il s'agit, puis refaire le document et ses métadonnées.",
  en: 'Send nothing: check which patient it is, then make the document and its metadata again.',
};

/** What must agree between a document, its metadata, the archive and the mail. */
export const submissionRules = {
  'SUB-PATIENT': {
    severity: 'error',
    fr: 'Patient : le document et ses métadonnées diffèrent.',
    en: 'patientId: the document and its metadata differ.',
    fix: whichPatient,
    expected: 'ClinicalDocument/recordTarget/patientRole/id',
    reference: headerToMetadata,
  },
  'SUB-TRAITS': {
    severity: 'error',
    fr: 'Traits du patient : le document et ses métadonnées diffèrent.',
    en: 'sourcePatientInfo: the document and its metadata differ.',
    fix: whichPatient,
    expected: 'ClinicalDocument/recordTarget/patientRole/patient',
    reference: headerToMetadata,
  },
  'SUB-UNIQUE-ID': {
    severity: 'error',
    fr: 'Identifiant du document : le document et ses métadonnées diffèrent.',
    en: 'uniqueId: the document and its metadata differ.',
    fix: remake,
    expected: 'ClinicalDocument/id',
    reference: headerToMetadata,
  },
  'SUB-TITLE': {
    severity: 'error',
    fr: 'Titre : le document et ses métadonnées diffèrent.',
    en: 'title: the document and its metadata differ.',
    fix: remake,
    expected: 'ClinicalDocument/title',
    reference: headerToMetadata,
  },
  'SUB-TYPE': {
    severity: 'error',
    fr: 'Type du document : le document et ses métadonnées diffèrent.',
    en: 'typeCode: the document and its metadata differ.',
    fix: remake,
    expected: 'ClinicalDocument/code',
    reference: headerToMetadata,
  },
  'SUB-CONFIDENTIALITY': {
    severity: 'error',
    fr: 'Niveau de confidentialité : le document et ses métadonnées diffèrent.',
    en: 'confidentialityCode: the document and its metadata differ.',
    fix: remake,
    expected: 'ClinicalDocument/confidentialityCode',
    reference: headerToMetadata,
  },
  'SUB-TIME': {
    severity: 'error',
    fr: 'Dates : le document et ses métadonnées diffèrent.',
    en: 'creationTime, serviceStartTime or serviceStopTime: the document and its metadata differ.',
    fix: remake,
    expected: 'ClinicalDocument/effectiveTime',
    reference: headerToMetadata,
  },
  'SUB-MIME-TYPE': {
    severity: 'warning',
    fr: 'Nature du document : un CDA que ses métadonnées annoncent comme autre chose.',
    en: 'mimeType, languageCode or typeCode: the bytes are a CDA, and the metadata announce something else.',
    fix: remake,
    expected: 'text/xml',
    reference: headerToMetadata,
  },
  'SUB-AUTHOR': {
    severity: 'warning',
    fr: 'Auteur : le document et ses métadonnées diffèrent.',
    en: 'author: the document and its metadata differ.',
    fix: remake,
    expected: 'ClinicalDocument/author',
    reference: headerToMetadata,
  },
  'SUB-BYTES': {
    severity: 'error',
    fr: 'Les octets du document ne sont pas ceux que décrivent ses métadonnées.',
    en: 'The hash or the size is not that of the document bytes.',
    fix: {
      fr: 'Ne pas modifier un document après la création de ses métadonnées.',
      en: 'Do not change a document once its metadata are made.',
    },
    reference: 'IHE ITI TF-3, section 4.2.3.2',
  },
  'SUB-ARCHIVE': {
    severity: 'error',
    fr: "L'archive ne contient pas exactement les documents de l'envoi.",
    en: 'The archive does not hold exactly the documents of the submission.',
    fix: {
      fr: "Refaire l'archive à partir de l'envoi : les mêmes documents, avec les mêmes empreintes et métadonnées.",
      en: 'Make the archive again from the submission: the same documents, with the same hashes and metadata.',
    },
    reference: media,
  },
  'SUB-CDA': {
    severity: 'error',
    fr: "Un document de l'envoi n'est pas un CDA lisible.",
    en: 'A document is not a readable CDA.',
    fix: { fr: 'Refaire le document, en CDA R2.', en: 'Make the document again, as CDA R2.' },
    reference: minimalStructure,
  },
  'SUB-MAIL-PATIENT': {
    severity: 'error',
    fr: 'Le message ne désigne pas le patient des documents.',
    en: 'The patient of the mail is not the patient of the documents.',
    fix: { fr: "Refaire l'envoi à partir des documents.", en: 'Make the submission again from the documents.' },
    expected: 'ClinicalDocument/recordTarget/patientRole/patient',
    reference: 'Référentiel MSSanté n° 2, ECO.2.1.3 (second-hand)',
  },
} as const satisfies RuleCatalogue;
