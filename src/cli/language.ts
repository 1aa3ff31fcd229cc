/** Language of help, results and errors. */
export type Language = 'fr' | 'en';

/** A text in both. */
export interface Bilingual {
  readonly fr: string;
  readonly en: string;
}

/**
 * The language of whoever sits there, for a command without `--lang`: French where the system
 * speaks French, English else. The first variable that says something wins, as in POSIX; a system
 * without them (Windows) is asked for its locale.
 *
 * @see POSIX.1-2017, Environment Variables, 8.2
 */
export function languageOfSystem(variables: Readonly<Record<string, string | undefined>>, locale: string): Language {
  const named = [variables['LC_ALL'], variables['LC_MESSAGES'], variables['LANG']].find(Boolean) ?? locale;
  return /^fr(?:[_.@-]|$)/i.test(named) ? 'fr' : 'en';
}

/** The text in the language of the command, French where nothing names one. */
export function say({ lang = 'fr' }: { readonly lang?: Language | undefined }, text: Bilingual): string {
  return text[lang];
}

const word = /^--lang(?:=(?<value>.*))?$/s;

/**
 * Takes `--lang fr|en` out of the words, wherever it stands: every command has it.
 *
 * @returns `lang` is absent without `--lang`, `null` when it names another language, or none
 */
export function takeLanguage(words: readonly string[]): { lang?: Language | null; rest: readonly string[] } {
  const rest: string[] = [];
  let lang: Language | null | undefined;

  for (let index = 0; index < words.length; index += 1) {
    const found = word.exec(words[index] ?? '');
    if (!found) {
      rest.push(words[index] ?? '');
      continue;
    }

    let value = found.groups?.['value'];
    if (value === undefined) {
      index += 1;
      value = words[index];
    }
    lang = value === 'fr' || value === 'en' ? value : null;
  }

  return lang === undefined ? { rest } : { lang, rest };
}

/** A list on lines of at most 120 columns; those after the first begin with `indent` spaces. */
export function folded(words: readonly string[], indent: number): string {
  const lines: string[] = [];
  for (const [index, word] of words.entries()) {
    const part = index === words.length - 1 ? word : `${word},`;
    const last = lines.at(-1);
    if (last !== undefined && indent + last.length + part.length < 120) lines[lines.length - 1] = `${last} ${part}`;
    else lines.push(part);
  }
  return lines.join(`\n${' '.repeat(indent)}`);
}
