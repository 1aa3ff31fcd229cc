import type { RuleCatalogue } from '../../../internal/finding.ts';
import { insReferential, minimalStructure } from '../references.ts';

/** The patient of the document, and the INS. */
export const cdaPatientRules = {
  'CDA-PATIENT': {
    severity: 'error',
    fr: 'Le patient manque, ou il y en a plusieurs.',
    en: 'The patient is missing, or there are several.',
    fix: { fr: 'Donner un patient, un seul.', en: 'Give one patient, and only one.' },
    expected: 'recordTarget/patientRole/patient 1..1',
    reference: `${minimalStructure}, recordTarget`,
  },
  'CDA-PATIENT-ID': {
    severity: 'error',
    fr: "L'identifiant du patient manque ou est incomplet.",
    en: 'The identifier of the patient is missing or incomplete.',
    fix: {
      fr: "Donner le domaine (root) et l'identifiant (extension).",
      en: 'Give the domain (root) and the identifier (extension).',
    },
    expected: '@root @extension',
    reference: `${minimalStructure}, recordTarget`,
  },
  'CDA-PATIENT-NAME': {
    severity: 'error',
    fr: 'Le nom du patient est incomplet : un seul name, au moins un family et un given.',
    en: 'The name of the patient is incomplete: one name, at least one family and one given.',
    fix: {
      fr: 'Donner au moins un nom et un prénom, avec leurs qualifiers.',
      en: 'Give at least one family name and one given name, with their qualifiers.',
    },
    expected: 'family 1..* given 1..*',
    reference: `${minimalStructure}, recordTarget`,
  },
  'CDA-PATIENT-NAME-LEFT': {
    severity: 'warning',
    fr: "Un nom du patient n'est pas écrit comme un trait attendu : il est donné tel quel.",
    en: 'A name of the patient is not written as a trait should be: it is given as found.',
    fix: {
      fr: 'Écrire un seul name, ses parties avec leur qualifier (BR, CL).',
      en: 'Write one name, its parts with their qualifier (BR, CL).',
    },
    expected: 'family[@qualifier] given[@qualifier]',
    reference: `${minimalStructure}, recordTarget`,
  },
  'CDA-PATIENT-QUALIFIER': {
    severity: 'error',
    fr: "Un nom du patient n'a pas de qualifier permis : BR (naissance) ou CL (utilisé).",
    en: 'A name of the patient has no allowed qualifier: BR (birth) or CL (used).',
    fix: {
      fr: 'Remplacer SP par CL ; ajouter BR au nom de naissance.',
      en: 'Replace SP by CL; add BR to the birth name.',
    },
    expected: 'BR | CL',
    reference: `${minimalStructure}, recordTarget`,
  },
  'CDA-PATIENT-SEX': {
    severity: 'error',
    fr: 'Le sexe est absent ou hors de la table.',
    en: 'The sex is missing or not in the table.',
    fix: { fr: 'Utiliser M, F ou UN (et non U).', en: 'Use M, F or UN (not U).' },
    expected: 'M | F | UN',
    reference: `${minimalStructure}, recordTarget; JDV_J143`,
  },
  'CDA-PATIENT-BIRTH': {
    severity: 'error',
    fr: 'La date de naissance manque.',
    en: 'The birth date is missing.',
    fix: { fr: 'Ajouter birthTime.', en: 'Add birthTime.' },
    expected: 'AAAAMMJJ',
    reference: `${minimalStructure}, recordTarget`,
  },
  'CDA-PATIENT-BIRTHPLACE': {
    severity: 'error',
    fr: 'Le lieu de naissance est mal formé.',
    en: 'The birth place is malformed.',
    fix: {
      fr: 'Garder un seul lieu de naissance (place), avec une adresse au plus.',
      en: 'Keep a single birth place (place), with one address at most.',
    },
    expected: 'place 1..1',
    reference: `${minimalStructure}, recordTarget`,
  },
  'CDA-GUARDIAN': {
    severity: 'error',
    fr: 'Un représentant est soit une personne avec un nom, soit une organisation ; les deux manquent, coexistent ou sont mal formées.',
    en: 'A guardian is either a person with a name or an organization; both are missing, both are there, or one is malformed.',
    fix: {
      fr: 'Garder guardianPerson (un seul name, un à trois family, un prefix au plus) ou guardianOrganization (un seul nom, un seul identifiant national).',
      en: 'Keep guardianPerson (one name, one to three family, at most one prefix) or guardianOrganization (one name, one national identifier).',
    },
    expected: 'guardianPerson/name/family 1..3 | guardianOrganization 1..1',
    reference: `${minimalStructure}, recordTarget`,
  },
  'CDA-INS-TRAITS': {
    severity: 'error',
    fr: "L'INS est donnée sans tous ses traits stricts.",
    en: 'The INS is given without all its strict traits.',
    fix: {
      fr: "Compléter les traits de l'INS (nom de naissance, premier prénom, liste des prénoms, date, lieu et sexe), ou retirer le matricule.",
      en: 'Complete the traits of the INS (birth name, first given name, list of given names, date, place and sex), or remove the INS.',
    },
    reference: `${minimalStructure}, recordTarget; ${insReferential}`,
  },
  'CDA-INS-KEY': {
    severity: 'error',
    fr: 'Le matricule INS est invalide (longueur, forme ou clé).',
    en: 'The INS is invalid (length, form or control key).',
    fix: {
      fr: 'Vérifier le matricule (quinze caractères, clé de contrôle) auprès du téléservice INSi.',
      en: 'Check the INS (fifteen characters, control key) with the INSi service.',
    },
    reference: insReferential,
  },
} as const satisfies RuleCatalogue;
