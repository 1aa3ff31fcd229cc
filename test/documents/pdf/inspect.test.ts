import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { inspectPdf } from '../../../src/documents/index.ts';
import { requireSafePdf } from '../../../src/documents/pdf/inspect.ts';
import type { ByteSource } from '../../../src/internal/bytes.ts';
import { demoLetterPdf } from '../../../src/testing/demo-letter/index.ts';
import { missing, skipBecause } from '../../helpers/require-tool.ts';
import { catalog, objectStream, page, pages, pdf, type PdfStream } from './build-pdf.ts';

const base = [catalog, pages, page];
const errors = async (bytes: Uint8Array): Promise<string[]> =>
  (await inspectPdf(bytes)).findings.filter(({ severity }) => severity === 'error').map(({ rule }) => rule);

/** The same bytes in chunks of a length. */
function chunked(bytes: Uint8Array, length: number): ByteSource {
  return {
    byteLength: bytes.length,
    async *open() {
      for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
    },
  };
}

const image: PdfStream = { dictionary: '/Subtype /Image /Filter /DCTDecode', body: randomBytes(70_000) };
const xmp = (form: string): PdfStream => ({
  dictionary: '/Type /Metadata /Subtype /XML',
  body: `<rdf:Description xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" ${form}`,
});
const action = '<< /S /JavaScript /JS (app.alert\\(1\\)) >>';
const inside = '<< /S /Launch /F (calc.exe) >>';

const refused: readonly (readonly [name: string, bytes: Buffer, rule: string])[] = [
  ['an empty file', Buffer.alloc(0), 'PDF-EMPTY'],
  ['a text', Buffer.from('bonjour'), 'PDF-FORMAT'],
  ['a zip', Buffer.from('PK\u0003\u0004'), 'PDF-FORMAT'],
  ['a page of HTML before the PDF', Buffer.concat([Buffer.from('<html>'), pdf(base)]), 'PDF-FORMAT'],
  ['nothing after the header', Buffer.from('%PDF-1.4\n'), 'PDF-TRUNCATED'],
  ['no object at all', Buffer.from('%PDF-1.4\nstartxref\n0\n%%EOF'), 'PDF-UNREADABLE'],
  ['a truncated file', pdf([...base, image]).subarray(0, 60_000), 'PDF-UNREADABLE'],
  ['an end cut off', pdf(base).subarray(0, -20), 'PDF-TRUNCATED'],
  ['encryption', pdf(base, { trailer: '/Root 1 0 R /Encrypt 9 0 R' }), 'PDF-ENCRYPTED'],
  ['JavaScript', pdf([...base, action]), 'PDF-JAVASCRIPT'],
  ['JavaScript with an escaped name', pdf([...base, '<< /S /J#61vaScript /J#53 (x) >>']), 'PDF-JAVASCRIPT'],
  ['JavaScript in an object stream', pdf([...base, objectStream([action])]), 'PDF-JAVASCRIPT'],
  ['JavaScript in an object stream that is not deflated', pdf([...base, objectStream([action], '')]), 'PDF-JAVASCRIPT'],
  [
    'an object stream whose type is escaped',
    pdf([
      ...base,
      { ...objectStream([action]), dictionary: objectStream([action]).dictionary.replace('/ObjStm', '/Obj#53tm') },
    ]),
    'PDF-JAVASCRIPT',
  ],
  [
    'an object stream without its type',
    pdf([
      ...base,
      { ...objectStream([action]), dictionary: objectStream([action]).dictionary.replace('/Type /ObjStm', '') },
    ]),
    'PDF-JAVASCRIPT',
  ],
  [
    'an object stream whose type is a reference',
    pdf([
      ...base,
      { ...objectStream([action]), dictionary: objectStream([action]).dictionary.replace('/ObjStm', '9 0 R') },
    ]),
    'PDF-UNREADABLE',
  ],
  [
    'an object stream with another filter',
    pdf([...base, objectStream([action], '/Filter /ASCIIHexDecode')]),
    'PDF-UNREADABLE',
  ],
  [
    'an object stream with two filters',
    pdf([...base, objectStream([action], '/Filter [/ASCII85Decode /FlateDecode]')]),
    'PDF-UNREADABLE',
  ],
  [
    'an object stream with a predictor',
    pdf([...base, objectStream([action], '/Filter /FlateDecode /DecodeParms << /Predictor 12 >>')]),
    'PDF-UNREADABLE',
  ],
  [
    'an object stream that does not inflate',
    pdf([...base, { ...objectStream([action]), body: 'xxxxxxxxxxxx' }]),
    'PDF-UNREADABLE',
  ],
  [
    'an object inside a string of an object stream',
    pdf([...base, objectStream([`(${inside})`], '/Filter /FlateDecode', [1])]),
    'PDF-UNREADABLE',
  ],
  [
    'a bomb in an object stream',
    pdf([
      ...base,
      {
        dictionary: '/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode',
        body: deflateSync(Buffer.alloc(40_000_000, 0x20)),
      },
    ]),
    'PDF-UNREADABLE',
  ],
  ['a launch action', pdf([...base, inside]), 'PDF-LAUNCH'],
  ['an embedded file', pdf([...base, '<< /Type /Filespec /EF << /F 5 0 R >> >>']), 'PDF-EMBEDDED-FILE'],
  [
    'a tree of embedded files',
    pdf(['<< /Type /Catalog /Names << /EmbeddedFiles 4 0 R >> >>', pages, page]),
    'PDF-EMBEDDED-FILE',
  ],
  ['an XFA form', pdf([...base, '<< /XFA [(a) 5 0 R] >>']), 'PDF-XFA'],
  ['rich media', pdf([...base, '<< /Subtype /RichMedia >>']), 'PDF-RICH-MEDIA'],
  [
    'an action removed by a later revision',
    Buffer.concat([pdf([...base, action]), pdf(base).subarray(15)]),
    'PDF-JAVASCRIPT',
  ],
  ['an object in a comment', pdf(base, { prefix: `% 9 0 obj ${inside} endobj\n` }), 'PDF-HIDDEN-OBJECT'],
  ['an object in a string', pdf([...base, `(9 0 obj ${inside} endobj)`]), 'PDF-HIDDEN-OBJECT'],
  [
    'an object in a stream',
    pdf([...base, { dictionary: '', body: `BT 9 0 obj ${inside} endobj ET` }]),
    'PDF-HIDDEN-OBJECT',
  ],
  [
    'an object behind a length that is too large',
    pdf([...base, { dictionary: '', body: 'x', length: '400' }, inside]),
    'PDF-HIDDEN-OBJECT',
  ],
  ['a string without end', pdf([...base, '(abc'].slice(0, 4)).subarray(0, -1), 'PDF-UNREADABLE'],
  ['a stream without dictionary', pdf([...base, 'stream\nabc\nendstream']), 'PDF-UNREADABLE'],
  ['dictionaries without end', pdf([...base, '<< /A '.repeat(300)]), 'PDF-UNREADABLE'],
];

describe('inspectPdf', () => {
  it.each(refused)('refuses %s', async (_, bytes, rule) => {
    expect(await errors(bytes)).toContain(rule);
  });

  it.each(refused.filter(([, bytes]) => bytes.length < 5000))('refuses %s byte by byte too', async (_, bytes, rule) => {
    const { findings } = await inspectPdf(chunked(bytes, 1));
    expect(findings.map((finding) => finding.rule)).toContain(rule);
  });

  it('accepts a scanned letter of several megabytes, in any chunks', async () => {
    const scan = { ...image, body: randomBytes(4_000_000) };
    const bytes = pdf([
      ...base,
      scan,
      objectStream(['<< /Font /F1 >>']),
      { ...scan, body: randomBytes(1000), length: '9 0 R' },
    ]);
    for (const source of [bytes, chunked(bytes, 65_536), chunked(bytes, 4099)]) {
      const { ok, findings, byteLength } = await inspectPdf(source);
      expect(findings.map(({ rule }) => rule)).toEqual(['PDF-A1']);
      expect([ok, byteLength]).toEqual([true, bytes.length]);
    }
  });

  it('accepts a length that is too small', async () => {
    expect(await errors(pdf([...base, { ...image, length: '10' }]))).toEqual([]);
  });

  it.each([
    ['attribute', 'pdfaid:part="1" pdfaid:conformance="B"/>', { part: '1', conformance: 'B' }],
    [
      'element',
      '><pdfaid:part>1</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance>',
      { part: '1', conformance: 'A' },
    ],
    ['other part', 'pdfaid:part="3"/>', { part: '3', conformance: null }],
  ])('reads the PDF/A mark as %s', async (_, form, mark) => {
    const report = await inspectPdf(pdf([...base, xmp(form)]));
    expect(report.pdfA).toEqual(mark);
    expect(report.findings.map(({ rule }) => rule)).toEqual(mark.part === '1' ? [] : ['PDF-A1']);
  });

  it('reads the mark of a deflated XMP', async () => {
    const { dictionary, body } = xmp('pdfaid:part="1"/>');
    const report = await inspectPdf(
      pdf([...base, { dictionary: `${dictionary} /Filter /FlateDecode`, body: deflateSync(body) }]),
    );
    expect(report.pdfA?.part).toBe('1');
  });

  it('throws for a caller that goes on', async () => {
    await expect(requireSafePdf(pdf([...base, action]))).rejects.toMatchObject({
      code: 'TE_PDF_REFUSED',
      findings: [{ rule: 'PDF-JAVASCRIPT', found: '/JavaScript' }, { rule: 'PDF-A1' }],
    });
    expect((await requireSafePdf(demoLetterPdf())).findings).toEqual([]);
  });

  it.skipIf(missing('qpdf'))('accepts what qpdf makes, and sees through its object streams', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'pdf-'));
    const file = (name: string): string => join(dir, name);
    writeFileSync(file('plain.pdf'), pdf([catalog.replace('>>', '/OpenAction 4 0 R >>'), pages, page, action]));
    writeFileSync(file('letter.pdf'), demoLetterPdf());
    const qpdf = (...args: string[]): void => void execFileSync('qpdf', args, { stdio: 'pipe' });
    qpdf('--object-streams=generate', file('plain.pdf'), file('streams.pdf'));
    qpdf('--object-streams=generate', file('letter.pdf'), file('letter-streams.pdf'));
    qpdf('--encrypt', '', 'x', '256', '--', file('letter.pdf'), file('locked.pdf'));
    qpdf(file('letter.pdf'), '--add-attachment', file('plain.pdf'), '--', file('attached.pdf'));
    const read = async (name: string): Promise<string[]> =>
      errors(await import('node:fs/promises').then(({ readFile }) => readFile(file(name))));
    expect(await read('streams.pdf')).toEqual(['PDF-JAVASCRIPT']);
    expect(await read('letter-streams.pdf')).toEqual([]);
    expect(await read('locked.pdf')).toContain('PDF-ENCRYPTED');
    expect(await read('attached.pdf')).toContain('PDF-EMBEDDED-FILE');
  });
});

const jars = [
  'preflight',
  'pdfbox2',
  'fontbox2',
  'xmpbox',
  'commons-logging',
  'commons-io',
  'jaxb-api',
  'javax.activation',
].map((name) => `/usr/share/java/${name}.jar`);
const noPreflight =
  missing('java') || (jars.every((jar) => existsSync(jar)) ? false : skipBecause('libpdfbox2-java is not installed'));

describe('demoLetterPdf', () => {
  it('is marked PDF/A-1b and accepted', async () => {
    const { pdfA, findings } = await inspectPdf(demoLetterPdf());
    expect([pdfA, findings]).toEqual([{ part: '1', conformance: 'B' }, []]);
  });

  it.skipIf(noPreflight)('is a valid PDF/A-1b for PDFBox Preflight', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'letter-')), 'letter.pdf');
    writeFileSync(file, demoLetterPdf());
    const out = execFileSync('java', ['-cp', jars.join(':'), 'org.apache.pdfbox.preflight.Validator_A1b', file]);
    expect(out.toString()).toContain('is a valid PDF/A-1b file');
  });
});
