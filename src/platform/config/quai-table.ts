import { TerrESanteError } from '../../errors.ts';
import { decodeText } from '../../internal/text.ts';

/** One line of a table: a key and its value. */
export type TableRow = readonly [key: string, value: string];

/** Far above what a console exports. */
const maxLength = 1_000_000;

/**
 * A line of an exported table: a key, then `=`, `;`, a tabulation or `:`, then the value. Which of
 * them a console writes is not published, so each is read. Either part may stand between quotes.
 */
const rowForm = /^\s*(?:"(?<quoted>[^"]*)"|(?<plain>[^=;:\t"]*?))\s*(?<sign>[=;:\t])(?<rest>.*)$/;

/** Rows of a table that was exported as text; other lines are no row. */
export function rowsOf(table: string | Uint8Array): readonly TableRow[] {
  if (table.length > maxLength) throw unreadable();

  const text = typeof table === 'string' ? table : textOf(table);
  // A text that was decoded as something else shows its zeros.
  if (text.includes('\0')) throw unreadable();

  return text
    .replace(/^\uFEFF/, '')
    .split(/\r\n?|\n|\u2028|\u0085/)
    .flatMap((line) => rowOf(line));
}

/** UTF-8, UTF-16 with its mark, else what French Windows writes. */
function textOf(bytes: Uint8Array): string {
  return decodeText(bytes) ?? new TextDecoder('windows-1252').decode(bytes);
}

function rowOf(line: string): readonly TableRow[] {
  const parts = rowForm.exec(line)?.groups;
  const key = parts?.['quoted'] ?? parts?.['plain'] ?? '';
  if (parts === undefined || key.trim() === '') return [];

  const sign = parts['sign'] ?? '';
  const rest = parts['rest'] ?? '';
  // Only a table has cells after the value.
  const isTable = sign === ';' || sign === '\t';
  return [[key, isTable ? firstCell(rest, sign) : unquoted(rest)]];
}

/** The value of a row of a table, whose other cells are empty. */
function firstCell(rest: string, sign: string): string {
  const quoted = /^\s*"(?<cell>(?:[^"]|"")*)"(?<others>.*)$/.exec(rest)?.groups;
  const end = rest.indexOf(sign);
  const cell = quoted?.['cell']?.replaceAll('""', '"') ?? (end < 0 ? rest : rest.slice(0, end));
  const others = quoted?.['others'] ?? (end < 0 ? '' : rest.slice(end));

  if (others.split(sign).some((other) => other.trim() !== '' && other.trim() !== '""')) {
    throw new TerrESanteError('TE_CONFIG_INVALID', 'Une ligne de la table des paramètres a plusieurs valeurs.');
  }
  return cell;
}

function unquoted(value: string): string {
  const inside = /^\s*"(?<text>(?:[^"]|"")*)"\s*$/.exec(value)?.groups?.['text'];
  return inside?.replaceAll('""', '"') ?? value;
}

function unreadable(): TerrESanteError {
  return new TerrESanteError('TE_CONFIG_INVALID', "La table des paramètres n'est pas un texte lisible.");
}
