import type { TerrESanteErrorCode } from '../../errors.ts';
import type { ErrorCodeRow } from './model.ts';

/** Exchanges with the platform, mail servers and directories. */
export const exchangeCodes = {
  TE_NOT_FOUND: {
    retryable: false,
    cause: { fr: "Ce qui est demandé n'existe pas, ou plus.", en: 'What is asked for does not exist, or no more.' },
    doctor: 'Introuvable.',
    developer: {
      fr: 'Relire la liste, puis recommencer avec un identifiant à jour.',
      en: 'Read the list again, then call with an identifier that is current.',
    },
  },
  TE_CONFLICT: {
    retryable: false,
    cause: {
      fr: "L'état a changé entre-temps : demande déjà reçue, dépôt en cours d'envoi, adresse à plusieurs titulaires.",
      en: 'The state has changed: request already received, deposit being sent, address with several holders.',
    },
    doctor: "L'opération est déjà en cours ou déjà faite.",
    developer: {
      fr: "Relire l'état avant de décider ; ne recommencer que si `retryable`.",
      en: 'Read the state before deciding; call again only if `retryable`.',
    },
  },
  TE_VALIDATION: {
    retryable: false,
    cause: {
      fr: "Le service, ou la lecture d'un message, refuse la forme du contenu.",
      en: 'The service, or the reading of a mail, refuses the form of the content.',
    },
    doctor: 'La demande est jugée mal formée.',
    developer: {
      fr: 'Lire `findings` et `details` ; corriger la demande, ne pas la répéter.',
      en: 'Read `findings` and `details`; correct the request, do not repeat it.',
    },
  },
  TE_DUPLICATE: {
    retryable: false,
    cause: {
      fr: 'Un identifiant sert deux fois pour des contenus différents.',
      en: 'An identifier is used twice for different contents.',
    },
    doctor: 'Ce document a déjà été déposé.',
    developer: {
      fr: "Donner un nouvel identifiant au document, ou reconnaître le dépôt d'avant.",
      en: 'Give the document a new identifier, or recognise the former deposit.',
    },
  },
  TE_DEPOSIT_REJECTED: {
    retryable: false,
    cause: {
      fr: 'Le serveur de messagerie a refusé le message définitivement.',
      en: 'The mail server has refused the message for good.',
    },
    doctor: 'Le dépôt est refusé.',
    developer: {
      fr: 'Lire `details` (réponse du serveur) ; corriger avant de déposer de nouveau.',
      en: 'Read `details` (answer of the server); correct before another deposit.',
    },
  },
  TE_TLS: {
    retryable: false,
    cause: {
      fr: "La connexion chiffrée n'est pas possible, ou le certificat du serveur n'est pas reconnu.",
      en: 'The encrypted connection is not possible, or the certificate of the server is not recognised.',
    },
    doctor: 'La connexion sécurisée est impossible : prévenez la personne qui administre le poste.',
    developer: {
      fr: 'Vérifier autorités, nom du serveur et filtres du réseau ; ne jamais désactiver la vérification.',
      en: 'Check authorities, server name and network filters; never switch the verification off.',
    },
  },
  TE_CLIENT_CERT: {
    retryable: false,
    cause: {
      fr: 'Le serveur refuse le certificat du client, ou en exige un.',
      en: 'The server refuses the client certificate, or asks for one.',
    },
    doctor: 'Votre certificat est refusé par le serveur.',
    developer: {
      fr: "Vérifier le certificat d'authentification et `tls.clientCertificate`.",
      en: 'Check the authentication certificate and `tls.clientCertificate`.',
    },
  },
  TE_PROXY: {
    retryable: false,
    cause: {
      fr: "Le mandataire de la structure n'ouvre pas la connexion : identifiant, autorisation ou certificat.",
      en: 'The proxy of the practice does not open the connection: login, authorisation or certificate.',
    },
    doctor: 'Le réseau du cabinet bloque la connexion : prévenez la personne qui administre le poste.',
    developer: {
      fr: "Lire `details.proxy` et `details.proxyStatus` : 407 demande `proxy.credentials`, 403 l'ouverture de l'hôte et du port, `certificate` l'autorité du mandataire dans `proxy.ca`.",
      en: 'Read `details.proxy` and `details.proxyStatus`: 407 asks for `proxy.credentials`, 403 for the host and port to be opened, `certificate` for the authority of the proxy in `proxy.ca`.',
    },
  },
  TE_ADDRESS_INVALID: {
    retryable: false,
    cause: { fr: "Une adresse n'est pas une adresse MSSanté simple.", en: 'An address is no plain MSSanté address.' },
    doctor: "L'adresse MSSanté est fausse : corrigez-la.",
    developer: {
      fr: "Contrôler l'adresse avec `checkMssAddress` à la saisie.",
      en: 'Check the address with `checkMssAddress` when it is typed.',
    },
  },
  TE_SENDER_REFUSED: {
    retryable: false,
    cause: {
      fr: "L'opérateur de messagerie refuse l'adresse de l'expéditeur.",
      en: 'The mail operator refuses the address of the sender.',
    },
    doctor: "L'opérateur refuse votre adresse MSSanté comme expéditeur.",
    developer: {
      fr: "Vérifier que l'adresse de la configuration est celle du certificat ou du jeton. Rouverte par l'opérateur : `te.outbox.retry` ; une autre adresse : déposer de nouveau.",
      en: 'Check that the configured address is that of the certificate or of the token. Opened again by the operator: `te.outbox.retry`; another address: deposit again.',
    },
  },
  TE_RECIPIENT_UNKNOWN: {
    retryable: false,
    cause: { fr: "Le destinataire n'existe pas, ou est refusé.", en: 'The recipient does not exist, or is refused.' },
    doctor: "L'adresse du destinataire n'existe pas.",
    developer: {
      fr: "Comparer avec l'adresse publiée par la plateforme ou l'annuaire.",
      en: 'Compare with the address published by the platform or the directory.',
    },
  },
  TE_MAILBOX_FULL: {
    retryable: false,
    cause: { fr: 'La boîte du destinataire est pleine.', en: 'The mailbox of the recipient is full.' },
    doctor: 'La boîte du destinataire est pleine.',
    developer: {
      fr: "Laisser la boîte d'envoi décider : elle recommence quand le refus est passager.",
      en: 'Let the outbox decide: it tries again when the refusal is temporary.',
    },
  },
  TE_TOO_LARGE: {
    retryable: false,
    cause: { fr: 'Le contenu dépasse la taille admise.', en: 'The content exceeds the accepted size.' },
    doctor: 'Le document est trop volumineux.',
    developer: {
      fr: 'Réduire le document ; `details` donne la taille et la limite, en octets.',
      en: 'Reduce the document; `details` gives size and limit, in bytes.',
    },
  },
  TE_MAIL_UNKNOWN_OUTCOME: {
    retryable: false,
    cause: {
      fr: "La connexion a été coupée après l'envoi et avant l'accusé : le sort du message est inconnu.",
      en: 'The connection was cut after sending and before the reply: the fate of the message is unknown.',
    },
    doctor: "L'envoi n'est pas confirmé : il est vérifié automatiquement.",
    developer: {
      fr: "Ne renvoyer que le même message, octet pour octet : la boîte d'envoi le fait.",
      en: 'Send only the same message again, byte for byte: the outbox does it.',
    },
  },
  TE_OUTBOX: {
    retryable: false,
    cause: { fr: "La boîte d'envoi ne peut pas être lue ou écrite.", en: 'The outbox cannot be read or written.' },
    doctor: "La boîte d'envoi est indisponible : prévenez la personne qui administre le poste.",
    developer: {
      fr: 'Vérifier disque, droits, clé et base ; ne recommencer que si `retryable`.',
      en: 'Check disk, rights, key and database; call again only if `retryable`.',
    },
  },
  TE_RATE_LIMITED: {
    retryable: true,
    cause: { fr: 'Le service demande de patienter.', en: 'The service asks to wait.' },
    doctor: 'Trop de demandes : patientez.',
    developer: {
      fr: 'Recommencer plus tard ; `details` donne le délai quand le service le dit.',
      en: 'Call again later; `details` gives the delay when the service says so.',
    },
  },
  TE_UNAVAILABLE: {
    retryable: true,
    cause: {
      fr: "Le serveur n'est pas joignable, ou demande de revenir plus tard.",
      en: 'The server cannot be reached, or asks to come back later.',
    },
    doctor: 'Service indisponible pour le moment.',
    developer: {
      fr: "Recommencer plus tard ; après une création, demander `status` d'abord.",
      en: 'Call again later; after a creation, ask `status` first.',
    },
  },
  TE_TIMEOUT: {
    retryable: true,
    cause: {
      fr: "Le serveur, la carte ou la personne n'a pas répondu dans le délai.",
      en: 'The server, the card or the person did not answer in time.',
    },
    doctor: 'Pas de réponse dans le délai.',
    developer: {
      fr: "Recommencer plus tard ; après une création, demander `status` d'abord.",
      en: 'Call again later; after a creation, ask `status` first.',
    },
  },
  TE_PROTOCOL: {
    retryable: false,
    cause: {
      fr: 'Le serveur a donné une réponse incompréhensible ou contraire au protocole.',
      en: 'The server gave an answer that cannot be understood or breaks the protocol.',
    },
    doctor: 'Le service a donné une réponse incompréhensible.',
    developer: {
      fr: "Relever `details` et prévenir l'exploitant du service.",
      en: 'Note `details` and tell the operator of the service.',
    },
  },
} as const satisfies Partial<Record<TerrESanteErrorCode, ErrorCodeRow>>;
