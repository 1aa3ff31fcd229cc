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

/** A document that runs its fourth object when it is opened. */
function opening(fourth: string, entry = '/OpenAction 4 0 R', ...more: readonly string[]): Buffer {
  return pdf([catalog.replace('>>', `${entry} >>`), pages, page, fourth, ...more]);
}

/** A page with an entry, and a fourth object. */
function pageOpening(entry: string, fourth: string | PdfStream): Buffer {
  return pdf([catalog, pages, page.replace('>>', `${entry} >>`), fourth]);
}

/** A link in the page: its action runs on a click. */
function link(does: string, ...more: readonly string[]): Buffer {
  const annotation = '<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] /A 5 0 R >>';
  return pdf([catalog, pages, page.replace('>>', '/Annots [4 0 R] >>'), annotation, does, ...more]);
}

/** The end record of an archive without files, with a comment. */
function inComment(comment: string): Buffer {
  const end = Buffer.alloc(22);
  end.write('PK\u0005\u0006', 'latin1');
  end.writeUInt16LE(comment.length, 20);
  return Buffer.concat([end, Buffer.from(comment)]);
}
const archive = inComment('');

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
  [
    'a form that is submitted',
    pdf([...base, '<< /S /SubmitForm /F << /FS /URL /F (http://x/) >> >>']),
    'PDF-FORM-DATA',
  ],
  ['data that are imported', pdf([...base, objectStream(['<< /S /Import#44ata /F (a.fdf) >>'])]), 'PDF-FORM-DATA'],
  ['another file at opening', opening('<< /S /GoToR /F (a.pdf) /D [0 /Fit] >>'), 'PDF-REMOTE-FILE'],
  ['another file at opening, in place', opening('', '/OpenAction << /S /GoToR /F (a.pdf) >>'), 'PDF-REMOTE-FILE'],
  ['an embedded target at opening', opening('<< /S /GoToE /T << /R /P >> >>'), 'PDF-REMOTE-FILE'],
  ['a thread of another file at opening', opening('<< /S /Thread /F (a.pdf) /D 0 >>'), 'PDF-REMOTE-FILE'],
  [
    'another file after a jump',
    opening('<< /S /GoTo /D [3 0 R /Fit] /Next 5 0 R >>', undefined, '<< /S /Go#54oR /F (a) >>'),
    'PDF-REMOTE-FILE',
  ],
  [
    'another file in a list after a jump',
    opening('<< /S /GoTo /D [3 0 R /Fit] /Next [ 5 0 R ] >>', undefined, '<< /S /GoToR /F (a) >>'),
    'PDF-REMOTE-FILE',
  ],
  [
    'another file in a list that is an object',
    opening('<< /S /GoTo /D [3 0 R /Fit] /Next 5 0 R >>', undefined, '[6 0 R]', '<< /S /GoToR /F (a) >>'),
    'PDF-REMOTE-FILE',
  ],
  ['another file when a page opens', pageOpening('/AA << /O 4 0 R >>', '<< /S /GoToR /F (a) >>'), 'PDF-REMOTE-FILE'],
  [
    'another file when a page opens, its events an object',
    pageOpening('/AA 4 0 R', '<< /O << /S /GoToR /F (a) >> >>'),
    'PDF-REMOTE-FILE',
  ],
  [
    'another file when a page closes, all in an object stream',
    pageOpening('/AA << /C 20 0 R >>', objectStream(['<< /S /GoToR /F (a) >>'])),
    'PDF-REMOTE-FILE',
  ],
  ['an action whose kind stands elsewhere', opening('<< /S 5 0 R /F (a) >>', undefined, '/GoToR'), 'PDF-REMOTE-FILE'],
  ['a link to a share', link('<< /S /GoToR /F (\\\\\\\\host\\share\\a.pdf) >>'), 'PDF-REMOTE-FILE'],
  ['a link to a share, in hexadecimal', link('<< /S /GoToR /F <5C5C686F7374> >>'), 'PDF-REMOTE-FILE'],
  ['a link to a share, in UTF-16', link('<< /S /GoToR /F << /UF <FEFF005C005C0068> >> >>'), 'PDF-REMOTE-FILE'],
  ['a link to a share, in octal', link('<< /S /GoToR /F (\\134\\134host) >>'), 'PDF-REMOTE-FILE'],
  ['a link to a share whose path is an object', link('<< /S /GoToR /F 6 0 R >>', '(//host/share)'), 'PDF-REMOTE-FILE'],
  ['an address of a file', link('<< /S /URI /URI (file://host/share) >>'), 'PDF-REMOTE-FILE'],
  ['an external stream', pdf([...base, { dictionary: '/F (http://x/)', body: '' }]), 'PDF-EXTERNAL-STREAM'],
  [
    'an object stream that is external',
    pdf([...base, { dictionary: '/Type /ObjStm /N 0 /First 0 /F << /UF (x) >>', body: '' }]),
    'PDF-EXTERNAL-STREAM',
  ],
  ['an archive after the PDF', Buffer.concat([pdf(base), archive]), 'PDF-ARCHIVE'],
  [
    'an archive whose comment ends the PDF',
    Buffer.concat([pdf(base).subarray(0, -6), inComment('%%EOF\n')]),
    'PDF-ARCHIVE',
  ],
  [
    'encryption whose object streams are encrypted',
    pdf([...base, { ...objectStream([action]), body: randomBytes(80) }], { trailer: '/Root 1 0 R /Encrypt 9 0 R' }),
    'PDF-ENCRYPTED',
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

  const harmless: readonly (readonly [name: string, bytes: Buffer])[] = [
    ['a link to a web page', link('<< /S /URI /URI (https://exemple.fr/) >>')],
    ['a link to another file of the folder', link('<< /S /GoToR /F (annexe.pdf) /D [0 /Fit] >>')],
    ['a view at opening', opening('[3 0 R /Fit]')],
    [
      'a view at opening, with a link in the page',
      Buffer.concat([
        pdf([
          catalog.replace('>>', '/OpenAction [3 0 R /XYZ 0 0 0] >>'),
          pages,
          page.replace('>>', '/Annots [4 0 R] >>'),
          '<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] /A << /S /GoToR /F (annexe.pdf) >> >>',
        ]),
      ]),
    ],
    ['a jump at opening', opening('<< /S /GoTo /D [3 0 R /Fit] >>')],
    [
      'a link on a click in the events of a field',
      pageOpening('/AA << /U 4 0 R >>', '<< /S /URI /URI (https://x/) >>'),
    ],
    ['a comment before an object of a stream', pdf([...base, objectStream(['% note\n<< /A /B >>'])])],
    ['an update right after the marker', Buffer.concat([pdf(base).subarray(0, -1), pdf(base).subarray(15)])],
    ['zeros after the end', Buffer.concat([pdf(base), Buffer.alloc(700)])],
    ['a long array of widths', pdf([...base, `<< /W [${'0 [500] '.repeat(30_000)}] >>`])],
    ['the name of a folder that begins like an archive', pdf([...base, { dictionary: '', body: 'PK\u0005\u0006' }])],
  ];

  it.each(harmless)('accepts %s', async (_, bytes) => {
    expect((await inspectPdf(bytes)).findings.map(({ rule }) => rule)).toEqual(['PDF-A1']);
    expect((await inspectPdf(chunked(bytes, 7))).findings.map(({ rule }) => rule)).toEqual(['PDF-A1']);
  });

  it('warns of an address that opens by itself', async () => {
    for (const bytes of [
      opening('<< /S /URI /URI (https://x/) >>'),
      pageOpening('/AA << /O << /S /URI /URI (https://x/) >> >>', 'null'),
    ]) {
      const { ok, findings } = await inspectPdf(bytes);
      expect([ok, findings.map(({ rule }) => rule)]).toEqual([true, ['PDF-OPENS-ADDRESS', 'PDF-A1']]);
    }
  });

  it.each([
    ['bytes before the header', Buffer.concat([Buffer.from('\uFEFF'), pdf(base)]), 'précèdent'],
    ['a header without version', Buffer.from('%PDF-x.y\n'), 'version'],
    ['no header at all', Buffer.from('bonjour'), "n'est pas un PDF"],
  ])('says what is wrong with %s', async (_, bytes, said) => {
    const [first] = (await inspectPdf(bytes)).findings;
    expect(first?.rule).toBe('PDF-FORMAT');
    expect(first?.message).toContain(said);
  });

  it('says of an encrypted PDF that it is encrypted, and nothing else', async () => {
    const stream = { ...objectStream([action]), body: randomBytes(80) };
    const { findings } = await inspectPdf(pdf([...base, stream], { trailer: '/Root 1 0 R /Encrypt 9 0 R' }));
    expect(findings.map(({ rule }) => rule)).toEqual(['PDF-ENCRYPTED', 'PDF-A1']);
  });

  it('reads object streams in proportion to the file', async () => {
    const tokens = deflateSync(Buffer.from(`1 0 ${'[1] '.repeat(1_000_000)}`), { level: 9 });
    const bytes = pdf([...base, { dictionary: '/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode', body: tokens }]);
    expect(bytes.length).toBeLessThan(20_000);
    expect(await errors(bytes)).toEqual(['PDF-UNREADABLE']);
    // Of many streams that are little each, the sum counts.
    const little = deflateSync(Buffer.from(`1 0 ${'[1] '.repeat(100_000)}`), { level: 9 });
    const streams = Array.from({ length: 20 }, () => ({
      dictionary: '/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode',
      body: little,
    }));
    expect(await errors(pdf([...base, streams[0]!]))).toEqual([]);
    expect(await errors(pdf([...base, ...streams]))).toEqual(['PDF-UNREADABLE']);
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
