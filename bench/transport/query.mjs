// A query answer of 10,000 entries (64 MB), one process per contender so that each has its own peak
// of memory. The far side is here; it keeps the end of the answer back until the reader says that
// an entry is out, so that a reader that waits for the whole would never come to an end.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const entries = Number(process.env.BENCH_ENTRIES ?? 10_000);
const targetBytes = entries * 6_400;

/** Entry of a letter as a registry gives it, with a comment that brings the whole to its length. */
async function pieces() {
  const { buildLetter, createSubmission, writeMetadata } = await import('terr-esante-sdk/documents');
  const { demoLetterPdf, fictivePatient, fictiveProfessional, fictiveStructure } =
    await import('terr-esante-sdk/testing');
  const letter = await buildLetter({
    patient: fictivePatient(),
    author: { professional: fictiveProfessional(), structure: fictiveStructure() },
    patientConsent: true,
    pdf: demoLetterPdf(),
  });
  const metadata = Buffer.from(writeMetadata(createSubmission([letter], { sourceId: '2.999.1.10' }))).toString('utf8');
  const [entry] = /<rim:ExtrinsicObject[\s\S]*?<\/rim:ExtrinsicObject>/.exec(metadata);

  const length = Math.floor(targetBytes / entries);
  const pad = 'x'.repeat(Math.max(0, length - Buffer.byteLength(entry) - 20));
  return Array.from({ length: entries }, (_, place) => {
    const id = `urn:uuid:11111111-7a00-4000-8000-${String(place).padStart(12, '0')}`;
    return `${entry.replaceAll('Document01', id)}<!--${pad}-->`;
  });
}

const head = (id) =>
  `<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Header><a:RelatesTo xmlns:a="http://www.w3.org/2005/08/addressing">${id}</a:RelatesTo></s:Header><s:Body><q:AdhocQueryResponse xmlns:q="urn:oasis:names:tc:ebxml-regrep:xsd:query:3.0" xmlns:rim="urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0" status="urn:oasis:names:tc:ebxml-regrep:ResponseStatusType:Success"><rim:RegistryObjectList>`;
const tail = '</rim:RegistryObjectList></q:AdhocQueryResponse></s:Body></s:Envelope>';

/** @returns a server, and what a contender's question waits for */
async function farSide(body) {
  let toldFirst;
  let first;
  const rearm = () => {
    first = new Promise((resolve) => {
      toldFirst = resolve;
    });
  };
  rearm();
  const server = createServer((request, response) => {
    if (request.method === 'GET') {
      toldFirst();
      response.end();
      return;
    }
    let asked = '';
    request.on('data', (chunk) => {
      asked += chunk;
    });
    request.on('end', () => {
      const id = /urn:uuid:[0-9a-f-]{36}/.exec(asked)?.[0] ?? 'urn:uuid:none';
      response.writeHead(200, { 'content-type': 'application/soap+xml; charset=UTF-8' });
      response.write(head(id));
      response.write(body);
      void first.then(() => response.end(tail));
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${server.address().port}/`, rearm, close: () => server.close() };
}

function contend(name, { url, rearm }) {
  rearm();
  const path = new URL('../lib/query-contender.mjs', import.meta.url).pathname;
  const child = spawn(process.execPath, [path, name, url], { stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    err += chunk;
  });
  return new Promise((resolve) => {
    child.on('close', (code) => {
      if (code === 0) resolve(JSON.parse(out));
      else resolve({ failed: err.split('\n').find((line) => /Error/.test(line)) ?? `ended with ${String(code)}` });
    });
  });
}

/** CPU of xmllint, which reads a file. */
function xmllint(path) {
  const timed = spawnSync('bash', ['-c', 'TIMEFORMAT="%U %S"; time xmllint --stream --noout --huge "$0"', path], {
    encoding: 'utf8',
  });
  const [, user, system] = /([\d.]+) ([\d.]+)\s*$/.exec(timed.stderr) ?? [];
  return timed.status === 0 ? { cpu: (Number(user) + Number(system)) * 1000 } : { failed: 'xmllint is not there' };
}

export async function run() {
  const body = Buffer.from((await pieces()).join(''));
  const dir = mkdtempSync(join(tmpdir(), 'bench-query-'));
  const server = await farSide(body);
  try {
    const product = await contend('product', server);
    if (product.failed) throw new Error(product.failed);
    if (product.found !== entries) throw new Error(`${product.found} entries were read`);

    const peers = {};
    for (const name of ['fast-xml-parser', 'xmldom']) peers[name] = await contend(name, server);
    const file = join(dir, 'answer.xml');
    writeFileSync(file, Buffer.concat([Buffer.from(head('urn:uuid:none')), body, Buffer.from(tail)]));
    peers['xmllint --stream'] = xmllint(file);

    const rows = Object.entries(peers).map(([peer, { failed, cpu, rss }]) => ({
      name: `answer of 10,000 entries (${Math.round(body.length / 1e6)} MB) / ${peer}`,
      value: product.cpu,
      unit: 'ms CPU',
      baseline: failed
        ? `${peer} failed: ${failed}`
        : `${peer} ${cpu.toFixed(0)} ms${rss === undefined ? '' : `, ${rss} MB RSS`}`,
      ratio: failed ? null : product.cpu / cpu,
      goal: peer === 'fast-xml-parser' ? 'at most a third' : null,
    }));
    const peak = { name: 'its peak of memory', value: product.rss, unit: 'MB RSS', ratio: null };
    return [...rows, { ...peak, baseline: 'first entry out before the last byte arrived', goal: 'at most 150 MB' }];
  } finally {
    server.close();
    rmSync(dir, { recursive: true, force: true });
  }
}
