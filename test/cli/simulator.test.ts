import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createPkcs12Provider } from '../../src/auth/index.ts';
import { simulatorCommand } from '../../src/cli/simulator.ts';
import { createClient } from '../../src/index.ts';
import { fictivePatient } from '../../src/testing/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'te-simulator-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('terr-esante simulator', () => {
  it('leaves all that a client needs, and stops when it is interrupted', async () => {
    const out = join(folder, 'new', 'place');
    const stop = new AbortController();
    let said: (line: string) => void = () => undefined;
    const ready = new Promise<string>((resolve) => (said = resolve));
    const running = simulatorCommand(['--out', out, '--dossier'], {
      stdin: (async function* () {})(),
      out: (text) => said(text),
      err: () => undefined,
      interactive: false,
      signal: stop.signal,
    });
    const { httpUrl, smtp, passwords, registry, patient } = JSON.parse(await ready);
    expect(registry).toEqual({
      register: `${httpUrl}/xds/iti41`,
      query: `${httpUrl}/xds/iti18`,
      retrieve: `${httpUrl}/xds/iti43`,
      update: `${httpUrl}/xds/iti57`,
    });
    expect(patient.localId).toEqual(fictivePatient().localId);
    expect(smtp.host).toBe('127.0.0.1');
    const config = JSON.parse(readFileSync(join(out, 'config.json'), 'utf8'));
    expect(config.quai.url).toBe(httpUrl);
    const te = createClient(config, {
      auth: await createPkcs12Provider({ pfx: readFileSync(join(out, 'card.p12')), password: passwords.card }),
      tls: { ca: readFileSync(join(out, 'ca.pem'), 'utf8') },
    });
    expect(await te.dossier.status(fictivePatient())).toMatchObject({ state: 'exists', membership: 'member' });
    await createPkcs12Provider({ pfx: readFileSync(join(out, 'structure.p12')), password: passwords.structure });
    expect(readFileSync(join(out, 'structure-key.pem'), 'utf8')).toContain('PRIVATE KEY');
    await te.close();
    stop.abort();
    expect(await running).toBe(0);
  });
});
