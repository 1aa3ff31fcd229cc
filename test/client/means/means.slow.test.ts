import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect } from 'vitest';

import { missing, skipBecause } from '../../helpers/require-tool.ts';
import { softhsmLibrary } from '../../helpers/softhsm-token.mjs';
import { proSanteConnectMeans, softHsm } from './elsewhere.ts';
import { localMeans } from './local.ts';
import type { Scene } from './scene.ts';
import { meansSuite } from './suite.ts';

const folder = mkdtempSync(join(tmpdir(), 'means-'));
afterAll(() => rmSync(folder, { recursive: true }));
const noJudge = missing('samlsign');
const noToken = softhsmLibrary === null && skipBecause('not installed: softhsm2');

/** OpenSAML takes an assertion with the certificate that it names. */
function takes(xml: string): boolean {
  const certificate = /<ds:X509Certificate>([^<]*)/.exec(xml)?.[1] ?? '';
  const pem = `-----BEGIN CERTIFICATE-----\n${certificate.replaceAll(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`;
  writeFileSync(join(folder, 'leaf.pem'), pem);
  writeFileSync(join(folder, 'assertion.xml'), xml);
  try {
    execFileSync('samlsign', ['-c', join(folder, 'leaf.pem'), '-f', join(folder, 'assertion.xml')], {
      stdio: 'ignore',
    });
    return true;
  } catch {
    return false;
  }
}

/** Every assertion that was sent, judged by what we did not write. */
function judge({ assertions, nationalId }: Scene): void {
  if (noJudge) return;
  const different = [...new Set(assertions)];
  expect(different.length).toBeGreaterThan(1);
  for (const xml of different) expect(takes(xml)).toBe(true);

  const [one = ''] = different;
  expect(takes(one.replace(nationalId, '899900000290'))).toBe(false);
}

meansSuite([...localMeans, ...(noToken ? [] : [softHsm]), ...proSanteConnectMeans], judge);
