import type { TerrESanteErrorCode } from '../../errors.ts';
import type { ErrorCodeRow } from './model.ts';

/** Card, login, certificates and assertions. */
export const authenticationCodes = {
  TE_AUTHN_REQUIRED: {
    retryable: false,
    cause: { fr: 'La session est absente ou terminée.', en: 'The session is absent or over.' },
    doctor: 'Votre session est terminée : identifiez-vous de nouveau.',
    developer: {
      fr: 'Demander la carte ou la connexion, puis recommencer le même appel.',
      en: 'Ask for the card or the login, then make the same call again.',
    },
  },
  TE_AUTHN_REJECTED: {
    retryable: false,
    cause: {
      fr: 'Le service refuse cette authentification ou ce certificat.',
      en: 'The service refuses this login or this certificate.',
    },
    doctor: 'Votre authentification est refusée.',
    developer: {
      fr: 'Vérifier certificat, compte et environnement avec `te.diagnose()`.',
      en: 'Check certificate, account and environment with `te.diagnose()`.',
    },
  },
  TE_CLOCK_SKEW: {
    retryable: false,
    cause: {
      fr: "L'heure du poste s'écarte de celle de la plateforme.",
      en: 'The clock of the machine differs from that of the platform.',
    },
    doctor: "L'heure du poste est fausse : réglez-la, puis recommencez.",
    developer: {
      fr: "Mettre le poste à l'heure (NTP) ; `te.diagnose()` mesure l'écart.",
      en: 'Set the clock (NTP); `te.diagnose()` measures the difference.',
    },
  },
  TE_ASSERTION_INVALID: {
    retryable: false,
    cause: {
      fr: 'Une assertion VIHF est absente, altérée, périmée ou non conforme.',
      en: 'A VIHF assertion is missing, altered, expired or not conformant.',
    },
    doctor: "L'accès présenté n'est pas valable.",
    developer: {
      fr: "Lire `findings`, ou `explainAssertion` ; ne pas accepter l'appel.",
      en: 'Read `findings`, or `explainAssertion`; do not accept the call.',
    },
  },
  TE_SIGNATURE_FAILED: {
    retryable: false,
    cause: {
      fr: "La signature n'a pas pu être faite, ou n'est pas celle du certificat.",
      en: 'The signature could not be made, or is not of the certificate.',
    },
    doctor: 'La signature a échoué : vérifiez la carte, puis recommencez.',
    developer: {
      fr: 'Vérifier que certificat et clé vont ensemble.',
      en: 'Check that certificate and key belong together.',
    },
  },
  TE_CERTIFICATE_INVALID: {
    retryable: false,
    cause: {
      fr: "Un certificat est illisible, périmé, révoqué, d'un autre usage ou d'un autre environnement.",
      en: 'A certificate is unreadable, expired, revoked, for another use or of another environment.',
    },
    doctor: "Votre carte ou votre certificat n'est pas valable ici.",
    developer: {
      fr: "Afficher `findings` ; `te.diagnose()` nomme la date et l'usage.",
      en: 'Show `findings`; `te.diagnose()` names the date and the use.',
    },
  },
  TE_KEYSTORE_INVALID: {
    retryable: false,
    cause: {
      fr: "Le fichier de certificat ou la clé est illisible, ou chiffré d'une façon inconnue.",
      en: 'The certificate file or the key is unreadable, or encrypted in an unknown way.',
    },
    doctor: 'Le fichier de certificat est inutilisable : prévenez la personne qui administre le logiciel.',
    developer: {
      fr: "Refaire l'export PKCS#12 ; `details.reason` dit ce qui est en cause.",
      en: 'Export the PKCS#12 again; `details.reason` says what is wrong.',
    },
  },
  TE_KEYSTORE_PASSWORD: {
    retryable: false,
    cause: {
      fr: 'Le mot de passe du fichier de certificat est absent ou faux.',
      en: 'The password of the certificate file is missing or wrong.',
    },
    doctor: 'Le mot de passe du certificat est incorrect.',
    developer: {
      fr: 'Redemander le mot de passe ; ne pas le garder en clair.',
      en: 'Ask for the password again; do not keep it in clear.',
    },
  },
  TE_CARD_ABSENT: {
    retryable: false,
    cause: { fr: 'Aucun lecteur, ou aucune carte dans le lecteur.', en: 'No reader, or no card in it.' },
    doctor: 'Insérez votre carte dans le lecteur.',
    developer: {
      fr: 'Attendre la carte, puis recommencer le même appel.',
      en: 'Wait for the card, then make the same call again.',
    },
  },
  TE_CARD_REMOVED: {
    retryable: false,
    cause: {
      fr: 'La carte a été retirée ou remplacée pendant la session.',
      en: 'The card was removed or replaced during the session.',
    },
    doctor: 'La carte a été retirée : remettez-la.',
    developer: {
      fr: 'Ouvrir une nouvelle session : une autre carte est une autre personne.',
      en: 'Open a new session: another card is another person.',
    },
  },
  TE_NOT_A_CPS_CARD: {
    retryable: false,
    cause: { fr: "La carte présente n'est pas une carte CPS.", en: 'The card in the reader is no CPS card.' },
    doctor: "Cette carte n'est pas une carte CPS.",
    developer: {
      fr: "Demander la bonne carte ; avec plusieurs lecteurs, choisir l'emplacement.",
      en: 'Ask for the right card; with several readers, choose the slot.',
    },
  },
  TE_PIN_INCORRECT: {
    retryable: false,
    cause: { fr: 'Le code porteur est faux.', en: 'The PIN is wrong.' },
    doctor: 'Code porteur incorrect.',
    developer: {
      fr: 'Redemander le code ; ne jamais réessayer tout seul, chaque essai compte.',
      en: 'Ask for the PIN again; never retry by program, each try counts.',
    },
  },
  TE_PIN_LOCKED: {
    retryable: false,
    cause: { fr: "La carte est bloquée après trop d'essais.", en: 'The card is locked after too many tries.' },
    doctor: 'Code porteur bloqué : débloquez la carte avec son code de déblocage.',
    developer: {
      fr: 'Ne plus demander le code avant le déblocage.',
      en: 'Do not ask for the PIN before it is unlocked.',
    },
  },
  TE_PIN_INVALID: {
    retryable: false,
    cause: {
      fr: "Le code porteur n'a pas la forme attendue ; la carte n'a pas été sollicitée.",
      en: 'The PIN is not of the expected form; the card was not asked.',
    },
    doctor: "Le code porteur n'a pas la forme attendue : quatre chiffres.",
    developer: { fr: "Contrôler la saisie avant l'appel.", en: 'Check the input before the call.' },
  },
  TE_PIN_REQUIRED: {
    retryable: false,
    cause: {
      fr: 'La carte demande le code porteur, ou un dernier essai doit être confirmé.',
      en: 'The card asks for its PIN, or a last try must be confirmed.',
    },
    doctor: 'Saisissez votre code porteur.',
    developer: {
      fr: 'Fournir `pin` au fournisseur ; confirmer explicitement le dernier essai.',
      en: 'Give `pin` to the provider; confirm the last try explicitly.',
    },
  },
  TE_CONTACTLESS_NOT_SUPPORTED: {
    retryable: false,
    cause: { fr: 'Une carte lue sans contact ne signe pas.', en: 'A contactless card does not sign.' },
    doctor: 'Insérez la carte dans le lecteur : sans contact, elle ne signe pas.',
    developer: { fr: 'Proposer un lecteur à contact.', en: 'Offer a contact reader.' },
  },
  TE_MECHANISM_UNSUPPORTED: {
    retryable: false,
    cause: {
      fr: 'La carte ou la clé ne connaît pas cet algorithme.',
      en: 'The card or the key does not know this algorithm.',
    },
    doctor: 'Cette carte ne permet pas cette signature.',
    developer: {
      fr: 'Employer une clé RSA et SHA-256, ou une carte plus récente.',
      en: 'Use an RSA key with SHA-256, or a more recent card.',
    },
  },
  TE_MIDDLEWARE_ERROR: {
    retryable: false,
    cause: {
      fr: 'Le composant de lecture de la carte (Cryptolib) a échoué.',
      en: 'The middleware of the card (Cryptolib) failed.',
    },
    doctor: 'Le lecteur de carte a répondu par une erreur : retirez puis remettez la carte.',
    developer: {
      fr: 'Relever `details` ; fermer les autres programmes qui tiennent la carte.',
      en: 'Note `details`; close other programs that hold the card.',
    },
  },
  TE_INVALID_CREDENTIALS: {
    retryable: false,
    cause: { fr: "L'identifiant ou le mot de passe est faux.", en: 'The login or the password is wrong.' },
    doctor: 'Identifiant ou mot de passe incorrect.',
    developer: {
      fr: 'Redemander la saisie ; ne jamais réessayer tout seul.',
      en: 'Ask again; never retry by program.',
    },
  },
  TE_ACCOUNT_LOCKED: {
    retryable: false,
    cause: { fr: 'Le compte est bloqué par le service.', en: 'The account is locked by the service.' },
    doctor: 'Compte bloqué : suivez la procédure de déblocage.',
    developer: { fr: 'Ne plus essayer avant le déblocage.', en: 'Do not try before it is unlocked.' },
  },
  TE_PASSWORD_EXPIRED: {
    retryable: false,
    cause: { fr: 'Le mot de passe du compte est expiré.', en: 'The password of the account has expired.' },
    doctor: 'Mot de passe expiré : changez-le puis recommencez.',
    developer: { fr: 'Ouvrir la page de changement du service.', en: 'Open the page where the service changes it.' },
  },
  TE_CHANNEL_UNAVAILABLE: {
    retryable: false,
    cause: {
      fr: "Le moyen choisi pour recevoir le code n'est pas disponible.",
      en: 'The chosen channel for the code is not available.',
    },
    doctor: "Ce moyen de réception du code n'est pas disponible : choisissez-en un autre.",
    developer: {
      fr: 'Proposer les autres moyens que donne le service.',
      en: 'Offer the other channels the service gives.',
    },
  },
  TE_CODE_INVALID: {
    retryable: false,
    cause: { fr: 'Le code à usage unique est faux ou mal formé.', en: 'The one-time code is wrong or malformed.' },
    doctor: 'Code incorrect.',
    developer: {
      fr: "Redemander le code ; `details` dit combien d'essais restent, quand le service le dit.",
      en: 'Ask again; `details` says how many tries are left, when the service says so.',
    },
  },
  TE_CODE_EXPIRED: {
    retryable: false,
    cause: { fr: "Le code à usage unique n'est plus valable.", en: 'The one-time code is no longer valid.' },
    doctor: 'Code expiré : demandez-en un nouveau.',
    developer: { fr: 'Demander un nouveau code.', en: 'Ask for a new code.' },
  },
} as const satisfies Partial<Record<TerrESanteErrorCode, ErrorCodeRow>>;
