import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

import { commands } from '../../src/cli/commands.ts';
import { demoLetterPdf, fictivePatient } from '../../src/testing/index.ts';
import { jsonLines, runWords } from '../helpers/cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'te-words-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const names = Object.keys(commands);

describe('the language', () => {
  it.each(names)('%s has a help in French, and in English when asked', async (name) => {
    const french = await runWords([name, '--help']);
    const english = await runWords([name, '--help', '--lang', 'en']);
    expect([french.code, english.code, french.err + english.err]).toEqual([0, 0, '']);
    expect(french.out).toMatch(new RegExp(`^usage: terr-esante ${name}`));
    expect(english.out).toMatch(new RegExp(`^usage: terr-esante ${name}`));
    expect(french.out).not.toMatch(/exit code|by default|\bthe\b/);
    expect(english.out).not.toMatch(/code de sortie|par défaut|\bdossier\b(?!s and)/);
    expect(french.out.split('\n').every((line) => line.length <= 130)).toBe(true);
  });

  it('is that of the list of commands too, and no other word is one', async () => {
    expect((await runWords([])).out).toContain('COMMANDE [options]');
    expect((await runWords(['--lang=en', '--help'])).out).toContain('COMMAND [options]');
    for (const words of [['--lang', 'de', 'check'], ['check', '--lang'], ['--lang=']]) {
      expect(await runWords(words)).toMatchObject({ code: 2, err: expect.stringMatching(/^--lang : fr ou en\./) });
    }
  });

  it('is that of findings and errors', async () => {
    const path = file('missing.json', '{"traits":{}}');
    const french = await runWords(['check', path]);
    const english = await runWords(['check', path, '--lang', 'en']);
    expect(french.out).toMatch(/erreur\(s\)[\s\S]*ERREUR IDENTITY-TRAIT-MISSING[\s\S]*corriger/);
    expect(english.out).toMatch(/error\(s\)[\s\S]*ERROR IDENTITY-TRAIT-MISSING[\s\S]*to do/);
    expect(english.out).not.toMatch(/erreur|corriger|attendu/);

    expect((await runWords(['inspect', 'nope.xml'])).err).toBe(
      'nope.xml: TE_INPUT_INVALID: Fichier illisible ou absent.\n',
    );
    const error = (await runWords(['inspect', 'nope.xml', '--lang', 'en'])).err;
    expect(error).toMatch(/^nope\.xml: TE_INPUT_INVALID: [A-Z]/);
    expect(error).not.toContain('Fichier');
  });
});

describe('wrong words', () => {
  it.each<[readonly string[], RegExp, RegExp]>([
    [['document', 'build', 'spec.json'], /^Option --out manquante\./, /^Option --out missing\./],
    [['document', 'biuld'], /^Mot inconnu « biuld » : build attendu\./, /^Unknown word "biuld": build expected\./],
    [['vihf', 'explian', 'x.xml'], /^Mot inconnu « explian » : explain attendu\./, /^Unknown word "explian"/],
    [['vihf', 'explain'], /^FICHIER manquant\./, /^FICHIER missing\./],
    [['identity', 'p.csv'], /^Mot inconnu « p\.csv » : check attendu\./, /^Unknown word "p\.csv"/],
    [['check'], /^FICHIER manquant\./, /missing/],
    [['inspect', 'a', 'b'], /^Mot en trop : b\n/, /^One word too many: b\n/],
    [['mail', 'test', '--host', 'x'], /^Option --ca manquante\./, /^Option --ca missing\./],
    [['mail', 'test', '--host', 'x', '--ca', 'y', '--cert', 'z'], /^Option --key manquante\./, /--key missing/],
    [['outbox', 'show', '--spool', '.'], /^UNIQUE-ID manquant\./, /^UNIQUE-ID missing\./],
    [['outbox', 'remove', 'x', '--spool', '.'], /^Mot inconnu « remove »/, /^Unknown word "remove"/],
    [['doctor'], /^Option --config manquante\./, /^Option --config missing\./],
    [['foo'], /^Commande inconnue : "foo"\n/, /^Unknown command: "foo"\n/],
  ])('%j: what is wrong comes first, then the usage', async (words, french, english) => {
    const run = await runWords(words);
    expect(run).toMatchObject({ code: 2, out: '' });
    expect(run.err).toMatch(french);
    expect(run.err).toContain('usage: terr-esante');
    expect((await runWords([...words, '--lang', 'en'])).err).toMatch(english);

    const [object, ...others] = jsonLines((await runWords([...words, '--json'])).out);
    expect(others).toEqual([]);
    expect(object).toMatchObject({ error: { code: 'TE_INPUT_INVALID', message: expect.any(String) }, findings: [] });
  });

  it('an unknown option is named', async () => {
    expect(await runWords(['check', '--foo', 'x'])).toMatchObject({
      code: 2,
      err: 'TE_INPUT_INVALID: Option inconnue : --foo\n',
    });
    expect((await runWords(['types', '--limit', '--lang', 'en'])).err).toContain('--limit');
  });
});

describe('--json', () => {
  it('gives one object a line, for results and for errors', async () => {
    const good = file('good.json', JSON.stringify(fictivePatient()));
    const lines = jsonLines((await runWords(['check', '--json', good, join(folder, 'absent.xml')])).out);
    expect(lines).toMatchObject([{ kind: 'identity', ok: true }, { unusable: expect.any(String) }]);
    expect(jsonLines((await runWords(['types', 'lettre', '--limit', '3', '--json'])).out)).toHaveLength(3);

    expect(jsonLines((await runWords(['inspect', 'nope', '--json'])).out)).toEqual([
      {
        error: {
          code: 'TE_INPUT_INVALID',
          message: 'Fichier illisible ou absent.',
          messageEn: expect.any(String) as string,
          file: 'nope',
          details: {},
          correlationId: null,
        },
        findings: [],
      },
    ]);
  });
});

describe('documents', () => {
  it('says which folder is there already, and how to replace it', async () => {
    const spec = (await runWords(['document', 'build', '--example', 'lettre'])).out;
    file('document.pdf', demoLetterPdf());
    const words = ['document', 'build', file('spec.json', spec), '--out', join(folder, 'out')];
    expect((await runWords(words)).code).toBe(0);
    const again = await runWords(words);
    expect(again.code).toBe(2);
    expect(again.err).toMatch(/letter: TE_DUPLICATE: .*--replace/);
    expect(again.err).toContain(join(folder, 'out', 'letter'));
  });

  it.each([
    ['lettre', 'letter'],
    ['Ordonnance', 'prescription'],
    ['compte rendu', 'report-pdf'],
    ['vsm structuré', 'vsm-structured'],
    ['autre', 'other'],
  ])('--example takes the French word %s', async (word, kind) => {
    const { out } = await runWords(['document', 'build', '--example', word]);
    expect(JSON.parse(out)).toMatchObject({ kind });
  });

  it('--example guesses nothing', async () => {
    for (const word of ['vsm', 'constructor', 'synthese']) {
      const refused = await runWords(['document', 'build', '--example', word]);
      expect(refused).toMatchObject({ code: 2, out: '' });
      expect(refused.err).toContain('letter (lettre, courrier)');
    }
  });
});

describe('vihf explain', () => {
  it.each<[string, string | Uint8Array, string]>([
    ['PDF', demoLetterPdf(), 'un PDF'],
    ['archive', 'PK\u0003\u0004', 'une archive ZIP'],
    ['text', 'bonjour', 'autre chose que du XML'],
    ['empty', '', 'autre chose que du XML'],
  ])('of what is no XML (%s) is an unusable input', async (name, content, found) => {
    const run = await runWords(['vihf', 'explain', file(`${name}.bin`, content)]);
    expect(run).toMatchObject({ code: 2, out: '' });
    expect(run.err).toContain(`Ce fichier est ${found} : une assertion VIHF est un document XML.`);
  });

  it('of XML that is none is explained', async () => {
    expect((await runWords(['vihf', 'explain', file('other.xml', '\uFEFF <a/>')])).code).toBe(1);
    expect((await runWords(['vihf', 'explain', file('utf16.xml', Buffer.from('\uFEFF<a/>', 'utf16le'))])).code).toBe(1);
  });
});

describe('identity check on a French export', () => {
  const csv = (header: string, row: string): string => file('patients.csv', `${header}\n${row}\n`);
  const check = (path: string, ...more: string[]) => runWords(['identity', 'check', path, '--json', ...more]);
  const row = 'DUPRE-CANARI;CLAUDE;28/03/1979;H;99100;';

  it('reads French columns, dates day first and H, when asked', async () => {
    const path = csv('Nom de naissance;Premier prénom;Date de naissance;Sexe;Code pays naissance;adresse', row);
    const read = await check(path, '--format', 'fr');
    const [report] = jsonLines(read.out) as [{ findings: { rule: string; path: string }[] }];
    // The date and the sex were understood: nothing is said of them.
    expect(report.findings.filter(({ path: at }) => /birthDate|sex|Name/.test(at))).toEqual([]);
    expect(read.out + read.err).not.toMatch(/CANARI/);

    // Without the option nothing is guessed, and the sentence says what to do.
    const refused = await runWords(['identity', 'check', path]);
    expect(refused.code).toBe(2);
    expect(refused.err).toContain('--format fr');
    expect(refused.err).not.toContain('CANARI');
  });

  it('makes no guess between two names, and takes the word of the user', async () => {
    const path = csv('nom;prenom;ddn;sexe', row);
    const refused = await runWords(['identity', 'check', path, '--format', 'fr']);
    expect(refused.code).toBe(2);
    expect(refused.err).toContain('La colonne « nom » peut être nom_naissance (birthName) ou nom_utilise (usedName)');

    const told = await check(path, '--format', 'fr', '--column', 'nom=birthName', '--column', 'Prénom=firstName');
    const [report] = jsonLines(told.out) as [{ findings: { path: string }[] }];
    expect(report.findings.filter(({ path: at }) => /birthDate|sex|Name/.test(at))).toEqual([]);
  });

  it('leaves what it does not know to the check', async () => {
    const path = csv('nom_naissance;premier_prenom;ddn;sexe', 'DUPRE;CLAUDE;1979/03/28;Homme');
    const { out, code } = await check(path, '--format', 'fr');
    expect(code).toBe(1);
    const [report] = jsonLines(out) as [{ findings: { path: string }[] }];
    expect(report.findings.map(({ path: at }) => at)).toEqual(
      expect.arrayContaining([expect.stringContaining('birthDate'), expect.stringContaining('sex')]),
    );
  });

  it.each([
    ['--format', 'de'],
    ['--column', 'nom'],
    ['--column', 'nom=constructor'],
    ['--column', '=birthName'],
  ])('refuses %s %s', async (...words) => {
    mkdirSync(folder, { recursive: true });
    expect((await runWords(['identity', 'check', csv('birthName', 'A'), ...words])).code).toBe(2);
  });
});
