import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';

import { commands } from '../../src/cli/commands.ts';
import { languageOfSystem } from '../../src/cli/language.ts';
import { missing } from '../helpers/require-tool.ts';
import { runWords } from '../helpers/cli.ts';

describe('the language of the machine', () => {
  it.each([
    [{ LANG: 'fr_FR.UTF-8' }, 'en-US', 'fr'],
    [{ LANG: 'fr' }, 'en-US', 'fr'],
    [{ LANG: 'fr_CA@euro' }, 'en-US', 'fr'],
    [{ LANG: 'en_GB.UTF-8' }, 'fr-FR', 'en'],
    [{ LANG: 'C.UTF-8' }, 'fr-FR', 'en'],
    [{ LANG: 'frisian' }, 'en-US', 'en'],
    [{ LANG: 'en_US', LC_ALL: 'fr_FR.UTF-8' }, 'en-US', 'fr'],
    [{ LANG: 'fr_FR', LC_MESSAGES: 'de_DE' }, 'fr-FR', 'en'],
    [{ LC_ALL: '', LANG: 'fr_FR' }, 'en-US', 'fr'],
    [{}, 'fr-FR', 'fr'],
    [{}, 'en-US', 'en'],
  ] as const)('%j with the locale %s: %s', (variables, locale, language) => {
    expect(languageOfSystem(variables, locale)).toBe(language);
  });
});

describe('terr-esante completion', () => {
  it.each(['bash', 'zsh', 'fish'])('%s has every command', async (shell) => {
    const { code, out } = await runWords(['completion', shell]);
    expect(code).toBe(0);
    for (const name of Object.keys(commands)) expect(out).toContain(name);
    expect(out).toContain(shell === 'fish' ? "-l 'spool'" : '--spool');
  });

  it('has no other shell', async () => {
    expect(await runWords(['completion', 'csh'])).toMatchObject({
      code: 2,
      err: expect.stringMatching(/^Mot inconnu « csh »/),
    });
    expect(await runWords(['completion'])).toMatchObject({
      code: 2,
      err: expect.stringMatching(/^bash\|zsh\|fish manquant/),
    });
    expect(await runWords(['completion', 'bash', 'x'])).toMatchObject({
      code: 2,
      err: expect.stringMatching(/^Mot en trop : x/),
    });
  });

  it.skipIf(missing('bash'))('is understood by bash', async () => {
    const { out } = await runWords(['completion', 'bash']);
    const complete = (...words: readonly string[]): readonly string[] =>
      execFileSync(
        'bash',
        [
          '-c',
          `${out}\nCOMP_WORDS=(terr-esante "$@"); COMP_CWORD=$#; _terr_esante; printf '%s\\n' "\${COMPREPLY[@]}"`,
          'bash',
          ...words,
        ],
        { encoding: 'utf8' },
      )
        .trim()
        .split('\n');
    expect(complete('out')).toEqual(['outbox']);
    expect(complete('outbox', 'sh')).toEqual(['show']);
    expect(complete('document', '--o')).toEqual(['--out']);
    expect(complete('check', '--la')).toEqual(['--lang']);
  });
});
