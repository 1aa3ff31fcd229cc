import { TerrESanteError, type CheckReport, type Finding } from '../../errors.ts';
import { scan, type ByteSource } from '../../internal/bytes.ts';
import { checkReport, finding } from '../../internal/finding.ts';
import { PdfSyntaxError } from './lexer.ts';
import { pdfRules } from '../rules/pdf.ts';
import { PdfScanner } from './scanner.ts';

/** What {@link inspectPdf} saw. @group PDF */
export interface PdfInspection extends CheckReport {
  readonly byteLength: number;
  /** Version of the header, for example `1.4`; `null` when the file is not a PDF. */
  readonly version: string | null;
  /**
   * The PDF/A mark of the XMP metadata (a claim, not a proof), for example `{ part: '1',
   * conformance: 'B' }`.
   */
  readonly pdfA: { readonly part: string; readonly conformance: string | null } | null;
}

/** Names that a PDF is refused for, with their rule. */
const active: readonly (readonly [names: readonly string[], rule: keyof typeof pdfRules])[] = [
  [['Encrypt'], 'PDF-ENCRYPTED'],
  [['JavaScript', 'JS'], 'PDF-JAVASCRIPT'],
  [['Launch'], 'PDF-LAUNCH'],
  [['EmbeddedFile', 'EmbeddedFiles', 'EF'], 'PDF-EMBEDDED-FILE'],
  [['XFA'], 'PDF-XFA'],
  [['RichMedia'], 'PDF-RICH-MEDIA'],
];

/** Bytes of the head with the version, and of the tail with the end-of-file marker. */
const headLength = 16;
const tailLength = 2048;

function pdfAMark(xmp: string): PdfInspection['pdfA'] {
  const value = (name: string): string | null => {
    const match = new RegExp(`pdfaid:${name}(?:\\s{0,20}=\\s{0,20}["']|>\\s{0,20})([0-9A-Za-z]{1,4})`).exec(xmp);
    return match?.[1] ?? null;
  };

  const part = value('part');
  return part === null ? null : { part, conformance: value('conformance') };
}

async function* chunksOf(source: Uint8Array | ByteSource): AsyncIterable<Uint8Array> {
  if (source instanceof Uint8Array) yield source;
  else yield* scan(source);
}

/**
 * Looks inside a PDF before it is put in a document: empty, encrypted, truncated, with JavaScript,
 * a launch action, an embedded file, an XFA form or rich media, also inside compressed object
 * streams and in earlier revisions of the file.
 *
 * Reads once, in fixed memory, and refuses what it cannot read. A PDF that is not marked PDF/A-1
 * gives a warning: the CI-SIS asks for PDF/A-1, its own published examples are not all so.
 *
 * @example
 * ```ts
 * import { inspectPdf } from 'terr-esante-sdk/documents';
 *
 * const report = await inspectPdf(new TextEncoder().encode('bonjour'));
 * report.ok; // false
 * report.findings[0]?.rule; // 'PDF-FORMAT'
 * ```
 *
 * @see ISO 32000-1, section 7.5 and ISO 19005-1
 * @group PDF
 */
export async function inspectPdf(source: Uint8Array | ByteSource): Promise<PdfInspection> {
  const { byteLength } = source;
  const scan = await scanPdf(source);
  const version = /^%PDF-(\d\.\d)/.exec(scan.head)?.[1] ?? null;
  const pdfA = pdfAMark(scan.scanner.xmp);

  const findings = findingsOf(byteLength, version, scan, pdfA);
  return { ...checkReport(findings), byteLength, version, pdfA };
}

interface Scan {
  readonly scanner: PdfScanner;
  readonly head: string;
  readonly tail: string;
  /** Something in the file could not be read, so the scan stopped there. */
  readonly unreadable: boolean;
}

async function scanPdf(source: Uint8Array | ByteSource): Promise<Scan> {
  const scanner = new PdfScanner();
  let head = Buffer.alloc(0);
  let tail = Buffer.alloc(0);
  const isPdf = (): boolean => head.toString('latin1', 0, 5) === '%PDF-';
  const close = (unreadable: boolean): Scan => ({
    scanner,
    head: head.toString('latin1', 0, headLength),
    tail: tail.toString('latin1'),
    unreadable,
  });

  try {
    for await (const chunk of chunksOf(source)) {
      if (head.length < headLength) head = Buffer.concat([head, chunk.subarray(0, headLength)]);
      if (head.length >= 8 && !isPdf()) break;

      tail = Buffer.concat([tail, chunk.subarray(-tailLength)]).subarray(-tailLength);
      scanner.push(chunk);
    }
    if (isPdf()) scanner.push(new Uint8Array(), true);
  } catch (error) {
    if (!(error instanceof PdfSyntaxError)) throw error;
    return close(true);
  }
  return close(false);
}

function findingsOf(
  byteLength: number,
  version: string | null,
  { scanner, tail, unreadable }: Scan,
  pdfA: PdfInspection['pdfA'],
): Finding[] {
  if (byteLength === 0) return [finding(pdfRules, 'PDF-EMPTY', { path: '/', found: '0' })];
  if (version === null) return [finding(pdfRules, 'PDF-FORMAT', { path: '/' })];

  // What a PDF could do to its reader, in any revision of the file.
  const findings: Finding[] = [];
  for (const [names, rule] of active) {
    const seen = names.find((name) => scanner.names.has(name));
    if (seen !== undefined) findings.push(finding(pdfRules, rule, { path: '/', found: `/${seen}` }));
  }
  if (scanner.hidden) findings.push(finding(pdfRules, 'PDF-HIDDEN-OBJECT', { path: '/' }));

  // What cannot be read is refused.
  const complete = scanner.startXref && tail.includes('%%EOF');
  if (unreadable || (complete && scanner.objects === 0)) {
    findings.push(finding(pdfRules, 'PDF-UNREADABLE', { path: '/' }));
  }
  if (!complete && !unreadable) {
    findings.push(finding(pdfRules, 'PDF-TRUNCATED', { path: '/', found: String(byteLength) }));
  }

  if (pdfA?.part !== '1') {
    const found = pdfA && `PDF/A-${pdfA.part}`;
    findings.push(finding(pdfRules, 'PDF-A1', { path: '/Root/Metadata', found }));
  }
  return findings;
}

/**
 * The same, for a caller that goes on: the report when the PDF is accepted, its warnings in
 * `findings`.
 *
 * @throws TerrESanteError `TE_PDF_REFUSED` with the findings when it is not.
 * @group PDF
 */
export async function requireSafePdf(source: Uint8Array | ByteSource): Promise<PdfInspection> {
  const report = await inspectPdf(source);
  if (!report.ok) {
    const errors = report.findings.filter(({ severity }) => severity === 'error');
    throw new TerrESanteError('TE_PDF_REFUSED', errors.map(({ message }) => message).join(' '), {
      findings: report.findings,
      details: { rules: errors.map(({ rule }) => rule), byteLength: report.byteLength },
    });
  }
  return report;
}
