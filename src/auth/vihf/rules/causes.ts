import type { RuleCatalogue } from '../../../internal/finding.ts';

const signature = 'XML Signature Syntax and Processing, section 4; SAML 2.0 Core, section 5.4';

/**
 * Why a digest or a signature value does not match, when trying the usual mistakes finds it out.
 * Each mistake is a case, with a remedy of its own.
 */
export const causeRules = {
  'SIG-DIGEST-CAUSE': {
    severity: 'info',
    fr: 'Cause probable : {case}.',
    en: 'Likely cause: {case}.',
    cases: {
      reindented: {
        fr: "l'assertion a été indentée après la signature",
        en: 'the assertion was indented after it was signed',
        fix: {
          fr: 'Transmettre les octets signés tels quels : ne pas indenter, ne pas relire puis réécrire le XML.',
          en: 'Send the signed bytes as they are: no indentation, no reading and writing again.',
        },
      },
      trimmed: {
        fr: 'des espaces de bord de valeur ont été ajoutés ou retirés',
        en: 'white space around values was changed',
        fix: {
          fr: 'Écrire les valeurs sans espaces de bord avant de signer.',
          en: 'Write values without white space around them before signing.',
        },
      },
      'line-ends': {
        fr: 'les fins de ligne ont été converties',
        en: 'line ends were converted',
        fix: {
          fr: 'Transmettre les octets sans conversion de fins de ligne.',
          en: 'Send the bytes without conversion of line ends.',
        },
      },
      'unicode-normalised': {
        fr: 'les caractères accentués ont changé de forme Unicode (NFC/NFD)',
        en: 'accented characters changed Unicode form',
        fix: {
          fr: 'Normaliser les textes avant de signer, jamais après.',
          en: 'Normalise texts before signing, never after.',
        },
      },
      encoding: {
        fr: 'les octets UTF-8 ont été relus dans un autre encodage (Latin-1)',
        en: 'UTF-8 bytes were read as another encoding',
        fix: {
          fr: "Lire et écrire l'assertion en UTF-8 de bout en bout.",
          en: 'Read and write the assertion in UTF-8 from end to end.',
        },
      },
      'latin1-digest': {
        fr: "l'empreinte a été calculée sur du Latin-1, pas sur de l'UTF-8",
        en: 'the digest was computed over Latin-1 bytes',
        fix: {
          fr: "Encoder en UTF-8 avant de calculer l'empreinte.",
          en: 'Encode in UTF-8 before computing the digest.',
        },
      },
      'inclusive-c14n': {
        fr: "l'empreinte a été calculée avec la canonisation inclusive, alors que l'exclusive est annoncée",
        en: 'inclusive canonicalisation was used although exclusive is announced',
        fix: {
          fr: 'Appliquer http://www.w3.org/2001/10/xml-exc-c14n#.',
          en: 'Apply http://www.w3.org/2001/10/xml-exc-c14n#.',
        },
      },
      'not-canonical': {
        fr: "l'empreinte a été calculée sur le texte tel qu'écrit, sans canonisation",
        en: 'the digest was computed over the text as written, without canonicalisation',
        fix: {
          fr: "Canoniser l'assertion (sans sa signature) avant l'empreinte.",
          en: 'Canonicalise the assertion (without its signature) before the digest.',
        },
      },
      'xml-declaration': {
        fr: "l'empreinte inclut la déclaration XML",
        en: 'the digest covers the XML declaration',
        fix: {
          fr: "Calculer l'empreinte sans la déclaration XML : la forme canonique n'en contient pas.",
          en: 'Leave the XML declaration out of the digest: the canonical form has none.',
        },
      },
      'final-newline': {
        fr: "l'empreinte inclut un saut de ligne final",
        en: 'the digest covers a final line feed',
        fix: {
          fr: 'Ne rien ajouter à la forme canonique.',
          en: 'Add nothing to the canonical form.',
        },
      },
      'not-enveloped': {
        fr: "l'empreinte a été calculée avec la signature dedans",
        en: 'the digest was computed with the signature inside',
        fix: {
          fr: "Retirer l'élément Signature avant l'empreinte (enveloped-signature).",
          en: 'Take the Signature element out before the digest (enveloped-signature).',
        },
      },
      sha1: {
        fr: "l'empreinte est en SHA-1 alors que SHA-256 est annoncé",
        en: 'SHA-1 was used although SHA-256 is announced',
        fix: {
          fr: 'Utiliser SHA-256.',
          en: 'Use SHA-256.',
        },
      },
      sha512: {
        fr: "l'empreinte est en SHA-512 alors que SHA-256 est annoncé",
        en: 'SHA-512 was used although SHA-256 is announced',
        fix: {
          fr: 'Utiliser SHA-256.',
          en: 'Use SHA-256.',
        },
      },
      hexadecimal: {
        fr: "l'empreinte est écrite en hexadécimal avant d'être mise en base64",
        en: 'the digest was turned to hexadecimal before base64',
        fix: {
          fr: "Mettre en base64 les 32 octets de l'empreinte.",
          en: 'Put the 32 bytes of the digest in base64.',
        },
      },
    },
    fix: {
      fr: "Calculer l'empreinte sur les octets transmis.",
      en: 'Compute the digest over the bytes that are sent.',
    },
    reference: signature,
  },
  'SIG-VALUE-CAUSE': {
    severity: 'info',
    fr: 'Cause probable : {case}.',
    en: 'Likely cause: {case}.',
    cases: {
      'other-key': {
        fr: "la signature n'a pas été faite avec la clé du certificat joint",
        en: 'the signature was not made with the key of the certificate',
        fix: {
          fr: "Joindre le certificat qui va avec la clé : carte changée, ou certificat d'authentification au lieu de signature ?",
          en: 'Give the certificate that belongs to the key: another card, or the authentication certificate instead of the signature one?',
        },
      },
      'reversed-bytes': {
        fr: "les octets de la signature sont dans l'ordre inverse (API CryptoAPI de Windows)",
        en: 'the signature bytes are reversed (Windows CryptoAPI)',
        fix: {
          fr: 'Inverser les octets de la signature avant le base64.',
          en: 'Reverse the signature bytes before base64.',
        },
      },
      pss: {
        fr: 'la signature est en RSA-PSS, alors que PKCS#1 v1.5 est annoncé',
        en: 'RSA-PSS was used although PKCS #1 v1.5 is announced',
        fix: {
          fr: 'Signer en RSA PKCS#1 v1.5 avec SHA-256 (CKM_SHA256_RSA_PKCS).',
          en: 'Sign with RSA PKCS #1 v1.5 and SHA-256 (CKM_SHA256_RSA_PKCS).',
        },
      },
      'other-hash': {
        fr: 'la signature a été calculée avec un autre algorithme que SHA-256',
        en: 'another hash than SHA-256 was used',
        fix: {
          fr: 'Signer avec SHA-256.',
          en: 'Sign with SHA-256.',
        },
      },
      'signed-assertion': {
        fr: "c'est l'assertion qui a été signée, pas SignedInfo",
        en: 'the assertion was signed instead of SignedInfo',
        fix: {
          fr: 'Signer la forme canonique de SignedInfo.',
          en: 'Sign the canonical form of SignedInfo.',
        },
      },
      'hashed-twice': {
        fr: "l'empreinte a été calculée deux fois",
        en: 'the bytes were hashed twice',
        fix: {
          fr: "Donner les octets à signer, pas leur empreinte, à une fonction qui calcule l'empreinte elle-même.",
          en: 'Give the bytes, not their digest, to a function that computes the digest itself.',
        },
      },
      'signed-info-namespace': {
        fr: "SignedInfo a été signé sans sa déclaration d'espace de noms",
        en: 'SignedInfo was signed without its namespace declaration',
        fix: {
          fr: 'Garder xmlns:ds : la forme canonique de SignedInfo le porte.',
          en: 'Keep xmlns:ds: the canonical form of SignedInfo carries it.',
        },
      },
      'signed-info-inclusive': {
        fr: 'SignedInfo a été canonisé en mode inclusif',
        en: 'SignedInfo was canonicalised inclusively',
        fix: {
          fr: 'Appliquer la canonisation exclusive.',
          en: 'Apply exclusive canonicalisation.',
        },
      },
      'signed-info-reindented': {
        fr: 'SignedInfo a été indenté après la signature',
        en: 'SignedInfo was indented after it was signed',
        fix: {
          fr: 'Ne pas indenter un XML signé.',
          en: 'Do not indent signed XML.',
        },
      },
      'signed-info-changed': {
        fr: 'SignedInfo a changé après la signature',
        en: 'SignedInfo changed after it was signed',
        fix: {
          fr: 'Transmettre les octets signés tels quels.',
          en: 'Send the signed bytes as they are.',
        },
      },
    },
    fix: {
      fr: 'Signer SignedInfo tel que transmis, avec la clé du certificat joint.',
      en: 'Sign SignedInfo as it is sent, with the key of the certificate that is given.',
    },
    reference: signature,
  },
} as const satisfies RuleCatalogue;
