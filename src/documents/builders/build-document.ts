import type { BuildOptions } from '../cda/build.ts';
import { buildCda, buildFromPdf, type CdaInput, type PdfDocumentInput } from '../cda/wrap.ts';
import { invalid } from '../cda/values.ts';
import type { BuiltDocument } from '../model/document.ts';
import { documentKinds, type DocumentKind } from '../model/kinds.ts';
import { buildVsm, type VsmInput } from '../vsm/vsm.ts';
import { optionsOf, readingLater } from '../../internal/border.ts';
import { buildChecks } from '../cda/build-checks.ts';

/**
 * Builds a document of any kind of {@link documentKinds}, for a host that has the kind as data: a
 * menu, a stored record. The functions that name one kind ({@link buildLetter}, {@link buildVsm}
 * and their neighbours) do the same.
 *
 * @example
 * ```ts
 * import { buildDocument } from 'terr-esante-sdk/documents';
 * import { demoLetterPdf, fictivePatient, fictiveProfessional, fictiveStructure } from 'terr-esante-sdk/testing';
 *
 * const built = await buildDocument('prescription', {
 *   patient: fictivePatient(),
 *   author: { professional: fictiveProfessional(), structure: fictiveStructure() },
 *   patientConsent: true,
 *   pdf: demoLetterPdf(),
 * });
 * built.header.type.code; // '57833-6'
 * ```
 *
 * @throws TerrESanteError `TE_INPUT_INVALID` for an unknown kind, otherwise as {@link buildLetter}
 *   and {@link buildVsm}
 * @group Builders
 */
export async function buildDocument(
  kind: DocumentKind,
  input: PdfDocumentInput | VsmInput | CdaInput,
  options?: BuildOptions,
): Promise<BuiltDocument> {
  const given = optionsOf('options', options, buildChecks);
  return readingLater('input', () => documentOf(kind, input, given));
}

async function documentOf(
  kind: DocumentKind,
  input: PdfDocumentInput | VsmInput | CdaInput,
  options: BuildOptions,
): Promise<BuiltDocument> {
  if (!Object.hasOwn(documentKinds, kind)) throw invalid('kind', 'genre de document inconnu');

  switch (documentKinds[kind].body) {
    case 'pdf':
      return buildFromPdf(kind, input as PdfDocumentInput, options);
    case 'summary':
      return buildVsm(input as VsmInput, options);
    case 'pdf-or-text':
      return buildCda(input as CdaInput, options);
  }
}
