import { TerrESanteError } from '../../errors.ts';

export function notUnderstood(path: string): TerrESanteError {
  return new TerrESanteError('TE_PROTOCOL', "La réponse de la plateforme n'est pas comprise.", { details: { path } });
}

type Fields = Readonly<Record<string, unknown>>;

function asFields(value: unknown, path: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw notUnderstood(path);
  return value as Fields;
}

const isoUtcShape = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,3})?Z$/;

/**
 * Reads a JSON object field by field: anything of another shape is `TE_PROTOCOL`, never a default
 * value.
 */
export class JsonAnswer {
  readonly #fields: Fields;
  readonly #path: string;

  constructor(value: unknown, path = '') {
    this.#fields = asFields(value, path);
    this.#path = path;
  }

  static parse(bytes: Uint8Array): JsonAnswer {
    let value: unknown;
    try {
      value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    } catch {
      // The parser quotes the text: its error is not kept.
      throw notUnderstood('');
    }
    return new JsonAnswer(value);
  }

  #at(name: string): string {
    return this.#path === '' ? name : `${this.#path}.${name}`;
  }

  #value(name: string): unknown {
    return Object.hasOwn(this.#fields, name) ? this.#fields[name] : undefined;
  }

  has(name: string): boolean {
    const value = this.#value(name);
    return value !== undefined && value !== null;
  }

  text(name: string, maxLength = 1000): string {
    const value = this.#value(name);
    if (typeof value !== 'string' || value.length > maxLength) throw notUnderstood(this.#at(name));
    return value;
  }

  /** A list of short texts. */
  texts(name: string, maxLength = 100): string[] {
    const value = this.#value(name);
    const isTexts = Array.isArray(value) && value.every((item) => typeof item === 'string' && item.length <= 200);
    if (!isTexts || value.length > maxLength) throw notUnderstood(this.#at(name));
    return value as string[];
  }

  textOrNull(name: string): string | null {
    return this.has(name) ? this.text(name) : null;
  }

  oneOf<T extends string>(name: string, values: readonly T[]): T {
    const value = this.text(name);
    const found = values.find((item) => item === value);
    if (found === undefined) throw notUnderstood(this.#at(name));
    return found;
  }

  /** A whole number from 0. */
  count(name: string): number {
    const value = this.#value(name);
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) throw notUnderstood(this.#at(name));
    return value;
  }

  /** `null` means unknown; an absent field is not understood, so that nothing is taken for 0. */
  countOrNull(name: string): number | null {
    return this.#value(name) === null ? null : this.count(name);
  }

  flagOrNull(name: string): boolean | null {
    const value = this.#value(name);
    if (value === undefined || value === null) return null;
    if (typeof value !== 'boolean') throw notUnderstood(this.#at(name));
    return value;
  }

  time(name: string): string {
    const value = this.text(name);
    if (!isoUtcShape.test(value) || Number.isNaN(Date.parse(value))) throw notUnderstood(this.#at(name));
    return value;
  }

  timeOrNull(name: string): string | null {
    return this.has(name) ? this.time(name) : null;
  }

  object(name: string): JsonAnswer {
    return new JsonAnswer(this.#value(name), this.#at(name));
  }

  list(name: string, maxLength = 10_000): JsonAnswer[] {
    const value = this.#value(name);
    if (!Array.isArray(value) || value.length > maxLength) throw notUnderstood(this.#at(name));
    return value.map((item, index) => new JsonAnswer(item, `${this.#at(name)}[${index}]`));
  }
}
