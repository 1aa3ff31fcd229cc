import {
  readCdaSource,
  readXdm,
  type CdaHeader,
  type RandomAccessSource,
  type ReceivedDocument,
} from '../../documents/index.ts';
import { isTerrESanteError } from '../../errors.ts';
import { headerRows } from './cda.ts';
import { entryRows, registryRows } from './metadata.ts';
import type { Description, Row } from './rows.ts';

/**
 * The header of a document that is a CDA; `null` for a signature, an image, or what cannot be read.
 */
async function headerOf({ entry, content }: ReceivedDocument): Promise<CdaHeader | null> {
  if (!/xml|xslt/.test(entry.mimeType) || entry.languageCode === 'art') return null;
  try {
    return (await readCdaSource(content)).header;
  } catch (error) {
    if (!isTerrESanteError(error)) throw error;
    return null;
  }
}

/** An XDM archive: its files, its metadata, and the header of each CDA in it. */
export async function describeXdm(source: Uint8Array | RandomAccessSource): Promise<Description> {
  const { subsets, files, findings } = await readXdm(source);
  const rows: Row[] = [
    {
      label: 'Fichiers',
      rows: files.map(({ path, content }) => ({ label: path, value: `${String(content.byteLength)} octets` })),
    },
  ];

  const data = [];
  for (const { path, metadata, documents } of subsets) {
    rows.push({ label: `Dossier ${path}`, rows: registryRows(metadata) });
    const described = [];

    for (const document of documents) {
      const { entry, path: file, content, sha1, intact } = document;
      const header = await headerOf(document);
      rows.push({
        label: file,
        rows: [
          { label: 'Intact', value: intact ? 'oui' : 'NON : taille ou SHA-1 différents de ceux annoncés' },
          { label: 'SHA-1', value: sha1 },
          { label: 'Métadonnées', rows: entryRows(entry) },
          ...(header ? [{ label: 'En-tête du document', rows: headerRows(header) }] : []),
        ],
      });
      described.push({ path: file, bytes: content.byteLength, sha1, intact, entry, header });
    }

    data.push({ path, metadata, documents: described });
  }

  if (findings.length > 0) {
    rows.push({
      label: 'Constats de lecture',
      rows: findings.map(({ rule, path, message }) => ({ label: `${rule} ${path}`, value: message })),
    });
  }

  return {
    rows,
    data: { files: files.map(({ path, content }) => ({ path, bytes: content.byteLength })), subsets: data, findings },
  };
}
