import type { RuleCatalogue } from '../../../internal/finding.ts';
import { xmlFaults } from '../../../internal/xml/faults.ts';

const xml = 'XML 1.0, section 2';
const saml = 'SAML 2.0 Core, section 2';
const signature = 'XML Signature Syntax and Processing, section 4; SAML 2.0 Core, section 5.4';

const resend = {
  fr: 'Transmettre les octets signés tels quels, sans les relire ni les réécrire.',
  en: 'Send the signed bytes as they are, without reading and writing them again.',
} as const;

/** Rules about the text of an assertion, its place and the form of its signature. */
export const formRules = {
  'XML-ENCODING': {
    severity: 'error',
    fr: "Le contenu n'est pas en UTF-8.",
    en: 'The content is not UTF-8.',
    fix: { fr: "Transmettre les octets de l'assertion sans les convertir.", en: 'Send the bytes without conversion.' },
    expected: 'UTF-8',
    reference: xml,
  },
  'XML-CDATA': {
    severity: 'error',
    fr: 'Une section CDATA est présente.',
    en: 'A CDATA section is present.',
    fix: { fr: "Écrire l'assertion sans section CDATA.", en: 'Write the assertion without a CDATA section.' },
    reference: xml,
  },
  'XML-CHARACTER': {
    severity: 'error',
    fr: 'Un caractère interdit en XML est présent.',
    en: 'A character that XML 1.0 forbids is present.',
    fix: { fr: 'Retirer les caractères de contrôle avant de signer.', en: 'Remove control characters before signing.' },
    reference: xml,
  },
  'XML-READ': {
    severity: 'error',
    fr: 'XML refusé : {case}.',
    en: 'The XML is refused: {case}.',
    cases: xmlFaults,
    fix: {
      fr: 'Envoyer un XML bien formé, sans DOCTYPE, commentaire ni instruction de traitement, et sans les documents.',
      en: 'Send well-formed XML without DOCTYPE, comment or processing instruction, and without the documents.',
    },
    reference: xml,
  },
  'XML-LIMITS': {
    severity: 'error',
    fr: "L'assertion dépasse une limite ({limit}).",
    en: 'The assertion exceeds a limit ({limit}).',
    fix: {
      fr: "Ôter ce qui ne fait pas partie d'un VIHF : il tient en quelques dizaines d'éléments.",
      en: 'Remove what is no part of a VIHF: it fits in some dozens of elements.',
    },
    reference: 'Règle de prudence de la bibliothèque',
  },
  'SAML-COUNT': {
    severity: 'error',
    fr: 'Il faut exactement une assertion.',
    en: 'Exactly one assertion is expected.',
    fix: { fr: "N'envoyer qu'une assertion.", en: 'Send one assertion only.' },
    expected: '1',
    reference: saml,
  },
  'SAML-PLACE': {
    severity: 'error',
    fr: "L'assertion n'est pas à sa place.",
    en: 'The assertion is not where it belongs.',
    fix: {
      fr: "Placer l'assertion seule, ou dans l'en-tête Security d'une enveloppe SOAP 1.2.",
      en: 'Put the assertion alone, or in the Security header of a SOAP 1.2 envelope.',
    },
    expected: '/Envelope/Header/Security/Assertion',
    reference: 'CI-SIS, Volet Transport synchrone pour client lourd; WS-Security SAML Token Profile 1.1',
  },
  'SAML-ID': {
    severity: 'error',
    fr: "L'identifiant de l'assertion est absent ou n'est pas un NCName.",
    en: 'ID is absent or not an NCName.',
    fix: {
      fr: 'Préfixer le UUID par « _ » : un NCName ne commence pas par un chiffre.',
      en: 'Put an underscore before the UUID: an NCName does not begin with a digit.',
    },
    expected: '[A-Za-z_][A-Za-z0-9_.-]*',
    reference: 'SAML 2.0 Core, section 1.3.4',
  },
  'SAML-ID-UNIQUE': {
    severity: 'error',
    fr: "L'identifiant de l'assertion est porté par plusieurs attributs.",
    en: 'The ID value is on several attributes.',
    fix: { fr: 'Donner un identifiant unique à chaque élément.', en: 'Give each element an identifier of its own.' },
    expected: '1',
    reference: 'SAML 2.0 Core, section 1.3.4',
  },
  'SIG-COUNT': {
    severity: 'error',
    fr: "L'assertion ne porte pas exactement une signature.",
    en: 'The assertion does not carry exactly one signature.',
    fix: { fr: "Signer l'assertion une fois.", en: 'Sign the assertion once.' },
    expected: '1',
    reference: signature,
  },
  'SIG-PLACE': {
    severity: 'error',
    fr: "La signature doit suivre l'élément Issuer.",
    en: 'Signature must come right after Issuer.',
    fix: { fr: 'Écrire Signature juste après Issuer.', en: 'Write Signature right after Issuer.' },
    expected: 'Issuer, Signature',
    reference: 'SAML 2.0 Core, section 2.3.3',
  },
  'SIG-SHAPE': {
    severity: 'error',
    fr: "La signature n'a pas la forme attendue.",
    en: 'The signature does not have the accepted form.',
    fix: {
      fr: "Écrire un seul SignedInfo, une seule Reference, un seul certificat, et rien d'autre.",
      en: 'Write one SignedInfo, one Reference, one certificate, and nothing else.',
    },
    reference: signature,
  },
  'SIG-BASE64': {
    severity: 'error',
    fr: "Valeur absente, ou qui n'est pas du base64.",
    en: 'The value is absent or no base64.',
    fix: { fr: 'Écrire la valeur en base64.', en: 'Write the value in base64.' },
    reference: signature,
  },
  'SIG-C14N': {
    severity: 'error',
    fr: 'La canonisation annoncée est refusée.',
    en: 'The canonicalisation that is announced is not accepted.',
    fix: {
      fr: 'Employer la canonisation exclusive, sans commentaires.',
      en: 'Use exclusive canonicalisation without comments.',
    },
    reference: signature,
  },
  'SIG-ALGORITHM': {
    severity: 'error',
    fr: "L'algorithme annoncé est refusé.",
    en: 'The algorithm that is announced is not accepted.',
    fix: {
      fr: 'Signer en RSA-SHA256, empreinte SHA-256 : SHA-1 et HMAC sont refusés.',
      en: 'Sign with RSA-SHA256 and digest with SHA-256: SHA-1 and HMAC are refused.',
    },
    reference: signature,
  },
  'SIG-TRANSFORM': {
    severity: 'error',
    fr: 'Une transformation annoncée est refusée.',
    en: 'A transform that is announced is not accepted.',
    fix: {
      fr: 'Écrire « enveloped-signature » puis la canonisation exclusive.',
      en: 'Write enveloped-signature, then exclusive canonicalisation.',
    },
    reference: signature,
  },
  'SIG-REFERENCE': {
    severity: 'error',
    fr: "La signature ne désigne pas l'assertion.",
    en: 'The reference does not name the assertion.',
    fix: {
      fr: "Écrire dans URI le signe # suivi de l'ID de l'assertion.",
      en: 'Write in URI the sign # and the ID of the assertion.',
    },
    expected: '#ID',
    reference: signature,
  },
  'SIG-DIGEST': {
    severity: 'error',
    fr: "L'empreinte ne correspond pas au contenu de l'assertion.",
    en: 'The digest does not match the assertion.',
    fix: resend,
    reference: signature,
  },
  'SIG-VALUE': {
    severity: 'error',
    fr: 'La signature ne correspond pas au certificat joint.',
    en: 'The signature value does not verify with the certificate.',
    fix: {
      fr: 'Joindre le certificat de la clé qui signe, et transmettre SignedInfo tel que signé.',
      en: 'Give the certificate of the signing key, and send SignedInfo as it was signed.',
    },
    reference: signature,
  },
  'SIG-SECOND': {
    severity: 'error',
    fr: 'Deux vérifications indépendantes ne concordent pas.',
    en: 'Two independent verifications disagree.',
    fix: { fr: "Transmettre l'assertion au support.", en: 'Send the assertion to the support.' },
    reference: 'Règle de prudence de la bibliothèque',
  },
} as const satisfies RuleCatalogue;
