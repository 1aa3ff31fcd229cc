import type { TerrESanteError } from '../../errors.ts';
import { nodeCrypto } from '../../internal/node-crypto.ts';
import { protocolFailure } from '../soap/outcome.ts';
import type { DocumentRequest } from './model.ts';

type Known = Pick<DocumentRequest, 'hash' | 'size'>;

/**
 * Digests that an entry may hold, told apart by their length in hexadecimal. XDS has SHA-1; some
 * registries keep SHA-256.
 *
 * @see IHE ITI TF-3, section 4.2.3.2.10
 */
const algorithms: ReadonlyMap<number, 'sha1' | 'sha256'> = new Map([
  [40, 'sha1'],
  [64, 'sha256'],
]);

function algorithmOf(hash: DocumentRequest['hash']): 'sha1' | 'sha256' | null {
  return typeof hash === 'string' && /^[0-9a-f]+$/i.test(hash) ? (algorithms.get(hash.length) ?? null) : null;
}

/** Whether a hash is given that nothing can be compared with. */
export function isUnknownHash({ hash }: Known): boolean {
  return typeof hash === 'string' && hash !== '' && algorithmOf(hash) === null;
}

/** Counts and hashes the bytes of a document while they pass, and compares them with its entry. */
export class ContentCheck {
  readonly #known: readonly Known[];
  readonly #sha1 = nodeCrypto().createHash('sha1');
  readonly #sha256;
  readonly #longest: number;
  #length = 0;

  constructor(known: readonly Known[]) {
    this.#known = known;
    const isSha256 = known.some(({ hash }) => algorithmOf(hash) === 'sha256');
    this.#sha256 = isSha256 ? nodeCrypto().createHash('sha256') : null;
    this.#longest = Math.min(...known.map(({ size }) => (typeof size === 'number' ? size : Infinity)));
  }

  /** @throws TerrESanteError `TE_PROTOCOL` as soon as there is more than the entry says */
  add(chunk: Uint8Array): void {
    this.#length += chunk.length;
    if (this.#length > this.#longest) throw another();
    this.#sha1.update(chunk);
    this.#sha256?.update(chunk);
  }

  /** @throws TerrESanteError `TE_PROTOCOL` when the bytes are not those of the entry */
  end(): { readonly sha1: string; readonly length: number } {
    const digests = { sha1: this.#sha1.digest('hex'), sha256: this.#sha256?.digest('hex') };

    for (const { hash, size } of this.#known) {
      const algorithm = algorithmOf(hash);
      const isOther = algorithm !== null && hash?.toLowerCase() !== digests[algorithm];
      if (isOther || (typeof size === 'number' && size !== this.#length)) throw another();
    }
    return { sha1: digests.sha1, length: this.#length };
  }
}

function another(): TerrESanteError {
  return protocolFailure('hash', "Les octets reçus ne sont pas ceux que l'entrée du registre annonce.");
}
