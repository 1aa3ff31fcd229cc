import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { ServerCertificate } from './tls-world.ts';

/** A server of OpenSSL that demands a client certificate, and says why it refuses one by an alert. */
export interface DemandingServer {
  readonly url: string;
  /** Bytes of requests that it took. */
  readonly taken: number;
  stop(): void;
}

/** @param files - its trust; of the lists it reads the first, and looks up the client in it */
export async function startDemandingServer(
  { cert, key }: ServerCertificate,
  files: { readonly caPem: string; readonly crlPem: string },
  protocol: '-tls1_2' | '-tls1_3',
): Promise<DemandingServer> {
  const folder = mkdtempSync(join(tmpdir(), 'te-s-server-'));
  for (const [name, text] of Object.entries({ cert, key, ca: files.caPem, crl: files.crlPem })) {
    writeFileSync(join(folder, name), text, { mode: 0o600 });
  }
  const trust = ['-CAfile', 'ca', '-CRL', 'crl', '-crl_check', '-Verify', '3', '-verify_return_error'];
  const child = spawn(
    'openssl',
    ['s_server', '-accept', '127.0.0.1:0', '-cert', 'cert', '-key', 'key', ...trust, protocol],
    {
      cwd: folder,
      stdio: ['pipe', 'pipe', 'ignore'],
    },
  );

  let said = '';
  const port = await new Promise<string>((resolve, reject) => {
    child.on('exit', () => reject(new Error('openssl s_server ended')));
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString('latin1');
      const [, found] = /^ACCEPT \S*:(\d+)$/m.exec(said) ?? [];
      if (found !== undefined) resolve(found);
    });
  });
  return {
    url: `https://localhost:${port}/`,
    get taken() {
      return said.split('POST / HTTP').length - 1;
    },
    stop() {
      child.kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
