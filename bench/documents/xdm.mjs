import { createHash } from 'node:crypto';
import { Writable } from 'node:stream';
import { createDeflateRaw } from 'node:zlib';
import { ZipArchive } from 'archiver';
import JSZip from 'jszip';
import { buildLetter, createSubmission, packageXdm, writeMetadata } from 'terr-esante-sdk/documents';
import { fictivePatient, fictiveProfessional, fictiveStructure } from 'terr-esante-sdk/testing';
import { ZipFile } from 'yazl';
import { scannedPdf } from '../lib/pdf.mjs';
import { race } from '../lib/race.mjs';

const level = 6;
const name = 'IHE_XDM/SUBSET01/DOC0001.XML';

async function collect(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const letterOf = (pdf) =>
  buildLetter({
    patient: fictivePatient(),
    author: { professional: fictiveProfessional(), structure: fictiveStructure() },
    pdf,
    patientConsent: true,
  });

async function zipWithJszip(files) {
  const zip = new JSZip();
  for (const [path, bytes] of files) zip.file(path, bytes, { compression: 'DEFLATE', compressionOptions: { level } });
  return zip.generateAsync({ type: 'nodebuffer' });
}

async function zipWithYazl(files) {
  const zip = new ZipFile();
  for (const [path, bytes] of files) zip.addBuffer(bytes, path, { compressionLevel: level });
  zip.end();
  return collect(zip.outputStream);
}

async function zipWithArchiver(files) {
  const zip = new ZipArchive({ zlib: { level } });
  const chunks = [];
  const sink = new Writable({ write: (chunk, _, done) => (chunks.push(chunk), done()) });
  zip.pipe(sink);
  for (const [path, bytes] of files) zip.append(bytes, { name: path });
  await zip.finalize();
  return Buffer.concat(chunks);
}

async function deflateBare(bytes) {
  const deflate = createDeflateRaw({ level });
  deflate.end(bytes);
  return collect(deflate);
}

export async function run() {
  const pdf = scannedPdf(5 * 1024 * 1024);
  const letter = await letterOf(pdf);
  const submission = createSubmission([letter], { sourceId: '2.999.1.10' });
  const cda = await collect(letter.content.open());
  const base64 = pdf.toString('base64');
  const at = cda.indexOf(base64.slice(0, 100));
  const [before, after] = [cda.subarray(0, at), cda.subarray(at + base64.length)];
  const metadata = Buffer.from(writeMetadata(submission));
  const files = (document) => [
    ['IHE_XDM/SUBSET01/METADATA.XML', metadata],
    [name, document],
  ];
  /** What a peer does by itself: base64 in the document, its hash, the archive. */
  const fromPdf = () => {
    const document = Buffer.concat([before, Buffer.from(pdf.toString('base64')), after]);
    createHash('sha1').update(document).digest('hex');
    return files(document);
  };
  const sizes = {};
  const keep = (key, work) => async () => {
    sizes[key] = (await work()).length;
  };
  const cpu = await race({
    product: keep('product', async () => collect((await packageXdm(submission, { level })).content.open())),
    bare: keep('bare', async () => deflateBare(cda)),
    jszip: keep('jszip', () => zipWithJszip(files(cda))),
    yazl: keep('yazl', () => zipWithYazl(files(cda))),
    archiver: keep('archiver', () => zipWithArchiver(files(cda))),
  });
  const whole = await race(
    {
      product: async () => {
        const document = await letterOf(pdf);
        await collect((await packageXdm(createSubmission([document], { sourceId: '2.999.1.10' }))).content.open());
      },
      floor: async () => deflateBare(fromPdf()[1][1]),
      jszip: () => zipWithJszip(fromPdf()),
    },
    { rounds: 5, warmup: 1 },
  );
  const row = (label, value, baseline, ratio, goal = null) => ({
    name: label,
    value,
    unit: 'ms CPU',
    baseline,
    ratio,
    goal,
  });
  const sizeRow = (peer, goal = null) => ({
    name: `archive of a 5 MB PDF, size / ${peer}`,
    value: sizes.product,
    unit: 'bytes',
    baseline: `${peer} ${sizes[peer]} bytes`,
    ratio: sizes.product / sizes[peer],
    goal,
  });
  return [
    row(
      'packageXdm of a CDA with a 5 MB PDF / jszip',
      cpu.product,
      `jszip level ${level}, ${cpu.jszip.toFixed(0)} ms`,
      cpu.product / cpu.jszip,
      'at most 0.5',
    ),
    row(
      'packageXdm / bare node:zlib of the same bytes',
      cpu.product,
      `createDeflateRaw level ${level}, ${cpu.bare.toFixed(0)} ms`,
      cpu.product / cpu.bare,
      'at most 1.3',
    ),
    row('packageXdm / yazl', cpu.product, `yazl level ${level}, ${cpu.yazl.toFixed(0)} ms`, cpu.product / cpu.yazl),
    row(
      'packageXdm / archiver',
      cpu.product,
      `archiver level ${level}, ${cpu.archiver.toFixed(0)} ms`,
      cpu.product / cpu.archiver,
    ),
    sizeRow('jszip', 'no larger'),
    sizeRow('yazl', 'no larger'),
    sizeRow('archiver', 'no larger'),
    row(
      '5 MB PDF to archive, inspection and CDA included / floor',
      whole.product,
      `base64, SHA-1, bare node:zlib ${whole.floor.toFixed(0)} ms`,
      whole.product / whole.floor,
    ),
    row(
      '5 MB PDF to archive, inspection and CDA included / jszip',
      whole.product,
      `base64, SHA-1, jszip ${whole.jszip.toFixed(0)} ms`,
      whole.product / whole.jszip,
    ),
  ];
}
