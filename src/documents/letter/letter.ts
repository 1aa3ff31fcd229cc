import type { ByteSource } from '../../internal/bytes.ts';
import type { Runtime } from '../../internal/runtime.ts';
import { buildDocument } from '../cda/build.ts';
import type { DocumentInput } from '../cda/input.ts';
import { contentOf } from '../cda/content.ts';
import type { BuiltDocument } from '../model.ts';
import { requireSafePdf } from '../pdf/inspect.ts';

/** A letter or certificate as a PDF. @group Builders */
export interface LetterInput extends DocumentInput {
  /** The PDF, best marked PDF/A-1; a source when it is too large for the memory. */
  readonly pdf: Uint8Array | ByteSource;
}

/**
 * Builds a letter or a certificate: the PDF inside a CDA of level 1 with its full header.
 *
 * The default type is `CERT_DECL`, certificate or declaration; a letter to a colleague is `96349-6`. The INS of the
 * patient is written only when the identity is qualified. The same input, clock and ids give the same bytes.
 *
 * @throws TerrESanteError `TE_CONSENT_REQUIRED`, `TE_IDENTITY_INCOMPLETE`, `TE_INS_INVALID`, `TE_CODE_UNKNOWN`,
 *   `TE_PDF_REFUSED`, `TE_DATE_INVALID`, `TE_NATIONAL_ID_INVALID` or `TE_INPUT_INVALID`
 * @see CI-SIS, volet Structuration minimale de documents de santé
 * @group Builders
 */
export async function buildLetter(input: LetterInput, runtime?: Runtime): Promise<BuiltDocument> {
  const { pdf, ...rest } = input;
  const content = contentOf(pdf);
  const { findings } = await requireSafePdf(content);
  return buildDocument('letter', rest, { mediaType: 'application/pdf', content }, findings, runtime);
}
