import type { BuildOptions } from '../cda/build.ts';
import { buildFromPdf, type PdfDocumentInput } from '../cda/wrap.ts';
import type { BuiltDocument } from '../model/document.ts';
import { optionsOf, readingLater } from '../../internal/border.ts';
import { buildChecks } from '../cda/build-checks.ts';
import { type DocumentKind } from '../model/kinds.ts';

/**
 * Builds a letter or a certificate: the PDF inside a CDA of level 1 with its full header.
 *
 * The default type is `CERT_DECL`, certificate or declaration; a letter to a colleague is
 * `96349-6`. The INS of the patient is written only when the identity is qualified. The same input,
 * clock and ids give the same bytes.
 *
 * @example
 * ```ts
 * import { buildLetter } from 'terr-esante-sdk/documents';
 * import { demoLetterPdf, fictivePatient, fictiveProfessional, fictiveStructure } from 'terr-esante-sdk/testing';
 *
 * const letter = await buildLetter({
 *   patient: fictivePatient(),
 *   author: { professional: fictiveProfessional(), structure: fictiveStructure() },
 *   patientConsent: true,
 *   pdf: demoLetterPdf(),
 * });
 * letter.header.type.code; // 'CERT_DECL'
 * letter.qualifiedIns; // true
 * ```
 *
 * @throws TerrESanteError `TE_CONSENT_REQUIRED`, `TE_IDENTITY_INCOMPLETE`, `TE_INS_INVALID`,
 *   `TE_CODE_UNKNOWN`, `TE_PDF_REFUSED`, `TE_DATE_INVALID`, `TE_NATIONAL_ID_INVALID` or
 *   `TE_INPUT_INVALID`
 * @see CI-SIS, volet Structuration minimale de documents de santé
 * @group Builders
 */
export async function buildLetter(input: PdfDocumentInput, options?: BuildOptions): Promise<BuiltDocument> {
  return printed('letter', input, options);
}

/**
 * Builds a prescription: the printed PDF inside a CDA of level 1. `act.start` and `act.stop` may
 * hold its validity.
 *
 * The default type is `57833-6`, prescription of health products; with the code set `eo-9.05` it is
 * `29551-9`, retired in 2017, and a warning names the successor.
 *
 * @example
 * ```ts
 * import { buildPrescription } from 'terr-esante-sdk/documents';
 * import { demoLetterPdf, fictivePatient, fictiveProfessional, fictiveStructure } from 'terr-esante-sdk/testing';
 *
 * const { findings } = await buildPrescription({
 *   patient: fictivePatient(),
 *   author: { professional: fictiveProfessional(), structure: fictiveStructure() },
 *   patientConsent: true,
 *   pdf: demoLetterPdf(),
 *   codeSet: 'eo-9.05',
 * });
 * findings[0]?.expected; // '57833-6'
 * ```
 *
 * @throws TerrESanteError as {@link buildLetter}
 * @group Builders
 */
export async function buildPrescription(input: PdfDocumentInput, options?: BuildOptions): Promise<BuiltDocument> {
  return printed('prescription', input, options);
}

/**
 * Builds a report: the PDF inside a CDA of level 1.
 *
 * The default type is `75492-9`, report of a preventive or screening act; a consultation report is
 * `11488-4`, usually truer, and each examination has its own type ({@link searchConcepts}). With
 * the code set `eo-9.05` the default is `39256-3`, retired in 2017, and a warning names the
 * successor.
 *
 * @throws TerrESanteError as {@link buildLetter}
 * @group Builders
 */
export async function buildReport(input: PdfDocumentInput, options?: BuildOptions): Promise<BuiltDocument> {
  return printed('report-pdf', input, options);
}

function printed(
  kind: DocumentKind,
  input: PdfDocumentInput,
  options: BuildOptions | undefined,
): Promise<BuiltDocument> {
  const given = optionsOf('options', options, buildChecks);
  return readingLater('input', () => buildFromPdf(kind, input, given));
}
