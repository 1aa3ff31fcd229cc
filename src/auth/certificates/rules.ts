import type { RuleCatalogue } from '../../internal/finding.ts';
import { certificateFaults } from './faults.ts';

const path = 'RFC 5280, sections 4 et 6';

/** Rules about certificates: their validity, their chain, their use. */
export const certificateRules = {
  'CERT-READ': {
    severity: 'error',
    fr: 'Le certificat est illisible : {case}.',
    en: 'The certificate cannot be read: {case}.',
    cases: certificateFaults,
    fix: { fr: 'Joindre le certificat en DER, encodé en base64.', en: 'Give the certificate in DER, base64 encoded.' },
    reference: 'RFC 5280, section 4.1',
  },
  'CERT-VALIDITY': {
    severity: 'error',
    fr: "Le certificat n'est pas valable à cette date : {case}.",
    en: 'The certificate is not valid at this time: {case}.',
    cases: {
      early: { fr: "il n'est pas encore valable", en: 'it is not valid yet' },
      expired: { fr: 'il a expiré', en: 'it has expired' },
    },
    fix: {
      fr: "Vérifier l'heure du poste, ou renouveler la carte ou le certificat.",
      en: 'Check the clock of the machine, or renew the card or certificate.',
    },
    reference: 'RFC 5280, section 4.1.2.5',
  },
  'CERT-EXPIRY': {
    severity: 'error',
    fr: 'Validité du certificat : {case}.',
    en: 'Validity of the certificate: {case}.',
    cases: {
      early: { fr: "il n'est pas encore valable", en: 'it is not valid yet' },
      expired: { fr: 'il a expiré le {date}', en: 'it expired on {date}' },
      days: { fr: 'il expire le {date} (dans {days} jours)', en: 'it expires on {date} (in {days} days)' },
      'one-day': { fr: 'il expire le {date} (dans 1 jour)', en: 'it expires on {date} (in 1 day)' },
      hours: { fr: "il expire le {date} (dans moins d'un jour)", en: 'it expires on {date} (in less than a day)' },
    },
    fix: {
      fr: "Demander dès maintenant le renouvellement de la carte ou du certificat ; vérifier aussi l'heure du poste.",
      en: 'Ask for the renewal of the card or certificate now, and check the clock of the machine.',
    },
    reference: 'RFC 5280, section 4.1.2.5',
  },
  'CERT-CRITICAL': {
    severity: 'error',
    fr: 'Le certificat porte une extension critique inconnue.',
    en: 'The certificate has an unknown critical extension.',
    fix: { fr: 'Prendre un certificat fait pour cet usage.', en: 'Use a certificate that is made for this purpose.' },
    reference: 'RFC 5280, section 4.2',
  },
  'CERT-ALGORITHM': {
    severity: 'error',
    fr: 'Le certificat est signé avec un algorithme refusé.',
    en: 'The certificate is signed with an algorithm that is not accepted.',
    fix: { fr: 'Demander un certificat signé avec SHA-256.', en: 'Ask for a certificate that is signed with SHA-256.' },
    reference: 'RGS, annexe B1',
  },
  'CERT-AUTHORITY': {
    severity: 'error',
    fr: "Ce certificat n'a pas le droit d'en émettre d'autres.",
    en: 'This certificate may not issue others.',
    fix: { fr: "Vérifier les certificats d'autorité fournis.", en: 'Check the authority certificates that are given.' },
    reference: 'RFC 5280, sections 4.2.1.9 et 4.2.1.3',
  },
  'CERT-TRUST': {
    severity: 'error',
    fr: "Le certificat n'est pas émis par une autorité de confiance fournie.",
    en: 'The certificate does not lead to a trust anchor that was given.',
    fix: {
      fr: "Fournir la racine et l'autorité intermédiaire qui ont émis ce certificat.",
      en: 'Give the root and the intermediate authority that issued this certificate.',
    },
    reference: path,
  },
  'CERT-KEY': {
    severity: 'error',
    fr: 'La clé du certificat ne convient pas.',
    en: 'The key of the certificate is not suitable.',
    fix: {
      fr: "Signer avec une clé RSA d'au moins 2048 bits.",
      en: 'Sign with an RSA key of at least 2048 bits.',
    },
    expected: 'rsa 2048',
    reference: 'CI-SIS, Volet Transport synchrone pour client lourd',
  },
  'CERT-USAGE': {
    severity: 'error',
    fr: "L'usage du certificat ne convient pas : {case}.",
    en: 'The usage of the certificate is not suitable: {case}.',
    cases: {
      'not-signing': { fr: "il n'est pas fait pour signer", en: 'it is not meant for signing' },
      authority: { fr: "un certificat d'autorité ne signe pas de VIHF", en: 'an authority does not sign a VIHF' },
      server: { fr: 'un certificat de serveur ne signe pas de VIHF', en: 'a server certificate does not sign a VIHF' },
      authentication: {
        fr: "c'est le certificat d'authentification de la carte",
        en: 'it is the authentication certificate of the card',
      },
    },
    fix: {
      fr: 'Signer avec le certificat de signature de la carte (CPS_PRIV_SIG), ou le certificat logiciel de la structure.',
      en: 'Sign with the signature certificate of the card, or the software certificate of the structure.',
    },
    reference: 'RFC 5280, sections 4.2.1.3 et 4.2.1.12',
  },
  'CERT-ENVIRONMENT': {
    severity: 'error',
    fr: "Certificat de test en production, ou l'inverse.",
    en: 'A test certificate in production, or the reverse.',
    fix: { fr: "Prendre la carte de l'environnement visé.", en: 'Use the card of the environment that is meant.' },
    reference: 'IGC-Santé, politiques de certification',
  },
  'CERT-HOLDER': {
    severity: 'error',
    fr: "La carte n'est pas celle du professionnel désigné.",
    en: 'The card is not that of the professional who is named.',
    fix: {
      fr: 'Insérer la carte du professionnel connecté.',
      en: 'Insert the card of the professional who is logged in.',
    },
    reference: 'CI-SIS, Volet Transport synchrone pour client lourd',
  },
} as const satisfies RuleCatalogue;
