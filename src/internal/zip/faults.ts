import type { FaultTable } from '../fault.ts';

/** Why an archive is refused. None of these quotes a name of a file, which may hold a patient's. */
export const archiveFaults = {
  'too-short': { fr: 'fichier trop court', en: 'the file is too short' },
  'no-end': { fr: 'fin absente', en: 'its end is missing' },
  'after-end': { fr: "octets après la fin de l'archive", en: 'bytes after the end of the archive' },
  'before-files': { fr: 'octets avant le premier fichier', en: 'bytes before the first file' },
  structure: { fr: 'structure illisible', en: 'its structure cannot be read' },
  directory: { fr: 'table des fichiers contradictoire', en: 'its table of files contradicts itself' },
  'after-directory': { fr: 'octets après la table des fichiers', en: 'bytes after the table of files' },
  'too-many-files': { fr: 'trop de fichiers', en: 'too many files' },
  'too-large': { fr: 'contenu trop grand', en: 'its contents are too large' },
  'file-too-large': { fr: 'fichier trop grand', en: 'a file is too large' },
  'metadata-too-large': { fr: 'METADATA.XML trop grand', en: 'METADATA.XML is too large' },
  ratio: { fr: 'taux de compression anormal', en: 'an abnormal ratio of compression' },
  encrypted: { fr: 'fichier chiffré', en: 'an encrypted file' },
  compression: { fr: 'compression inconnue', en: 'an unknown compression' },
  'special-file': { fr: 'lien ou fichier spécial', en: 'a link or special file' },
  'forbidden-name': { fr: 'nom de fichier interdit', en: 'a forbidden name of a file' },
  'duplicate-name': { fr: 'nom de fichier en double', en: 'a name of a file twice' },
  'file-and-folder': { fr: 'fichier pris pour un dossier', en: 'a file taken for a folder' },
  'folder-content': { fr: 'dossier avec un contenu', en: 'a folder with contents' },
  'names-differ': { fr: 'noms contradictoires', en: 'names that contradict each other' },
  'compressions-differ': { fr: 'compressions contradictoires', en: 'compressions that contradict each other' },
  'encryption-differs': { fr: 'chiffrement contradictoire', en: 'an encryption that contradicts itself' },
  'sizes-differ': { fr: 'tailles contradictoires', en: 'sizes that contradict each other' },
  'checksums-differ': { fr: 'contrôles contradictoires', en: 'checksums that contradict each other' },
  overlap: { fr: 'fichiers superposés', en: 'files that overlap' },
  gap: { fr: 'octets entre les fichiers', en: 'bytes between the files' },
  'file-too-long': { fr: 'fichier plus long que prévu', en: 'a file longer than announced' },
  'file-too-short': { fr: 'fichier plus court que prévu', en: 'a file shorter than announced' },
  'after-file': { fr: 'octets après un fichier', en: 'bytes after a file' },
  checksum: { fr: 'contrôle CRC faux', en: 'a wrong CRC' },
} as const satisfies FaultTable;

export type ArchiveFault = keyof typeof archiveFaults;
