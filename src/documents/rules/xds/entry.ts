import type { RuleCatalogue } from '../../../internal/finding.ts';
import { media, minimalStructure, sharing } from '../references.ts';

/** Dates, title, people, confidentiality and codes of an entry. */
export const xdsEntryRules = {
  'XDS-TIME': {
    severity: 'error',
    fr: "Une date n'est pas au format attendu.",
    en: 'A time is not a DTM in UTC.',
    fix: {
      fr: 'Convertir la date en UTC, chiffres seuls, sans séparateur ni décalage.',
      en: 'Convert the date to UTC, digits only, with no separator and no offset.',
    },
    expected: 'AAAAMMJJhhmmss',
    reference: 'IHE ITI TF-3, section 4.2.3.1.7',
  },
  'XDS-TIME-ORDER': {
    severity: 'error',
    fr: "La fin de l'acte précède son début.",
    en: 'serviceStopTime is before serviceStartTime.',
    fix: { fr: "Corriger les dates de l'acte.", en: 'Correct the dates of the act.' },
    expected: 'serviceStartTime ≤ serviceStopTime',
    reference: sharing,
  },
  'XDS-SUBMISSION-TIME': {
    severity: 'warning',
    fr: "La date d'envoi est antérieure à la création d'un document.",
    en: 'submissionTime is before a creationTime.',
    fix: {
      fr: "Convertir les deux dates en UTC ; vérifier l'horloge du poste.",
      en: 'Convert both dates to UTC; check the clock of the machine.',
    },
    expected: 'creationTime ≤ submissionTime',
    reference: sharing,
  },
  'XDS-TITLE': {
    severity: 'error',
    fr: 'Le titre dépasse 128 caractères.',
    en: 'The title is longer than 128 characters.',
    fix: { fr: 'Raccourcir le titre.', en: 'Shorten the title.' },
    expected: '1..128',
    reference: 'IHE ITI TF-3, section 4.2.3.2.25',
  },
  'XDS-LANGUAGE': {
    severity: 'error',
    fr: "La langue n'a pas la forme attendue.",
    en: 'languageCode is not ll-CC.',
    fix: { fr: 'Écrire fr-FR, ou art pour une signature.', en: 'Write fr-FR, or art for a signature.' },
    expected: 'fr-FR | art',
    reference: sharing,
  },
  'XDS-HASH': {
    severity: 'error',
    fr: "L'empreinte du document est absente ou mal formée.",
    en: 'hash is not a SHA-1 in hexadecimal.',
    fix: {
      fr: 'Calculer le SHA-1 des octets du document, en hexadécimal.',
      en: 'Compute the SHA-1 of the document bytes, in hexadecimal.',
    },
    expected: '[0-9a-f]{40}',
    reference: 'IHE ITI TF-3, section 4.2.3.2.10',
  },
  'XDS-URI': {
    severity: 'warning',
    fr: "Le nom de fichier n'est pas au format 8.3.",
    en: 'URI is not an 8.3 upper-case file name.',
    fix: {
      fr: 'Nommer les documents DOC0001.XML, DOC0002.XML et ainsi de suite.',
      en: 'Name the documents DOC0001.XML, DOC0002.XML and so on.',
    },
    expected: 'DOC0001.XML',
    reference: media,
  },
  'XDS-PERSON': {
    severity: 'error',
    fr: "Un auteur ou un responsable n'est pas identifié.",
    en: 'An XCN lacks its identifier, authority or name.',
    fix: { fr: "Compléter l'identifiant national et le nom.", en: 'Complete the national identifier and the name.' },
    expected: 'id^family^given^^^^^^&OID&ISO^D^^^IDNPS',
    reference: sharing,
  },
  'XDS-INSTITUTION': {
    severity: 'warning',
    fr: "La structure de l'auteur est absente ou incomplète.",
    en: 'authorInstitution is missing or incomplete.',
    fix: {
      fr: "Renseigner le nom et l'identifiant de la structure, pour tout auteur sauf le patient.",
      en: 'Give the name and the identifier of the structure, for each author but the patient.',
    },
    expected: 'nom^^^^^&1.2.250.1.71.4.2.2&ISO^IDNST^^^id',
    reference: `${minimalStructure}, section 3.5.5.13`,
  },
  'XDS-CONFIDENTIALITY': {
    severity: 'error',
    fr: "Il n'y a pas exactement un niveau de confidentialité.",
    en: 'There is not exactly one confidentiality level among N, R and V.',
    fix: {
      fr: 'Garder N (ou R, V) de 2.16.840.1.113883.5.25, à côté de trois masques au plus.',
      en: 'Keep N (or R, V) of 2.16.840.1.113883.5.25, beside at most three masks.',
    },
    expected: 'N | R | V',
    reference: sharing,
  },
  'XDS-CONFIDENTIALITY-HIGH': {
    severity: 'warning',
    fr: 'Un document restreint ou très restreint ne devrait pas être mis en partage.',
    en: 'A restricted document should not be shared.',
    fix: {
      fr: 'Vérifier le choix du niveau de confidentialité : N pour un document mis en partage.',
      en: 'Check the confidentiality level: N for a document that is shared.',
    },
    expected: 'N',
    reference: 'CI-SIS, volet Transmission de documents CDA en HL7 v2, profils de messages',
  },
  'XDS-CODE': {
    severity: 'error',
    fr: "Un code n'est pas dans sa table nationale.",
    en: 'A code is not in its national value set.',
    fix: { fr: 'Choisir un code de la table, avec son système.', en: 'Choose a code of the table, with its system.' },
    reference: sharing,
  },
  'XDS-CODE-UNKNOWN': {
    severity: 'warning',
    fr: "Un code n'est pas dans l'édition connue de sa table.",
    en: 'A code is not in the known edition of its value set.',
    fix: { fr: 'Vérifier le code dans la table publiée.', en: 'Check the code in the published table.' },
    reference: sharing,
  },
  'XDS-TYPE-RETIRED': {
    severity: 'warning',
    fr: 'Le type du document a été retiré de la table nationale.',
    en: 'The typeCode was retired from the national value set.',
    fix: {
      fr: 'Utiliser le type qui le remplace, si la plateforme le prend.',
      en: 'Use the type that replaces it, when the platform takes it.',
    },
    reference: sharing,
  },
  'XDS-CLASS': {
    severity: 'error',
    fr: "La classe n'est pas celle du type de document.",
    en: 'classCode is not the class of the typeCode.',
    fix: {
      fr: 'Reprendre la classe donnée par la table de correspondance ASS_X04.',
      en: 'Use the class given by the mapping table ASS_X04.',
    },
    reference: sharing,
  },
} as const satisfies RuleCatalogue;
