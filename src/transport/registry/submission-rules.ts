import type { RuleCatalogue } from '../../internal/finding.ts';

const reference = "IHE ITI TF-3, section 4.2.4.1 (codes d'erreur), et suppléments de l'ITI";

/**
 * Refusals of what was submitted: its metadata, its documents, what it relates to.
 * The code of a registry is the end of the id, in capitals.
 */
export const registrySubmissionRules = {
  'REGISTRY-XDSMISSINGDOCUMENT': {
    severity: 'error',
    fr: "Une fiche de l'envoi n'a pas son document.",
    en: 'An entry of the submission has no document with it.',
    fix: { fr: "Joindre un document à chaque fiche de l'envoi.", en: 'Send one document with each entry.' },
    reference,
  },
  'REGISTRY-XDSMISSINGDOCUMENTMETADATA': {
    severity: 'error',
    fr: "Un document de l'envoi n'a pas de fiche.",
    en: 'A document of the submission has no entry.',
    fix: { fr: 'Décrire chaque document joint par une fiche.', en: 'Describe each document by an entry.' },
    reference,
  },
  'REGISTRY-XDSREGISTRYDUPLICATEUNIQUEIDINMESSAGE': {
    severity: 'error',
    fr: "Le registre a trouvé deux fois le même identifiant unique dans l'envoi.",
    en: 'The registry found one unique identifier twice in the submission.',
    fix: { fr: "Donner un identifiant à chaque objet de l'envoi.", en: 'Give each object an identifier of its own.' },
    reference,
  },
  'REGISTRY-XDSREPOSITORYDUPLICATEUNIQUEIDINMESSAGE': {
    severity: 'error',
    fr: "L'entrepôt a trouvé deux fois le même identifiant unique dans l'envoi.",
    en: 'The repository found one unique identifier twice in the submission.',
    fix: { fr: "Donner un identifiant à chaque objet de l'envoi.", en: 'Give each object an identifier of its own.' },
    reference,
  },
  'REGISTRY-XDSDUPLICATEUNIQUEIDINREGISTRY': {
    severity: 'error',
    fr: "L'identifiant de cet envoi est déjà dans le registre.",
    en: 'The identifier of this submission is in the registry already.',
    fix: {
      fr: "Tenir l'envoi pour fait s'il s'agit d'un nouvel essai ; sinon créer un nouvel envoi.",
      en: 'Take it as done if this is another try; otherwise make a new submission.',
    },
    reference,
  },
  'REGISTRY-XDSNONIDENTICALHASH': {
    severity: 'error',
    fr: 'Un document de ce même identifiant est déjà enregistré avec un autre contenu.',
    en: 'A document of this identifier is registered already, with other bytes.',
    fix: {
      fr: 'Donner un nouvel identifiant au document modifié, ou le déposer comme remplacement.',
      en: 'Give the changed document an identifier of its own, or submit it as a replacement.',
    },
    reference,
  },
  'REGISTRY-XDSNONIDENTICALSIZE': {
    severity: 'error',
    fr: 'Un document de ce même identifiant est déjà enregistré avec une autre taille.',
    en: 'A document of this identifier is registered already, with another size.',
    fix: {
      fr: 'Donner un nouvel identifiant au document modifié, ou le déposer comme remplacement.',
      en: 'Give the changed document an identifier of its own, or submit it as a replacement.',
    },
    reference,
  },
  'REGISTRY-XDSREGISTRYMETADATAERROR': {
    severity: 'error',
    fr: "Le registre juge fausse une métadonnée de l'envoi.",
    en: 'The registry found an error in the metadata.',
    fix: {
      fr: "Contrôler l'envoi avec `checkSubmission`, puis lire le contexte de l'erreur.",
      en: 'Check the submission with `checkSubmission`, then read the context of the error.',
    },
    reference,
  },
  'REGISTRY-XDSREPOSITORYMETADATAERROR': {
    severity: 'error',
    fr: "L'entrepôt juge fausse une métadonnée de l'envoi.",
    en: 'The repository found an error in the metadata.',
    fix: {
      fr: "Contrôler l'envoi avec `checkSubmission`, puis lire le contexte de l'erreur.",
      en: 'Check the submission with `checkSubmission`, then read the context of the error.',
    },
    reference,
  },
  'REGISTRY-XDSEXTRAMETADATANOTSAVED': {
    severity: 'warning',
    fr: "Le registre n'a pas gardé une métadonnée supplémentaire.",
    en: 'The registry did not keep extra metadata.',
    fix: {
      fr: 'Ne rien attendre de cette métadonnée à la lecture ; le document est enregistré.',
      en: 'Do not count on that attribute when reading; the document is registered.',
    },
    reference,
  },
  'REGISTRY-XDSUNKNOWNPATIENTID': {
    severity: 'error',
    fr: "Le registre ne connaît pas l'identifiant du patient.",
    en: 'The registry does not know the patient identifier.',
    fix: {
      fr: "Vérifier l'INS ou l'identifiant régional, et que le dossier du patient existe.",
      en: 'Check the INS or the regional identifier, and that the patient has a record.',
    },
    reference,
  },
  'REGISTRY-XDSPATIENTIDDOESNOTMATCH': {
    severity: 'error',
    fr: "Les objets de l'envoi ne concernent pas un seul patient.",
    en: 'The objects do not concern one patient.',
    fix: {
      fr: 'Vérifier le patient de chaque document, et de celui qui est remplacé ou complété.',
      en: 'Check the patient of each document, and of the one that is replaced or added to.',
    },
    reference,
  },
  'REGISTRY-XDSREGISTRYDEPRECATEDDOCUMENTERROR': {
    severity: 'error',
    fr: 'Le document visé a déjà été remplacé.',
    en: 'The document that is referred to has been replaced already.',
    fix: {
      fr: 'Chercher la fiche en vigueur avec `currentEntry`, puis recommencer.',
      en: 'Look the approved entry up with `currentEntry`, then try again.',
    },
    reference,
  },
  'REGISTRY-XDSREPLACEFAILED': {
    severity: 'error',
    fr: 'Le remplacement a échoué.',
    en: 'The replacement failed.',
    fix: {
      fr: 'Relire la fiche à remplacer, puis recommencer.',
      en: 'Read the entry to replace again, then try again.',
    },
    reference,
  },
  'REGISTRY-UNRESOLVEDREFERENCEEXCEPTION': {
    severity: 'error',
    fr: "L'envoi désigne un objet que le registre ne connaît pas.",
    en: 'The request refers to an object that the registry does not know.',
    fix: {
      fr: "Chercher l'entryUUID avec `currentEntry` : l'identifiant unique ne suffit pas.",
      en: 'Look the entryUUID up with `currentEntry`: the unique identifier is not enough.',
    },
    reference,
  },
  'REGISTRY-INVALIDDOCUMENTCONTENT': {
    severity: 'error',
    fr: "Le contenu d'un document ne convient pas à ses métadonnées.",
    en: 'The content of a document does not suit its metadata.',
    fix: {
      fr: 'Contrôler le document avec `checkCda`, et son format annoncé.',
      en: 'Check the document with `checkCda`, and the format that is announced.',
    },
    reference,
  },
  'REGISTRY-DOCUMENTQUEUED': {
    severity: 'warning',
    fr: 'Le document est reçu, et sera enregistré plus tard.',
    en: 'The document is received and will be registered later.',
    fix: {
      fr: 'Attendre avant de le chercher ; ne pas le déposer à nouveau.',
      en: 'Wait before looking for it; do not submit it again.',
    },
    reference,
  },
  'REGISTRY-PARTIALFOLDERCONTENTNOTPROCESSED': {
    severity: 'error',
    fr: "Une partie du contenu d'un classeur n'a pas été traitée.",
    en: 'Part of the content of a folder was not processed.',
    fix: {
      fr: 'Relire le classeur, puis déposer ce qui manque.',
      en: 'Read the folder again, then submit what is missing.',
    },
    reference,
  },
  'REGISTRY-PARTIALREPLACECONTENTNOTPROCESSED': {
    severity: 'error',
    fr: "Un remplacement n'a pas été traité.",
    en: 'A replacement was not processed.',
    fix: {
      fr: 'Relire la fiche en vigueur, puis déposer ce qui manque.',
      en: 'Read the approved entry again, then submit what is missing.',
    },
    reference,
  },
  'REGISTRY-PARTIALTRANSFORMNOTPROCESSED': {
    severity: 'error',
    fr: "Une transformation n'a pas été traitée.",
    en: 'A transformation was not processed.',
    fix: {
      fr: 'Relire les fiches liées, puis déposer ce qui manque.',
      en: 'Read the related entries again, then submit what is missing.',
    },
    reference,
  },
  'REGISTRY-PARTIALAPPENDCONTENTNOTPROCESSED': {
    severity: 'error',
    fr: "Un complément n'a pas été traité.",
    en: 'An addition was not processed.',
    fix: {
      fr: 'Relire les fiches liées, puis déposer ce qui manque.',
      en: 'Read the related entries again, then submit what is missing.',
    },
    reference,
  },
  'REGISTRY-PARTIALRELATIONSHIPCONTENTNOTPROCESSED': {
    severity: 'error',
    fr: "Un lien entre documents n'a pas été traité.",
    en: 'A relationship was not processed.',
    fix: {
      fr: 'Relire les fiches liées, puis déposer ce qui manque.',
      en: 'Read the related entries again, then submit what is missing.',
    },
    reference,
  },
  'REGISTRY-PARTIALTRANSFORMREPLACENOTPROCESSED': {
    severity: 'error',
    fr: "Une transformation avec remplacement n'a pas été traitée.",
    en: 'A transformation with replacement was not processed.',
    fix: {
      fr: 'Relire les fiches liées, puis déposer ce qui manque.',
      en: 'Read the related entries again, then submit what is missing.',
    },
    reference,
  },
  'REGISTRY-UNKNOWNRECIPIENT': {
    severity: 'error',
    fr: "Un destinataire de l'envoi est inconnu.",
    en: 'A recipient of the submission is unknown.',
    fix: { fr: "Vérifier les destinataires de l'envoi.", en: 'Check the intended recipients.' },
    reference,
  },
  'REGISTRY-UNAVAILABLERECIPIENT': {
    severity: 'error',
    fr: "Un destinataire de l'envoi n'est pas joignable.",
    en: 'A recipient of the submission is not available.',
    fix: {
      fr: 'Recommencer plus tard, ou choisir un autre destinataire.',
      en: 'Try again later, or choose another recipient.',
    },
    reference,
  },
} as const satisfies RuleCatalogue;
