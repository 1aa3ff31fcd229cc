// What the child process and koffi cost: the same token, the same key, the same 800 bytes, signed
// through the provider (on koffi, and on pkcs11js by its option `module`) and by pkcs11js directly.
// Wall time, because the work is in another process; contenders take turns round by round.
import { createRequire } from 'node:module';
import { createPkcs11Provider } from 'terr-esante-sdk/auth';
import { createTestHierarchy } from 'terr-esante-sdk/testing';
import { createSoftToken, softhsmLibrary } from '../../test/helpers/softhsm-token.mjs';
import { median } from '../lib/race.mjs';

const require = createRequire(import.meta.url);
const rounds = 25;
const each = 40;

function direct(library) {
  const pkcs11 = require('pkcs11js');
  const p = new pkcs11.PKCS11();
  p.load(library);
  p.C_Initialize({ flags: pkcs11.CKF_OS_LOCKING_OK });
  const [slot] = p.C_GetSlotList(true);
  const session = p.C_OpenSession(slot, pkcs11.CKF_SERIAL_SESSION);
  p.C_Login(session, pkcs11.CKU_USER, '1234');
  p.C_FindObjectsInit(session, [
    { type: pkcs11.CKA_CLASS, value: pkcs11.CKO_PRIVATE_KEY },
    { type: pkcs11.CKA_LABEL, value: 'CPS_PRIV_SIG' },
  ]);
  const [key] = p.C_FindObjects(session, 1);
  p.C_FindObjectsFinal(session);
  const out = Buffer.alloc(1024);
  return {
    sign(data) {
      p.C_SignInit(session, { mechanism: pkcs11.CKM_SHA256_RSA_PKCS }, key);
      return p.C_Sign(session, data, out);
    },
    close() {
      p.C_Finalize();
      p.close();
    },
  };
}

export async function run() {
  if (softhsmLibrary === null) throw new Error('SoftHSM2 is not installed');
  const hierarchy = await createTestHierarchy();
  const token = createSoftToken(hierarchy.professional);
  process.env.SOFTHSM2_CONF = token.env.SOFTHSM2_CONF;
  const data = Buffer.alloc(800, 'a');
  const open = (module) =>
    createPkcs11Provider({
      library: token.library,
      module,
      childEnv: token.env,
      onPinRequired: () => '1234',
      pollMs: 0,
    });
  const provider = open(undefined);
  const compiled = open(require.resolve('pkcs11js'));
  const bare = direct(token.library);
  try {
    await provider.login();
    await compiled.login();
    const serial = async (signer) => {
      for (let i = 0; i < each; i += 1) await signer.sign('rsa-sha256', data);
    };
    const parallel = (signer) => Promise.all(Array.from({ length: each }, () => signer.sign('rsa-sha256', data)));
    const contenders = {
      direct: async () => {
        for (let i = 0; i < each; i += 1) bare.sign(data);
      },
      serial: () => serial(provider),
      serialCompiled: () => serial(compiled),
      parallel: () => parallel(provider),
      parallelCompiled: () => parallel(compiled),
    };
    const times = Object.fromEntries(Object.keys(contenders).map((name) => [name, []]));
    for (let round = -3; round < rounds; round += 1) {
      for (const [name, work] of Object.entries(contenders)) {
        const start = performance.now();
        await work();
        if (round >= 0) times[name].push((performance.now() - start) / each);
      }
    }
    const alone = median(times.direct);
    // The quietest round of each says most about the cost itself on a machine that others use too.
    const least = Math.min(...times.serial) - Math.min(...times.direct);
    const row = (name, value) => ({
      name,
      value,
      unit: 'ms',
      baseline: 'pkcs11js C_SignInit + C_Sign in process',
      ratio: value / alone,
      goal: null,
    });
    // Two children of one host: what koffi costs more than the compiled package, same moment.
    const against = (name, own, other) => ({
      name,
      value: median(times[own]),
      unit: 'ms',
      baseline: `the same through pkcs11js, ${median(times[other]).toFixed(3)} ms`,
      ratio: median(times[own]) / median(times[other]),
      goal: 'about 1',
    });
    return [
      row('a signature, pkcs11js alone', alone),
      row('a signature through the child, one after the other', median(times.serial)),
      row('a signature through the child, 40 at once', median(times.parallel)),
      against('koffi against pkcs11js, one after the other', 'serial', 'serialCompiled'),
      against('koffi against pkcs11js, 40 at once', 'parallel', 'parallelCompiled'),
      {
        name: 'isolation, added to a signature (median)',
        value: median(times.serial) - alone,
        unit: 'ms',
        baseline: 'difference of the two',
        ratio: null,
        goal: 'at most 0.5 ms',
      },
      {
        name: 'isolation, added to a signature (quietest rounds)',
        value: least,
        unit: 'ms',
        baseline: 'difference of the two',
        ratio: null,
        goal: 'at most 0.5 ms',
      },
    ];
  } finally {
    bare.close();
    await provider.close();
    await compiled.close();
    token.close();
  }
}
