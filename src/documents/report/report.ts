import type { Runtime } from '../../internal/runtime.ts';
import { buildFromPdf, type PdfDocumentInput } from '../cda/wrap.ts';
import type { BuiltDocument } from '../model/document.ts';

/** A report as a PDF. @group Builders */
export type ReportInput = PdfDocumentInput;

/**
 * Builds a report: the PDF inside a CDA of level 1.
 *
 * The default type is `75492-9`, report of a preventive or screening act; a consultation report is
 * `11488-4`, usually truer, and each examination has its own type ({@link search}). With the code
 * set `eo-9.05` the default is `39256-3`, retired in 2017, and a warning names the successor.
 *
 * @throws TerrESanteError as {@link buildLetter}
 * @group Builders
 */
export async function buildReport(input: ReportInput, runtime?: Runtime): Promise<BuiltDocument> {
  return buildFromPdf('report-pdf', input, runtime);
}
