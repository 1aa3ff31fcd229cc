import type { RuleCatalogue } from '../../../internal/finding.ts';

const profile = 'CI-SIS, Volet Transport synchrone pour client lourd';

/** Rules about what a VIHF says, and whether its signer may say it. */
export const contentRules = {
  'SAML-GRAMMAR': {
    severity: 'error',
    fr: "L'assertion ne suit pas le schéma SAML : {case}.",
    en: 'The assertion does not follow the SAML schema: {case}.',
    cases: {
      'unexpected-attribute': { fr: 'attribut XML inattendu', en: 'unexpected XML attribute' },
      'missing-attribute': { fr: 'attribut XML absent', en: 'missing XML attribute' },
      'stray-text': { fr: 'texte inattendu entre les éléments', en: 'unexpected text between elements' },
      'foreign-element': { fr: 'élément étranger', en: 'foreign element' },
      'missing-element': { fr: 'élément {element} absent ou mal placé', en: '{element} is missing or out of place' },
      'unexpected-element': { fr: 'élément inattendu ou en double', en: 'unexpected or repeated element' },
      'text-only': { fr: 'du texte seul était attendu', en: 'text alone was expected' },
      date: { fr: 'date et heure UTC attendues', en: 'a UTC date-time was expected' },
      'unexpected-content': { fr: 'contenu inattendu', en: 'unexpected content' },
      'coded-attribute': {
        fr: 'attribut XML inattendu dans une valeur codée',
        en: 'unexpected XML attribute in a coded value',
      },
      'coded-value': { fr: 'valeur codée HL7 vide attendue', en: 'an empty HL7 coded value was expected' },
      'coded-type': { fr: 'type de la valeur codée absent', en: 'the coded value lacks its type' },
      'one-value': { fr: 'une seule valeur par AttributeValue', en: 'one value in an AttributeValue' },
      'repeated-attribute': { fr: 'attribut présent deux fois', en: 'the attribute is there twice' },
      version: { fr: 'version de SAML inattendue', en: 'unexpected SAML version' },
      'issuer-format': { fr: "format de l'émetteur inattendu", en: 'unexpected issuer format' },
    },
    fix: {
      fr: 'Écrire les éléments et attributs du schéma SAML, dans son ordre, et rien de plus.',
      en: 'Write the elements and attributes of the SAML schema, in its order, and nothing else.',
    },
    reference: 'SAML 2.0 Core, section 2.3',
  },
  'VIHF-INPUT': {
    severity: 'error',
    fr: 'Une donnée du VIHF manque ou est mal formée : {case}.',
    en: 'The input of a VIHF is missing or malformed: {case}.',
    cases: {
      part: { fr: 'il manque la partie {part}', en: 'the part {part} is missing' },
      'professional-id': {
        fr: "l'identifiant national du professionnel n'a pas la forme attendue",
        en: 'malformed identifier of the professional',
      },
      'structure-id': {
        fr: "l'identifiant national de la structure n'a pas la forme attendue",
        en: 'malformed identifier of the structure',
      },
      sector: { fr: "le secteur d'activité est absent ou mal formé", en: 'malformed activity sector' },
      specialty: {
        fr: 'la spécialité est obligatoire pour les médecins et les pharmaciens',
        en: 'a specialty is required for physicians and pharmacists',
      },
      roles: { fr: 'un ou deux rôles sont attendus', en: 'one or two roles are expected' },
      ins: { fr: "l'INS du patient (matricule et OID) est mal formée", en: 'malformed INS (value and OID)' },
      'local-patient': {
        fr: "l'identifiant local du patient est mal formé, ou donné en plus de l'INS",
        en: 'malformed local identifier, or given beside the INS',
      },
      means: { fr: "le moyen d'authentification est absent", en: 'the means of authentication is absent' },
      'login-time': { fr: "l'heure de connexion est absente", en: 'the login time is absent' },
      'user-name': {
        fr: "le nom de l'utilisateur est obligatoire en mode indirect",
        en: 'subject-id is required in indirect modes',
      },
      version: { fr: 'la version de VIHF est inconnue', en: 'unknown VIHF version' },
      software: {
        fr: 'le nom et la version du logiciel sont obligatoires',
        en: 'software name and version are required',
      },
      resource: { fr: 'Ressource_URN est absente de la configuration', en: 'Ressource_URN is not configured' },
      recipient: { fr: "l'adresse du destinataire est vide", en: 'the address of the recipient is empty' },
      lifetime: {
        fr: "la durée de validité n'est pas un nombre, ou est hors bornes",
        en: 'the lifetime is no number or out of range',
      },
      skew: {
        fr: "la tolérance d'horloge n'est pas un nombre, ou est hors bornes",
        en: 'the clock skew is no number or out of range',
      },
      'extra-attribute': {
        fr: 'un attribut supplémentaire est vide ou déjà écrit par le VIHF',
        en: 'an extra attribute is empty or already there',
      },
      'coded-value': {
        fr: "une valeur codée porte un nom d'élément ou un OID mal formé",
        en: 'a coded value has a malformed element name or OID',
      },
      'required-attribute': {
        fr: "l'attribut {name} est obligatoire en version {version}",
        en: 'attribute {name} is required by version {version}',
      },
    },
    fix: { fr: 'Compléter ou corriger le champ désigné.', en: 'Fill in or correct the field that is named.' },
    reference: profile,
  },
  'VIHF-ATTRIBUTE': {
    severity: 'error',
    fr: 'Attribut {name} absent, vide ou répété.',
    en: 'Attribute {name} is missing, empty or repeated.',
    fix: { fr: 'Renseigner {name} avec une seule valeur.', en: 'Give {name} one value.' },
    expected: '1',
    reference: profile,
  },
  'VIHF-CODE': {
    severity: 'error',
    fr: 'Valeur codée incomplète.',
    en: 'Incomplete coded value.',
    fix: {
      fr: "Écrire l'élément {element} avec code, codeSystem (OID) et displayName.",
      en: 'Write the element {element} with code, codeSystem (OID) and displayName.',
    },
    reference: profile,
  },
  'VIHF-ROLE': {
    severity: 'error',
    fr: 'Un ou deux rôles attendus dans un seul attribut.',
    en: 'One or two roles in one attribute.',
    fix: {
      fr: 'Écrire la profession, puis le savoir-faire, dans un seul attribut.',
      en: 'Write profession then specialty in one attribute.',
    },
    expected: '1..2',
    reference: profile,
  },
  'VIHF-SPECIALTY': {
    severity: 'error',
    fr: 'Spécialité obligatoire pour les médecins et les pharmaciens.',
    en: 'A specialty is required for physicians and pharmacists.',
    fix: {
      fr: 'Ajouter le second rôle (savoir-faire, table TRE_R01).',
      en: 'Add the second role (specialty, table TRE_R01).',
    },
    expected: 'TRE_R01',
    reference: profile,
  },
  'VIHF-PATIENT': {
    severity: 'error',
    fr: "L'INS du patient n'a pas la forme attendue.",
    en: 'The patient identifier is malformed.',
    fix: {
      fr: "Écrire le matricule, l'OID et le type (NH pour une INS) ; l'esperluette est échappée dans le XML.",
      en: 'Write the number, the OID and the type (NH for an INS); the ampersand is escaped in XML.',
    },
    expected: 'INS^^^&OID&ISO^NH',
    reference: profile,
  },
  'VIHF-MODE': {
    severity: 'error',
    fr: "Mode d'authentification absent, inconnu ou répété.",
    en: 'The authentication mode is missing, unknown or repeated.',
    fix: { fr: 'Écrire un des modes publiés, une fois.', en: 'Write one of the published modes, once.' },
    reference: profile,
  },
  'VIHF-VERSION': {
    severity: 'error',
    fr: 'Version de VIHF absente ou inconnue.',
    en: 'Missing or unknown VIHF version.',
    fix: { fr: 'Écrire une version publiée.', en: 'Write a published version.' },
    reference: profile,
  },
  'VIHF-STRUCTURE': {
    severity: 'error',
    fr: "L'identifiant de la structure n'a pas une forme connue.",
    en: 'The structure identifier has no known form.',
    fix: {
      fr: 'Écrire le chiffre du type puis le numéro (table TRE_G07).',
      en: 'Write the digit of the kind, then the number (table TRE_G07).',
    },
    expected: 'TRE_G07',
    reference: profile,
  },
  'VIHF-SECTOR': {
    severity: 'error',
    fr: "Secteur d'activité mal formé.",
    en: 'Malformed activity sector.',
    fix: { fr: 'Écrire un code de TRE_R02, ^, son OID.', en: 'Write a code of TRE_R02, ^, its OID.' },
    expected: 'CODE^OID',
    reference: profile,
  },
  'VIHF-PURPOSE': {
    severity: 'error',
    fr: "Mode d'accès absent ou inconnu.",
    en: 'Missing or unknown purpose of use.',
    fix: { fr: 'Écrire un code de TRE_R248.', en: 'Write a code of TRE_R248.' },
    expected: 'TRE_R248',
    reference: profile,
  },
  'VIHF-SUBJECT': {
    severity: 'error',
    fr: "L'identifiant du professionnel n'a pas une forme connue.",
    en: 'The subject identifier has no known form.',
    fix: {
      fr: "Écrire 8 et le RPPS, 0 et l'ADELI, ou structure/identifiant local.",
      en: 'Write 8 and the RPPS, 0 and the ADELI, or structure/local identifier.',
    },
    expected: '8 + RPPS',
    reference: profile,
  },
  'VIHF-CONTEXT': {
    severity: 'error',
    fr: "Classe d'authentification inconnue.",
    en: 'Unknown authentication class.',
    fix: { fr: 'Écrire une classe publiée par SAML.', en: 'Write a class that SAML publishes.' },
    reference: 'SAML 2.0 Authentication Context, section 3.4',
  },
  'VIHF-DECLARATION': {
    severity: 'error',
    fr: 'Déclaration obligatoire en mode indirect renforcé.',
    en: 'A declaration is required in this mode.',
    fix: { fr: 'Ajouter AuthnContextDecl.', en: 'Add AuthnContextDecl.' },
    expected: 'AuthnContextDecl',
    reference: profile,
  },
  'VIHF-ISSUER': {
    severity: 'error',
    fr: "L'émetteur n'est pas le sujet du certificat qui a signé.",
    en: 'Issuer is not the subject of the signing certificate.',
    fix: {
      fr: 'Construire Issuer à partir du sujet du certificat de signature, le RDN le plus précis en tête.',
      en: 'Build Issuer from the subject of the signing certificate, most specific RDN first.',
    },
    expected: 'RFC 4514',
    reference: profile,
  },
  'VIHF-SIGNER': {
    severity: 'error',
    fr: 'Le signataire ne convient pas au mode {mode}.',
    en: 'The signer does not suit the mode {mode}.',
    fix: {
      fr: 'Signer avec la carte du professionnel en mode direct, avec le certificat de la structure en mode indirect.',
      en: 'Sign with the card of the professional in direct mode, with the certificate of the structure in indirect modes.',
    },
    reference: profile,
  },
  'VIHF-HOLDER': {
    severity: 'error',
    fr: "Le sujet n'est pas le porteur de la carte qui a signé.",
    en: 'The subject is not the holder of the card that signed.',
    fix: {
      fr: 'Lire NameID dans le certificat de la carte (CN).',
      en: 'Read NameID in the certificate of the card (CN).',
    },
    reference: profile,
  },
  'VIHF-RESOURCE': {
    severity: 'error',
    fr: "L'assertion vise une autre ressource.",
    en: 'The assertion names another resource.',
    fix: {
      fr: 'Écrire dans Ressource_URN la valeur donnée par la plateforme.',
      en: 'Write in Ressource_URN the value that the platform gives.',
    },
    reference: profile,
  },
  'VIHF-STRUCTURE-SIGNER': {
    severity: 'error',
    fr: "La structure déclarée n'est pas celle du certificat qui a signé.",
    en: 'The declared structure is not that of the signing certificate.',
    fix: {
      fr: "Vérifier le lien (une entité géographique peut être couverte par le certificat de son entité juridique), puis l'admettre par l'option declaredStructureId.",
      en: 'Check the link (a site may be covered by the certificate of its legal entity), then allow it by the option declaredStructureId.',
    },
    reference: profile,
  },
} as const satisfies RuleCatalogue;
