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
