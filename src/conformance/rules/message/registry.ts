import type { RuleCatalogue } from '../../../internal/finding.ts';

/** Rules about requests to a registry or a repository, and about their answers. */
export const registryMessageRules = {
  'MESSAGE-EBRIM': {
    severity: 'error',
    fr: "Les objets du registre sont d'une autre version d'ebRIM que la 3.0.",
    en: 'The registry objects are of another version of ebRIM than 3.0.',
    fix: { fr: 'Écrire la demande en ebRIM 3.0 (XDS.b).', en: 'Write the request in ebRIM 3.0 (XDS.b).' },
    expected: 'urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0',
    reference: 'IHE ITI TF-3, section 4.2',
  },
  'MESSAGE-STATUS': {
    severity: 'error',
    fr: "L'issue de la demande n'est pas une réussite sûre : {case}.",
    en: 'The outcome of the request is no plain success: {case}.',
    cases: {
      absent: {
        fr: 'la réponse ne dit pas si la demande a réussi',
        en: 'the answer does not say whether the request succeeded',
      },
      unknown: {
        fr: "le statut de la réponse n'est pas de la norme",
        en: 'the status of the answer is not of the standard',
      },
      success: {
        fr: 'la réponse se contredit : réussite, avec une erreur',
        en: 'the answer contradicts itself: success, with an error',
      },
      failure: { fr: 'la réponse est un échec sans motif', en: 'the answer is a failure without a reason' },
      partial: {
        fr: "la demande n'a réussi qu'en partie",
        en: 'the request succeeded in part only',
        fix: {
          fr: 'Lire les erreurs : elles disent ce qui manque.',
          en: 'Read the errors: they say what is missing.',
        },
      },
    },
    fix: {
      fr: "Prévenir la plateforme ; ne pas tenir l'opération pour faite.",
      en: 'Tell the platform; do not take the operation for done.',
    },
    reference: 'IHE ITI TF-3, section 4.2.4 ; OASIS ebXML RS 3.0',
  },
  'MESSAGE-QUERY': {
    severity: 'error',
    fr: 'La requête est mal écrite : {case}.',
    en: 'The query is badly written: {case}.',
    cases: {
      absent: { fr: 'la demande ne porte aucune requête', en: 'the request holds no query' },
      several: { fr: 'la demande porte plusieurs requêtes', en: 'the request holds several queries' },
      id: {
        fr: "l'identifiant de la requête n'est pas celui d'une requête de la norme",
        en: 'the identifier of the query is not that of a query of the standard',
      },
      'return-type': {
        fr: "le type de réponse demandé n'est ni LeafClass ni ObjectRef",
        en: 'the type of answer asked for is neither LeafClass nor ObjectRef',
      },
      missing: {
        fr: 'un paramètre obligatoire de la requête manque',
        en: 'a required parameter of the query is missing',
      },
      empty: { fr: 'un paramètre est sans valeur', en: 'a parameter has no value' },
      quotes: {
        fr: "une valeur n'est ni un nombre, ni un texte entre apostrophes, ni une liste entre parenthèses",
        en: 'a value is neither a number, nor a text between apostrophes, nor a list between brackets',
      },
    },
    fix: {
      fr: "Écrire l'identifiant, les paramètres et leurs valeurs comme la table de la requête le demande.",
      en: 'Write the identifier, the parameters and their values as the table of the query asks.',
    },
    reference: 'IHE ITI TF-2, section 3.18.4.1.2',
  },
  'MESSAGE-RETRIEVE': {
    severity: 'error',
    fr: 'Le retrait de documents est mal écrit : {case}.',
    en: 'The retrieval of documents is badly written: {case}.',
    cases: {
      absent: { fr: 'la demande ne nomme aucun document', en: 'the request names no document' },
      repository: {
        fr: "l'identifiant de l'entrepôt manque ou n'est pas un OID",
        en: 'the repository identifier is missing or no OID',
      },
      document: { fr: "l'identifiant du document manque", en: 'the identifier of the document is missing' },
      content: { fr: 'un document de la réponse est sans contenu', en: 'a document of the answer has no content' },
      base64: { fr: "le contenu d'un document n'est pas du base64", en: 'the content of a document is no base64' },
      type: { fr: 'la nature du document manque', en: 'the media type of the document is missing' },
    },
    fix: {
      fr: 'Reprendre les identifiants de la fiche du document : `repositoryUniqueId` et `uniqueId`.',
      en: 'Take the identifiers of the entry: `repositoryUniqueId` and `uniqueId`.',
    },
    reference: 'IHE ITI TF-2, section 3.43.4',
  },
  'MESSAGE-DOCUMENT': {
    severity: 'error',
    fr: 'Documents et fiches ne correspondent pas : {case}.',
    en: 'Documents and entries do not match: {case}.',
    cases: {
      missing: {
        fr: "une fiche n'a pas de document dans la demande (XDSMissingDocument)",
        en: 'an entry has no document in the request (XDSMissingDocument)',
      },
      metadata: {
        fr: "un document n'a pas de fiche dans la demande (XDSMissingDocumentMetadata)",
        en: 'a document has no entry in the request (XDSMissingDocumentMetadata)',
      },
      twice: { fr: 'deux documents portent le même identifiant', en: 'two documents bear one identifier' },
      base64: { fr: "le contenu d'un document n'est pas du base64", en: 'the content of a document is no base64' },
      hash: {
        fr: "l'empreinte de la fiche n'est pas celle du document",
        en: 'the hash of the entry is not that of the document',
      },
      size: {
        fr: "la taille de la fiche n'est pas celle du document",
        en: 'the size of the entry is not that of the document',
      },
    },
    fix: {
      fr: "Joindre à chaque fiche son document, sous le même identifiant, et calculer l'empreinte et la taille sur ses octets.",
      en: 'Attach to each entry its document, under one identifier, and compute hash and size of its very bytes.',
    },
    reference: 'IHE ITI TF-2, section 3.41.4.1 ; IHE ITI TF-3, section 4.2.3.2',
  },
  'MESSAGE-OBJECTS': {
    severity: 'error',
    fr: 'La demande ne porte aucun objet du registre.',
    en: 'The request holds no registry object.',
    fix: { fr: 'Nommer ou décrire les objets de la demande.', en: 'Name or describe the objects of the request.' },
    reference: 'OASIS ebXML RS 3.0',
  },
} as const satisfies RuleCatalogue;
