import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { identityCommand } from '../../src/cli/identity.ts';
import type { CliIo } from '../../src/cli/io.ts';
import { fictivePatient } from '../../src/testing/index.ts';
import { readRecords } from '../../src/cli/identity/records.ts';
import { runCli } from '../helpers/cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'te-identity-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const right = JSON.stringify(fictivePatient());
const wrong = JSON.stringify({ traits: { birthName: 'CANARI', sex: 'F' } });

interface Run {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs the command on a standard input that comes in pieces of the size given. */
async function check(
  input: string | Uint8Array,
  args: string[] = [],
  pieceBytes = 7,
  interactive = false,
): Promise<Run> {
  const bytes = Buffer.from(input as string);
  let out = '';
  let err = '';
  const io: CliIo = {
    stdin: (async function* () {
      for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
    })(),
    out: (text) => void (out += text),
    err: (text) => void (err += text),
    interactive,
    signal: new AbortController().signal,
  };
  return { code: await identityCommand(['check', '-', ...args], io), out, err };
}

describe('terr-esante identity check', () => {
  it('reads one object of a file, on one line or on many', async () => {
    for (const content of [right, JSON.stringify(fictivePatient(), null, 2)]) {
      const path = join(folder, 'one.json');
      writeFileSync(path, content);
      const { code, out, err } = await runCli(identityCommand, ['check', path]);
      expect(code, err).toBe(0);
      // Its place differs from that of its number: a warning.
      expect(out).not.toContain('ERREUR');
    }
  });

  it('reads JSON lines, one finding list per record, and never shows a value', async () => {
    const { code, out, err } = await check(`${right}\n\n${wrong}\r\n{"traits":\n[1]\n${right}`);
    expect(code).toBe(1);
    expect(out).toContain('enregistrement 2\n  ERREUR IDENTITY-TRAIT-MISSING  traits.firstName');
    expect(out).toContain('enregistrement 3\n  ERREUR IDENTITY-JSON  $\n');
    expect(out).toContain('enregistrement 4\n  ERREUR IDENTITY-JSON-OBJECT  $\n');
    expect(err).toBe('5 enregistrement(s), 3 incomplet(s) ou incorrect(s)\n');
    expect(out + err).not.toMatch(/CANARI|DUPRE|279035/);
  });

  it('goes on after a bad first line', async () => {
    expect((await check(`{"traits":\n${right}\n${wrong}\n`)).err).toContain('3 enregistrement(s), 2 incomplet(s)');
  });

  it('refuses an object of which one line is too long, and does not read it without that line', async () => {
    const pretty = JSON.stringify({ comment: 'A'.repeat(1_200_000), ...fictivePatient() }, null, 2);
    const { code, out } = await check(pretty, [], 65_536);
    expect(code).toBe(1);
    expect(out).toContain('enregistrement 1\n  ERREUR IDENTITY-RECORD-LENGTH');
  });

  it('prints one JSON line per record', async () => {
    const { out } = await check(`${right}\n${wrong}\n{`, ['--json']);
    const records = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(records.map(({ record, ok }) => [record, ok])).toEqual([
      [1, true],
      [2, false],
      [3, false],
    ]);
  });

  it.each([';', ',', '\t'])('reads CSV separated by %j, quotes and line ends inside cells', async (separator) => {
    const rows = [
      ['birthName', 'First' + 'Name', 'traits.birthDate', 'sex', 'postalCode', 'unknown', '__proto__'],
      ['MARTIN', 'ZOE', '1985-01-12', 'F', '93200', 'x', 'y'],
      ['"LE ""GRAND"""', 'ZOE', '1985-01-12', 'F', '93200', `"a${separator}b\nc"`, ''],
      ['MARTIN', '', '1985-02-30', 'X', '', '', ''],
    ].map((row) => row.join(separator));
    const { code, out, err } = await check(`\uFEFF${rows.join('\r\n')}`);
    expect(code).toBe(1);
    expect(err).toBe('3 enregistrement(s), 2 incomplet(s) ou incorrect(s)\n');
    expect(out).toContain('enregistrement 2\n  ERREUR IDENTITY-CHARACTER  traits.birthName');
    for (const code3 of [
      'IDENTITY-TRAIT-MISSING  traits.firstName',
      'IDENTITY-TRAIT-MISSING  traits.birthPlace',
      'IDENTITY-DATE',
      'IDENTITY-SEX-INVALID',
    ]) {
      expect(out.slice(out.indexOf('enregistrement 3'))).toContain(code3);
    }
  });

  it('reads every column of a CSV', async () => {
    const header =
      'localSystem;localId;birthName;firstName;birthFirstNames;usedName;usedFirstName;birthDate;sex;countryInsee;communeInsee;city;ins;oid;identityStatus';
    const row =
      '2.999.1.10;PAT-1;MARTIN;ZOE;ZOE LOU;;;1985-01-12;F;99100;93066;SAINT-DENIS;285019306600186;1.2.250.1.213.1.4.8;QUAL';
    expect(await check(`${header}\n${row}\n`)).toMatchObject({ code: 0, out: '' });
  });

  it.each([
    ['too many cells', 'IDENTITY-CSV-CELLS', 'birthName;sex\nA;F;x\n'],
    ['a quoted cell that never ends', 'IDENTITY-CSV-QUOTE', `birthName;sex\n"A;F\n${'x\n'.repeat(300)}`],
    ['a record that is too long', 'IDENTITY-RECORD-LENGTH', `birthName;sex\n${'A'.repeat(1_200_000)};F\nB;F\n`],
    [
      'a JSON line that is too long',
      'IDENTITY-RECORD-LENGTH',
      `${right}\n{"a":"${'A'.repeat(2_500_000)}"}\n${right}\n`,
    ],
  ])('reports %s and goes on', async (_, rule, input) => {
    const { code, out } = await check(input, [], 65_536);
    expect(code).toBe(1);
    expect(out).toContain(`ERREUR ${rule}  $`);
  });

  it.each([
    ['nothing', ''],
    ['blank lines', '\n \n'],
    ['a text that is no table', 'bonjour\n'],
    ['another encoding', Buffer.from('birthName;sex\nÉ;F', 'latin1')],
    ['a first line without end', 'x'.repeat(1_100_000)],
  ])('refuses %s', async (_, input) => {
    await expect(check(input, [], 65_536)).rejects.toMatchObject({ code: 'TE_INPUT_INVALID' });
  });

  it('refuses test numbers when told that this is production', async () => {
    expect((await check(right, ['--environment', 'production'])).out).toContain('IDENTITY-OID-ENVIRONMENT');
    await expect(check(right, ['--environment', 'x'])).rejects.toMatchObject({ code: 'TE_INPUT_INVALID' });
  });

  it('checks communes with the optional package', async () => {
    const unknown = JSON.stringify({
      traits: {
        birthName: 'A',
        firstName: 'B',
        sex: 'F',
        birthDate: '1980-01-01',
        birthPlace: { communeInsee: '97123' },
      },
    });
    expect((await check(unknown, ['--communes'])).out).toContain('IDENTITY-COG-UNKNOWN');
    expect((await check(unknown)).out).not.toContain('IDENTITY-COG-UNKNOWN');
  });

  it('shows progress on a terminal only', async () => {
    const many = `${right}\n`.repeat(5001);
    expect((await check(many, ['--json'], 65_536, true)).err).toContain('\r5000 enregistrement(s)');
    expect((await check(many, ['--json'], 65_536)).err).not.toContain('\r');
  });

  it('shows its usage', async () => {
    expect((await runCli(identityCommand, ['--help'])).out).toContain('usage: terr-esante identity check');
    expect((await runCli(identityCommand, [])).code).toBe(2);
    expect((await runCli(identityCommand, ['check', 'a', 'b'])).code).toBe(2);
  });
});

it.each(['colonne;inconnue\n1;2\n', '{"a":1}\n{"b":2}\n'])(
  'lets go of an input that is not read to its end: %j',
  async (text) => {
    let isOpen = true;
    async function* chunks(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) yield Buffer.from(text);
      } finally {
        isOpen = false;
      }
    }

    try {
      const records = readRecords(chunks());
      await records.next();
      await records.return();
    } catch (error) {
      expect(error).toMatchObject({ code: 'TE_INPUT_INVALID' });
    }
    expect(isOpen).toBe(false);
  },
);
