import { parseInsDatamatrix } from '../../identity/index.ts';
import { decodeText } from '../../internal/text.ts';
import { row, type Description } from './rows.ts';

/** Whether a content is the text of an INS datamatrix, as a scanner gives it. */
export const isDatamatrix = (bytes: Uint8Array): boolean =>
  bytes.length <= 4096 && /^\s*IS01/.test(decodeText(bytes) ?? '');

/** The text of an INS datamatrix. */
export function describeDatamatrix(bytes: Uint8Array): Description {
  const { kind: insKind, ...scan } = parseInsDatamatrix(decodeText(bytes) ?? '', { strict: false });

  return {
    rows: [
      ...row('INS', `${scan.value} (${scan.oid}, ${insKind})`),
      ...row('Nom de naissance', scan.birthName),
      ...row('Prénoms de naissance', scan.birthFirstNames),
      ...row('Sexe', scan.sex),
      ...row('Né(e) le', scan.birthDate),
      ...row('Lieu de naissance', scan.birthPlace),
      { label: 'À savoir', value: "un datamatrix n'est pas signé : il ne prouve rien et ne qualifie pas une identité" },
    ],
    data: { insKind, ...scan },
  };
}
