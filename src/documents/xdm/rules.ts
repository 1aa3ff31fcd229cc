import type { Rule } from '../check/rule.ts';

const media = 'IHE ITI TF-2, section 3.32';

/** Rules of a received archive, beyond those that refuse it whole. */
export const xdmRules = {
  refused: {
    id: 'XDM-REFUSED',
    severity: 'error',
    message: "L'archive est refusée.",
    messageEn: 'The archive is refused whole: its structure, its limits or its metadata.',
    expected: "une archive IHE XDM d'un seul patient",
    fix: "Refaire l'archive.",
    reference: media,
  },
  layout: {
    id: 'XDM-LAYOUT',
    severity: 'warning',
    message: "METADATA.XML n'est pas à sa place dans l'archive.",
    messageEn: 'METADATA.XML is not in IHE_XDM/<subset>/.',
    expected: 'IHE_XDM/SUBSET01/METADATA.XML',
    fix: "Ranger chaque envoi dans un dossier de IHE_XDM, nommé d'au plus huit caractères.",
    reference: media,
  },
  startPage: {
    id: 'XDM-START',
    severity: 'warning',
    message: "Il manque à la racine de l'archive le fichier INDEX.HTM ou README.TXT.",
    messageEn: 'INDEX.HTM or README.TXT is not at the root of the archive.',
    expected: 'INDEX.HTM et README.TXT à la racine',
    fix: 'Ajouter INDEX.HTM et README.TXT.',
    reference: media,
  },
  missingFile: {
    id: 'XDM-FILE',
    severity: 'error',
    message: "Un document annoncé par les métadonnées n'est pas dans l'archive.",
    messageEn: 'The URI of a DocumentEntry names no file of the archive.',
    expected: 'un fichier que nomme URI, dans le dossier de METADATA.XML',
    fix: "Écrire dans URI le nom du fichier du dossier, et l'y mettre.",
    reference: `${media}; IHE ITI TF-3, section 4.2.3.2.27`,
  },
  size: {
    id: 'XDM-SIZE',
    severity: 'error',
    message: 'La taille du document reçu diffère de celle des métadonnées.',
    messageEn: 'The document does not have the size its metadata announce.',
    expected: null,
    fix: 'Recalculer les métadonnées sur les octets exacts du document, après toute modification.',
    reference: 'IHE ITI TF-3, section 4.2.3.2.23',
  },
  hash: {
    id: 'XDM-HASH',
    severity: 'error',
    message: "L'empreinte du document reçu diffère de celle des métadonnées.",
    messageEn: 'The document does not have the SHA-1 its metadata announce.',
    expected: null,
    fix: 'Recalculer les métadonnées sur les octets exacts du document, après toute modification.',
    reference: 'IHE ITI TF-3, section 4.2.3.2.10',
  },
} as const satisfies Record<string, Rule>;
