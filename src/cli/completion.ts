import { parseArgs } from 'node:util';
import { refuseUsage, tooMany, unknownWord } from './failure.ts';
import type { CliIo, Command } from './io.ts';
import { say, type Bilingual } from './language.ts';

const help = {
  fr: `usage: terr-esante completion bash|zsh|fish [--lang fr|en]

Écrit de quoi achever les mots : commandes, sous-commandes, options. À ranger où l'interpréteur les cherche, par exemple
~/.local/share/bash-completion/completions/terr-esante.

code de sortie : 0, ou 2 pour l'usage.
`,
  en: `usage: terr-esante completion bash|zsh|fish

Prints what completes words: commands, sub-commands, options. Put it where the shell looks, for example
~/.local/share/bash-completion/completions/terr-esante.

exit code: 0, or 2 for usage.
`,
};

/** The commands, as their table has them. */
type Commands = Readonly<Record<string, { readonly summary: Bilingual; readonly load: () => Promise<Command> }>>;

/** What may follow a command: its sub-commands, and its options. */
interface Followers {
  readonly name: string;
  readonly words: readonly string[];
  readonly options: readonly string[];
}

/** Read from the help of a command, which is the one list of its options. */
async function followersOf(
  name: string,
  { summary, load }: NonNullable<Commands[string]>,
  io: CliIo,
): Promise<Followers> {
  let text = '';
  const command = await load();
  await command(['--help'], { ...io, lang: 'en', out: (part) => void (text += part), err: () => undefined });

  const listed = new RegExp(`: ${name} ([a-z]+(?:\\|[a-z]+)*)`).exec(summary.en)?.[1];
  const options = new Set([...text.matchAll(/--[a-z][a-z0-9-]*/g)].map(([option]) => option));
  return { name, words: listed?.split('|') ?? [], options: [...options, '--help', '--lang'].toSorted() };
}

const distinct = (words: readonly string[]): readonly string[] => [...new Set(words)];

function bash(all: readonly Followers[]): string {
  const cases = all.map(
    ({ name, words, options }) => `    ${name}) words="${distinct([...words, ...options]).join(' ')}" ;;`,
  );
  return `_terr_esante() {
  local current="\${COMP_WORDS[COMP_CWORD]}" words
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${all.map(({ name }) => name).join(' ')} --help --version" -- "$current"))
    return
  fi
  case "\${COMP_WORDS[1]}" in
${cases.join('\n')}
    *) words="" ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o bashdefault -o default -F _terr_esante terr-esante
`;
}

/** The completion of bash, which zsh can use. */
const zsh = (all: readonly Followers[]): string =>
  `#compdef terr-esante\nautoload -U +X bashcompinit && bashcompinit\n${bash(all)}`;

function fish(all: readonly Followers[]): string {
  const lines = all.flatMap(({ name, words, options }) => {
    const inside = `-n '__fish_seen_subcommand_from ${name}'`;
    return [
      `complete -c terr-esante -n '__fish_use_subcommand' -a '${name}'`,
      ...words.map((word) => `complete -c terr-esante ${inside} -a '${word}'`),
      ...distinct(options).map((option) => `complete -c terr-esante ${inside} -l '${option.slice(2)}'`),
    ];
  });
  return `${lines.join('\n')}\n`;
}

const shells: Readonly<Record<string, (all: readonly Followers[]) => string>> = { bash, zsh, fish };

/** `terr-esante completion`: completion of words for a shell. */
export function completionCommand(commands: Commands): Command {
  return async (args, io) => {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { help: { type: 'boolean', short: 'h' }, json: { type: 'boolean' } },
    });
    if (values.help) {
      io.out(say(io, help));
      return 0;
    }

    const [shell = '', ...more] = positionals;
    const write = Object.hasOwn(shells, shell) ? shells[shell] : undefined;
    if (!write) return refuseUsage(io, args, help, unknownWord(positionals[0], Object.keys(shells)));
    if (more[0] !== undefined) return refuseUsage(io, args, help, tooMany(more[0]));

    const all: Followers[] = [];
    for (const [name, entry] of Object.entries(commands)) all.push(await followersOf(name, entry, io));
    io.out(write(all));
    return 0;
  };
}
