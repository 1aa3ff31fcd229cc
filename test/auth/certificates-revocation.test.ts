import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkRevocation, type RevocationRequest } from '../../src/auth/index.ts';
import { pemToDer } from '../../src/auth/certificates/pem.ts';
import { missing } from '../helpers/require-tool.ts';
import { fixedRuntime } from './vihf-fixtures.ts';

const folder = mkdtempSync(join(tmpdir(), 'revocation-'));
const file = (name: string): string => join(folder, name);
let now = Date.now();
afterAll(() => rmSync(folder, { recursive: true }));

const config = `
[ca]
default_ca = main
[main]
dir = ${folder}
database = ${folder}/index.txt
serial = ${folder}/serial
crlnumber = ${folder}/crlnumber
new_certs_dir = ${folder}/new
default_md = sha256
default_days = 30
default_crl_days = 7
policy = any
unique_subject = no
copy_extensions = none
[any]
commonName = supplied
[req]
distinguished_name = name
prompt = no
[name]
CN = AC FICTIVE
[authority]
basicConstraints = critical,CA:true
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
[leaf]
keyUsage = critical,digitalSignature
crlDistributionPoints = URI:http://igc.example/liste.crl
authorityInfoAccess = OCSP;URI:http://ocsp.example/
[responder]
keyUsage = critical,digitalSignature
extendedKeyUsage = OCSPSigning
[other]
keyUsage = critical,digitalSignature
`;

function openssl(...args: string[]): Buffer {
  return execFileSync('openssl', args, { cwd: folder, stdio: ['ignore', 'pipe', 'ignore'] });
}

function issue(name: string, extensions: string): void {
  openssl(
    'req',
    '-new',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-keyout',
    `${name}.key`,
    '-subj',
    `/CN=${name}`,
    '-out',
    `${name}.csr`,
    '-config',
    'ca.cnf',
  );
  openssl(
    'ca',
    '-batch',
    '-config',
    'ca.cnf',
    '-cert',
    'ca.pem',
    '-keyfile',
    'ca.key',
    '-in',
    `${name}.csr`,
    '-out',
    `${name}.pem`,
    '-extensions',
    extensions,
    '-notext',
  );
}

const der = (name: string): Uint8Array => pemToDer(readFileSync(file(`${name}.pem`), 'utf8'))[0]!;
const crl = (name: string): Uint8Array =>
  Uint8Array.from(Buffer.from(readFileSync(file(name), 'utf8').replaceAll(/-----[^-]+-----|\s/g, ''), 'base64'));

/** A responder that answers offline, as openssl does, signed by the certificate named. */
function respond(request: Uint8Array, signer: string, ...options: string[]): Uint8Array {
  writeFileSync(file('request.der'), request);
  openssl(
    'ocsp',
    '-index',
    'index.txt',
    '-CA',
    'ca.pem',
    '-rsigner',
    `${signer}.pem`,
    '-rkey',
    `${signer}.key`,
    '-reqin',
    'request.der',
    '-respout',
    'response.der',
    '-ndays',
    '1',
    ...options,
  );
  return readFileSync(file('response.der'));
}

describe.skipIf(missing('openssl'))('checkRevocation, with openssl as authority and responder', () => {
  beforeAll(() => {
    mkdirSync(file('new'));
    writeFileSync(file('ca.cnf'), config);
    writeFileSync(file('index.txt'), '');
    writeFileSync(file('serial'), '80AB01\n');
    writeFileSync(file('crlnumber'), '01\n');
    openssl(
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      'ca.key',
      '-out',
      'ca.pem',
      '-days',
      '30',
      '-config',
      'ca.cnf',
      '-extensions',
      'authority',
    );
    openssl(
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      'rogue.key',
      '-out',
      'rogue.pem',
      '-days',
      '30',
      '-config',
      'ca.cnf',
      '-extensions',
      'authority',
    );
    for (const name of ['good', 'revoked']) issue(name, 'leaf');
    issue('responder', 'responder');
    issue('not-responder', 'other');
    openssl('ca', '-config', 'ca.cnf', '-cert', 'ca.pem', '-keyfile', 'ca.key', '-gencrl', '-out', 'empty.crl');
    openssl('ca', '-config', 'ca.cnf', '-cert', 'ca.pem', '-keyfile', 'ca.key', '-revoke', 'revoked.pem');
    openssl('ca', '-config', 'ca.cnf', '-cert', 'ca.pem', '-keyfile', 'ca.key', '-gencrl', '-out', 'list.crl');
    openssl('ca', '-config', 'ca.cnf', '-cert', 'rogue.pem', '-keyfile', 'rogue.key', '-gencrl', '-out', 'rogue.crl');
    now = Date.now();
  });

  const seen: RevocationRequest[] = [];
  const check = (
    name: string,
    answer: (request: RevocationRequest) => Uint8Array | Promise<Uint8Array>,
    options: object = {},
  ) =>
    checkRevocation(der(name), der('ca'), {
      runtime: fixedRuntime(now),
      fetcher: async (request) => {
        seen.push(request);
        return answer(request);
      },
      ...options,
    });
  const never = (): never => {
    throw new Error('offline');
  };

  it('asks the addresses of the certificate, by OCSP first', async () => {
    seen.length = 0;
    const status = await check('good', never);
    expect(status).toMatchObject({
      status: 'unknown',
      source: null,
      failures: [
        { url: 'http://ocsp.example/', reason: 'fetch' },
        { url: 'http://igc.example/liste.crl', reason: 'fetch' },
      ],
    });
    expect(seen.map(({ method, url, contentType }) => [method, url, contentType])).toEqual([
      ['POST', 'http://ocsp.example/', 'application/ocsp-request'],
      ['GET', 'http://igc.example/liste.crl', null],
    ]);
  });

  it('takes the answer of the authority and of its responder', async () => {
    for (const signer of ['ca', 'responder']) {
      expect(await check('good', ({ body }) => respond(body!, signer))).toMatchObject({
        status: 'good',
        source: 'ocsp',
        revokedAt: null,
      });
      const revoked = await check('revoked', ({ body }) => respond(body!, signer));
      expect(revoked).toMatchObject({ status: 'revoked', source: 'ocsp' });
      expect(Math.abs((revoked.revokedAt ?? 0) - now)).toBeLessThan(600_000);
    }
  });

  it.each([
    ['a certificate that may not sign answers', (body: Uint8Array) => respond(body, 'not-responder')],
    ['another authority', (body: Uint8Array) => respond(body, 'rogue')],
    [
      'an altered answer',
      (body: Uint8Array) => {
        const bytes = Uint8Array.from(respond(body, 'ca'));
        const at = Buffer.from(bytes).indexOf(Buffer.from('80ab', 'hex'));
        bytes[at - 6] = (bytes[at - 6] ?? 0) ^ 1;
        return bytes;
      },
    ],
    ['a truncated answer', (body: Uint8Array) => respond(body, 'ca').subarray(0, 200)],
    ['an error answer', () => Buffer.from('30030a0106', 'hex')],
    ['nothing', () => new Uint8Array()],
  ])('does not take %s', async (_, answer) => {
    expect(await check('good', ({ body }) => answer(body!), { methods: ['ocsp'] })).toMatchObject({
      status: 'unknown',
      source: null,
    });
  });

  it('does not take the answer to another request, nor an old one', async () => {
    let old: Uint8Array = new Uint8Array();
    await check('good', ({ body }) => (old = Uint8Array.from(respond(body!, 'ca'))), { methods: ['ocsp'] });
    expect(await check('good', () => old, { methods: ['ocsp'] })).toMatchObject({
      status: 'unknown',
      failures: [{ reason: 'not-usable' }],
    });
    expect(
      await check('good', ({ body }) => respond(body!, 'ca'), {
        methods: ['ocsp'],
        runtime: fixedRuntime(now + 3 * 86_400_000),
      }),
    ).toMatchObject({ status: 'unknown', failures: [{ reason: 'stale' }] });
  });

  it('does not take the answer about another certificate', async () => {
    let other: Uint8Array = new Uint8Array();
    await check('revoked', ({ body }) => (other = Uint8Array.from(respond(body!, 'ca', '-no_nonce'))), {
      methods: ['ocsp'],
    });
    expect(await check('good', () => other, { methods: ['ocsp'] })).toMatchObject({ status: 'unknown' });
  });

  it('takes a good answer without nonce', async () => {
    const plain = (): Uint8Array => {
      openssl('ocsp', '-issuer', 'ca.pem', '-cert', 'good.pem', '-no_nonce', '-reqout', 'plain.der');
      return respond(readFileSync(file('plain.der')), 'ca');
    };
    expect(await check('good', plain)).toMatchObject({ status: 'good', source: 'ocsp' });
  });

  it('reads lists', async () => {
    const byList = { methods: ['crl'] } as const;
    expect(await check('good', () => crl('list.crl'), byList)).toMatchObject({ status: 'good', source: 'crl' });
    expect(await check('revoked', () => crl('empty.crl'), byList)).toMatchObject({ status: 'good', source: 'crl' });
    expect(await check('revoked', () => crl('list.crl'), byList)).toMatchObject({ status: 'revoked', source: 'crl' });
    expect(await check('revoked', never, { ...byList, crls: [crl('list.crl')] })).toMatchObject({
      status: 'revoked',
      source: 'crl',
    });
  });

  it('does not take the list of another, an altered, stale or cut one', async () => {
    const byList = { methods: ['crl'] } as const;
    const list = crl('list.crl');
    const altered = Uint8Array.from(list);
    altered[altered.length - 1] = (altered.at(-1) ?? 0) ^ 1;
    for (const bytes of [crl('rogue.crl'), altered, list.subarray(0, 100), der('good'), Uint8Array.of(0x30, 0)]) {
      expect(await check('good', () => bytes, byList)).toMatchObject({ status: 'unknown', source: null });
    }
    expect(await check('good', () => list, { ...byList, runtime: fixedRuntime(now + 30 * 86_400_000) })).toMatchObject({
      status: 'unknown',
      failures: [{ reason: 'stale' }],
    });
    // What was revoked stays so.
    expect(
      await check('revoked', () => list, { ...byList, runtime: fixedRuntime(now + 30 * 86_400_000) }),
    ).toMatchObject({
      status: 'revoked',
    });
  });

  it('ends in time when a server hangs', async () => {
    await expect(
      check('good', () => new Promise<Uint8Array>(() => undefined), { timeoutMs: 30 }),
    ).rejects.toMatchObject({ code: 'TE_TIMEOUT' });
  });
});
