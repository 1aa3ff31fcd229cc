import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createVihf } from '../../src/auth/index.ts';
import type { CliIo } from '../../src/cli/io.ts';
import { vihfCommand } from '../../src/cli/vihf.ts';
import { createTestHierarchy } from '../../src/testing/index.ts';
import { fixedRuntime, providerOf, testNow, vihfInput } from './vihf-fixtures.ts';

const folder = mkdtempSync(join(tmpdir(), 'vihf-cli-'));
const file = (name: string): string => join(folder, name);
const at = new Date(testNow).toISOString();

beforeAll(async () => {
  const pki = await createTestHierarchy({ runtime: fixedRuntime() });
  const { xml } = await createVihf(vihfInput(), await providerOf(pki.professional.signature), {
    runtime: fixedRuntime(),
  });
  writeFileSync(file('good.xml'), xml);
  writeFileSync(file('indented.xml'), xml.replaceAll('><saml2:', '>\n<saml2:'));
  writeFileSync(file('ca.pem'), pki.caPem);
});
afterAll(() => rmSync(folder, { recursive: true }));

async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  let out = '';
  let err = '';
  const io: CliIo = {
    stdin: (async function* () {})(),
    out: (text) => void (out += text),
    err: (text) => void (err += text),
    interactive: false,
    signal: new AbortController().signal,
  };
  return { code: await vihfCommand(args, io), out, err };
}

describe('terr-esante vihf explain', () => {
  it('ticks every step of a good assertion', async () => {
    const { code, out } = await run('explain', file('good.xml'), '--ca', file('ca.pem'), '--at', at);
    expect(code).toBe(0);
    expect(out.match(/^✓/gm)).toHaveLength(10);
  });

  it('says what is wrong, why and what to do, without personal data', async () => {
    const { code, out } = await run(
      'explain',
      file('indented.xml'),
      '--ca',
      file('ca.pem'),
      '--at',
      at,
      '--canonical',
      file('c14n'),
    );
    expect(code).toBe(1);
    expect(out).toContain("✗ Empreinte de l'assertion");
    expect(out).toContain("Cause probable : l'assertion a été indentée après la signature.");
    expect(out).not.toMatch(/279035121518989|FICTIF/);
    expect(readFileSync(file('c14n/assertion.c14n.xml'), 'utf8')).toContain('\n<saml2:Subject>');
  });

  it('mentions a restriction to a service, and judges it only when the service is named', async () => {
    const pki = await createTestHierarchy({ runtime: fixedRuntime() });
    const target = { resourceUrn: 'urn:exemple', audience: 'urn:service' };
    const provider = await providerOf(pki.professional.signature);
    writeFileSync(
      file('restricted.xml'),
      (await createVihf(vihfInput({ target }), provider, { runtime: fixedRuntime() })).xml,
    );
    writeFileSync(file('other-ca.pem'), pki.caPem);
    const words = ['explain', file('restricted.xml'), '--ca', file('other-ca.pem'), '--at', at];
    const unknown = await run(...words);
    expect(unknown.code).toBe(0);
    expect(unknown.out).toContain('✓ Destinataire');
    expect(unknown.out).toContain('INFO SAML-RESTRICTED');
    expect((await run(...words, '--audience', 'urn:service')).code).toBe(0);
    expect((await run(...words, '--audience', 'urn:other')).out).toContain('ERREUR SAML-AUDIENCE');
  });

  it('writes JSON', async () => {
    const { out } = await run('explain', file('good.xml'), '--at', at, '--json');
    expect(JSON.parse(out)).toMatchObject({ findings: [{ rule: 'CERT-TRUST' }] });
  });

  it('shows its usage when it cannot work', async () => {
    expect((await run('explain')).code).toBe(2);
    expect((await run('other', file('good.xml'))).err).toContain('usage: terr-esante vihf explain FICHIER');
    await expect(run('explain', file('absent.xml'))).rejects.toMatchObject({ code: 'TE_INPUT_INVALID' });
    await expect(run('explain', file('good.xml'), '--at', 'demain')).rejects.toMatchObject({
      code: 'TE_INPUT_INVALID',
    });
  });
});
