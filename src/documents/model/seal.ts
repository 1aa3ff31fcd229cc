import { createHash } from 'node:crypto';
import type { ByteSource } from '../../internal/bytes.ts';

/**
 * Remembers what this copy of the SDK made, and whether a value is still what was made: a digest of
 * all its members, contents by their identity. A copy, a changed member or another content breaks
 * the seal.
 */
export class Seals<T extends object> {
  readonly #digests = new WeakMap<T, string>();

  put(value: T): T {
    this.#digests.set(value, digestOf(value));
    return value;
  }

  holds(value: T): boolean {
    const digest = this.#digests.get(value);
    return digest !== undefined && digest === digestOf(value);
  }
}

/** A number for each source that was met. */
const numbers = new WeakMap<ByteSource, number>();
let met = 0;

function numberOf(source: ByteSource): number {
  const known = numbers.get(source);
  if (known !== undefined) return known;

  met += 1;
  numbers.set(source, met);
  return met;
}

function isSource(value: unknown): value is ByteSource {
  return typeof value === 'object' && value !== null && 'open' in value && 'byteLength' in value;
}

function digestOf(value: object): string {
  const json = JSON.stringify(value, (_key, member: unknown) =>
    isSource(member) ? { content: numberOf(member), byteLength: member.byteLength } : member,
  );
  return createHash('sha256').update(json).digest('hex');
}
