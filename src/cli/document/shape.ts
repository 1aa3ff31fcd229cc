import { descriptionRules } from '../../conformance/rules/description.ts';
import type { Finding } from '../../errors.ts';
import { finding } from '../../internal/finding.ts';

/** What a JSON value must look like. Codes and dates are for the builders to judge. */
export type Shape =
  | { readonly kind: 'text' | 'number' | 'flag' | 'true' }
  | { readonly kind: 'word'; readonly words: readonly string[] }
  | { readonly kind: 'list'; readonly of: Shape }
  | {
      readonly kind: 'object';
      readonly required: Readonly<Record<string, Shape>>;
      readonly optional: Readonly<Record<string, Shape>>;
    }
  | { readonly kind: 'either'; readonly of: readonly Shape[] };

export const text: Shape = { kind: 'text' };
export const number: Shape = { kind: 'number' };
export const flag: Shape = { kind: 'flag' };
/** `true`, and nothing else. */
export const yes: Shape = { kind: 'true' };
export const word = (...words: string[]): Shape => ({ kind: 'word', words });
export const list = (of: Shape): Shape => ({ kind: 'list', of });
export const either = (...of: Shape[]): Shape => ({ kind: 'either', of });
export const object = (
  required: Readonly<Record<string, Shape>>,
  optional: Readonly<Record<string, Shape>> = {},
): Shape => ({ kind: 'object', required, optional });

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * How far two words are from each other: the number of letters to change, add or remove, two
 * neighbours in the wrong order counting once (optimal string alignment, row by row).
 */
function distance(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);

  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1];
      let best = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        best = Math.min(best, (before[j - 2] ?? 0) + 1);
      }
      row.push(best);
    }

    before = last;
    last = row;
  }

  return last[b.length] ?? b.length;
}

/** More than one corrects at once; a hostile description may hold any number of faults. */
const maxFindings = 200;

/** The known name that was probably meant. */
export function nearestName(name: string, known: readonly string[]): string | null {
  if (name.length > 40) return null;
  const [best] = known
    .map((candidate) => ({ candidate, far: distance(name.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ candidate, far }) => far <= Math.max(1, Math.floor(candidate.length / 3)))
    .sort((a, b) => a.far - b.far);
  return best?.candidate ?? null;
}

function natureOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

function expectedOf(shape: Shape): string {
  switch (shape.kind) {
    case 'text':
      return 'string';
    case 'number':
      return 'number';
    case 'flag':
      return 'boolean';
    case 'true':
      return 'true';
    case 'word':
      return shape.words.join(', ');
    case 'list':
      return 'array';
    case 'object':
      return 'object';
    case 'either':
      return [...new Set(shape.of.map(expectedOf))].join(' | ');
  }
}

/**
 * Whether the alternative is the one that was meant: its nature, and for an object its required
 * keys.
 */
function fits(value: unknown, shape: Shape): boolean {
  switch (shape.kind) {
    case 'text':
      return typeof value === 'string';
    case 'number':
      return typeof value === 'number';
    case 'flag':
      return typeof value === 'boolean';
    case 'true':
      return value === true;
    case 'word':
      return typeof value === 'string' && shape.words.includes(value);
    case 'list':
      return Array.isArray(value);
    case 'object':
      return isObject(value) && Object.keys(shape.required).every((name) => Object.hasOwn(value, name));
    case 'either':
      return shape.of.some((alternative) => fits(value, alternative));
  }
}

/**
 * Reads a JSON value into a fresh one that holds only known keys, and lists everything that is
 * wrong with it. No value is repeated.
 */
export function readShape(value: unknown, shape: Shape, path: string, findings: Finding[]): unknown {
  if (findings.length >= maxFindings) return undefined;
  if (shape.kind === 'either') {
    const meant =
      shape.of.find((alternative) => fits(value, alternative)) ??
      shape.of.findLast(({ kind }) => kind === (isObject(value) ? 'object' : 'word')) ??
      null;
    if (meant) return readShape(value, meant, path, findings);
  }

  if (shape.kind === 'object' && isObject(value)) return readObject(value, shape, path, findings);
  if (shape.kind === 'list' && Array.isArray(value)) {
    return value.map((member, index) => readShape(member, shape.of, `${path}[${index}]`, findings));
  }
  if (shape.kind !== 'object' && fits(value, shape)) return value;

  findings.push(finding(descriptionRules, 'SPEC-TYPE', { path, found: natureOf(value), expected: expectedOf(shape) }));
  return undefined;
}

function readObject(
  value: Record<string, unknown>,
  shape: Extract<Shape, { kind: 'object' }>,
  path: string,
  findings: Finding[],
): Record<string, unknown> {
  const members = { ...shape.required, ...shape.optional };
  const known = Object.keys(members);
  for (const name of Object.keys(value)) {
    if (Object.hasOwn(members, name)) continue;
    if (findings.length >= maxFindings) return {};
    findings.push(unknownKey(name, known, path));
  }

  const out: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(members)) {
    if (Object.hasOwn(value, name)) out[name] = readShape(value[name], member, `${path}.${name}`, findings);
    else if (Object.hasOwn(shape.required, name)) {
      findings.push(
        finding(descriptionRules, 'SPEC-MISSING', { path: `${path}.${name}`, expected: expectedOf(member) }),
      );
    }
  }
  return out;
}

/** A key that is not known here; it is shown only when it resembles a known one. */
function unknownKey(name: string, known: readonly string[], path: string): Finding {
  const meant = nearestName(name, known);
  return meant === null
    ? finding(descriptionRules, 'SPEC-UNKNOWN-KEY', { path, expected: known.join(', ') })
    : finding(descriptionRules, 'SPEC-MISSPELT', { path, found: name, expected: meant, values: { meant } });
}
