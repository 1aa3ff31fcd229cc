// One way of packing a large PDF: `node large-contender.mjs NAME PDF OUT` prints its CPU and its
// peak of memory.
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, readFileSync } from 'node:fs';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createDeflateRaw } from 'node:zlib';

const [name, pdf, out] = process.argv.slice(2);
const entry = 'IHE_XDM/SUBSET01/DOC0001.XML';
const level = 6;

function base64() {
  let carry = Buffer.alloc(0);
  return new Transform({
    transform(chunk, _, done) {
      const bytes = Buffer.concat([carry, chunk]);
      const whole = bytes.length - (bytes.length % 3);
      carry = bytes.subarray(whole);
      done(null, Buffer.from(bytes.toString('base64', 0, whole), 'latin1'));
    },
    flush(done) {
      done(null, Buffer.from(carry.toString('base64'), 'latin1'));
    },
  });
}

function hashed() {
  const hash = createHash('sha1');
  return new Transform({
    transform(chunk, _, done) {
      hash.update(chunk);
      done(null, chunk);
    },
  });
}

const source = () => createReadStream(pdf, { highWaterMark: 256 * 1024 });
const document = () => source().pipe(base64()).pipe(hashed());

const contenders = {
  async product() {
    const { buildLetter, createSubmission, fileSource, streamXdm } = await import('terr-esante-sdk/documents');
    const { fictivePatient, fictiveProfessional, fictiveStructure } = await import('terr-esante-sdk/testing');
    const letter = await buildLetter({
      patient: fictivePatient(),
      author: { professional: fictiveProfessional(), structure: fictiveStructure() },
      pdf: await fileSource(pdf),
      patientConsent: true,
    });
    await pipeline(
      streamXdm(createSubmission([letter], { sourceId: '2.999.1.10' }), { level }),
      createWriteStream(out),
    );
  },
  /** The other way: the archive is read and checked, the PDF taken out of the CDA and hashed. */
  async reader() {
    const { fileSource, readCdaSource, readXdm } = await import('terr-esante-sdk/documents');
    const received = await readXdm(await fileSource(out));
    const { attachments } = await readCdaSource(received.subsets[0].documents[0].content);
    const hash = createHash('sha256');
    for await (const chunk of attachments[0].content.open()) hash.update(chunk);
    const expected = createHash('sha256');
    for await (const chunk of source()) expected.update(chunk);
    if (hash.digest('hex') !== expected.digest('hex')) throw new Error('another PDF was read');
  },
  floor: () => pipeline(source(), base64(), hashed(), createDeflateRaw({ level }), createWriteStream(out)),
  async yazl() {
    const { ZipFile } = await import('yazl');
    const zip = new ZipFile();
    zip.addReadStream(document(), entry, { compressionLevel: level });
    zip.end();
    await pipeline(zip.outputStream, createWriteStream(out));
  },
  async archiver() {
    const { ZipArchive } = await import('archiver');
    const zip = new ZipArchive({ zlib: { level } });
    zip.append(document(), { name: entry });
    await Promise.all([pipeline(zip, createWriteStream(out)), zip.finalize()]);
  },
  async jszip() {
    const { default: JSZip } = await import('jszip');
    const zip = new JSZip();
    zip.file(entry, Buffer.from(readFileSync(pdf).toString('base64'), 'latin1'), {
      compression: 'DEFLATE',
      compressionOptions: { level },
    });
    await pipeline(zip.generateNodeStream({ streamFiles: true }), createWriteStream(out));
  },
};

const before = process.cpuUsage();
await contenders[name]();
const { user, system } = process.cpuUsage(before);
console.log(JSON.stringify({ cpu: (user + system) / 1000, rss: Math.round(process.resourceUsage().maxRSS / 1024) }));
