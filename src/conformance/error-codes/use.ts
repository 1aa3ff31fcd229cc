import type { TerrESanteErrorCode } from '../../errors.ts';
import type { ErrorCodeRow } from './model.ts';

/** Configuration and use of the library. */
export const useCodes = {
  TE_CONFIG_INVALID: {
    retryable: false,
    cause: {
      fr: 'La configuration, le pilote de la carte ou un réglage de connexion est absent ou faux.',
      en: 'The configuration, the driver of the card or a connection setting is missing or wrong.',
    },
    doctor: "Le logiciel n'est pas entièrement configuré : prévenez la personne qui l'administre.",
    developer: {
      fr: 'Afficher `findings`, puis les constats de `te.checkConfig()`, à la personne qui administre le poste.',
      en: 'Show `findings`, then those of `te.checkConfig()`, to the administrator.',
    },
  },
  TE_UNSUPPORTED: {
    retryable: false,
    cause: {
      fr: "L'environnement, le descripteur ou le moyen d'authentification n'offre pas cette fonction.",
      en: 'The environment, the descriptor or the means of login does not offer this function.',
    },
    doctor: "Cette fonction n'est pas disponible ici.",
    developer: {
      fr: 'Lire `details.operation` ; compléter le descripteur ou les options du client, ou cacher la fonction.',
      en: 'Read `details.operation`; complete the descriptor or the options of the client, or hide the function.',
    },
  },
  TE_INPUT_INVALID: {
    retryable: false,
    cause: {
      fr: "Un argument de l'appel n'a pas la forme attendue.",
      en: 'An argument of the call is not of the expected form.',
    },
    doctor: 'Une valeur saisie est refusée : corrigez-la puis recommencez.',
    developer: {
      fr: 'Lire `details.path` et `findings` : le programme appelant est à corriger.',
      en: 'Read `details.path` and `findings`: the calling code is to be corrected.',
    },
  },
  TE_PEER_MISSING: {
    retryable: false,
    cause: {
      fr: "Un paquet facultatif n'est pas installé, ou ne se charge pas.",
      en: 'An optional package is not installed, or does not load.',
    },
    doctor: "Il manque un composant au logiciel : prévenez la personne qui l'administre.",
    developer: {
      fr: 'Installer le paquet que nomme la phrase, à la version demandée par le SDK.',
      en: 'Install the package that the sentence names, at the version the SDK asks for.',
    },
  },
  TE_CLOSED: {
    retryable: false,
    cause: {
      fr: "Le client, le fournisseur ou la connexion a été fermé avant ou pendant l'appel.",
      en: 'The client, the provider or the connection was closed before or during the call.',
    },
    doctor: 'La connexion est fermée : recommencez.',
    developer: {
      fr: 'Créer un nouveau client ; ne pas fermer celui qui sert encore.',
      en: 'Make a new client; do not close the one still in use.',
    },
  },
  TE_CANCELLED: {
    retryable: false,
    cause: {
      fr: "Le signal de l'appel s'est déclenché, ou la personne a abandonné la saisie.",
      en: 'The signal of the call fired, or the user gave up the input.',
    },
    doctor: 'Opération annulée.',
    developer: {
      fr: "Ne rien signaler : l'annulation a été demandée.",
      en: 'Report nothing: the cancellation was asked for.',
    },
  },
  TE_FILE_ACCESS: {
    retryable: false,
    cause: {
      fr: 'Le système refuse un fichier ou un dossier : absent, interdit, disque plein ou, sous Windows, tenu par un autre programme plus de deux secondes.',
      en: 'The system refuses a file or a folder: absent, forbidden, disk full or, on Windows, held by another program for more than two seconds.',
    },
    doctor: "Un fichier n'est pas accessible : recommencez, puis prévenez la personne qui administre le poste.",
    developer: {
      fr: "Lire `details.reason`, le code du système ; recommencer si `retryable`. Exclure le dossier de l'antivirus si cela dure.",
      en: 'Read `details.reason`, the code of the system; call again if `retryable`. Exclude the folder from the antivirus if it lasts.',
    },
  },
  TE_AUDIT: {
    retryable: false,
    cause: {
      fr: 'Le journal des accès ne peut pas être lu ou écrit, ou sa chaîne est rompue.',
      en: 'The journal of accesses cannot be read or written, or its chain is broken.',
    },
    doctor: 'Le journal des accès est indisponible : prévenez la personne qui administre le poste.',
    developer: {
      fr: "Lire `details.isDone` : à vrai, l'acte a eu lieu et son résultat n'est pas rendu ; vérifier disque, droits et clé.",
      en: 'Read `details.isDone`: when true the act was done and its result is withheld; check disk, rights and key.',
    },
  },
  TE_INTERNAL: {
    retryable: false,
    cause: {
      fr: "Une erreur imprévue du SDK ou d'une bibliothèque ; son texte n'est pas repris, il pourrait citer des données.",
      en: 'An unexpected error of the SDK or of a library; its text is not kept, it may quote data.',
    },
    doctor: "Erreur interne : si elle se répète, prévenez l'éditeur du logiciel.",
    developer: {
      fr: "Relever `code` et `details`, puis signaler l'anomalie avec la version du SDK.",
      en: 'Note `code` and `details`, then report the bug with the version of the SDK.',
    },
  },
} as const satisfies Partial<Record<TerrESanteErrorCode, ErrorCodeRow>>;
