// SoftHSM2 tokens that look like CPS cards: shared by the tests, the soak run and the benchmark.
import { createPrivateKey } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const require = createRequire(import.meta.url);

export const softhsmLibrary =
  [
    '/usr/lib/softhsm/libsofthsm2.so',
    '/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so',
    '/usr/lib64/libsofthsm2.so',
    '/opt/homebrew/lib/softhsm/libsofthsm2.so',
  ].find((path) => existsSync(path)) ?? null;

const tlv = (tag, value) => Buffer.concat([Buffer.from([tag, value.length]), value]);

export function practiceBytes({ name, structureId, sector }) {
  return tlv(
    0xee,
    Buffer.concat([
      tlv(0x84, Buffer.from(name, 'utf8')),
      tlv(0x85, Buffer.from(structureId, 'latin1')),
      tlv(0x86, Buffer.from(sector, 'latin1')),
    ]),
  );
}

function fill(p, pkcs11, slot, card) {
  const { pin = '1234', label = 'CARTE DE TEST', signature, authentication, practices = {}, specialty } = card;
  // Exactly 32 bytes: the call reads that many.
  p.C_InitToken(slot, '00000000', label.padEnd(32));
  // Initialising may move the token to another slot.
  const found = p.C_GetSlotList(true).find((id) => p.C_GetTokenInfo(id).label.trim() === label);
  const session = p.C_OpenSession(found, pkcs11.CKF_SERIAL_SESSION | pkcs11.CKF_RW_SESSION);
  p.C_Login(session, pkcs11.CKU_SO, '00000000');
  p.C_InitPIN(session, pin);
  p.C_Logout(session);
  p.C_Login(session, pkcs11.CKU_USER, pin);
  const create = (...template) =>
    p.C_CreateObject(
      session,
      template.map(([type, value]) => ({ type, value })),
    );
  const put = ({ certDer, keyPem }, id, certLabel, keyLabel) => {
    create(
      [pkcs11.CKA_CLASS, pkcs11.CKO_CERTIFICATE],
      [pkcs11.CKA_CERTIFICATE_TYPE, pkcs11.CKC_X_509],
      [pkcs11.CKA_TOKEN, true],
      [pkcs11.CKA_PRIVATE, false],
      [pkcs11.CKA_LABEL, certLabel],
      [pkcs11.CKA_ID, Buffer.from([0, id])],
      [pkcs11.CKA_SUBJECT, Buffer.from([0x30, 0])],
      [pkcs11.CKA_VALUE, Buffer.from(certDer)],
    );
    const jwk = createPrivateKey(keyPem).export({ format: 'jwk' });
    const part = (name) => Buffer.from(jwk[name], 'base64url');
    create(
      [pkcs11.CKA_CLASS, pkcs11.CKO_PRIVATE_KEY],
      [pkcs11.CKA_KEY_TYPE, pkcs11.CKK_RSA],
      [pkcs11.CKA_TOKEN, true],
      [pkcs11.CKA_PRIVATE, true],
      [pkcs11.CKA_SENSITIVE, true],
      [pkcs11.CKA_EXTRACTABLE, false],
      [pkcs11.CKA_SIGN, true],
      [pkcs11.CKA_LABEL, keyLabel],
      [pkcs11.CKA_ID, Buffer.from([0, id])],
      [pkcs11.CKA_MODULUS, part('n')],
      [pkcs11.CKA_PUBLIC_EXPONENT, part('e')],
      [pkcs11.CKA_PRIVATE_EXPONENT, part('d')],
      [pkcs11.CKA_PRIME_1, part('p')],
      [pkcs11.CKA_PRIME_2, part('q')],
      [pkcs11.CKA_EXPONENT_1, part('dp')],
      [pkcs11.CKA_EXPONENT_2, part('dq')],
      [pkcs11.CKA_COEFFICIENT, part('qi')],
    );
  };
  const data = (name, value, secret) =>
    create(
      [pkcs11.CKA_CLASS, pkcs11.CKO_DATA],
      [pkcs11.CKA_TOKEN, true],
      [pkcs11.CKA_PRIVATE, secret],
      [pkcs11.CKA_LABEL, name],
      [pkcs11.CKA_VALUE, value],
    );
  put(signature, 0x10, 'Certificat de Signature CPS', 'CPS_PRIV_SIG');
  if (authentication) put(authentication, 0x20, "Certificat d'Authentification CPS", 'CPS_PRIV_AUT');
  if (specialty) data('CPS_INFO_PS', Buffer.from(`\x30\x08\x01\x02${specialty}`, 'latin1'), false);
  for (const [index, practice] of Object.entries(practices))
    data(`CPS_ACTIVITY_${index.padStart(2, '0')}_PS`, practiceBytes(practice), true);
  p.C_Logout(session);
  p.C_CloseSession(session);
}

export function createSoftToken(...cards) {
  if (softhsmLibrary === null) throw new Error('SoftHSM2 is not installed');
  const pkcs11 = require('pkcs11js');
  const folder = mkdtempSync(join(tmpdir(), 'te-softhsm-'));
  const tokens = join(folder, 'tokens');
  mkdirSync(tokens);
  const conf = join(folder, 'softhsm2.conf');
  writeFileSync(conf, `directories.tokendir = ${tokens}\nobjectstore.backend = file\nlog.level = ERROR\n`);

  const before = process.env.SOFTHSM2_CONF;
  process.env.SOFTHSM2_CONF = conf;
  const p = new pkcs11.PKCS11();
  try {
    p.load(softhsmLibrary);
    p.C_Initialize();
    for (const [index, card] of cards.entries()) {
      const free = p
        .C_GetSlotList(true)
        .find((slot) => (p.C_GetTokenInfo(slot).flags & pkcs11.CKF_TOKEN_INITIALIZED) === 0);
      fill(p, pkcs11, free, { label: `CARTE ${index + 1}`, ...card });
    }
    p.C_Finalize();
  } finally {
    p.close();
    if (before === undefined) delete process.env.SOFTHSM2_CONF;
    else process.env.SOFTHSM2_CONF = before;
  }
  const away = join(folder, 'away');
  return {
    library: softhsmLibrary,
    env: { SOFTHSM2_CONF: conf },
    remove() {
      renameSync(tokens, away);
      mkdirSync(tokens);
    },
    replace() {
      rmSync(tokens, { recursive: true });
      renameSync(away, tokens);
    },
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}
