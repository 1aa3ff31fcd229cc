import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { announcedAddress } from './announced-address.ts';
import type { SoftToken } from './softhsm-token.mjs';

const source = resolve(import.meta.dirname, '../real/card-relay/CardRelay.java');

/** A local TLS proxy that shows the certificate of a card, whose key stays there. */
export interface CardRelay {
  /** Clear, on this machine. */
  readonly url: string;
  stop(): void;
}

/** Starts it (Java, SunPKCS11) before one server of this machine. */
export async function startCardRelay(
  token: SoftToken,
  far: { readonly caPem: string; readonly port: number; readonly protocol: 'TLSv1.2' | 'TLSv1.3' },
): Promise<CardRelay> {
  const folder = mkdtempSync(join(tmpdir(), 'te-card-relay-'));
  const anchors = join(folder, 'ca.pem');
  writeFileSync(anchors, far.caPem);

  const args = [token.library, '1234', "Certificat d'Authentification CPS", anchors, String(far.port), far.protocol];
  const env = { ...process.env, ...token.env };
  const child = spawn('java', [source, ...args], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const url = await announcedAddress(child, []);
  if (url === null) throw new Error('the relay of the card ended before it was ready');
  return {
    url,
    stop() {
      child.kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
