import { invisible } from '../../internal/text.ts';
import { terminalText } from '../terminal-text.ts';

/** A line of a description, with the lines under it. */
export interface Row {
  readonly label: string;
  readonly value?: string | undefined;
  readonly rows?: readonly Row[] | undefined;
}

/** The description of a content, for people (rows) and for programs (data). */
export interface Description {
  readonly rows: readonly Row[];
  readonly data: Readonly<Record<string, unknown>>;
}

/** A line with a value; nothing when there is none. */
export function row(label: string, value: string | number | null | undefined): Row[] {
  return value === null || value === undefined || value === '' ? [] : [{ label, value: String(value) }];
}

/** A heading with lines under it; nothing when there are none. */
export function group(label: string, rows: readonly Row[]): Row[] {
  return rows.length === 0 ? [] : [{ label, rows }];
}

const unprintable = new RegExp(invisible.source, 'gu');

/** One line that a terminal shows as it is. */
export function printable(value: string): string {
  return value.replaceAll(unprintable, '\uFFFD');
}

export function rowsText(rows: readonly Row[], depth = 0): string {
  const indent = '  '.repeat(depth);
  return rows
    .map(({ label, value, rows: inner = [] }) => {
      const line = value === undefined ? label : `${label} : ${value}`;
      return `${indent}${printable(line)}\n${rowsText(inner, depth + 1)}`;
    })
    .join('');
}

/** One line of JSON that a terminal shows as it is. */
export function safeJson(value: unknown): string {
  return terminalText(JSON.stringify(value));
}
