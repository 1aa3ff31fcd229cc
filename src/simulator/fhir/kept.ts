import type { Json } from '../../internal/json/index.ts';

/** Most versions of one resource that are kept. */
const maxVersions = 50;

interface Versions {
  readonly all: Json[];
  count: number;
  content: string;
}

/** A resource and where it stands in its history. */
export interface Versioned {
  readonly resource: Json;
  readonly version: number;
}

/**
 * The versions of every resource. What another side of the simulator changes is seen when it is
 * looked at: a resource whose content differs from its last version has a new one.
 */
export class ResourceVersions {
  readonly #known = new Map<string, Versions>();

  /**
   * The resource with its version and the time of it.
   *
   * @param at - ISO 8601, when the content was written, if it is new
   */
  stamped(resource: Json, at: string): Json {
    const key = `${String(resource['resourceType'])}/${String(resource['id'])}`;
    const content = JSON.stringify(resource);
    const known = this.#known.get(key) ?? { all: [], count: 0, content: '' };
    const latest = known.all.at(-1);
    if (latest && known.content === content) return latest;

    known.count += 1;
    known.content = content;
    const { meta } = resource;
    const stamp = { ...(meta as Json | undefined), versionId: String(known.count), lastUpdated: at };
    const { resourceType, id, meta: _meta, ...rest } = resource;
    const stamped = { resourceType, id, meta: stamp, ...rest };
    known.all.push(stamped);
    if (known.all.length > maxVersions) known.all.shift();
    this.#known.set(key, known);
    return stamped;
  }

  /** The versions that are kept, newest first. */
  of(type: string, id: string): readonly Json[] {
    return [...(this.#known.get(`${type}/${id}`)?.all ?? [])].reverse();
  }
}

/** Who may see a kept resource; `null` for everybody. */
export interface KeptResource {
  readonly resource: Json;
  /** ISO 8601. */
  readonly at: string;
  /** National identifier of the professional whom it belongs to. */
  readonly owner: string | null;
}

/** Most resources of one type that are kept: a far side of tests has fewer by far. */
const maxKept = 20_000;

/** Resources that only the FHIR side knows, as they were written. */
export class KeptResources {
  readonly #types = new Map<string, Map<string, KeptResource>>();
  readonly #deleted = new Set<string>();

  all(type: string): readonly KeptResource[] {
    return [...(this.#types.get(type)?.values() ?? [])];
  }

  byId(type: string, id: string): KeptResource | undefined {
    return this.#types.get(type)?.get(id);
  }

  isDeleted(type: string, id: string): boolean {
    return this.#deleted.has(`${type}/${id}`);
  }

  /** Whether there is room for one more. */
  hasRoom(type: string): boolean {
    return (this.#types.get(type)?.size ?? 0) < maxKept;
  }

  put(type: string, id: string, kept: KeptResource): void {
    const ofType = this.#types.get(type) ?? new Map<string, KeptResource>();
    ofType.set(id, kept);
    this.#types.set(type, ofType);
  }

  delete(type: string, id: string): boolean {
    const isThere = this.#types.get(type)?.delete(id) === true;
    if (isThere) this.#deleted.add(`${type}/${id}`);
    return isThere;
  }
}
