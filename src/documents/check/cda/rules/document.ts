import { header, type Row } from './row.ts';

type DocumentRuleId =
  | 'CDA-REALM'
  | 'CDA-TYPE-ID'
  | 'CDA-TEMPLATE'
  | 'CDA-TEMPLATE-LEVEL-1'
  | 'CDA-ID'
  | 'CDA-ID-FORM'
  | 'CDA-CODE'
  | 'CDA-CODE-RETIRED'
  | 'CDA-CODE-SYSTEM'
  | 'CDA-CODE-RECENT'
  | 'CDA-TITLE'
  | 'CDA-TITLE-LENGTH'
  | 'CDA-EFFECTIVE-TIME'
  | 'CDA-TIME-PRECISION'
  | 'CDA-CONFIDENTIALITY'
  | 'CDA-CONFIDENTIALITY-OLD'
  | 'CDA-LANGUAGE'
  | 'CDA-SET-ID'
  | 'CDA-VERSION'
  | 'CDA-RELATED'
  | 'CDA-RELATED-VERSION';

/** What the document says of itself. */
export const documentRows: Readonly<Record<DocumentRuleId, Row>> = {
  'CDA-REALM': [
    'error',
    'realmCode doit être FR, une seule fois.',
    'realmCode must be FR, once.',
    'FR',
    'Ajoutez <realmCode code="FR"/>.',
    `${header}section 3.5.5`,
  ],
  'CDA-TYPE-ID': [
    'error',
    "typeId n'est pas celui de CDA R2 : aucune règle de l'en-tête ne s'applique sans lui.",
    'typeId is not that of CDA R2: without it no header rule applies.',
    '2.16.840.1.113883.1.3, POCD_HD000040',
    'Ajoutez <typeId root="2.16.840.1.113883.1.3" extension="POCD_HD000040"/>.',
    `${header}section 3.5.5`,
  ],
  'CDA-TEMPLATE': [
    'error',
    "Les templateId de l'en-tête français manquent ou sont répétés.",
    'The templateIds of the French header are missing or repeated.',
    '2.16.840.1.113883.2.8.2.1, 1.2.250.1.213.1.1.1.1 et au moins un autre',
    "Ajoutez les deux templateId de l'en-tête et celui du modèle.",
    `${header}section 3.5.5`,
  ],
  'CDA-TEMPLATE-LEVEL-1': [
    'error',
    "Un document non structuré porte trois templateId exactement, dont celui d'IHE XDS-SD.",
    'A non-structured document has exactly three templateIds, that of IHE XDS-SD among them.',
    '1.3.6.1.4.1.19376.1.2.20 comme troisième et dernier',
    'Retirez le templateId du volet et gardez 1.3.6.1.4.1.19376.1.2.20.',
    `${header}corps non structuré`,
  ],
  'CDA-ID': [
    'error',
    "L'identifiant du document manque.",
    'The document has no identifier.',
    'un id sans nullFlavor',
    'Ajoutez <id root="OID"/>.',
    `${header}section 3.5.5.4`,
  ],
  'CDA-ID-FORM': [
    'warning',
    "L'identifiant d'un document à partager est un OID seul, de 64 caractères au plus.",
    'The identifier of a document to be shared is an OID alone, of at most 64 characters.',
    'OID sans extension',
    'Utilisez un OID complet dans root, sans extension.',
    `${header}section 3.5.5.4`,
  ],
  'CDA-CODE': [
    'error',
    'Le type de document est absent, incomplet ou hors de la table JDV_J07.',
    'The document type is missing, incomplete or not in JDV_J07.',
    'un type de JDV_J07 avec codeSystem et displayName',
    'Choisissez un type de la table JDV_J07.',
    `${header}section 3.5.5; JDV_J07-XdsTypeCode-CISIS`,
  ],
  'CDA-CODE-RETIRED': [
    'warning',
    'Le type de document a été retiré de la table nationale.',
    'The document type was retired from the national table.',
    'un type de JDV_J07',
    "Utilisez le type actuel indiqué, sauf si la plateforme destinataire demande expressément l'ancien.",
    'JDV_J07-XdsTypeCode-CISIS',
  ],
  'CDA-CODE-SYSTEM': [
    'warning',
    'Le système de codes ne va pas avec le code.',
    'The code system does not go with the code.',
    null,
    "Corrigez codeSystem d'après la table.",
    'JDV du CI-SIS',
  ],
  'CDA-CODE-RECENT': [
    'info',
    'Ce type est plus récent que le kit de test public : un validateur ancien le refuse.',
    'This type is newer than the public test kit: an old validator refuses it.',
    null,
    'Vérifiez que le destinataire connaît ce type.',
    'JDV_J07-XdsTypeCode-CISIS, édition du 05/05/2026',
  ],
  'CDA-TITLE': [
    'error',
    'Le titre manque.',
    'The title is missing.',
    'titre',
    'Ajoutez <title>.',
    `${header}section 3.5.5`,
  ],
  'CDA-TITLE-LENGTH': [
    'warning',
    'Le titre est vide ou dépasse 128 caractères.',
    'The title is empty or longer than 128 characters.',
    '1 à 128 caractères',
    'Raccourcissez le titre.',
    `${header}section 3.5.5`,
  ],
  'CDA-EFFECTIVE-TIME': [
    'error',
    'La date de création manque.',
    'The creation time is missing.',
    'AAAAMMJJhhmmss±ZZzz',
    'Ajoutez effectiveTime.',
    `${header}section 3.5.5`,
  ],
  'CDA-TIME-PRECISION': [
    'warning',
    'Cette date doit être précise à la seconde, avec le décalage horaire.',
    'This time must be to the second, with its offset.',
    'AAAAMMJJhhmmss±ZZzz',
    'Complétez la date.',
    `${header}section 3.5.5`,
  ],
  'CDA-CONFIDENTIALITY': [
    'error',
    "Le niveau de confidentialité est absent ou inconnu. Les marques de visibilité n'ont pas leur place ici.",
    'The confidentiality level is missing or unknown. Visibility marks do not belong here.',
    'N, R ou V, codeSystem 2.16.840.1.113883.5.25',
    'Écrivez N, R ou V ; les marques de visibilité vont dans les métadonnées XDS.',
    `${header}section 3.5.5.8`,
  ],
  'CDA-CONFIDENTIALITY-OLD': [
    'warning',
    "Ce niveau de confidentialité n'est plus à émettre.",
    'This confidentiality level is no longer to be written.',
    'N, R ou V',
    'Utilisez N, R ou V.',
    `${header}section 3.5.5.8`,
  ],
  'CDA-LANGUAGE': [
    'error',
    "La langue n'est pas sous la forme langue-PAYS.",
    'The language is not in the form language-COUNTRY.',
    'fr-FR',
    'Écrivez fr-FR.',
    `${header}section 3.5.5`,
  ],
  'CDA-SET-ID': [
    'error',
    'setId manque.',
    'setId is missing.',
    'un setId sans nullFlavor',
    'Ajoutez setId, commun à toutes les versions.',
    `${header}section 3.5.5`,
  ],
  'CDA-VERSION': [
    'error',
    "versionNumber manque ou n'est pas un entier.",
    'versionNumber is missing or no integer.',
    '1 pour la première version',
    'Ajoutez <versionNumber value="1"/>.',
    `${header}section 3.5.5`,
  ],
  'CDA-RELATED': [
    'error',
    'Le document remplacé est mal désigné.',
    'The replaced document is not well named.',
    'au plus un relatedDocument RPLC avec parentDocument/id',
    "Donnez l'id (pas le setId) de la version remplacée.",
    `${header}section 3.5.5.23`,
  ],
  'CDA-RELATED-VERSION': [
    'warning',
    "Un document qui en remplace un autre n'est pas la version 1.",
    'A document that replaces another is not version 1.',
    'versionNumber supérieur à 1',
    'Incrémentez versionNumber et gardez le setId.',
    `${header}section 3.5.5.23`,
  ],
};
