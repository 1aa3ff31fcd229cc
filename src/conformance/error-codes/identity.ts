import type { TerrESanteErrorCode } from '../../errors.ts';
import type { ErrorCodeRow } from './model.ts';

/** Identity of the patient and of professionals. */
export const identityCodes = {
  TE_IDENTITY_INCOMPLETE: {
    retryable: false,
    cause: {
      fr: 'Un trait obligatoire manque, ou un trait a une valeur refusée.',
      en: 'A mandatory trait is missing, or a trait has a refused value.',
    },
    doctor: "Il manque des traits d'identité : complétez la fiche du patient.",
    developer: {
      fr: 'Ouvrir la fiche du patient ; `details.missing` nomme les traits.',
      en: 'Open the record of the patient; `details.missing` names the traits.',
    },
  },
  TE_IDENTITY_AMBIGUOUS: {
    retryable: false,
    cause: {
      fr: 'Plusieurs patients de la plateforme correspondent à cette identité.',
      en: 'Several patients of the platform match this identity.',
    },
    doctor: "Plusieurs patients correspondent : vérifiez l'identité.",
    developer: {
      fr: "S'arrêter ; ne jamais choisir, ni essayer un autre numéro.",
      en: 'Stop; never choose, nor try another number.',
    },
  },
  TE_IDENTITY_MISMATCH: {
    retryable: false,
    cause: {
      fr: 'Deux sources donnent deux personnes : document, carte, plateforme ou session.',
      en: 'Two sources give two persons: document, card, platform or session.',
    },
    doctor: "Les identités ne concordent pas : vérifiez qu'il s'agit bien de ce patient et de votre carte.",
    developer: {
      fr: "S'arrêter ; `details.traits` nomme ce qui diffère. Ne rien envoyer avant une vérification humaine.",
      en: 'Stop; `details.traits` names what differs. Send nothing before a person has checked.',
    },
  },
  TE_IDENTITY_PROVISIONAL: {
    retryable: false,
    cause: { fr: 'La plateforme refuse une identité provisoire.', en: 'The platform refuses a provisional identity.' },
    doctor: "L'identité du patient n'est pas validée : contrôlez une pièce d'identité.",
    developer: {
      fr: "Proposer la validation de l'identité, puis recommencer.",
      en: 'Offer to validate the identity, then call again.',
    },
  },
  TE_IDENTITY_STATUS: {
    retryable: false,
    cause: {
      fr: "L'état de l'identité ne permet pas cet acte, par exemple transmettre une INS.",
      en: 'The status of the identity does not allow this act, for example to transmit an INS.',
    },
    doctor: "L'identité du patient doit être qualifiée avant cet envoi.",
    developer: {
      fr: "Refaire le document après qualification, ou sans l'INS.",
      en: 'Build the document again after qualification, or without the INS.',
    },
  },
  TE_INS_INVALID: {
    retryable: false,
    cause: { fr: 'Le matricule INS, sa clé ou son OID est faux.', en: 'The INS number, its key or its OID is wrong.' },
    doctor: 'Le numéro INS est faux : relisez-le sur sa source.',
    developer: {
      fr: 'Ne pas corriger le numéro : rappeler le téléservice INSi ou relire le code.',
      en: 'Do not mend the number: call the INSi service again or read the code again.',
    },
  },
  TE_NAME_INVALID: {
    retryable: false,
    cause: {
      fr: "Un nom ou un prénom contient un caractère que l'INS ne connaît pas.",
      en: 'A name holds a character that the INS does not know.',
    },
    doctor: 'Un nom contient un caractère refusé : corrigez-le.',
    developer: {
      fr: 'Montrer le champ nommé par `findings` ; ne pas retirer le caractère en silence.',
      en: 'Show the field named by `findings`; do not drop the character silently.',
    },
  },
  TE_DATE_INVALID: {
    retryable: false,
    cause: {
      fr: 'Une date ou une heure est mal formée, impossible ou sans décalage horaire.',
      en: 'A date or time is malformed, impossible or without offset.',
    },
    doctor: 'Une date est fausse : corrigez-la.',
    developer: {
      fr: 'Donner les dates au format ISO 8601, avec leur décalage horaire.',
      en: 'Give dates in ISO 8601, with their offset.',
    },
  },
  TE_NATIONAL_ID_INVALID: {
    retryable: false,
    cause: {
      fr: 'Un numéro RPPS, ADELI, FINESS, SIRET ou SIREN est mal formé ou sa clé est fausse.',
      en: 'An RPPS, ADELI, FINESS, SIRET or SIREN number is malformed or its key is wrong.',
    },
    doctor: 'Un identifiant de professionnel ou de structure est faux : relisez-le.',
    developer: {
      fr: "Comparer avec la carte ou l'annuaire ; `findings` dit laquelle des règles est en cause.",
      en: 'Compare with the card or the directory; `findings` says which rule is broken.',
    },
  },
  TE_DATAMATRIX_INVALID: {
    retryable: false,
    cause: {
      fr: "Le code Datamatrix INS est tronqué, altéré ou d'un autre type.",
      en: 'The INS datamatrix is cut, altered or of another kind.',
    },
    doctor: "Le code n'a pas pu être lu : présentez-le de nouveau.",
    developer: {
      fr: 'Vérifier la configuration du lecteur (séparateur GS, clavier), puis relire.',
      en: 'Check the set-up of the scanner (GS separator, keyboard), then scan again.',
    },
  },
  TE_WIRE_INVALID: {
    retryable: false,
    cause: {
      fr: "Une identité ne peut pas être écrite dans ce format d'échange, ou n'y est pas lisible.",
      en: 'An identity cannot be written in this exchange format, or cannot be read from it.',
    },
    doctor: "L'identité reçue ou à envoyer est inutilisable : vérifiez la fiche du patient.",
    developer: {
      fr: "Lire `findings` : l'endroit du message et la règle du format.",
      en: 'Read `findings`: the place in the message and the rule of the format.',
    },
  },
  TE_INSI_FAULT: {
    retryable: false,
    cause: { fr: "Le téléservice INSi a refusé l'appel.", en: 'The INSi service refused the call.' },
    doctor: 'Le téléservice INSi a refusé la demande.',
    developer: {
      fr: "Lire `details` (code INSi) ; `retryable` n'est vrai que pour une indisponibilité.",
      en: 'Read `details` (INSi code); `retryable` is true only for an outage.',
    },
  },
} as const satisfies Partial<Record<TerrESanteErrorCode, ErrorCodeRow>>;
