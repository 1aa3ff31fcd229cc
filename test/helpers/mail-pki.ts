import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface KeyAndCertificate {
  readonly certPem: string;
  readonly keyPem: string;
}

/**
 * Certificates of a mail server and its clients, made by openssl at run time: independent of the
 * product.
 */
export interface MailPki {
  readonly caPem: string;
  readonly otherCaPem: string;
  /** For `localhost` and 127.0.0.1. */
  readonly server: KeyAndCertificate;
  /** For another name. */
  readonly otherName: KeyAndCertificate;
  readonly client: KeyAndCertificate;
  /** Signed by the other authority. */
  readonly strangeClient: KeyAndCertificate;
  /** Revokes `server`. */
  readonly crlPem: string;
}

export function makeMailPki(): MailPki {
  const dir = mkdtempSync(join(tmpdir(), 'mail-pki-'));
  const run = (...args: string[]): void => void execFileSync('openssl', args, { cwd: dir, stdio: 'ignore' });
  const read = (name: string): string => readFileSync(join(dir, name), 'utf8');
  const ca = (name: string): void =>
    run(
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.pem`,
      '-days',
      '2',
      '-subj',
      `/O=TEST/CN=AC ${name}`,
      '-addext',
      'basicConstraints=critical,CA:TRUE',
      '-addext',
      'keyUsage=critical,keyCertSign,cRLSign',
    );
  const leaf = (name: string, by: string, san: string, usage: string): KeyAndCertificate => {
    run(
      'req',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.csr`,
      '-subj',
      `/O=TEST/CN=${name}`,
    );
    writeFileSync(
      join(dir, `${name}.ext`),
      `basicConstraints=CA:FALSE\nkeyUsage=critical,digitalSignature,keyEncipherment\nextendedKeyUsage=${usage}\nsubjectAltName=${san}\n`,
    );
    run(
      'x509',
      '-req',
      '-in',
      `${name}.csr`,
      '-CA',
      `${by}.pem`,
      '-CAkey',
      `${by}.key`,
      '-CAcreateserial',
      '-days',
      '2',
      '-extfile',
      `${name}.ext`,
      '-out',
      `${name}.pem`,
    );
    return { certPem: read(`${name}.pem`), keyPem: read(`${name}.key`) };
  };
  try {
    ca('ca');
    ca('other');
    const server = leaf('server', 'ca', 'DNS:localhost,IP:127.0.0.1', 'serverAuth');
    writeFileSync(join(dir, 'index.txt'), '');
    writeFileSync(join(dir, 'crlnumber'), '01\n');
    writeFileSync(
      join(dir, 'ca.cnf'),
      '[ca]\ndefault_ca=d\n[d]\ndatabase=index.txt\ncrlnumber=crlnumber\ndefault_md=sha256\ndefault_crl_days=2\n',
    );
    run('ca', '-config', 'ca.cnf', '-cert', 'ca.pem', '-keyfile', 'ca.key', '-revoke', 'server.pem');
    run('ca', '-config', 'ca.cnf', '-cert', 'ca.pem', '-keyfile', 'ca.key', '-gencrl', '-out', 'crl.pem');
    return {
      caPem: read('ca.pem'),
      otherCaPem: read('other.pem'),
      server,
      otherName: leaf('othername', 'ca', 'DNS:mail.autre.example', 'serverAuth'),
      client: leaf('client', 'ca', 'email:app@cabinet.simulateur.mssante.fr', 'clientAuth'),
      strangeClient: leaf('strange', 'other', 'email:app@cabinet.simulateur.mssante.fr', 'clientAuth'),
      crlPem: read('crl.pem'),
    };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
