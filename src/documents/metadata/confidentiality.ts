import type { Coded, Visibility } from '../model/document.ts';
import type { DocumentEntry } from '../model/metadata.ts';
import { oid } from './constants.ts';
import { refuseHeader } from './refuse-header.ts';

/** The levels of the header: normal, restricted, very restricted. */
const levelNames: Readonly<Record<string, string>> = { N: 'Normal', R: 'Restreint', V: 'Très restreint' };

/** One level and the three masks. */
const maxCodes = 4;

/**
 * The confidentiality of a document entry: `confidentialityCode` holds exactly one level (N, R or V
 * of HL7), copied from the header of the document, and up to three masks of JDV_J08 (hidden from
 * professionals, from the patient, from the legal representatives), which are only ever in the
 * metadata. A submission set has no confidentiality: each entry has its own.
 *
 * @throws TerrESanteError `TE_DOCUMENT_INVALID` when the header has another level
 * @see CI-SIS, volet Partage de documents de santé, métadonnées XDS: confidentialityCode
 */
export function confidentialityCodes(level: string, visibility: Visibility): Coded[] {
  const displayName = levelNames[level];
  if (displayName === undefined) refuseHeader(['/ClinicalDocument/confidentialityCode']);

  const mask = (code: string, label: string): Coded => ({ code, codeSystem: oid.masks, displayName: label });

  return [
    { code: level, codeSystem: oid.confidentiality, displayName },
    ...(visibility.hiddenFromProfessionals ? [mask('MASQUE_PS', 'Masqué aux professionnels de santé')] : []),
    ...(visibility.hiddenFromPatient ? [mask('INVISIBLE_PATIENT', 'Non visible par le patient')] : []),
    ...(visibility.hiddenFromLegalRepresentatives
      ? [mask('INVISIBLE_REPRESENTANTS_LEGAUX', 'Non visible par les représentants légaux du patient')]
      : []),
  ];
}

/**
 * The confidentiality levels of a document entry, its masks left out; one when it is well formed.
 */
export function confidentialityLevels({ confidentialityCodes: codes }: DocumentEntry): readonly string[] {
  return codes.filter(({ codeSystem }) => codeSystem === oid.confidentiality).map(({ code }) => code);
}

/**
 * The rule that the confidentiality of a document entry breaks, or `null`: one level beside at most
 * three masks, and N for a document that is shared. Whether each code is in its table is another
 * rule (`XDS-CODE`).
 */
export function confidentialityRule(entry: DocumentEntry): 'XDS-CONFIDENTIALITY' | 'XDS-CONFIDENTIALITY-HIGH' | null {
  const levels = confidentialityLevels(entry);
  if (levels.length !== 1 || entry.confidentialityCodes.length > maxCodes) return 'XDS-CONFIDENTIALITY';

  return levels[0] === 'N' ? null : 'XDS-CONFIDENTIALITY-HIGH';
}
