import { ExactNumber, isObject, type Json } from '../../internal/json/index.ts';
import { refused } from './refusal.ts';
import type { FhirView } from './view.ts';

/** Resources of a transaction, and those that are there, by reference. */
export class LinkedResources {
  readonly #view: FhirView;
  readonly #byUrl: ReadonlyMap<string, Json>;
  /** Where the entries of the transaction have gone: `Type/id` by `fullUrl`. */
  readonly #placed = new Map<string, string>();

  constructor(view: FhirView, byUrl: ReadonlyMap<string, Json> = new Map()) {
    this.#view = view;
    this.#byUrl = byUrl;
  }

  /** What a reference leads to. */
  byReference(reference: unknown): Json | undefined {
    if (typeof reference !== 'string') return undefined;
    return this.#byUrl.get(reference) ?? this.#view.byReference(reference);
  }

  place(fullUrl: string, type: string, id: string): void {
    if (fullUrl !== '') this.#placed.set(fullUrl, `${type}/${id}`);
  }

  /**
   * Refuses a reference that leads nowhere. One by an identifier alone is not looked up.
   *
   * @throws FhirRefusal
   */
  check(value: unknown): void {
    if (Array.isArray(value)) {
      for (const item of value) this.check(item);
      return;
    }
    if (!isObject(value)) return;

    for (const [name, member] of Object.entries(value)) {
      const isLocal = typeof member === 'string' && member.startsWith('#');
      if (name === 'reference' && typeof member === 'string' && !isLocal && !this.byReference(member)) {
        throw refused('SIM-FHIR-REFERENCE');
      }
      this.check(member);
    }
  }

  /** The same with the ids that the server gave. */
  placed(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((item: unknown) => this.placed(item));
    if (!isObject(value) || value instanceof ExactNumber) return value;

    return Object.fromEntries(
      Object.entries(value).map(([name, member]) => {
        const isReference = name === 'reference' && typeof member === 'string';
        return [name, isReference ? (this.#placed.get(member) ?? member) : this.placed(member)];
      }),
    );
  }
}
