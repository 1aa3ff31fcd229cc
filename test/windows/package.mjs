// The packed package on Node for Windows: both import forms, every command, the spool in hostile
// paths, files that another program holds. Run by scripts/test-windows.mjs from a folder where the
// package is installed.
import assert from 'node:assert/strict';
import { fork, spawn, spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';

import { buildLetter, createSubmission, saveSubmission } from 'terr-esante-sdk/documents';
import {
  createMockCard,
  demoLetterPdf,
  fictivePatient,
  fictiveProfessional,
  fictiveStructure,
} from 'terr-esante-sdk/testing';
import { createOutbox, openSpoolStore } from 'terr-esante-sdk/transport';

assert.equal(process.platform, 'win32', 'for Node.js for Windows only');
const isShort = process.argv.includes('--short');
const require = createRequire(import.meta.url);
const manifest = require('terr-esante-sdk/package.json');
const main = join(dirname(require.resolve('terr-esante-sdk/package.json')), 'dist/esm/cli/main.js');

// Under Wine, drive Z: is the disk of Linux, where /proc tells of other processes.
process.chdir(tmpdir());
const root = mkdtempSync(join(tmpdir(), "te cabinet d'Élodie (1) "));
after(() => rmSync(root, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }));

/** Runs a command of the package to its end. */
function cli(...args) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'fr_FR.UTF-8' },
  });
  return { code: status, out: stdout, err: stderr };
}

/**
 * Opens a file as an antivirus does: nobody else can open, rename or remove it (UV_FS_O_EXLOCK).
 */
const holdFile = (path) => openSync(path, 0x10000000);
const utf16 = (text) =>
  Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text.replaceAll('\n', '\r\n'), 'utf16le')]);

describe('import forms', () => {
  const paths = Object.entries(manifest.exports)
    .filter(([, target]) => typeof target === 'object')
    .map(([path]) => `terr-esante-sdk${path.slice(1)}`);

  it(`imports ${paths.length} paths`, async () => {
    for (const path of paths) await import(path);
    assert.equal((await import('terr-esante-sdk/identity')).checkIns('285019999999936').ok, true);
  });
  it(`requires ${paths.length} paths`, () => {
    for (const path of paths) require(path);
    assert.equal(require('terr-esante-sdk/identity').checkIns('285019999999936').ok, true);
  });
});

describe('every command', () => {
  const demo = join(root, 'démo');
  const done = new Set();
  const runs = (name, work) => it(name, () => (done.add(/^\w+/.exec(name)[0]), work()));

  runs('demo leaves its pieces, and the commands it prints can be pasted', () => {
    const { code, out, err } = cli('demo', '--out', demo);
    assert.equal(code, 0, out + err);
    assert.doesNotMatch(out, /✘/);

    const lines = out.split('\n').filter((line) => /^ {2}terr-esante /.test(line));
    assert.equal(lines.length, 2);
    for (const line of lines) {
      const command = line.trim().replace(/^terr-esante/, `"${process.execPath}" "${main}"`);
      const pasted = spawnSync('cmd.exe', ['/d', '/s', '/c', `"${command}"`], {
        encoding: 'utf8',
        windowsVerbatimArguments: true,
      });
      assert.equal(pasted.status, 0, `${line}\n${pasted.stdout}${pasted.stderr}`);
    }
  });

  runs('check', () => assert.equal(cli('check', join(demo, 'letter/message.eml')).code, 0));
  runs('check of an identity that PowerShell wrote', () => {
    const file = join(root, 'identité.json');
    writeFileSync(file, utf16(readFileSync(join(demo, 'identity.json'), 'utf8')));
    const { code, out, err } = cli('check', file);
    assert.equal(code, 0, out + err);
  });
  runs('inspect', () => {
    const { code, out } = cli('inspect', join(demo, 'letter/IHE_XDM.zip'));
    assert.equal(code, 0);
    assert.match(out, /Archive IHE XDM/);
  });
  runs('document build, from an example that it wrote and from one that PowerShell wrote', () => {
    const spec = join(root, 'letter.json');
    writeFileSync(join(root, 'document.pdf'), demoLetterPdf());
    assert.equal(cli('document', 'build', '--example', 'letter', '--out', spec).code, 0);
    const { code, err } = cli('document', 'build', spec, '--out', join(root, 'sortie'));
    assert.equal(code, 0, err);

    writeFileSync(spec, utf16(readFileSync(spec, 'utf8')));
    const again = cli('document', 'build', spec, '--out', join(root, 'sortie'), '--replace');
    assert.equal(again.code, 0, again.err);
    assert.deepEqual(readdirSync(join(root, 'sortie')), ['letter']);
  });
  runs('types', () => assert.match(cli('types', 'lettre').out, /11488-4|96349-6/));
  runs('identity check', () => {
    const table = join(root, 'patients.csv');
    writeFileSync(table, utf16('birthName;firstName;birthDate;sex\nFICTIF;ÉLODIE;1980-01-02;F\n'));
    const { code, err } = cli('identity', 'check', table);
    assert.equal(code, 1);
    assert.match(err, /1 enregistrement/);
  });
  runs('card, without a library', () => {
    const { code, err } = cli('card', '--library', 'C:\\absent.dll');
    assert.equal(code, 2);
    assert.match(err, /^TE_(?:CONFIG_INVALID|PEER_MISSING|MIDDLEWARE_ERROR)/);
  });
  runs('vihf explain', () => {
    const { code, out } = cli('vihf', 'explain', join(demo, 'vihf.xml'), '--ca', join(demo, 'vihf-ca.pem'));
    assert.equal(code, 0, out);
  });
  runs('outbox list and show', async () => {
    const folder = join(root, 'dépôts');
    await depositOne(folder, '2.999.9.1');
    const listed = cli('outbox', 'list', '--spool', folder);
    assert.equal(listed.code, 0, listed.err);
    assert.match(listed.out, /accepted .*2\.999\.9\.1/);
    assert.equal(cli('outbox', 'show', '2.999.9.1', '--spool', folder).code, 0);
  });

  // No SIGTERM on Windows: the parent that forked it closes the channel.
  runs('simulator ends when its parent lets go', async () => {
    const out = join(root, 'plateforme');
    const child = fork(main, ['simulator', '--out', out], { silent: true });
    const ended = new Promise((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })));
    const line = await new Promise((resolve) => child.stdout.setEncoding('utf8').once('data', resolve));
    const { smtp } = JSON.parse(line);

    const pem = (name) => join(out, `${name}.pem`);
    const server = ['--host', '127.0.0.1', '--server-name', 'localhost', '--port', String(smtp.port)];
    const keys = ['--ca', pem('ca'), '--cert', pem('structure'), '--key', pem('structure-key')];
    const mail = cli('mail', 'test', ...server, ...keys);
    done.add('mail');

    child.disconnect();
    assert.deepEqual(await ended, { code: 0, signal: null });
    assert.equal(mail.code, 0, mail.out + mail.err);
  });

  it('none is left out', () => {
    const names = [...cli('--help').out.matchAll(/^ {2}(\S+) {2,}/gm)].map(([, name]) => name);
    const missing = names.filter((name) => !done.has(name));
    for (const name of missing) assert.equal(cli(name, '--help').code, 0, name);
    if (missing.length > 0) console.log(`only their help was asked: ${missing.join(', ')}`);
  });
});

const bytesSource = (bytes) => ({
  byteLength: bytes.length,
  async *open() {
    yield bytes;
  },
});

/** Messages of a given size that are accepted at once. */
const carrierOf = (size) => ({
  compose: async (_submission, identifiers) => ({
    ...identifiers,
    envelope: { from: 'a@cabinet.simulateur.mssante.fr', to: 'b@terr.simulateur.mssante.fr' },
    byteLength: size,
    content: bytesSource(Buffer.alloc(size, 65)),
  }),
  send: async () => ({ smtpCode: 250, enhancedStatus: null }),
});

const submissionOf = (uniqueId) => ({
  submissionSet: {},
  documents: [{ entry: { uniqueId }, document: { sha1: 'a'.repeat(40), header: { uniqueId } } }],
  patient: {},
});

function outboxOn(store, size, onError) {
  const senderDomain = 'cabinet.simulateur.mssante.fr';
  return createOutbox({ store, carrier: carrierOf(size), senderDomain, pollMs: 20, onError });
}

/** How many deposits of a store are in each state. */
async function statesOf(outbox) {
  const counts = {};
  for await (const { state } of outbox.list()) counts[state] = (counts[state] ?? 0) + 1;
  return counts;
}

async function untilAccepted(outbox, count) {
  for (let tries = 0; tries < 1_000; tries += 1) {
    const states = await statesOf(outbox);
    if (states.accepted === count) return;
    await delay(20);
  }
  assert.deepEqual(await statesOf(outbox), { accepted: count });
}

async function depositOne(folder, uniqueId, options = {}) {
  const told = [];
  const outbox = outboxOn(await openSpoolStore({ folder, ...options }), 2_000, (error) => told.push(error));
  await outbox.deposit(submissionOf(uniqueId));
  await untilAccepted(outbox, 1);
  await outbox.close();
  return told.map(({ code, details }) => `${code} ${details.reason}`);
}

describe('the spool in hostile paths', () => {
  const long = join(...Array.from({ length: 4 }, (_, index) => `${index}`.repeat(80)));
  const places = ['a blank', 'Élodie œ 診', '#1', '100%TEMP%', "l'an (2026) & ^;,=+!", long];
  for (const name of places) {
    it(name.length > 40 ? `longer than 260 characters` : name, async () => {
      const folder = join(root, name);
      const told = await depositOne(folder, '2.999.9.2', { key: new Uint8Array(32).map((_, index) => index) });
      assert.deepEqual(told, []);
      const key = new Uint8Array(32).map((_, index) => index);
      const again = outboxOn(await openSpoolStore({ folder, key }), 2_000);
      assert.deepEqual(await statesOf(again), { accepted: 1 });
      await again.close();
    });
  }
});

describe('who can read a spool', () => {
  const shared = mkdtempSync('C:\\te-shared-');
  after(() => rmSync(shared, { recursive: true, force: true, maxRetries: 10 }));

  it('is told once where others can, without a key', async () => {
    assert.deepEqual(await depositOne(join(shared, 'a'), '2.999.9.3'), ['TE_OUTBOX readable-by-others']);
  });
  it('is not told in the profile, nor when the host closed the folder', async () => {
    assert.deepEqual(await depositOne(join(root, 'private'), '2.999.9.3'), []);
    assert.deepEqual(await depositOne(join(shared, 'b'), '2.999.9.3', { folderIsPrivate: true }), []);
  });
});

describe('files that another program holds', () => {
  /** Holds each new file under a folder for a moment, as a scanner does. */
  function scan(folder, ms) {
    const seen = new Set();
    let held = 0;
    const timer = setInterval(() => {
      for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
        const path = join(entry.parentPath ?? entry.path, entry.name);
        if (!entry.isFile() || seen.has(path)) continue;
        try {
          const descriptor = holdFile(path);
          seen.add(path);
          held += 1;
          setTimeout(() => closeSync(descriptor), ms);
        } catch {
          // In use: at the next look.
        }
      }
    }, 2);
    return () => (clearInterval(timer), held);
  }

  for (const [name, size, count] of [
    ['small messages', 2_000, isShort ? 4 : 40],
    ['large messages', 600_000, isShort ? 2 : 20],
  ]) {
    it(`the spool with ${name} waits for a scanner, and opens again`, async () => {
      const folder = join(root, `scanned ${size}`);
      mkdirSync(folder);
      const stop = scan(folder, 40);
      const told = [];
      for (let round = 0; round < 2; round += 1) {
        const outbox = outboxOn(await openSpoolStore({ folder }), size, (error) => told.push(error));
        for (let index = 0; index < count; index += 1) {
          await outbox.deposit(submissionOf(`2.999.9.${size}.${round}.${index}`));
        }
        await untilAccepted(outbox, (round + 1) * count);
        await outbox.close();
      }
      assert.ok(stop() > 0, 'the scanner held nothing');
      assert.deepEqual(told, []);
      await delay(60);
    });
  }

  /** The file that the program that has a spool keeps open. */
  const lockOf = (folder) => join(folder, 'lock', readdirSync(join(folder, 'lock')).sort().at(-1));

  it('the lock of an open spool is shared with nobody, and free once it is closed', async () => {
    const folder = join(root, 'closing');
    const store = await openSpoolStore({ folder });
    assert.throws(() => holdFile(lockOf(folder)), /EBUSY|EPERM|EACCES/);
    const refused = await openSpoolStore({ folder }).catch((error) => error);
    assert.equal(refused.code, 'TE_OUTBOX');
    assert.equal(refused.details.reason, 'locked');
    assert.match(refused.details.since, /^\d{4}-/);

    // A scanner that looks at it just then keeps nobody from closing, nor from opening again.
    const closing = store.close();
    let descriptor;
    for (let tries = 0; descriptor === undefined && tries < 1_000; tries += 1) {
      try {
        descriptor = holdFile(lockOf(folder));
        setTimeout(() => closeSync(descriptor), 300);
      } catch {
        await delay(1);
      }
    }
    await closing;
    await (await openSpoolStore({ folder })).close();
  });

  it('a spool whose program was killed opens at once, also for a caller that does not wait', async () => {
    const folder = join(root, 'killed');
    const program = `import(process.argv[2])
      .then(({ openSpoolStore }) => openSpoolStore({ folder: process.argv[1] }))
      .then(() => process.send('open'));
      process.on('message', () => undefined);`;
    const child = spawn(process.execPath, ['-e', program, folder, import.meta.resolve('terr-esante-sdk/transport')], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    await new Promise((resolve) => child.once('message', resolve));
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
    await (await openSpoolStore({ folder }, { timeoutMs: 0 })).close();
  });

  it('a file that stays held is told by a code, not by its path', () => {
    const path = join(root, 'DUPRE.json');
    writeFileSync(path, JSON.stringify(fictivePatient()));
    const descriptor = holdFile(path);
    const { code, err } = cli('identity', 'check', path);
    closeSync(descriptor);
    assert.equal(code, 2);
    assert.match(err, /^TE_FILE_ACCESS/);
    assert.doesNotMatch(err, /DUPRE/);
  });

  it('a submission kept three times at once is written once', async () => {
    const letter = await buildLetter({
      patient: fictivePatient(),
      author: { professional: fictiveProfessional(), structure: fictiveStructure() },
      pdf: demoLetterPdf(),
      patientConsent: true,
    });
    const submission = createSubmission([letter], { sourceId: '2.999.9' });
    for (let round = 0; round < (isShort ? 2 : 10); round += 1) {
      const parent = mkdtempSync(join(root, 'kept-'));
      const results = await Promise.allSettled([1, 2, 3].map(() => saveSubmission(submission, parent)));
      const codes = results.map(({ status, reason }) => (status === 'fulfilled' ? 'saved' : reason.code));
      assert.deepEqual(codes.sort(), ['TE_DUPLICATE', 'TE_DUPLICATE', 'saved']);
      assert.equal(readdirSync(parent).length, 1);
    }
  });

  it('the mock card in a child signs while its faults change', async () => {
    const card = await createMockCard();
    const provider = card.provider({ isolation: 'child-process', pollMs: 0 });
    let busy = true;
    const edits = (async () => {
      for (; busy; await delay(1)) card.fault({ on: 'C_Logout', do: { ckr: 0x6 }, after: 1e6 });
    })();
    for (let index = 0; index < (isShort ? 20 : 100); index += 1) {
      assert.ok((await provider.sign('rsa-sha256', Buffer.from('x'))).length > 0);
    }
    busy = false;
    await edits;
    await card.close();
  });
});
