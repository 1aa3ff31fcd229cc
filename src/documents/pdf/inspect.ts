import { TerrESanteError, type CheckReport, type Finding } from '../../errors.ts';
import { scan, type ByteSource } from '../../internal/bytes.ts';
import { checkReport, finding } from '../../internal/finding.ts';
import { PdfSyntaxError } from './lexer.ts';
import { pdfRules } from '../rules/pdf.ts';
import { PdfScanner } from './scanner.ts';
import { readingLater } from '../../internal/border.ts';

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

type NamedRule = Exclude<keyof typeof pdfRules, 'PDF-FORMAT' | 'PDF-REMOTE-FILE'>;

/** Names that a PDF is refused for, with their rule. */
const active: readonly (readonly [names: readonly string[], rule: NamedRule])[] = [
  [['Encrypt'], 'PDF-ENCRYPTED'],
  [['JavaScript', 'JS'], 'PDF-JAVASCRIPT'],
  [['Launch'], 'PDF-LAUNCH'],
  [['EmbeddedFile', 'EmbeddedFiles', 'EF'], 'PDF-EMBEDDED-FILE'],
  [['XFA'], 'PDF-XFA'],
  [['RichMedia'], 'PDF-RICH-MEDIA'],
  [['SubmitForm', 'ImportData'], 'PDF-FORM-DATA'],
];
const wanted: ReadonlySet<string> = new Set(active.flatMap(([names]) => names));

/** Bytes in which other readers look for the header, and the version in it. */
const headLength = 1024;
const versionLength = 16;
/** Bytes of the tail with the end-of-file marker, and of the end record of an archive. */
const tailLength = 2048;
const archiveTailLength = 22 + 0xffff;

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
 * Looks inside a PDF before it is put in a document: empty, encrypted, truncated, an archive at the
 * same time, with JavaScript, a launch action, an embedded file, an XFA form or rich media, an
 * action that sends or imports the data of a form, that opens another file by itself or a file of
 * the network, a stream in another file; also inside compressed object streams and in earlier
 * revisions of the file. An address that opens by itself is a warning.
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
  return readingLater('source', () => inspected(source));
}

async function inspected(source: Uint8Array | ByteSource): Promise<PdfInspection> {
  const { byteLength } = source;
  const scan = await scanPdf(source);
  const version = /^%PDF-(\d\.\d)/.exec(scan.head.slice(0, versionLength))?.[1] ?? null;
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
  const scanner = new PdfScanner(wanted);
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
      if (head.length >= headLength && !isPdf()) break;

      tail = Buffer.concat([tail, chunk.subarray(-archiveTailLength)]).subarray(-archiveTailLength);
      if (head.length < 5 || isPdf()) scanner.push(chunk);
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
  { scanner, head, tail, unreadable }: Scan,
  pdfA: PdfInspection['pdfA'],
): Finding[] {
  if (byteLength === 0) return [finding(pdfRules, 'PDF-EMPTY', { path: '/', found: '0' })];
  if (version === null) return [finding(pdfRules, 'PDF-FORMAT', { path: '/', case: formatCase(head) })];

  // What a PDF could do to its reader, in any revision of the file.
  const findings: Finding[] = [];
  for (const [names, rule] of active) {
    const seen = names.find((name) => scanner.names.has(name));
    if (seen !== undefined) findings.push(finding(pdfRules, rule, { path: '/', found: `/${seen}` }));
  }
  findings.push(...actionFindings(scanner));
  if (scanner.hidden) findings.push(finding(pdfRules, 'PDF-HIDDEN-OBJECT', { path: '/' }));
  if (isArchive(tail)) findings.push(finding(pdfRules, 'PDF-ARCHIVE', { path: '/' }));

  findings.push(...endFindings(byteLength, scanner, tail.slice(-tailLength), unreadable));

  if (pdfA?.part !== '1') {
    const found = pdfA && `PDF/A-${pdfA.part}`;
    findings.push(finding(pdfRules, 'PDF-A1', { path: '/Root/Metadata', found }));
  }
  return findings;
}

/** Other readers forgive what stands before the header; PDF/A-1 does not. */
function formatCase(head: string): 'late-header' | 'no-version' | 'none' {
  if (head.startsWith('%PDF-')) return 'no-version';
  return head.includes('%PDF-') ? 'late-header' : 'none';
}

/** What the file does by itself, and whom it would reach. */
function actionFindings(scanner: PdfScanner): Finding[] {
  const findings: Finding[] = [];
  const { opensFile, opensAddress } = scanner.actions.close();
  if (opensFile) findings.push(finding(pdfRules, 'PDF-REMOTE-FILE', { path: '/', case: 'by-itself' }));
  else if (scanner.actions.hasNetworkPath) {
    findings.push(finding(pdfRules, 'PDF-REMOTE-FILE', { path: '/', case: 'network' }));
  }
  if (scanner.hasExternalStream) findings.push(finding(pdfRules, 'PDF-EXTERNAL-STREAM', { path: '/' }));
  if (opensAddress) findings.push(finding(pdfRules, 'PDF-OPENS-ADDRESS', { path: '/' }));
  return findings;
}

/** The end record of a ZIP archive that fills the file: the same bytes are an archive too. */
function isArchive(tail: string): boolean {
  const mark = 'PK\u0005\u0006';
  for (let at = tail.indexOf(mark); at >= 0; at = tail.indexOf(mark, at + 1)) {
    const comment = tail.charCodeAt(at + 20) + 256 * tail.charCodeAt(at + 21);
    if (at + 22 + comment === tail.length || at > tail.lastIndexOf('%%EOF')) return true;
  }
  return false;
}

/**
 * What cannot be read is refused. The objects of an encrypted file cannot, and
 * that is the reason.
 */
function endFindings(byteLength: number, scanner: PdfScanner, tail: string, stopped: boolean): Finding[] {
  const isComplete = scanner.startXref && tail.includes('%%EOF');
  const isUnreadable = stopped || scanner.hasUnreadable || (isComplete && scanner.objects === 0);
  if (isUnreadable) return scanner.names.has('Encrypt') ? [] : [finding(pdfRules, 'PDF-UNREADABLE', { path: '/' })];

  return isComplete ? [] : [finding(pdfRules, 'PDF-TRUNCATED', { path: '/', found: String(byteLength) })];
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
