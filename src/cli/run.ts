import { commands } from './commands.ts';
import { printFailure, refuseUsage } from './failure.ts';
import type { CliIo, ExitCode } from './io.ts';
import { say, takeLanguage, type Bilingual } from './language.ts';
import { terminalText } from './terminal-text.ts';
import { packageVersion } from './version.ts';

function usage(): Bilingual {
  const width = Math.max(...Object.keys(commands).map((name) => name.length));
  const lines = (lang: keyof Bilingual): string =>
    Object.entries(commands)
      .map(([name, { summary }]) => `  ${name.padEnd(width)}  ${summary[lang]}`)
      .join('\n');

  return {
    fr:
      `usage: terr-esante COMMANDE [options]\n\n${lines('fr')}\n\n` +
      'terr-esante COMMANDE --help en dit plus ; terr-esante --version.\n' +
      "--lang fr|en : langue de l'aide, des constats et des erreurs (sans elle, celle du système : français ou anglais).\n" +
      '--json : une ligne de JSON par résultat ; une erreur est une ligne {"error":…,"findings":[…]}.\n',
    en:
      `usage: terr-esante COMMAND [options]\n\n${lines('en')}\n\n` +
      'terr-esante COMMAND --help says more; terr-esante --version.\n' +
      '--lang fr|en: language of help, findings and errors (without it, that of the system: French or English).\n' +
      '--json: one line of JSON per result; an error is a line {"error":…,"findings":[…]}.\n',
  };
}

/**
 * Runs one command; every failure becomes exit code 2 with one line that holds no personal data.
 */
export async function run(words: readonly string[], given: CliIo): Promise<ExitCode> {
  const { lang, rest } = takeLanguage(words);
  const io: CliIo = {
    ...given,
    // A line that is begun anew is how progress is redrawn; a result is not.
    out: (text) => given.out(terminalText(text).replaceAll(/\r(?!\n)/g, '\\r')),
    err: (text) => given.err(terminalText(text)),
    lang: lang ?? given.lang ?? 'fr',
  };
  if (lang === null) return refuseUsage(io, rest, usage(), { fr: '--lang : fr ou en.', en: '--lang: fr or en.' });

  const [name = '--help', ...args] = rest;
  if (name === '--help' || name === '-h' || name === 'help') {
    io.out(say(io, usage()));
    return rest.length === 0 ? 2 : 0;
  }
  if (name === '--version' || name === '-v') {
    io.out(`${packageVersion()}\n`);
    return 0;
  }

  const entry = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!entry) {
    const shown = JSON.stringify(name.slice(0, 40));
    return refuseUsage(io, args, usage(), { fr: `Commande inconnue : ${shown}`, en: `Unknown command: ${shown}` });
  }

  try {
    const command = await entry.load();
    return await command(args, io);
  } catch (error) {
    await printFailure(io, args, error);
    return 2;
  }
}
