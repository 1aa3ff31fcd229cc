import { demoLetterBase64 } from './bytes.ts';

/**
 * A one-page letter with fictive people, PDF/A-1b.
 *
 * @example
 * ```ts
 * import { inspectPdf } from 'terr-esante-sdk/documents';
 * import { demoLetterPdf } from 'terr-esante-sdk/testing';
 *
 * const { pdfA } = await inspectPdf(demoLetterPdf());
 * pdfA; // { part: '1', conformance: 'B' }
 * ```
 *
 * @group Documents
 */
export function demoLetterPdf(): Uint8Array {
  return new Uint8Array(Buffer.from(demoLetterBase64, 'base64'));
}
