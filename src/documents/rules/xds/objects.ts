import type { RuleCatalogue } from '../../../internal/finding.ts';
import { minimalStructure, sharing } from '../references.ts';

/** Presence, identifiers and links of the registry objects. */
export const xdsObjectRules = {
  'XDS-SET': {
    severity: 'error',
    fr: "Il n'y a pas exactement un lot de soumission.",
    en: 'There is not exactly one SubmissionSet.',
    fix: { fr: 'Faire un envoi par lot.', en: 'Send each submission set by itself.' },
    expected: 'SubmissionSet 1..1',
    reference: 'IHE ITI TF-3, section 4.1.4',
  },
  'XDS-REQUIRED': {
    severity: 'error',
    fr: 'Une métadonnée obligatoire est absente.',
    en: 'A mandatory attribute is missing.',
    fix: {
      fr: "Compléter l'en-tête du document dont la métadonnée est tirée.",
      en: 'Complete the document header from which the attribute is derived.',
    },
    expected: '1..1',
    reference: sharing,
  },
  'XDS-MEMBER': {
    severity: 'error',
    fr: "Un document n'est pas rattaché au lot de soumission.",
    en: 'A DocumentEntry is not linked by HasMember.',
    fix: {
      fr: 'Ajouter une association HasMember depuis le SubmissionSet, de SubmissionSetStatus Original.',
      en: 'Add a HasMember association from the SubmissionSet, with SubmissionSetStatus Original.',
    },
    expected: 'HasMember',
    reference: 'IHE ITI TF-3, section 4.2.1.4',
  },
  'XDS-LINK': {
    severity: 'error',
    fr: "Un lien désigne un objet absent de l'envoi.",
    en: 'An Association points to an object that is not in the request.',
    fix: {
      fr: "Corriger l'identifiant visé : l'id d'un objet de la requête, ou un entryUUID déjà enregistré (urn:uuid:).",
      en: 'Correct the target: the id of an object of the request, or an entryUUID already registered (urn:uuid:).',
    },
    reference: 'IHE ITI TF-3, section 4.2.2',
  },
  'XDS-ID': {
    severity: 'error',
    fr: 'Deux objets portent le même identifiant.',
    en: 'Two objects have the same id.',
    fix: { fr: 'Donner à chaque objet un id propre.', en: 'Give each object an id of its own.' },
    reference: 'OASIS ebXML RIM 3.0, section 2.1',
  },
  'XDS-UNIQUE-ID-TWICE': {
    severity: 'error',
    fr: "Deux documents de l'envoi ont le même identifiant unique.",
    en: 'Two objects share one uniqueId.',
    fix: {
      fr: "N'envoyer chaque document qu'une fois, et donner au SubmissionSet un uniqueId propre.",
      en: 'Send each document once, and give the SubmissionSet a uniqueId of its own.',
    },
    reference: 'IHE ITI TF-3, section 4.2.3.2.26',
  },
  'XDS-UNIQUE-ID': {
    severity: 'error',
    fr: "Un identifiant unique n'est pas un OID.",
    en: 'A uniqueId is not an OID.',
    fix: {
      fr: "Donner au document un OID d'au plus 64 caractères, sans urn:oid: (racine de l'éditeur, ou 2.25 et un UUID en décimal).",
      en: "Give the document an OID of at most 64 characters, without urn:oid: (the vendor's root, or 2.25 and a UUID in decimal).",
    },
    expected: 'OID',
    reference: `${minimalStructure}, section 3.5.5.4`,
  },
  'XDS-UNIQUE-ID-EXTENSION': {
    severity: 'warning',
    fr: "L'identifiant du document a une extension : le DMP ne l'accepte pas.",
    en: 'The uniqueId has an extension (OID^extension): the DMP does not take it.',
    fix: { fr: "N'utiliser que la racine.", en: 'Use only the root.' },
    expected: 'OID',
    reference: `${minimalStructure}, section 3.5.5.4`,
  },
  'XDS-LENGTH': {
    severity: 'error',
    fr: 'Une valeur dépasse 256 caractères.',
    en: 'A slot value is longer than 256 characters.',
    fix: { fr: 'Raccourcir la valeur à 256 caractères au plus.', en: 'Shorten the value to at most 256 characters.' },
    expected: '0..256',
    reference: 'OASIS ebXML RIM 3.0, schema rim.xsd',
  },
  'XDS-SLOT': {
    severity: 'error',
    fr: 'Une métadonnée est écrite deux fois.',
    en: 'A slot name occurs twice in one object.',
    fix: {
      fr: 'Regrouper les valeurs dans une seule liste : chaque nom de slot une fois par objet.',
      en: 'Put the values in a single list: each slot name once per object.',
    },
    expected: 'Slot 1..1',
    reference: 'OASIS ebXML RIM 3.0, section 2.1.2',
  },
} as const satisfies RuleCatalogue;
