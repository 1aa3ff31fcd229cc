// The card on Node for Windows, on the packed package: signs through the child with the DLL of this
// folder, meets what a library can do wrong, prints one JSON report. Exit code 0 when every step is
// as it should.
//
//   node.exe card.mjs DLL     in a folder where the tarball and koffi are installed for win32:
//     npm install --os=win32 --cpu=x64 --ignore-scripts ./terr-esante-sdk-*.tgz koffi@~3.3.4
//   the DLL is made on the Linux side by buildModule(file, { windows: true }) of native-card.mjs.
//
// Keys and cards are made here, at run time, in the temporary folder of the system.
import assert from 'node:assert/strict';
import { verify, X509Certificate } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { removeCard, replaceCard, writeCard } from './native-card.mjs';

const library = resolve(process.argv[2] ?? '');
// The package is that of the current folder, not one beside this file.
const here = createRequire(pathToFileURL(join(process.cwd(), 'card.js')));
const { createMockCard, createTestHierarchy, fictivePatient, fictiveProfessional } = here('terr-esante-sdk/testing');
const auth = here('terr-esante-sdk/auth');

const folder = mkdtempSync(join(tmpdir(), 'te carte é '));
const hierarchy = await createTestHierarchy();
const data = Buffer.from('à signer');
const { publicKey } = new X509Certificate(hierarchy.professional.signature.certDer);
const opened = [];
let cards = 0;

function card(faults = []) {
  const file = join(folder, `card-${(cards += 1)}`);
  writeCard(file, hierarchy.professional, { faults });
  return file;
}

function open(file, { from = auth, ...options } = {}) {
  const provider = from.createPkcs11Provider({
    library,
    // The C library of the DLL reads the name in the code page of the system: a short name has no
    // accent.
    childEnv: { TE_TEST_TOKEN: file },
    onPinRequired: () => Buffer.from('1234'),
    pollMs: 0,
    ...options,
  });
  opened.push(provider);
  return provider;
}

const signed = async (provider) => verify('sha256', data, publicKey, await provider.sign('rsa-sha256', data));
const failure = (work) =>
  work.then(
    () => ({ code: 'no error' }),
    ({ code, message, details }) => ({ code, message, details }),
  );

const steps = {
  async 'the package has no compiled part of its own'() {
    assert.equal(existsSync('node_modules/pkcs11js'), false);
    assert.equal(existsSync('node_modules/@koromix/koffi-win32-x64'), true);
  },
  async 'signs through the child, CommonJS'() {
    const provider = open(card());
    assert.equal((await provider.card()).holder.nationalId, fictiveProfessional().nationalId);
    assert.equal((await provider.card()).reader, 'Lecteur de test é');
    for (let i = 0; i < 5; i += 1) assert.equal(await signed(provider), true);
    assert.deepEqual(await Promise.all([signed(provider), signed(provider)]), [true, true]);
    assert.equal((await provider.practices())[0].structureId, '499900000011001');
  },
  async 'signs through the child, ES modules'() {
    const from = await import(
      pathToFileURL(here.resolve('terr-esante-sdk/auth').replace(/([\\/])cjs([\\/])/, '$1esm$2'))
    );
    assert.equal(await signed(open(card(), { from })), true);
  },
  async 'signs an assertion'() {
    const provider = open(card());
    const instant = await provider.login();
    const vihf = await auth.createVihf(
      {
        professional: fictiveProfessional(),
        structure: { nationalId: '499900000011001', activitySector: 'SA07' },
        patient: fictivePatient().ins,
        authentication: { means: 'card', instant },
        software: { name: 'LPS FICTIF', version: '1.0' },
        target: { resourceUrn: 'urn:exemple' },
      },
      provider,
    );
    assert.match(vihf.xml, /<ds:SignatureValue>/);
  },
  async 'signs in process, on a thread of the pool'() {
    process.env.TE_TEST_TOKEN = card();
    const provider = open('', { isolation: 'in-process' });
    assert.equal(await signed(provider), true);
    await provider.close();
  },
  async 'has the stack that a library may use'() {
    assert.equal(await signed(open(card([['stack', 4096]]))), true);
  },
  async 'tells a removed card and takes it back'() {
    const file = card();
    const provider = open(file);
    assert.equal(await signed(provider), true);
    removeCard(file);
    assert.equal((await failure(provider.sign('rsa-sha256', data))).code, 'TE_CARD_REMOVED');
    assert.equal((await failure(provider.card())).code, 'TE_CARD_ABSENT');
    replaceCard(file);
    assert.equal(await signed(provider), true);
  },
  async 'refuses a wrong PIN with the state of the card'() {
    const { code, details } = await failure(open(card(), { onPinRequired: () => Buffer.from('9999') }).login());
    assert.deepEqual([code, details.pin], ['TE_PIN_INCORRECT', 'low']);
  },
  async 'keeps a number above 2^31'() {
    const { code, details } = await failure(open(card([['ckr:C_Sign', 0x80000123]])).sign('rsa-sha256', data));
    assert.deepEqual([code, details.number], ['TE_MIDDLEWARE_ERROR', 0x80000123]);
  },
  async 'survives a crash of the DLL and names it'() {
    const { code, details } = await failure(open(card([['crash:C_Sign', 1]])).sign('rsa-sha256', data));
    assert.deepEqual([code, details.exit], ['TE_MIDDLEWARE_ERROR', '0xC0000005 (ACCESS_VIOLATION)']);
  },
  async 'refuses lengths that cannot be'() {
    for (const [name, step] of [
      ['slots', 'C_GetSlotList'],
      ['found', 'C_FindObjects'],
      ['signature', 'C_Sign'],
    ]) {
      const { code, details } = await failure(open(card([[name, '0xfffffff0']])).sign('rsa-sha256', data));
      assert.deepEqual([code, details.function], ['TE_MIDDLEWARE_ERROR', step]);
    }
  },
  async 'refuses a DLL that is no PKCS#11 library'() {
    const { code, details } = await failure(open(card(), { library: 'C:\\windows\\system32\\kernel32.dll' }).card());
    assert.deepEqual([code, details.reason], ['TE_CONFIG_INVALID', 'not-pkcs11']);
  },
  async 'says what was tried when there is no Cryptolib'() {
    const error = await failure(Promise.resolve().then(() => open(card(), { library: undefined }).card()));
    assert.equal(error.code, 'TE_CONFIG_INVALID');
    assert.match(error.details.searched[0], /System32\\cps3_pkcs11_w64\.dll$/i);
  },
  async 'names a child that a bundler left behind'() {
    const { code, details } = await failure(open(card(), { childFile: join(folder, 'child.js') }).card());
    assert.deepEqual([code, details.reason], ['TE_CONFIG_INVALID', 'child-missing']);
  },
  async 'plays the mock card in a child'() {
    const mock = await createMockCard();
    const provider = mock.provider({ isolation: 'child-process' });
    for (let i = 0; i < 10; i += 1) assert.equal((await provider.sign('rsa-sha256', data)).length, 256);
    await mock.close();
  },
};

const report = { node: process.version, platform: `${process.platform}-${process.arch}`, passed: [], failed: [] };
for (const [name, step] of Object.entries(steps)) {
  try {
    await step();
    report.passed.push(name);
  } catch (error) {
    report.failed.push({ name, error: String(error.stack).slice(0, 600) });
  }
  await Promise.all(opened.splice(0).map((provider) => provider.close()));
}
try {
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
} catch {
  // A child that ends may still hold the folder: the temporary folder of the system is cleaned by
  // others.
}
console.log(JSON.stringify(report, null, 1));
process.exitCode = report.failed.length === 0 ? 0 : 1;
