import type { TerrESanteErrorCode } from '../../errors.ts';
import type { ErrorCodeRow } from './model.ts';

/** Consent, dossier and access. */
export const accessCodes = {
  TE_CONSENT_REQUIRED: {
    retryable: false,
    cause: { fr: "Aucun consentement valable n'accompagne cet acte.", en: 'No valid consent comes with this act.' },
    doctor: 'Le consentement du patient est nécessaire : demandez-le.',
    developer: {
      fr: 'Demander au patient ; ne jamais cocher à sa place. `details.reason` dit ce qui manque.',
      en: 'Ask the patient; never tick in their place. `details.reason` says what is missing.',
    },
  },
  TE_CONSENT_REFUSED: {
    retryable: false,
    cause: {
      fr: 'Le patient a refusé ou retiré son consentement sur la plateforme.',
      en: 'The patient refused or withdrew consent on the platform.',
    },
    doctor: 'Le patient a refusé ou retiré son consentement.',
    developer: { fr: 'Ne pas recommencer ; parler avec le patient.', en: 'Do not try again; talk to the patient.' },
  },
  TE_DOSSIER_ABSENT: {
    retryable: false,
    cause: {
      fr: "Le patient n'a pas de dossier sur la plateforme.",
      en: 'The patient has no dossier on the platform.',
    },
    doctor: "Le patient n'a pas de dossier : proposez-lui d'en créer un.",
    developer: {
      fr: 'Proposer `te.dossier.create`, avec son consentement.',
      en: 'Offer `te.dossier.create`, with consent.',
    },
  },
  TE_DOSSIER_EXISTS: {
    retryable: false,
    cause: {
      fr: 'Une création a été demandée pour un patient qui a déjà un dossier.',
      en: 'A creation was asked for a patient who already has a dossier.',
    },
    doctor: 'Le patient a déjà un dossier.',
    developer: {
      fr: "Lire `te.dossier.status`, ou créer avec `ifExists: 'return'`.",
      en: "Read `te.dossier.status`, or create with `ifExists: 'return'`.",
    },
  },
  TE_DOSSIER_CLOSED: {
    retryable: false,
    cause: { fr: 'Le dossier du patient est fermé.', en: 'The dossier of the patient is closed.' },
    doctor: 'Le dossier du patient est fermé.',
    developer: {
      fr: 'Ne rien envoyer ; la réouverture se demande à la plateforme.',
      en: 'Send nothing; the platform reopens a dossier.',
    },
  },
  TE_NOT_IN_CIRCLE: {
    retryable: false,
    cause: {
      fr: "Le professionnel n'est pas dans le cercle de soins du patient.",
      en: 'The professional is not in the care circle of the patient.',
    },
    doctor: 'Vous ne faites pas partie du cercle de soins du patient.',
    developer: {
      fr: 'Proposer de rejoindre le cercle, avec le consentement du patient.',
      en: 'Offer to join the circle, with the consent of the patient.',
    },
  },
  TE_BLOCKED_BY_PATIENT: {
    retryable: false,
    cause: { fr: "Le patient a interdit l'accès à ce professionnel.", en: 'The patient has barred this professional.' },
    doctor: 'Le patient ne vous autorise pas à accéder à son dossier.',
    developer: { fr: 'Ne pas insister, ni passer par un autre accès.', en: 'Do not insist, nor take another way in.' },
  },
  TE_FORBIDDEN: {
    retryable: false,
    cause: {
      fr: 'La plateforme, le serveur ou une règle de prudence interdit cet acte.',
      en: 'The platform, the server or a rule of prudence forbids this act.',
    },
    doctor: "Cette action n'est pas permise.",
    developer: {
      fr: 'Lire `details` ; vérifier profession, droits et adresse du serveur.',
      en: 'Read `details`; check profession, rights and address of the server.',
    },
  },
} as const satisfies Partial<Record<TerrESanteErrorCode, ErrorCodeRow>>;
