import type { RuleCatalogue } from '../../internal/finding.ts';

const structure = "Référentiel Identifiant national de santé (INS), guide d'implémentation : structure du matricule";
const oids = 'FR Core, profil fr-core-patient-ins : OID des identifiants INS';
const prudence = 'Règle de prudence de la bibliothèque';

const readAgain = {
  fr: "Relire le matricule sur l'attestation de la personne, ou interroger l'INSi.",
  en: "Read the matricule again on the person's certificate, or ask the INSi.",
} as const;
const compareTraits = {
  fr: "Comparer les traits avec une pièce d'identité : un écart peut être légitime.",
  en: 'Compare the traits with an identity document: a difference may be legitimate.',
} as const;

/** What may be wrong with a matricule INS, its OID, and its coherence with the traits. */
export const insRules = {
  // Structure of the matricule, in the order in which it is checked.
  'IDENTITY-CHARACTER': {
    severity: 'error',
    fr: "{label} : un caractère n'y a pas sa place.",
    en: '{field}: a character has no place there.',
    fix: {
      fr: "Corriger la saisie : chiffres (A ou B pour la Corse) dans un matricule, lettres de A à Z, espace, trait d'union et apostrophe dans un nom.",
      en: 'Correct the input: digits (A or B for Corsica) in a matricule, letters A to Z, space, hyphen and apostrophe in a name.',
    },
    reference: "Référentiel INS : structure du matricule ; Guide d'intégration INSi (SEL-MP-043), section 2 : alphabet",
  },
  'IDENTITY-LENGTH': {
    severity: 'error',
    fr: '{label} : longueur impossible ({size} caractères attendus).',
    en: '{field}: impossible length ({size} characters expected).',
    fix: {
      fr: 'Recopier la valeur entière, clé comprise pour un matricule INS.',
      en: 'Copy the whole value, including the key of a matricule.',
    },
    reference: structure,
  },
  'IDENTITY-FIRST-DIGIT': {
    severity: 'error',
    fr: 'Matricule INS : premier chiffre impossible.',
    en: 'INS: impossible first digit.',
    fix: readAgain,
    expected: '1, 2, 7, 8',
    reference: structure,
  },
  'IDENTITY-FIRST-DIGIT-LEGACY': {
    severity: 'warning',
    fr: "Matricule INS : premier chiffre (3 ou 4) d'un numéro en cours d'immatriculation.",
    en: 'INS: first digit (3 or 4) of a number whose registration is not finished.',
    fix: readAgain,
    expected: '1, 2, 7, 8',
    reference: prudence,
  },
  'IDENTITY-MONTH': {
    severity: 'error',
    fr: 'Matricule INS : mois de naissance impossible.',
    en: 'INS: impossible month of birth.',
    fix: readAgain,
    expected: '01-12, 20-99',
    reference: "INSEE, numéro d'inscription au répertoire (NIR) : mois de naissance",
  },
  'IDENTITY-MONTH-13': {
    severity: 'warning',
    fr: 'Matricule INS : mois de naissance 13, à vérifier.',
    en: 'INS: month of birth 13, to be verified.',
    fix: readAgain,
    expected: '01-12, 20-42, 50-99',
    reference: prudence,
  },
  'IDENTITY-MONTH-UNUSUAL': {
    severity: 'warning',
    fr: 'Matricule INS : mois de naissance entre 43 et 49, à vérifier.',
    en: 'INS: month of birth between 43 and 49, to be verified.',
    fix: readAgain,
    expected: '01-12, 20-42, 50-99',
    reference: prudence,
  },
  'IDENTITY-KEY': {
    severity: 'error',
    fr: 'Matricule INS : clé fausse, au moins un chiffre mal saisi.',
    en: 'INS: wrong key, at least one digit is mistyped.',
    fix: readAgain,
    reference: "Référentiel INS, guide d'implémentation : clé de contrôle du matricule",
  },

  // OID that comes with the matricule.
  'IDENTITY-OID': {
    severity: 'error',
    fr: "OID : n'est pas celui d'une identité nationale de santé (INS).",
    en: 'OID: not one of those of an INS.',
    fix: {
      fr: "Transmettre le matricule avec l'OID que l'INSi a donné.",
      en: 'Pass the matricule with the OID that the INSi gave.',
    },
    reference: oids,
  },
  'IDENTITY-OID-ENVIRONMENT': {
    severity: 'error',
    fr: 'OID : de test ou de démonstration, refusé en production.',
    en: 'OID: test or demonstration, refused in production.',
    fix: {
      fr: "Interroger l'INSi de production, ou ne pas se déclarer en production.",
      en: 'Ask the production INSi, or do not declare the production environment.',
    },
    reference: oids,
  },

  // Matricule against traits. Warnings only: no text makes an incoherence an error.
  'IDENTITY-SEX-MISMATCH': {
    severity: 'warning',
    fr: 'Sexe : ne correspond pas au matricule INS.',
    en: 'Sex: does not agree with the INS.',
    fix: compareTraits,
    reference: prudence,
  },
  'IDENTITY-BIRTH-YEAR-MISMATCH': {
    severity: 'warning',
    fr: 'Année de naissance : ne correspond pas au matricule INS.',
    en: 'Year of birth: does not agree with the INS.',
    fix: compareTraits,
    reference: prudence,
  },
  'IDENTITY-BIRTH-MONTH-MISMATCH': {
    severity: 'warning',
    fr: 'Mois de naissance : ne correspond pas au matricule INS.',
    en: 'Month of birth: does not agree with the INS.',
    fix: compareTraits,
    reference: prudence,
  },
  'IDENTITY-BIRTH-PLACE-MISMATCH': {
    severity: 'warning',
    fr: 'Lieu de naissance : ne correspond pas au matricule INS.',
    en: 'Birth place: does not agree with the INS.',
    fix: compareTraits,
    reference: prudence,
  },
} as const satisfies RuleCatalogue;
