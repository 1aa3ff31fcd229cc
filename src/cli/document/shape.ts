import type { Finding } from '../../errors.ts';

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

/** Number of letters to change, add or remove; adjacent letters in the wrong order count once. */
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

/** Nobody corrects more than that at once; a hostile description has as many as it wants. */
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

const messages = {
  'SPEC-UNKNOWN-KEY': ['Clé inconnue à cet endroit.', 'A key is not known here.'],
  'SPEC-MISSING': ['Une clé obligatoire manque.', 'A required key is missing.'],
  'SPEC-TYPE': ["La valeur n'est pas de la nature attendue.", 'The value is not of the expected kind.'],
} as const;

export type SpecRule = keyof typeof messages;

export function specFinding(
  rule: SpecRule,
  path: string,
  found: string | null,
  expected: string | null,
  fix: string,
): Finding {
  const [message, messageEn] = messages[rule];
  return { rule, severity: 'error', path, message, messageEn, found, expected, fix, reference: null };
}

function natureOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'liste';
  return { string: 'texte', number: 'nombre', boolean: 'true ou false' }[typeof value as string] ?? 'objet';
}

function expectedOf(shape: Shape): string {
  switch (shape.kind) {
    case 'text':
      return 'texte';
    case 'number':
      return 'nombre';
    case 'flag':
      return 'true ou false';
    case 'true':
      return 'true';
    case 'word':
      return shape.words.join(', ');
    case 'list':
      return 'liste';
    case 'object':
      return 'objet';
    case 'either':
      return [...new Set(shape.of.map(expectedOf))].join(' ou ');
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
      return shape.of.some((one) => fits(value, one));
  }
}

/**
 * Reads a JSON value into a fresh one that holds only known keys, and says everything that is wrong
 * with it. No value is repeated; an unknown key is only when it resembles a known one.
 */
export function readShape(value: unknown, shape: Shape, path: string, findings: Finding[]): unknown {
  if (findings.length >= maxFindings) return undefined;
  if (shape.kind === 'either') {
    const meant =
      shape.of.find((one) => fits(value, one)) ??
      shape.of.findLast((one) => one.kind === (isObject(value) ? 'object' : 'word')) ??
      null;
    if (meant) return readShape(value, meant, path, findings);
  }
  if (shape.kind === 'object' && isObject(value)) return readObject(value, shape, path, findings);
  if (shape.kind === 'list' && Array.isArray(value)) {
    return value.map((one, index) => readShape(one, shape.of, `${path}[${index}]`, findings));
  }
  if (shape.kind !== 'object' && fits(value, shape)) return value;
  const found = shape.kind === 'word' && typeof value === 'string' ? 'autre texte' : natureOf(value);
  findings.push(specFinding('SPEC-TYPE', path, found, expectedOf(shape), 'Corrigez la valeur de cette clé.'));
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
    const meant = nearestName(name, known);
    findings.push(
      meant === null
        ? specFinding('SPEC-UNKNOWN-KEY', path, null, known.join(', '), 'Retirez cette clé.')
        : specFinding('SPEC-UNKNOWN-KEY', path, name, meant, `Vouliez-vous dire « ${meant} » ?`),
    );
  }
  const out: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(members)) {
    if (Object.hasOwn(value, name)) out[name] = readShape(value[name], member, `${path}.${name}`, findings);
    else if (Object.hasOwn(shape.required, name)) {
      findings.push(
        specFinding('SPEC-MISSING', `${path}.${name}`, null, expectedOf(member), 'Ajoutez cette clé à la description.'),
      );
    }
  }
  return out;
}
