import type { ByteSource } from '../../internal/bytes.ts';
import { utf8Bytes } from '../../internal/bytes.ts';
import type { BuiltDocument, DocumentKind } from '../model/document.ts';
import type { RetiredTypeCode, TypeCode } from '../../nomenclature/index.ts';
import { requireSafePdf } from '../pdf/inspect.ts';
import { assembleDocument, type BuildOptions } from './build.ts';
import { contentOf } from './content.ts';
import type { DocumentInput } from './input.ts';
import { invalid } from './values.ts';
import { optionsOf, readingLater } from '../../internal/border.ts';
import { buildChecks } from './build-checks.ts';

/** A document that is a PDF. @group Builders */
export interface PdfDocumentInput extends DocumentInput {
  /** The PDF, best marked PDF/A-1; a source when it is too large for the memory. */
  readonly pdf: Uint8Array | ByteSource;
}

/** The PDF is inspected first: nothing is written around one that is refused. */
export async function buildFromPdf(
  kind: DocumentKind,
  input: PdfDocumentInput,
  options: BuildOptions,
): Promise<BuiltDocument> {
  const { pdf, ...rest } = input;
  const content = contentOf(pdf);
  const { findings } = await requireSafePdf(content);

  return assembleDocument(kind, rest, { mediaType: 'application/pdf', content }, findings, options);
}

/** Input of {@link buildCda}: the content is a PDF or plain text. @group Builders */
export type CdaInput = DocumentInput & {
  readonly type: TypeCode | RetiredTypeCode;
  /** Language of the content when it is not that of the header, for example `en-GB`. */
  readonly contentLanguageCode?: string | undefined;
} & (
    | { readonly pdf: Uint8Array | ByteSource; readonly text?: undefined }
    | { readonly text: string; readonly pdf?: undefined }
  );

/**
 * Builds a CDA of level 1 of any CI-SIS type from a PDF or from plain text.
 *
 * @example
 * ```ts
 * import { buildCda } from 'terr-esante-sdk/documents';
 * import { fictivePatient, fictiveProfessional, fictiveStructure } from 'terr-esante-sdk/testing';
 *
 * const built = await buildCda({
 *   type: '96349-6',
 *   title: 'Lettre au cardiologue',
 *   text: 'Chère consœur, merci de recevoir notre patiente.',
 *   patient: fictivePatient(),
 *   author: { professional: fictiveProfessional(), structure: fictiveStructure() },
 *   patientConsent: true,
 * });
 * built.classCode.displayName; // 'Compte rendu'
 * ```
 *
 * @throws TerrESanteError as {@link buildLetter}
 * @see CI-SIS, volet Structuration minimale de documents de santé
 * @group Builders
 */
export async function buildCda(input: CdaInput, options?: BuildOptions): Promise<BuiltDocument> {
  const given = optionsOf('options', options, buildChecks);
  return readingLater('input', () => cdaOf(input, given));
}

async function cdaOf(input: CdaInput, options: BuildOptions): Promise<BuiltDocument> {
  const { pdf, text, contentLanguageCode: languageCode, ...rest } = input;
  if ((pdf === undefined) === (text === undefined)) throw invalid('pdf', 'un PDF ou un texte, et un seul');
  if (languageCode !== undefined && !/^[a-z]{2}-[A-Z]{2}$/.test(languageCode)) {
    throw invalid('contentLanguageCode', 'langue et pays attendus, par exemple en-GB');
  }

  if (text !== undefined) {
    if (text.trim() === '') throw invalid('text', 'valeur obligatoire');
    const content = contentOf(utf8Bytes(text));
    return assembleDocument('other', rest, { mediaType: 'text/plain', content, languageCode }, [], options);
  }

  const content = contentOf(pdf);
  const { findings } = await requireSafePdf(content);

  return assembleDocument('other', rest, { mediaType: 'application/pdf', content, languageCode }, findings, options);
}
