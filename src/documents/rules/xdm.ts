import type { RuleCatalogue } from '../../internal/finding.ts';
import { media } from './references.ts';

/** A received XDM archive. */
export const xdmRules = {
  'XDM-REFUSED': {
    severity: 'error',
    fr: "L'archive est refusée : {sentence}",
    en: 'The archive is refused whole ({code}): its structure, its limits or its metadata.',
    fix: {
      fr: "Refaire l'archive : une archive IHE XDM d'un seul patient.",
      en: 'Make the archive again: an IHE XDM archive of one patient.',
    },
    reference: media,
  },
  'XDM-LAYOUT': {
    severity: 'warning',
    fr: "METADATA.XML n'est pas à sa place dans l'archive.",
    en: 'METADATA.XML is not in IHE_XDM/<subset>/.',
    fix: {
      fr: "Ranger chaque envoi dans un dossier de IHE_XDM, nommé d'au plus huit caractères.",
      en: 'Put each submission in a folder of IHE_XDM, with a name of at most eight characters.',
    },
    expected: 'IHE_XDM/SUBSET01/METADATA.XML',
    reference: media,
  },
  'XDM-START': {
    severity: 'warning',
    fr: "Il manque à la racine de l'archive le fichier INDEX.HTM ou README.TXT.",
    en: 'INDEX.HTM or README.TXT is not at the root of the archive.',
    fix: { fr: 'Ajouter INDEX.HTM et README.TXT à la racine.', en: 'Add INDEX.HTM and README.TXT at the root.' },
    expected: 'INDEX.HTM README.TXT',
    reference: media,
  },
  'XDM-FILE': {
    severity: 'error',
    fr: "Un document annoncé par les métadonnées n'est pas trouvé : {case}.",
    en: 'A document that the metadata announce is not found: {case}.',
    fix: {
      fr: 'Écrire dans URI le nom du fichier, et mettre ce fichier dans le dossier de METADATA.XML.',
      en: 'Write the name of the file in URI, and put that file in the folder of METADATA.XML.',
    },
    reference: `${media}; IHE ITI TF-3, section 4.2.3.2.27`,
    cases: {
      'no-file': {
        fr: "son URI ne désigne aucun fichier de l'archive",
        en: 'its URI names no file of the archive',
      },
      'no-uri': {
        fr: "il n'a pas d'URI, et aucun fichier n'a seul son empreinte",
        en: 'it has no URI, and no single file has its hash',
      },
    },
  },
  'XDM-FOUND-BY-HASH': {
    severity: 'warning',
    fr: "Un document n'a pas d'URI : son fichier est reconnu à son empreinte.",
    en: 'A document has no URI: its file is known by its hash.',
    fix: { fr: 'Écrire dans URI le nom du fichier.', en: 'Write the name of the file in URI.' },
    expected: 'DOC0001.XML',
    reference: `${media}; IHE ITI TF-3, section 4.2.3.2.27`,
  },
  'XDM-SIZE': {
    severity: 'error',
    fr: 'La taille du document reçu (en octets) diffère de celle des métadonnées.',
    en: 'The document does not have the size, in bytes, that its metadata announce.',
    fix: {
      fr: 'Recalculer les métadonnées sur les octets exacts du document, après toute modification.',
      en: 'Compute the metadata again from the exact bytes of the document, after any change.',
    },
    reference: 'IHE ITI TF-3, section 4.2.3.2.23',
  },
  'XDM-HASH': {
    severity: 'error',
    fr: "L'empreinte du document reçu diffère de celle des métadonnées.",
    en: 'The document does not have the SHA-1 its metadata announce.',
    fix: {
      fr: 'Recalculer les métadonnées sur les octets exacts du document, après toute modification.',
      en: 'Compute the metadata again from the exact bytes of the document, after any change.',
    },
    reference: 'IHE ITI TF-3, section 4.2.3.2.10',
  },
} as const satisfies RuleCatalogue;
