import type { Runtime } from '../../internal/runtime.ts';
import { buildFromPdf, type PdfDocumentInput } from '../cda/wrap.ts';
import type { BuiltDocument } from '../model/document.ts';

/** A letter or certificate as a PDF. @group Builders */
export type LetterInput = PdfDocumentInput;

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
export async function buildLetter(input: LetterInput, runtime?: Runtime): Promise<BuiltDocument> {
  return buildFromPdf('letter', input, runtime);
}
