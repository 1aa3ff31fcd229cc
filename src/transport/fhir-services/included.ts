import { isTerrESanteError } from '../../errors.ts';
import type { Json } from '../../internal/json/index.ts';
import { readReference } from '../fhir/address.ts';
import { isModified, type FhirEntry } from '../fhir/bundle.ts';
import { askFhir } from '../fhir/exchange.ts';
import type { FhirCall } from './exchange.ts';

/** Most resources that one operation reads one by one. */
const maxReads = 200;

/**
 * The resources that came with an answer, found by what refers to them. A reference to another
 * server is somebody else, whatever its type and id; what a server left out is read from it, one by
 * one.
 */
export class Included {
  readonly #call: FhirCall;
  readonly #byUrl = new Map<string, Json>();
  readonly #byId = new Map<string, Json>();
  #reads = 0;

  constructor(call: FhirCall, entries: readonly FhirEntry[]) {
    this.#call = call;
    for (const { type, id, fullUrl, resource } of entries) {
      if (fullUrl !== null) this.#byUrl.set(fullUrl, resource);
      if (id !== null) this.#byId.set(`${type}/${id}`, resource);
    }
  }

  /** What came with the answer; `null` when it did not. */
  held(reference: unknown, type: string): Json | null {
    if (typeof reference !== 'string') return null;
    const url = reference.replace(/\/_history\/[^/?#\s]+$/, '');
    const key = this.#ownKey(reference);
    const found = this.#byUrl.get(url) ?? (key === null ? undefined : this.#byId.get(key));
    return found?.['resourceType'] === type ? found : null;
  }

  /** The same, read from the server when it did not come; `null` when it gives none. */
  async find(reference: unknown, type: string): Promise<Json | null> {
    const held = this.held(reference, type);
    const key = this.#ownKey(reference);
    if (held || key === null || !key.startsWith(`${type}/`) || this.#reads >= maxReads) return held;

    this.#reads += 1;
    const { partner, limits } = this.#call;
    const url = new URL(key, partner.base).href;
    try {
      const { resource } = await askFhir(partner, { ...limits, method: 'GET', url, writes: false });
      if (resource?.['resourceType'] !== type || isModified(resource)) return null;
      this.#byId.set(key, resource);
      return resource;
    } catch (error) {
      if (isTerrESanteError(error) && ['TE_NOT_FOUND', 'TE_FORBIDDEN'].includes(error.code)) return null;
      throw error;
    }
  }

  /** Type and id of what is on this server; `null` for what is elsewhere, or no reference. */
  #ownKey(text: unknown): string | null {
    const reference = readReference(text);
    if (!reference || typeof text !== 'string') return null;

    const isRelative = !/^https?:/i.test(text);
    const isOurs = isRelative || new URL(text).href.startsWith(this.#call.partner.base.href);
    return isOurs ? `${reference.type}/${reference.id}` : null;
  }
}
