import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { checkCommand } from '../../src/cli/check.ts';
import { fictivePatient } from '../../src/testing/index.ts';
import { runCli } from '../helpers/cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'te-check-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

describe('terr-esante check', () => {
  it('is silent on a right identity', async () => {
    const { code, out } = await runCli(checkCommand, [file('right.json', JSON.stringify(fictivePatient()))]);
    expect(code, out).toBe(0);
  });

  it('names what is missing, without a value', async () => {
    const { traits, ...rest } = fictivePatient();
    const { birthPlace: _, ...others } = traits;
    const { code, out } = await runCli(checkCommand, [
      file('missing.json', JSON.stringify({ ...rest, traits: others })),
    ]);
    expect(code).toBe(1);
    expect(out).toContain('IDENTITY-TRAIT-MISSING  traits.birthPlace');
    expect(out).toContain('Lieu de naissance');
    expect(out).not.toContain('DUPRE');
  });

  it.each([
    ['empty.bin', '', 2],
    ['text.txt', 'hello', 2],
    ['list.json', '[1]', 2],
    ['package.json', '{"name":"a","version":"1"}', 2],
    ['other.xml', '<a/>', 2],
    ['broken.json', '{"traits":', 1],
    ['broken-cda.xml', '<ClinicalDocument xmlns="urn:hl7-org:v3"><id', 1],
    ['doctype.xml', '<!DOCTYPE x [<!ENTITY e "v">]><ClinicalDocument xmlns="urn:hl7-org:v3">&e;</ClinicalDocument>', 1],
    ['broken-metadata.xml', '<SubmitObjectsRequest>', 1],
    ['broken.zip', 'PK\u0003\u0004rest', 1],
    ['broken-vihf.xml', '<Assertion xmlns="urn:oasis:names:tc:SAML:2.0:assertion"/>', 1],
    ['mail.eml', 'Subject: hello\r\nFrom: a@simulateur.mssante.fr\r\n\r\nbonjour\r\n', 1],
  ] as const)('%s: exit code %s', async (name, content, expected) => {
    const { code, out, err } = await runCli(checkCommand, [file(name, content)]);
    expect(code, out + err).toBe(expected);
    expect((expected === 2 ? err : out).length).toBeGreaterThan(0);
  });

  it('prints JSON with rule, path, found, expected and fix', async () => {
    const { code, out } = await runCli(checkCommand, ['--json', file('json.json', '{"traits":{}}')]);
    expect(code).toBe(1);
    const { kind, findings } = JSON.parse(out);
    expect(kind).toBe('identity');
    expect(Object.keys(findings[0])).toEqual(
      expect.arrayContaining([
        'rule',
        'severity',
        'path',
        'message',
        'messageEn',
        'found',
        'expected',
        'fix',
        'reference',
      ]),
    );
  });

  it('says that a folder is no file', async () => {
    const { code, err } = await runCli(checkCommand, [folder]);
    expect(code).toBe(2);
    expect(err).toContain('TE_INPUT_INVALID: Un fichier est attendu, pas un dossier.');
  });

  it('takes the worst of several files, and says which is unusable', async () => {
    const { code, err } = await runCli(checkCommand, [
      file('ok.json', JSON.stringify(fictivePatient())),
      join(folder, 'absent.xml'),
    ]);
    expect(code).toBe(2);
    expect(err).toContain('absent.xml: TE_INPUT_INVALID');
  });
});
