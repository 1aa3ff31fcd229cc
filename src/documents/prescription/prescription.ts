import type { Runtime } from '../../internal/runtime.ts';
import { buildFromPdf, type PdfDocumentInput } from '../cda/wrap.ts';
import type { BuiltDocument } from '../model/document.ts';

/** A printed prescription. `act.start` and `act.stop` may hold its validity. @group Builders */
export type PrescriptionInput = PdfDocumentInput;

/**
 * Builds a prescription: the printed PDF inside a CDA of level 1.
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
export async function buildPrescription(input: PrescriptionInput, runtime?: Runtime): Promise<BuiltDocument> {
  return buildFromPdf('prescription', input, runtime);
}
