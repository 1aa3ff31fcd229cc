import type { RuleCatalogue } from '../../../internal/finding.ts';

/** Rules of the receiver: dates, addressee, second presentation, clock. */
export const receptionRules = {
  'SAML-TIME': {
    severity: 'error',
    fr: "Une date refuse l'assertion : {case}.",
    en: 'A date refuses the assertion: {case}.',
    cases: {
      early: { fr: "elle n'est pas encore valable", en: 'it is not valid yet' },
      late: { fr: 'elle est périmée', en: 'it has expired' },
      'login-after-issue': {
        fr: "la connexion est postérieure à l'émission",
        en: 'the login is later than the issue',
      },
      empty: { fr: 'la période de validité est vide', en: 'the validity period is empty' },
      old: { fr: 'elle est trop ancienne', en: 'it is too old' },
    },
    fix: {
      fr: "Créer une nouvelle assertion ; vérifier que l'heure du poste est réglée par un serveur de temps.",
      en: 'Make a new assertion, and check that the clock is set by a time server.',
    },
    reference: 'SAML 2.0 Core, section 2.5.1.2',
  },
  'SAML-NO-END': {
    severity: 'error',
    fr: "L'assertion n'a pas de fin de validité.",
    en: 'The assertion has no end.',
    fix: { fr: 'Fixer une durée de validité.', en: 'Give it a lifetime.' },
    expected: 'NotOnOrAfter',
    reference: 'SAML 2.0 Core, section 2.5.1.2',
  },
  'SAML-AUDIENCE': {
    severity: 'error',
    fr: "L'assertion est destinée à un autre service.",
    en: 'The assertion is for another audience.',
    fix: {
      fr: 'Laisser Audience vide, ou écrire celle que la plateforme demande.',
      en: 'Leave Audience out, or write the one that the platform asks for.',
    },
    reference: 'SAML 2.0 Core, section 2.5.1.4',
  },
  'SAML-RECIPIENT': {
    severity: 'error',
    fr: "L'assertion est destinée à une autre adresse.",
    en: 'The assertion is for another recipient.',
    fix: {
      fr: "Écrire l'adresse du service dans Recipient, ou l'omettre.",
      en: 'Write the address of the service in Recipient, or leave it out.',
    },
    reference: 'SAML 2.0 Core, section 2.4.1.2',
  },
  'SAML-RESTRICTED': {
    severity: 'info',
    fr: "L'assertion est réservée à un service, qui n'a pas été contrôlé.",
    en: 'The assertion is restricted to one service, which was not checked.',
    fix: { fr: 'Nommer le service pour contrôler le destinataire.', en: 'Name the service to check the receiver.' },
    reference: 'SAML 2.0 Core, section 2.5.1.4',
  },
  'SAML-CONFIRMATION': {
    severity: 'error',
    fr: 'Mode de confirmation non pris en charge.',
    en: 'Unsupported confirmation method.',
    fix: { fr: 'Employer la méthode bearer.', en: 'Use the bearer method.' },
    reference: 'SAML 2.0 Profiles, section 3.3',
  },
  'SAML-REPLAY': {
    severity: 'error',
    fr: 'Assertion déjà présentée.',
    en: 'The assertion was already presented.',
    fix: { fr: 'Créer une nouvelle assertion.', en: 'Make a new assertion.' },
    reference: 'SAML 2.0 Profiles, section 4.1.4.5',
  },
  'CLOCK-SKEW': {
    severity: 'error',
    fr: "L'heure du poste {case} sur celle du serveur.",
    en: 'The clock of this machine is {case}.',
    cases: {
      late: { fr: 'retarde de {seconds} s', en: '{seconds} s late' },
      fast: { fr: 'avance de {seconds} s', en: '{seconds} s fast' },
    },
    fix: {
      fr: "Régler l'heure du poste par un serveur de temps (NTP), au moins une fois par jour.",
      en: 'Set the clock by a time server (NTP), at least once a day.',
    },
    reference: 'SAML 2.0 Core, section 2.5.1.2',
  },
} as const satisfies RuleCatalogue;
