import { isTerrESanteError, TerrESanteError, type TerrESanteErrorInit } from '../errors.ts';
import { printable, safeJson } from './inspect/rows.ts';
import type { CliIo } from './io.ts';
import { say, type Bilingual } from './language.ts';

/**
 * A file that a command cannot use. Its name is for the one who typed it only: it may be that of a
 * patient, so it is neither in the message nor in the JSON of the error.
 */
export class FileFailure extends TerrESanteError {
  readonly #file: string;

  constructor(file: string, code: TerrESanteError['code'], message: string, init: TerrESanteErrorInit = {}) {
    super(code, message, init);
    this.#file = file;
  }

  /** The file of an error, when it is about one. */
  static fileOf(error: unknown): string | null {
    return error instanceof FileFailure ? error.#file : null;
  }
}

/** English sentences of errors that a command throws itself. */
const english = new WeakMap<TerrESanteError, string>();

/** Words that a command cannot use. Holds option names only, never values. */
export function usageError(fr: string, en?: string): TerrESanteError {
  const error = new TerrESanteError('TE_INPUT_INVALID', fr);
  if (en !== undefined) english.set(error, en);
  return error;
}

/**
 * Words that a command cannot use: what is wrong comes first, then how the command is used.
 *
 * @returns the exit code
 */
export function refuseUsage(io: CliIo, args: readonly string[], help: Bilingual, reason: Bilingual): 2 {
  if (args.includes('--json')) io.out(`${safeJson(errorObject('TE_INPUT_INVALID', reason))}\n`);
  else io.err(`${printable(say(io, reason))}\n\n${say(io, help)}`);
  return 2;
}

/** An option or a word that is missing, or one too many: the reason of {@link refuseUsage}. */
export const missing = (name: string): Bilingual => ({ fr: `${name} manquant.`, en: `${name} missing.` });
export const missingOption = (name: string): Bilingual => ({
  fr: `Option --${name} manquante.`,
  en: `Option --${name} missing.`,
});
export const tooMany = (word: string): Bilingual => ({
  fr: `Mot en trop : ${word.slice(0, 60)}`,
  en: `One word too many: ${word.slice(0, 60)}`,
});
export const unknownWord = (word: string | undefined, known: readonly string[]): Bilingual =>
  word === undefined
    ? missing(known.join('|'))
    : {
        fr: `Mot inconnu « ${word.slice(0, 60)} » : ${known.join(', ')} attendu.`,
        en: `Unknown word "${word.slice(0, 60)}": ${known.join(', ')} expected.`,
      };

/** What `--json` prints for an error. */
function errorObject(
  code: string,
  { fr, en }: Bilingual,
  more: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> {
  return { error: { code, message: fr, messageEn: en, ...more }, findings: [] };
}

/** Prints whatever a command threw: one line, or one JSON object; nothing of a foreign message. */
export async function printFailure(io: CliIo, args: readonly string[], error: unknown): Promise<void> {
  const { code, sentence, more, findings } = await describe(error);
  const file = FileFailure.fileOf(error);

  if (args.includes('--json')) {
    const named = file === null ? more : { file, ...more };
    io.out(`${safeJson({ ...errorObject(code, sentence, named), findings })}\n`);
    return;
  }
  io.err(`${file === null ? '' : `${printable(file)}: `}${code}: ${printable(say(io, sentence))}\n`);
}

interface Described {
  readonly code: string;
  readonly sentence: Bilingual;
  readonly more: Readonly<Record<string, unknown>>;
  readonly findings: readonly unknown[];
}

async function describe(error: unknown): Promise<Described> {
  if (isTerrESanteError(error)) {
    const { code, message, details, correlationId, findings } = error;
    const sentence = { fr: message, en: english.get(error) ?? (await englishCause(code)) ?? message };
    return { code, sentence, more: { details, correlationId }, findings };
  }

  const nothing = { more: {}, findings: [] };
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
  if (code?.startsWith('ERR_PARSE_ARGS')) {
    return { code: 'TE_INPUT_INVALID', sentence: parseFailure(code, (error as Error).message), ...nothing };
  }
  return { code: code ?? 'TE_INTERNAL', sentence: { fr: 'Erreur inattendue.', en: 'Unexpected failure.' }, ...nothing };
}

/** What is known of a code in English: the message of an error is French. */
async function englishCause(code: string): Promise<string | null> {
  const { errorCodes } = await import('../conformance/index.ts');
  return errorCodes().find((known) => known.code === code)?.cause.en ?? null;
}

/** The sentence of a word that the parser of options refuses. It quotes the option, no value. */
function parseFailure(code: string, message: string): Bilingual {
  const option = /'(?<option>-{1,2}[\w-]{1,40})/.exec(message)?.groups?.['option'] ?? '';
  if (code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') {
    return { fr: `Option inconnue : ${option}`, en: `Unknown option: ${option}` };
  }
  if (code === 'ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL') {
    return { fr: 'Mot en trop.', en: 'One word too many.' };
  }
  return {
    fr: `Valeur manquante ou en trop pour l'option ${option}`,
    en: `Value missing, or one too many, for option ${option}`,
  };
}
