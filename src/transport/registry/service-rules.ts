import type { RuleCatalogue } from '../../internal/finding.ts';

const reference = "IHE ITI TF-3, section 4.2.4.1 (codes d'erreur), et suppléments de l'ITI";

/**
 * Refusals of queries, retrievals, updates and removals, and failures of the service itself.
 * The code of a registry is the end of the id, in capitals.
 */
export const registryServiceRules = {
  'REGISTRY-XDSREGISTRYNOTAVAILABLE': {
    severity: 'error',
    fr: "L'entrepôt ne peut pas joindre le registre.",
    en: 'The repository cannot reach the registry.',
    fix: { fr: 'Recommencer plus tard, avec le même envoi.', en: 'Try again later, with the same submission.' },
    reference,
  },
  'REGISTRY-XDSREGISTRYBUSY': {
    severity: 'error',
    fr: 'Le registre est trop occupé pour répondre.',
    en: 'The registry is too busy to answer.',
    fix: { fr: 'Recommencer plus tard, avec la même demande.', en: 'Try again later, with the same request.' },
    reference,
  },
  'REGISTRY-XDSREPOSITORYBUSY': {
    severity: 'error',
    fr: "L'entrepôt est trop occupé pour répondre.",
    en: 'The repository is too busy to answer.',
    fix: { fr: 'Recommencer plus tard, avec la même demande.', en: 'Try again later, with the same request.' },
    reference,
  },
  'REGISTRY-XDSREGISTRYOUTOFRESOURCES': {
    severity: 'error',
    fr: 'Le registre manque de ressources pour répondre.',
    en: 'The registry is out of resources.',
    fix: { fr: 'Recommencer plus tard, avec la même demande.', en: 'Try again later, with the same request.' },
    reference,
  },
  'REGISTRY-XDSREPOSITORYOUTOFRESOURCES': {
    severity: 'error',
    fr: "L'entrepôt manque de ressources pour répondre.",
    en: 'The repository is out of resources.',
    fix: { fr: 'Recommencer plus tard, avec la même demande.', en: 'Try again later, with the same request.' },
    reference,
  },
  'REGISTRY-XDSREGISTRYERROR': {
    severity: 'error',
    fr: 'Le registre signale une erreur interne.',
    en: 'The registry reports an internal error.',
    fix: {
      fr: "Lire le contexte de l'erreur, puis prévenir la plateforme si elle se répète.",
      en: 'Read the context of the error, and tell the platform if it comes again.',
    },
    reference,
  },
  'REGISTRY-XDSREPOSITORYERROR': {
    severity: 'error',
    fr: "L'entrepôt signale une erreur interne.",
    en: 'The repository reports an internal error.',
    fix: {
      fr: "Lire le contexte de l'erreur, puis prévenir la plateforme si elle se répète.",
      en: 'Read the context of the error, and tell the platform if it comes again.',
    },
    reference,
  },
  'REGISTRY-XDSTOOMANYRESULTS': {
    severity: 'error',
    fr: 'La recherche trouve trop de documents.',
    en: 'The query finds too many results.',
    fix: {
      fr: 'Resserrer la recherche, ou la lire par pages avec `pageSize`.',
      en: 'Narrow the query, or read it in pages with `pageSize`.',
    },
    reference,
  },
  'REGISTRY-XDSUNKNOWNSTOREDQUERY': {
    severity: 'error',
    fr: 'Le registre ne connaît pas cette requête.',
    en: 'The registry does not know this query.',
    fix: {
      fr: 'Utiliser une autre requête : toutes ne sont pas offertes partout.',
      en: 'Use another query: not every registry offers all.',
    },
    reference,
  },
  'REGISTRY-XDSSTOREDQUERYMISSINGPARAM': {
    severity: 'error',
    fr: 'Un paramètre obligatoire de la requête manque.',
    en: 'A required parameter of the query is missing.',
    fix: {
      fr: "Ajouter le paramètre que nomme le contexte de l'erreur.",
      en: 'Add the parameter that the context of the error names.',
    },
    reference,
  },
  'REGISTRY-XDSSTOREDQUERYPARAMNUMBER': {
    severity: 'error',
    fr: "Un paramètre de la requête a plusieurs valeurs au lieu d'une.",
    en: 'A parameter that takes one value was given several.',
    fix: { fr: 'Donner une seule valeur à ce paramètre.', en: 'Give that parameter one value.' },
    reference,
  },
  'REGISTRY-XDSRESULTNOTSINGLEPATIENT': {
    severity: 'error',
    fr: 'La réponse concernerait plusieurs patients, ce qui est interdit.',
    en: 'The answer would concern several patients, which is forbidden.',
    fix: { fr: "Demander les documents d'un seul patient.", en: 'Ask for the documents of one patient.' },
    reference,
  },
  'REGISTRY-XDSUNKNOWNREPOSITORYID': {
    severity: 'error',
    fr: "L'identifiant d'entrepôt n'est pas celui d'un entrepôt connu.",
    en: 'The repository identifier is not that of a known repository.',
    fix: {
      fr: 'Relire `repositoryUniqueId` dans la fiche du document.',
      en: 'Read `repositoryUniqueId` in the entry of the document.',
    },
    reference,
  },
  'REGISTRY-XDSDOCUMENTUNIQUEIDERROR': {
    severity: 'error',
    fr: "L'entrepôt ne trouve pas le document de cet identifiant.",
    en: 'The repository has no document of this identifier.',
    fix: {
      fr: 'Relire la fiche : le document peut avoir été supprimé.',
      en: 'Read the entry again: the document may have been removed.',
    },
    reference,
  },
  'REGISTRY-XDSUNKNOWNCOMMUNITY': {
    severity: 'error',
    fr: 'La communauté nommée est inconnue.',
    en: 'The community is not known.',
    fix: {
      fr: 'Relire `homeCommunityId` dans la fiche du document.',
      en: 'Read `homeCommunityId` in the entry of the document.',
    },
    reference,
  },
  'REGISTRY-XDSMISSINGHOMECOMMUNITYID': {
    severity: 'error',
    fr: "L'identifiant de communauté manque.",
    en: 'The community identifier is missing.',
    fix: {
      fr: 'Donner `homeCommunityId`, tel que la fiche le porte.',
      en: 'Give `homeCommunityId` as the entry holds it.',
    },
    reference,
  },
  'REGISTRY-XDSUNAVAILABLECOMMUNITY': {
    severity: 'error',
    fr: "Une communauté n'a pas pu être jointe.",
    en: 'A community could not be reached.',
    fix: {
      fr: 'Recommencer plus tard ; ce qui est arrivé est incomplet.',
      en: 'Try again later; what came is not complete.',
    },
    reference,
  },
  'REGISTRY-TRANSCODINGERROR': {
    severity: 'error',
    fr: 'La conversion demandée a échoué.',
    en: 'The conversion that was asked for failed.',
    fix: { fr: "Demander le document sous sa forme d'origine.", en: 'Ask for the document in its own form.' },
    reference,
  },
  'REGISTRY-XDSMETADATAUPDATEERROR': {
    severity: 'error',
    fr: 'La mise à jour des métadonnées est refusée.',
    en: 'The update of metadata is refused.',
    fix: {
      fr: 'Relire la fiche, puis recommencer à partir de cette lecture.',
      en: 'Read the entry again and start from that reading.',
    },
    reference,
  },
  'REGISTRY-XDSPATIENTIDRECONCILIATIONERROR': {
    severity: 'error',
    fr: "La mise à jour ne s'accorde pas avec l'identité du patient.",
    en: 'The update does not agree with the identity of the patient.',
    fix: {
      fr: "Vérifier l'identifiant du patient dans la fiche et dans la mise à jour.",
      en: 'Check the patient identifier in the entry and in the update.',
    },
    reference,
  },
  'REGISTRY-XDSMETADATAUPDATEOPERATIONERROR': {
    severity: 'error',
    fr: "Cette opération de mise à jour n'est pas possible.",
    en: 'This operation of update cannot be done.',
    fix: { fr: 'Vérifier que la plateforme offre ce changement.', en: 'Check that the platform offers this change.' },
    reference,
  },
  'REGISTRY-XDSMETADATAVERSIONERROR': {
    severity: 'error',
    fr: 'La fiche a changé depuis sa lecture.',
    en: 'The entry has changed since it was read.',
    fix: {
      fr: 'Relire la fiche, puis refaire le changement.',
      en: 'Read the entry again, then make the change again.',
    },
    reference,
  },
  'REGISTRY-UNMODIFIABLEMETADATAERROR': {
    severity: 'error',
    fr: 'Une métadonnée qui ne peut pas changer a été changée.',
    en: 'An attribute that cannot change was changed.',
    fix: {
      fr: "Envoyer la fiche telle qu'elle a été lue, avec le seul changement voulu.",
      en: 'Send the entry as it was read, with the wanted change alone.',
    },
    reference,
  },
  'REGISTRY-XDSMETADATAIDENTIFIERERROR': {
    severity: 'error',
    fr: 'Un identifiant des métadonnées ne convient pas.',
    en: 'An identifier of the metadata does not fit.',
    fix: { fr: 'Relire la fiche et ses identifiants.', en: 'Read the entry and its identifiers again.' },
    reference,
  },
  'REGISTRY-XDSOBJECTTYPEERROR': {
    severity: 'error',
    fr: "Le type d'un objet ne convient pas.",
    en: 'The type of an object does not fit.',
    fix: {
      fr: "Vérifier l'objet que nomme le contexte de l'erreur.",
      en: 'Check the object that the context of the error names.',
    },
    reference,
  },
  'REGISTRY-XDSMETADATAANNOTATIONERROR': {
    severity: 'error',
    fr: 'Une annotation des métadonnées est refusée.',
    en: 'An annotation of the metadata is refused.',
    fix: { fr: "Lire le contexte de l'erreur.", en: 'Read the context of the error.' },
    reference,
  },
  'REGISTRY-XDSINVALIDREQUESTEXCEPTION': {
    severity: 'error',
    fr: "La demande n'est pas valide.",
    en: 'The request is not valid.',
    fix: {
      fr: "Lire le contexte de l'erreur, puis corriger la demande.",
      en: 'Read the context of the error, then mend the request.',
    },
    reference,
  },
  'REGISTRY-LOCALPOLICYRESTRICTIONERROR': {
    severity: 'error',
    fr: 'Une règle de la plateforme interdit cette demande.',
    en: 'A policy of the platform forbids this request.',
    fix: {
      fr: 'Vérifier les droits du professionnel et les réglages du dossier.',
      en: 'Check the rights of the professional and the settings of the record.',
    },
    reference,
  },
  'REGISTRY-XDSREMOVEDOCUMENTSERROR': {
    severity: 'error',
    fr: 'La suppression des documents a échoué.',
    en: 'The removal of documents failed.',
    fix: { fr: 'Relire les fiches, puis recommencer.', en: 'Read the entries again, then try again.' },
    reference,
  },
  'REGISTRY-REFERENCESEXISTEXCEPTION': {
    severity: 'error',
    fr: 'Un autre objet désigne encore celui-ci.',
    en: 'Another object still refers to this one.',
    fix: { fr: "Retirer d'abord les liens vers cet objet.", en: 'Remove what refers to it first.' },
    reference,
  },
  'REGISTRY-XDSUNREFERENCEDOBJECTEXCEPTION': {
    severity: 'error',
    fr: 'La demande laisserait un objet que plus rien ne désigne.',
    en: 'The request would leave an object that nothing refers to.',
    fix: { fr: 'Ajouter cet objet à la demande.', en: 'Add that object to the request.' },
    reference,
  },
} as const satisfies RuleCatalogue;
