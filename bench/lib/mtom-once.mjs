// One way of moving a document, in a process of its own: `node mtom-once.mjs NAME MB PORT FILE`
// prints its CPU in milliseconds for one transfer, and its peak of memory in MB, with that before it.
import { createHash } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import { request } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { setTimeout as pause } from 'node:timers/promises';

const [name, megabytes, port, file] = process.argv.slice(2);
const url = (kind) => `http://127.0.0.1:${port}/${kind}/${megabytes}`;
// Small transfers are repeated, so that starting up is not what is measured.
const times = Number(megabytes) >= 100 ? 1 : Math.ceil(60 / Number(megabytes));

const get = (address, options = {}) =>
  new Promise((resolve, reject) => {
    request(address, { method: 'POST', ...options }, resolve)
      .on('error', reject)
      .end('x');
  });

async function bareDownload(withHash) {
  const hash = withHash && createHash('sha1');
  for await (const chunk of await get(url('bare'))) hash && hash.update(chunk);
  hash && hash.digest('hex');
}

function bareUpload(withHash) {
  return new Promise((resolve, reject) => {
    const length = statSync(file).size;
    const out = request(url('upload'), { method: 'POST', headers: { 'Content-Length': length } }, (answer) => {
      answer.resume().on('end', resolve);
    }).on('error', reject);
    const hash = createHash('sha1');
    const source = createReadStream(file);
    if (withHash) source.on('data', (chunk) => hash.update(chunk));
    pipeline(source, out).catch(reject);
  });
}

async function product() {
  const { createHttpClient, createXdsClient } = await import('terr-esante-sdk/transport');
  const http = createHttpClient({ allowClearLoopback: true, timeoutMs: 300_000 });
  const endpoints = { register: url('upload'), retrieve: url('mtom') };
  return createXdsClient({ http, endpoints, maxResponseBytes: 2_000_000_000 });
}

async function download({ pauseMs = 0 } = {}) {
  const xds = await product();
  const hash = await (await import('node:stream/consumers')).text(await get(url('hash')));
  const asked = { repositoryUniqueId: '2.999.1', uniqueId: '2.999.2', hash, size: Number(megabytes) * 1_000_000 };

  return async () => {
    let isFirst = true;
    const { documents } = await xds.retrieveDocuments([asked]);
    for await (const document of documents) {
      for await (const _ of document.content()) {
        if (isFirst && pauseMs > 0) await pause(pauseMs);
        isFirst = false;
      }
    }
  };
}

/** A letter whose content is the file: its source is read, hashed and sent, and nothing else. */
async function upload() {
  const { buildLetter, createSubmission, fileSource } = await import('terr-esante-sdk/documents');
  const testing = await import('terr-esante-sdk/testing');
  const xds = await product();
  const letter = await buildLetter({
    patient: testing.fictivePatient(),
    author: { professional: testing.fictiveProfessional(), structure: testing.fictiveStructure() },
    pdf: testing.demoLetterPdf(),
    patientConsent: true,
  });
  const submission = createSubmission([letter], { sourceId: '2.999.1.10' });
  const digest = createHash('sha1');
  for await (const chunk of createReadStream(file)) digest.update(chunk);

  const [one] = submission.documents;
  const entry = { ...one.entry, hash: digest.digest('hex'), size: statSync(file).size };
  const content = await fileSource(file);
  const sent = { ...submission, documents: [{ entry, document: { ...one.document, content } }] };
  return () => xds.registerDocuments(sent);
}

/** The package `soap`, which keeps the whole answer. */
async function soapDownload() {
  const { default: soap } = await import('soap');
  const client = await soap.createClientAsync(new URL('./mtom.wsdl', import.meta.url).pathname, {
    endpoint: url('mtom'),
    forceSoap12Headers: true,
    parseReponseAttachments: true,
  });
  return () => client.RetrieveAsync({});
}

const contenders = {
  download,
  pausedDownload: () => download({ pauseMs: 10_000 }),
  bareDownload: async () => () => bareDownload(false),
  hashedDownload: async () => () => bareDownload(true),
  soapDownload,
  upload,
  bareUpload: async () => () => bareUpload(false),
  hashedUpload: async () => () => bareUpload(true),
};

const once = await contenders[name]();
if (times > 1) await once();
const peakMegabytes = () => Math.round(process.resourceUsage().maxRSS / 1_024);
// What the process took to get ready is not the transfer's: its imports, the letter of an upload.
const rssBefore = peakMegabytes();
const before = process.cpuUsage();
const start = performance.now();
for (let time = 0; time < times; time += 1) await once();
const { user, system } = process.cpuUsage(before);
const cpu = (user + system) / 1_000 / times;
const rss = peakMegabytes();
console.log(JSON.stringify({ cpu, rss, rssBefore, ms: (performance.now() - start) / times }));
process.exit(0);
