import type { RuleCatalogue } from '../../internal/finding.ts';

const service = 'CNAM, description du service ServiceIdentiteCertifiee v1 (INSi)';

/** What may be wrong with a question to the INSi, before it is sent. */
export const insiRules = {
  'IDENTITY-INSI-SEX': {
    severity: 'error',
    fr: "Sexe : l'INSi ne connaît que M et F.",
    en: 'Sex: the INSi knows M and F only.',
    fix: {
      fr: "Reprendre le sexe de la pièce d'identité.",
      en: 'Take the sex of the identity document.',
    },
    expected: 'M, F',
    reference: service,
  },
  'IDENTITY-INSI-FIRST-NAMES': {
    severity: 'error',
    fr: 'Prénoms : trop nombreux pour une question.',
    en: 'Given names: too many for one question.',
    fix: {
      fr: 'Donner le premier prénom seul, les autres seulement après une réponse « plusieurs ».',
      en: 'Give the first given name alone, the others only after an answer "several".',
    },
    expected: '1-30',
    reference: service,
  },
  'IDENTITY-INSI-DATE': {
    severity: 'error',
    fr: 'Date de naissance de la carte Vitale : AAAA-MM-JJ attendu.',
    en: 'Birth date of the carte Vitale: YYYY-MM-DD expected.',
    fix: {
      fr: "Donner la date telle que la carte l'écrit, même lunaire, avec des tirets.",
      en: 'Give the date as the card has it, even when it is a lunar one, with hyphens.',
    },
    reference: service,
  },
  'IDENTITY-INSI-NUMBER': {
    severity: 'error',
    fr: 'Numéro de la carte Vitale : treize caractères, et deux chiffres de clé.',
    en: 'Number of the carte Vitale: thirteen characters, and a key of two digits.',
    fix: {
      fr: 'Donner le numéro lu sur la carte, et sa clé à part.',
      en: 'Give the number that the card holds, and its key apart.',
    },
    expected: '13 + 2',
    reference: service,
  },
  'IDENTITY-INSI-NO-INS': {
    severity: 'error',
    fr: "Vérification sans INS : il n'y a rien à vérifier.",
    en: 'Verification without an INS: there is nothing to verify.',
    fix: {
      fr: "Chercher d'abord l'identité avec les traits ou la carte Vitale.",
      en: 'Search the identity first, by its traits or the carte Vitale.',
    },
    reference: service,
  },
  'IDENTITY-INSI-DOUBTFUL': {
    severity: 'error',
    fr: "Identité douteuse ou fictive : l'appel à l'INSi est interdit.",
    en: 'Identity that is doubtful or fictitious: the INSi must not be called.',
    fix: {
      fr: "Lever le doute avec une pièce d'identité, puis retirer l'attribut.",
      en: 'Settle the doubt with an identity document, then take the attribute off.',
    },
    reference: "Référentiel national d'identitovigilance ; guide d'implémentation de l'INS, exigence EXI ID 26",
  },
  'IDENTITY-INSI-ASSERTION': {
    severity: 'error',
    fr: 'Assertion SAML 2.0 attendue.',
    en: 'SAML 2.0 assertion expected.',
    fix: {
      fr: "Donner l'assertion du professionnel telle qu'elle a été signée.",
      en: 'Give the assertion of the professional as it was signed.',
    },
    reference: 'OASIS, SAML 2.0 Core, section 2.3.3',
  },
} as const satisfies RuleCatalogue;
