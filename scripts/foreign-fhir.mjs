// fhir-kit-client, a FHIR client that this project did not write, on the FHIR base of the simulator: reads a
// dossier, searches its documents, deposits one, and meets refusals.
// usage: npm run foreign:fhir
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';

import { importSource } from './bundle-source.mjs';

const folder = resolve(import.meta.dirname, '../test/foreign-fhir');
if (!existsSync(join(folder, 'node_modules'))) {
  const command = ['ci', '--no-audit', '--no-fund', '--silent', '--ignore-scripts'];
  if (spawnSync('npm', command, { cwd: folder, stdio: 'inherit' }).status !== 0) process.exit(69);
}

const source = await importSource(
  'foreign-fhir',
  ['documents', 'simulator', 'testing'].map((name) => `export * from './src/${name}/index.ts';`).join('\n'),
);
const simulator = await source.createSimulator({ registryAssertion: 'optional' });
const patient = source.fictivePatient();
const { localId, traits, ins } = patient;
simulator.addDossier({ localId, traits, ins });

/** The transaction of one letter, as the library writes it. */
async function bundleOf() {
  const author = { professional: source.fictiveProfessional(), structure: source.fictiveStructure() };
  const input = { patient, author, patientConsent: true, pdf: source.demoLetterPdf(), codeSet: 'eo-9.05' };
  const submission = source.createSubmission([await source.buildLetter(input)], { sourceId: '2.999.1.10.9' });
  const bundle = await source.writeDocumentBundle(submission);
  return JSON.parse(await text((bundle.content ?? bundle).open()));
}

const scratch = mkdtempSync(join(tmpdir(), 'foreign-fhir-'));
const authority = join(scratch, 'ca.pem');
writeFileSync(authority, simulator.caPem);

async function visit(task) {
  const child = spawn(process.execPath, ['visit.mjs'], {
    cwd: folder,
    env: { ...process.env, NODE_EXTRA_CA_CERTS: authority },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdin.end(JSON.stringify(task));
  const out = await text(child.stdout);
  if (out === '') throw new Error('the client ended without an answer');
  return JSON.parse(out);
}

const wrong = [];
const expect = (what, right, shown) => {
  console.log(`${right ? 'ok' : 'WRONG'} ${what}`);
  if (!right) wrong.push(`${what}: ${JSON.stringify(shown)}`);
};

try {
  const bundles = [await bundleOf(), await bundleOf()];
  const visits = [];
  for (const bundle of bundles)
    visits.push(await visit({ baseUrl: `${simulator.httpUrl}/fhir`, patient: localId, bundle }));

  for (const [index, found] of visits.entries()) {
    expect('the capabilities are those of R4', found.fhirVersion === '4.0.1', found.fhirVersion);
    expect('one patient, and the care team of that patient', found.patients.length === 1, found.patients);
    expect(
      'nothing but care teams is found as one',
      found.teams.every((type) => type === 'CareTeam'),
      found.teams,
    );
    expect('the documents of before are found', found.before === index, found.before);
    expect('a deposit is answered as a transaction', found.deposit.type === 'transaction-response', found.deposit);
    expect(
      'each entry of it is created, or there',
      found.deposit.statuses.every((status) => /^20[01]/.test(status)),
      found.deposit,
    );
    expect('it is found afterwards, page by page', found.after === index + 1, [found.after, found.pages]);
    expect(
      'a page holds what was asked for',
      found.pages.every((length) => length <= 1),
      found.pages,
    );
    expect('a document is read as it was found', found.sameDocument, found.sameDocument);
    expect('its bytes are those that are announced', found.bytes.size && found.bytes.hash, found.bytes);
    expect('an absent one is 404 with an outcome', found.absent?.status === 404, found.absent);
    expect('the same deposit again adds nothing', found.again === index + 1, found.again);
    expect('a patient in an address is refused', found.inAddress?.type === 'OperationOutcome', found.inAddress);
  }
} finally {
  await simulator.close();
  rmSync(scratch, { recursive: true, force: true });
}
for (const line of wrong) console.log(`- ${line}`);
process.exit(wrong.length > 0 ? 1 : 0);
