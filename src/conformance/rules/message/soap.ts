import type { RuleCatalogue } from '../../../internal/finding.ts';
import { mimeFaults } from '../../../internal/mime/faults.ts';
import { xmlFaults } from '../../../internal/xml/faults.ts';

const soap = 'SOAP 1.2, partie 1, section 5';
const addressing = 'WS-Addressing 1.0 SOAP Binding ; IHE ITI TF-2, annexe V';
const xop = 'XML-binary Optimized Packaging (W3C), section 3.2 ; RFC 2387';

const encodingFix = {
  fr: "Envoyer les octets tels quels, avec l'en-tête `Content-Transfer-Encoding: binary`.",
  en: 'Send the bytes as they are, with the header `Content-Transfer-Encoding: binary`.',
};

/** Rules about the form of a message: its parts, its envelope, its headers, its refusal. */
export const soapRules = {
  'MESSAGE-XML': {
    severity: 'error',
    fr: 'XML refusé : {case}.',
    en: 'The XML is refused: {case}.',
    cases: xmlFaults,
    fix: {
      fr: 'Envoyer un XML bien formé, en UTF-8, sans DOCTYPE.',
      en: 'Send well-formed XML, in UTF-8, without a DOCTYPE.',
    },
    reference: 'XML 1.0, section 2 ; SOAP 1.2, partie 1, section 5',
  },
  'MESSAGE-PARTS': {
    severity: 'error',
    fr: 'Message en plusieurs parties illisible : {case}.',
    en: 'A message in several parts cannot be read: {case}.',
    cases: {
      ...mimeFaults,
      encoding: { ...mimeFaults.encoding, fix: encodingFix },
      base64: { ...mimeFaults.base64, fix: encodingFix },
      'quoted-printable': { ...mimeFaults['quoted-printable'], fix: encodingFix },
      'same-id': {
        ...mimeFaults['same-id'],
        fix: { fr: 'Donner à chaque partie un Content-ID à elle.', en: 'Give each part a Content-ID of its own.' },
      },
    },
    fix: {
      fr: 'Séparer les parties par la valeur exacte de `boundary`, et clore la dernière.',
      en: 'Separate the parts by the very value of `boundary`, and close the last one.',
    },
    reference: 'RFC 2046, section 5.1',
  },
  'MESSAGE-PART-TYPE': {
    severity: 'warning',
    fr: 'Les parties du message sont mal annoncées : {case}.',
    en: 'The parts of the message are badly announced: {case}.',
    cases: {
      type: {
        fr: "le type annoncé des parties n'est pas application/xop+xml",
        en: 'the announced type of the parts is not application/xop+xml',
      },
      start: {
        fr: 'aucune partie ne porte le nom donné par `start`',
        en: 'no part bears the name that `start` gives',
      },
      'start-info': {
        fr: "le paramètre `start-info` n'est pas application/soap+xml",
        en: 'the parameter `start-info` is not application/soap+xml',
      },
      root: {
        fr: "le type de la partie principale n'est pas application/xop+xml",
        en: 'the type of the root part is not application/xop+xml',
      },
    },
    fix: {
      fr: 'Écrire les types et les paramètres que demande le paquet XOP.',
      en: 'Write the types and parameters that an XOP package asks for.',
    },
    reference: 'XML-binary Optimized Packaging (W3C) ; RFC 2387',
  },
  'MESSAGE-INCLUDE': {
    severity: 'error',
    fr: 'Le renvoi à un document est faux : {case}.',
    en: 'The reference to a document is wrong: {case}.',
    cases: {
      absent: {
        fr: "un document renvoie à une partie qui n'est pas dans le message",
        en: 'a document refers to a part that is not in the message',
      },
      scheme: {
        fr: "un document renvoie ailleurs qu'à une partie du message",
        en: 'a document refers to something else than a part of the message',
      },
      beside: {
        fr: 'un document a autre chose à côté de son renvoi',
        en: 'a document has something else beside its reference',
      },
    },
    fix: {
      fr: "Écrire `cid:` suivi du Content-ID de la partie, seul dans l'élément.",
      en: 'Write `cid:` and the Content-ID of the part, alone in the element.',
    },
    reference: xop,
  },
  'SOAP-VERSION': {
    severity: 'error',
    fr: "L'enveloppe n'est pas celle de SOAP 1.2.",
    en: 'The envelope is not that of SOAP 1.2.',
    fix: {
      fr: "Écrire l'enveloppe dans l'espace de noms de SOAP 1.2.",
      en: 'Write the envelope in the namespace of SOAP 1.2.',
    },
    expected: 'http://www.w3.org/2003/05/soap-envelope',
    reference: 'SOAP 1.2, partie 1, section 5 ; IHE ITI TF-2, annexe V',
  },
  'SOAP-STRUCTURE': {
    severity: 'error',
    fr: "L'enveloppe est mal construite : {case}.",
    en: 'The envelope is badly built: {case}.',
    cases: {
      'no-body': { fr: "elle n'a pas de corps", en: 'it has no body' },
      'several-bodies': { fr: 'elle a plusieurs corps', en: 'it has several bodies' },
      'several-headers': { fr: 'elle a plusieurs en-têtes', en: 'it has several headers' },
      order: { fr: "l'en-tête suit le corps", en: 'the header follows the body' },
      other: {
        fr: "elle contient autre chose qu'un en-tête et un corps",
        en: 'it holds more than a header and a body',
      },
      payloads: { fr: 'son corps porte plusieurs demandes', en: 'its body carries several requests' },
    },
    fix: {
      fr: "Écrire un en-tête au plus, puis un corps, et rien d'autre.",
      en: 'Write one header at most, then one body, and nothing else.',
    },
    reference: soap,
  },
  'SOAP-MUST-UNDERSTAND': {
    severity: 'error',
    fr: "Un en-tête porte un `mustUnderstand` qui n'est pas celui de SOAP, ou dont la valeur n'est ni vraie ni fausse.",
    en: 'A header bears a `mustUnderstand` that is not that of SOAP, or whose value is neither true nor false.',
    fix: {
      fr: "Écrire l'attribut dans l'espace de noms de l'enveloppe, avec la valeur 1 ou 0.",
      en: 'Write the attribute in the namespace of the envelope, with the value 1 or 0.',
    },
    reference: soap,
  },
  'SOAP-ADDRESSING': {
    severity: 'error',
    fr: "L'adressage n'est pas celui d'un message : {case}.",
    en: 'The addressing is not that of a message: {case}.',
    cases: {
      action: { fr: "l'en-tête Action manque", en: 'the header Action is missing' },
      'message-id': { fr: "l'en-tête MessageID manque", en: 'the header MessageID is missing' },
      'relates-to': {
        fr: "la réponse ne dit pas de quelle demande elle est : l'en-tête RelatesTo manque",
        en: 'the answer does not say which request it answers: the header RelatesTo is missing',
      },
      twice: { fr: 'un en-tête est écrit deux fois', en: 'a header is written twice' },
      version: {
        fr: "les en-têtes d'adressage sont d'une ancienne version",
        en: 'the addressing headers are of an old version',
      },
    },
    fix: {
      fr: 'Écrire les en-têtes de WS-Addressing 1.0 : Action (obligatoire à comprendre), MessageID, To ; RelatesTo dans une réponse.',
      en: 'Write the headers of WS-Addressing 1.0: Action (to be understood), MessageID, To; RelatesTo in an answer.',
    },
    reference: addressing,
  },
  'SOAP-ACTION': {
    severity: 'error',
    fr: "L'en-tête Action est celui d'une autre opération que celle du corps.",
    en: 'The header Action is that of another operation than the body.',
    fix: { fr: "Écrire l'action de l'opération du corps.", en: 'Write the action of the operation in the body.' },
    reference: addressing,
  },
  'SOAP-FAULT': {
    severity: 'error',
    fr: 'Le service refuse la demande : {case}.',
    en: 'The service refuses the request: {case}.',
    cases: {
      version: {
        fr: 'la version de SOAP ne lui convient pas',
        en: 'the version of SOAP does not suit it',
        fix: { fr: 'Écrire une enveloppe de SOAP 1.2.', en: 'Write an envelope of SOAP 1.2.' },
      },
      'must-understand': {
        fr: 'il ne comprend pas un en-tête obligatoire',
        en: 'it does not understand a header that it must',
        fix: {
          fr: 'Lire les en-têtes nommés par le refus, puis les ôter ou les écrire comme la plateforme les attend.',
          en: 'Read the headers that the fault names, then remove them or write them as the platform wants them.',
        },
      },
      expired: {
        fr: "le message ou l'assertion n'est plus valable",
        en: 'the message or the assertion is not valid any more',
        fix: {
          fr: "Mettre l'horloge à l'heure, puis recommencer avec une nouvelle assertion.",
          en: 'Set the clock right, then try again with a new assertion.',
        },
      },
      token: {
        fr: "l'assertion est refusée ou absente",
        en: 'the assertion is refused or missing',
        fix: {
          fr: "Contrôler l'assertion avec `terr-esante vihf explain`.",
          en: 'Check the assertion with `terr-esante vihf explain`.',
        },
      },
      action: {
        fr: "il n'offre pas l'opération de l'en-tête Action",
        en: 'it does not offer the operation of the header Action',
        fix: {
          fr: "Vérifier l'en-tête Action et l'adresse du service.",
          en: 'Check the header Action and the address of the service.',
        },
      },
      addressing: {
        fr: "un en-tête d'adressage manque ou est faux",
        en: 'an addressing header is missing or wrong',
        fix: { fr: 'Corriger les en-têtes de WS-Addressing.', en: 'Correct the headers of WS-Addressing.' },
      },
      sender: { fr: 'il juge la demande fausse', en: 'it finds the request wrong' },
      receiver: {
        fr: "il n'a pas pu la traiter",
        en: 'it could not process it',
        fix: {
          fr: 'Recommencer plus tard ; prévenir la plateforme si le refus se répète.',
          en: 'Try again later; tell the platform if it refuses again.',
        },
      },
      other: { fr: "son code n'est pas de la norme", en: 'its code is not of the standard' },
    },
    fix: {
      fr: 'Lire la raison du refus avec `terr-esante inspect`, puis la documentation de la plateforme.',
      en: 'Read the reason of the fault with `terr-esante inspect`, then the documentation of the platform.',
    },
    reference: 'SOAP 1.2, partie 1, section 5.4 ; WS-Security 1.0 ; WS-Addressing 1.0 SOAP Binding',
  },
  'MESSAGE-OTHER': {
    severity: 'info',
    fr: "Le contenu n'est pas d'une opération XDS, PIX ou PDQ : seule l'enveloppe a été contrôlée.",
    en: 'The content is of no XDS, PIX or PDQ operation: only the envelope was checked.',
    fix: {
      fr: 'Contrôler le contenu avec un outil de ce service.',
      en: 'Check the content with a tool of that service.',
    },
    reference: 'Règle de prudence de la bibliothèque',
  },
} as const satisfies RuleCatalogue;
