// The small PKCS#11 module of this folder, built at run time, and the text file that is its card.
// Used by the tests of the card on Linux and, on Node for Windows, by card.mjs: nothing here but
// Node itself.
import { execFileSync } from 'node:child_process';
import { createPrivateKey } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';

const source = new URL('pkcs11-dll.c', import.meta.url);

/**
 * Builds the module: a .dll by mingw-w64, a .so by the compiler of the system. Throws when that is
 * absent.
 */
export function buildModule(file, { windows = false, defines = [] } = {}) {
  const [compiler, ...options] = windows ? ['x86_64-w64-mingw32-gcc', '-static'] : ['cc', '-fPIC'];
  const args = [
    ...options,
    ...defines.map((name) => `-D${name}`),
    '-O2',
    '-w',
    '-shared',
    '-o',
    file,
    '-x',
    'c',
    source.pathname,
  ];
  execFileSync(compiler, args, { stdio: 'pipe' });
}

const hex = (bytes) => Buffer.from(bytes).toString('hex');

function keyLine(id, label, keyPem) {
  const jwk = createPrivateKey(keyPem).export({ format: 'jwk' });
  // Both numbers on 256 bytes: the module knows keys of 2048 bits only.
  const [n, d] = [jwk.n, jwk.d].map((part) => hex(Buffer.from(part, 'base64url')).padStart(512, '0'));
  return `key ${id} ${hex(Buffer.from(label))} ${n} ${d}`;
}

function tlv(tag, value) {
  return Buffer.concat([Buffer.from([tag, value.length]), value]);
}

/** Writes a card of one professional with one practice; faults as [name, number]. */
export function writeCard(file, { signature, authentication }, { pin = '1234', faults = [] } = {}) {
  const practice = tlv(
    0xee,
    Buffer.concat([
      tlv(0x84, Buffer.from('CABINET FICTIF')),
      tlv(0x85, Buffer.from('499900000011001')),
      tlv(0x86, Buffer.from('SA07')),
    ]),
  );
  const lines = [
    `pin ${hex(Buffer.from(pin).map((digit) => digit ^ 0x55))}`,
    `cert 10 ${hex(Buffer.from('Certificat de Signature CPS'))} ${hex(signature.certDer)}`,
    keyLine('10', 'CPS_PRIV_SIG', signature.keyPem),
    `cert 20 ${hex(Buffer.from("Certificat d'Authentification CPS"))} ${hex(authentication.certDer)}`,
    keyLine('20', 'CPS_PRIV_AUT', authentication.keyPem),
    `data 0 ${hex(Buffer.from('CPS_INFO_PS'))} ${hex(Buffer.from('0SM26'))}`,
    `data 1 ${hex(Buffer.from('CPS_ACTIVITY_01_PS'))} ${hex(practice)}`,
    ...faults.map(([name, value]) => `fault ${name} ${value}`),
  ];
  writeFileSync(file, `${lines.join('\n')}\n`, { mode: 0o600 });
}

/** Takes the card out of the reader. */
export function removeCard(file) {
  writeFileSync(`${file}.removed`, '');
}

export function replaceCard(file) {
  rmSync(`${file}.removed`);
}
