import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { checkCommand } from '../../src/cli/check.ts';
import { documentCommand } from '../../src/cli/document.ts';
import { exampleSpec } from '../../src/cli/document/example.ts';
import { identityCommand } from '../../src/cli/identity.ts';
import { inspectCommand } from '../../src/cli/inspect.ts';
import type { CliIo } from '../../src/cli/io.ts';
import { pemFile } from '../../src/cli/options.ts';
import { demoLetterPdf, fictivePatient } from '../../src/testing/index.ts';
import { runCli } from '../helpers/cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'te-texts-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
writeFileSync(join(folder, 'document.pdf'), demoLetterPdf());

/** As `>` of Windows PowerShell writes it. */
const utf16 = (text: string): Buffer =>
  Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text.replaceAll('\n', '\r\n'), 'utf16le')]);

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

describe('texts that PowerShell wrote', () => {
  it('document build reads a description in UTF-16, and writes examples in UTF-8 itself', async () => {
    const example = join(folder, 'example.json');
    expect(await runCli(documentCommand, ['build', '--example', 'letter', '--out', example])).toMatchObject({
      code: 0,
      out: '',
    });
    const written = readFileSync(example, 'utf8');
    expect(JSON.parse(written)).toEqual(exampleSpec('letter'));
    expect(statSync(example).mode & 0o777).toBe(0o600);

    const description = file('utf16.json', utf16(written));
    const { code, err } = await runCli(documentCommand, ['build', description, '--out', join(folder, 'out')]);
    expect(code, err).toBe(0);
  });

  it('document build --example never writes over a description unasked', async () => {
    const kept = file('kept.json', '{"mine":true}');
    const again = runCli(documentCommand, ['build', '--example', 'letter', '--out', kept]);
    await expect(again).rejects.toMatchObject({ code: 'TE_DUPLICATE' });
    expect(readFileSync(kept, 'utf8')).toBe('{"mine":true}');

    await runCli(documentCommand, ['build', '--example', 'letter', '--out', kept, '--replace']);
    expect(JSON.parse(readFileSync(kept, 'utf8'))).toHaveProperty('kind', 'letter');
    const nowhere = runCli(documentCommand, ['build', '--example', 'letter', '--out', join(folder, 'no/where.json')]);
    await expect(nowhere).rejects.toMatchObject({ code: 'TE_INPUT_INVALID' });
  });

  it('document build names another encoding, and bad JSON', async () => {
    const out = join(folder, 'never');
    const latin = file('latin.json', Buffer.from('{"kind":"É"}', 'latin1'));
    expect((await runCli(documentCommand, ['build', latin, '--out', out])).err).toContain("n'est pas en UTF-8");
    const cut = file('cut.json', utf16('{"kind":'));
    expect((await runCli(documentCommand, ['build', cut, '--out', out])).err).toContain('JSON bien formé');
  });

  it('check reads an identity in UTF-16', async () => {
    const { traits, ...rest } = fictivePatient();
    const right = file('right.json', utf16(JSON.stringify({ ...rest, traits })));
    expect((await runCli(checkCommand, [right])).code).toBe(0);

    const { birthDate: _, ...others } = traits;
    const wrong = file('wrong.json', utf16(JSON.stringify({ ...rest, traits: others })));
    const { code, out } = await runCli(checkCommand, [wrong]);
    expect(code).toBe(1);
    expect(out).toContain('IDENTITY-TRAIT-MISSING');
  });

  it.each([
    ['CDA', '<ClinicalDocument xmlns="urn:hl7-org:v3"/>', 'UTF-16, pas en UTF-8'],
    ['metadata', '<SubmitObjectsRequest/>', 'UTF-16, pas en UTF-8'],
    ['VIHF', '<Assertion xmlns="urn:oasis:names:tc:SAML:2.0:assertion"/>', 'XML-ENCODING'],
    ['mail', 'Subject: XDM/1.0/DDM\nFrom: a@simulateur.mssante.fr\n\nbonjour\n', "prenez le fichier d'origine"],
  ])('check says that a %s is in UTF-16, which it may not be', async (name, text, sentence) => {
    const { code, out } = await runCli(checkCommand, [file(`${name}.dat`, utf16(text))]);
    expect(code).toBe(1);
    expect(out).toContain(sentence);
  });

  it('inspect refuses a mail that was written again, by name', async () => {
    const mail = file('again.eml', utf16('Subject: a\nFrom: a@simulateur.mssante.fr\n\nbonjour\n'));
    await expect(runCli(inspectCommand, [mail])).rejects.toThrow(/réécrit en UTF-16/);
  });

  it('reads a PEM file whatever wrote the text around it', async () => {
    const block = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
    expect(await pemFile(file('utf16.pem', utf16(block)))).toContain('BEGIN CERTIFICATE');
    expect(await pemFile(file('latin.pem', Buffer.from(`Autorité fictive\n${block}`, 'latin1')))).toContain(block);
  });
});

describe('terr-esante identity check, a table that a spreadsheet saved', () => {
  const table = 'birthName;firstName;birthDate;sex\nFICTIF;ÉLODIE;1980-01-02;F\nFICTIF;ZOÉ;1981-01-02;F\n';

  /** The findings do not depend on how the bytes come. */
  async function check(bytes: Uint8Array, pieceBytes: number): Promise<string> {
    let out = '';
    const io: CliIo = {
      stdin: (async function* () {
        for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
      })(),
      out: (text) => void (out += text),
      err: () => undefined,
      interactive: false,
      signal: new AbortController().signal,
    };
    await identityCommand(['check', '-'], io);
    return out;
  }

  it.each([1, 3, 4096])('UTF-16 in pieces of %s byte(s) is read as UTF-8 is', async (pieceBytes) => {
    const expected = await check(Buffer.from(table), 4096);
    expect(expected).toContain('enregistrement 2');
    expect(await check(utf16(table), pieceBytes)).toBe(expected);
  });

  it('names another encoding, and one byte is no mark', async () => {
    await expect(check(Buffer.from(table, 'latin1'), 4096)).rejects.toThrow(/CSV UTF-8/);
    await expect(check(utf16(table).subarray(0, 41), 4096)).rejects.toThrow(/UTF-8/);
    await expect(check(Buffer.from('é').subarray(0, 1), 1)).rejects.toMatchObject({ code: 'TE_INPUT_INVALID' });
  });
});
