// A card provider under strain, on SoftHSM2: `node scripts/softhsm-soak.mjs [--signatures 10000]
// [--kills 20] [--module FILE] [--json]`. FILE stands for koffi, as the option `module` of the
// provider does: that of pkcs11js runs the same on the other back end.
// Signatures in a row, fifty in parallel, the token taken away and put back, the child process
// killed (SIGKILL, SIGSEGV) in mid-signature. Every call must end with a signature that verifies or
// with a typed error, within its bound.
// Needs the build (dist/) and softhsm2; Linux.
import { verify, X509Certificate } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createPkcs11Provider } from 'terr-esante-sdk/auth';
import { createTestHierarchy } from 'terr-esante-sdk/testing';
import { childPids } from '../test/helpers/child-pids.mjs';
import { createSoftToken } from '../test/helpers/softhsm-token.mjs';

const { values } = parseArgs({
  options: {
    signatures: { type: 'string', default: '10000' },
    kills: { type: 'string', default: '20' },
    module: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const signatures = Number(values.signatures);
const kills = Number(values.kills);
const boundMs = 30_000;
const lostCard = ['TE_CARD_REMOVED', 'TE_CARD_ABSENT', 'TE_NOT_A_CPS_CARD', 'TE_MIDDLEWARE_ERROR'];

const hierarchy = await createTestHierarchy();
const token = createSoftToken(hierarchy.professional);
const { publicKey } = new X509Certificate(hierarchy.professional.signature.certDer);
let prompts = 0;
const provider = createPkcs11Provider({
  library: token.library,
  childEnv: token.env,
  module: values.module,
  onPinRequired: () => {
    prompts += 1;
    return '1234';
  },
});

const problems = [];
const phases = [];
let longest = 0;

/** One call, timed and judged: `signed`, or the code of a typed error. */
async function call(index) {
  const data = Buffer.from(`données ${index}`);
  const start = performance.now();
  let outcome;
  try {
    const signature = await provider.sign('rsa-sha256', data, { timeoutMs: boundMs });
    outcome = verify('sha256', data, publicKey, signature) ? 'signed' : 'WRONG SIGNATURE';
  } catch (error) {
    outcome = typeof error.code === 'string' && error.code.startsWith('TE_') ? error.code : `UNTYPED ${error.name}`;
  }
  const spent = performance.now() - start;
  longest = Math.max(longest, spent);
  if (spent > boundMs + 1_000) problems.push(`a call took ${Math.round(spent)} ms`);
  return outcome;
}

async function phase(name, allowed, work) {
  const tally = {};
  const start = performance.now();
  await work((outcome) => {
    tally[outcome] = (tally[outcome] ?? 0) + 1;
    if (!allowed.includes(outcome)) problems.push(`${name}: ${outcome}`);
  });
  const ms = performance.now() - start;
  phases.push({ name, ...tally, ms: Math.round(ms), msEach: Number((ms / Math.max(1, tally.signed ?? 0)).toFixed(3)) });
}

const wave = async (note, count = 50, during = async () => undefined) => {
  const calls = Array.from({ length: count }, (_, index) => call(index));
  await during();
  for (const outcome of await Promise.all(calls)) note(outcome);
};

try {
  await provider.login();
  await phase('in a row', ['signed'], async (note) => {
    for (let index = 0; index < signatures; index += 1) note(await call(index));
  });
  await phase('fifty in parallel', ['signed'], async (note) => {
    for (let done = 0; done < signatures; done += 50) await wave(note);
  });
  for (const moment of ['between', 'during']) {
    await phase(`token removed ${moment} calls`, ['signed', ...lostCard], async (note) => {
      if (moment === 'between') token.remove();
      await wave(note, 50, async () => {
        await delay(5);
        if (moment === 'during') token.remove();
      });
      note(await call(0));
    });
    token.replace();
    await phase('token back', ['signed'], (note) => wave(note));
  }
  for (const signal of ['SIGKILL', 'SIGSEGV']) {
    let lost = 0;
    await phase(`child ended by ${signal}`, ['signed', 'TE_MIDDLEWARE_ERROR'], async (note) => {
      for (let round = 0; round < kills; round += 1) {
        await provider.login();
        await wave(
          (outcome) => {
            if (outcome !== 'signed') lost += 1;
            note(outcome);
          },
          50,
          async () => {
            await delay(3 + (round % 10));
            for (const pid of childPids('auth/pkcs11/child')) process.kill(pid, signal);
          },
        );
      }
    });
    if (lost === 0) problems.push(`${signal} hit no call`);
    await phase('after it', ['signed'], (note) => wave(note));
  }
  const expected = 1 + 2 + 2 * kills;
  if (prompts > expected + 2) problems.push(`the PIN was asked ${prompts} times, ${expected} were expected`);
} finally {
  await provider.close();
  token.close();
}

const report = {
  phases,
  prompts,
  longestMs: Math.round(longest),
  rssMb: Math.round(process.memoryUsage.rss() / 1e6),
  problems,
};
if (values.json) console.log(JSON.stringify(report));
else {
  console.table(phases);
  console.log(`PIN asked ${prompts} times; longest call ${report.longestMs} ms; memory ${report.rssMb} MB`);
  for (const problem of problems) console.error(`PROBLEM ${problem}`);
}
process.exitCode = problems.length === 0 ? 0 : 1;
