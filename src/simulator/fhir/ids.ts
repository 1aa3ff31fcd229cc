import type { LocalIdentifier } from '../../identity/index.ts';

/**
 * Ids of resources. They say nothing of whom they name: they stand in addresses, where no
 * identifier of a patient belongs.
 */
export class ResourceIds {
  readonly #newId: () => string;
  readonly #byKey = new Map<string, string>();
  readonly #keys = new Map<string, string>();

  constructor(newId: () => string) {
    this.#newId = newId;
  }

  ofPatient({ system, value }: LocalIdentifier): string {
    return this.#of('Patient', system, value);
  }

  ofConsent(id: string): string {
    return this.#of('Consent', id);
  }

  ofProfessional(nationalId: string): string {
    return this.#of('Professional', nationalId);
  }

  /** The professional whom an id was given to; `null` for another id. */
  professionalOf(id: string): string | null {
    const [kind, nationalId] = JSON.parse(this.#keys.get(id) ?? '[]') as string[];
    return kind === 'Professional' && nationalId !== undefined ? nationalId : null;
  }

  #of(...parts: readonly string[]): string {
    const key = JSON.stringify(parts);
    const known = this.#byKey.get(key);
    if (known !== undefined) return known;

    const id = this.#newId();
    this.#byKey.set(key, id);
    this.#keys.set(id, key);
    return id;
  }
}
