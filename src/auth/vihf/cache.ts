import { createHmac, randomBytes } from 'node:crypto';
import type { CallOptions } from '../../internal/abort.ts';
import { currentTime, optionalNumber } from '../../internal/border.ts';
import { systemRuntime, type Runtime } from '../../internal/runtime.ts';
import { readCertificate } from '../certificates/x509.ts';
import type { SigningProvider } from '../provider.ts';
import { createVihf } from './create.ts';
import type { Vihf, VihfInput } from './model.ts';

/** Options of {@link createVihfCache}. @group VIHF */
export interface VihfCacheOptions {
  readonly runtime?: Runtime | undefined;
  /** Assertions kept at once; the oldest goes first. @defaultValue `200` */
  readonly maxEntries?: number | undefined;
  /** An assertion is replaced that long before its end, in milliseconds. @defaultValue `60_000` */
  readonly renewBeforeMs?: number | undefined;
}

/** Gives assertions, signing again only when none that says the same is left. @group VIHF */
export interface VihfCache {
  get(input: VihfInput, options?: CallOptions): Promise<Vihf>;
  /** To be called when the card is removed, at logout, and after a refusal. */
  clear(): void;
}

/**
 * Keeps assertions for as long as they are good, because a card needs hundreds of milliseconds per
 * signature.
 *
 * An assertion is given again only for the same certificate and exactly the same input: never
 * across patients, professionals, practices, purposes or logins. Another card gets nothing of the
 * one before. Access in break-glass is never kept: each one is a fresh signature.
 *
 * @example
 * ```ts
 * import { createPkcs12Provider, createVihfCache } from 'terr-esante-sdk/auth';
 * import { createTestHierarchy, fictiveProfessional, fictiveStructure } from 'terr-esante-sdk/testing';
 *
 * const { professional } = await createTestHierarchy();
 * const { pfx, password } = professional.signature;
 * const cache = createVihfCache(await createPkcs12Provider({ pfx, password }));
 * const input = {
 *   professional: fictiveProfessional(),
 *   structure: fictiveStructure(),
 *   authentication: { means: 'card', instant: Date.now() },
 *   software: { name: 'LPS FICTIF', version: '1.0' },
 *   target: { resourceUrn: 'urn:exemple' },
 * } as const;
 * const [one, two] = [await cache.get(input), await cache.get(input)];
 * one === two; // true
 * ```
 *
 * @group VIHF
 */
export function createVihfCache(provider: SigningProvider, options: VihfCacheOptions = {}): VihfCache {
  const { runtime = systemRuntime } = options;
  const maxEntries = optionalNumber('maxEntries', options.maxEntries, 200, { min: 1, max: 100_000, integer: true });
  const renewBeforeMs = optionalNumber('renewBeforeMs', options.renewBeforeMs, 60_000, { max: 86_400_000 });
  const kept = new Map<string, Vihf>();
  const pending = new Map<string, Promise<Vihf>>();
  // Keys are made of identifiers: under a secret of this cache they say nothing when memory is
  // dumped.
  const salt = randomBytes(32);
  const formats = new WeakMap<object, number>();
  let formatCount = 0;
  let generation = 0;

  const keyOf = (fingerprint: string, input: VihfInput): string => {
    const facts = JSON.stringify(input, (_, value: unknown) => {
      if (typeof value !== 'function') return value;
      let number = formats.get(value);
      if (number === undefined) formats.set(value, (number = formatCount += 1));
      return `function ${number}`;
    });
    return createHmac('sha256', salt).update(`${fingerprint} ${facts}`).digest('base64');
  };

  const make = async (key: string, input: VihfInput, options: CallOptions): Promise<Vihf> => {
    const begun = generation;
    const vihf = await createVihf(input, provider, { ...options, runtime });
    // Cleared meanwhile (card removed): what was being signed is not kept.
    if (begun === generation) {
      kept.delete(key);
      const [oldest] = kept.keys();
      if (oldest !== undefined && kept.size >= maxEntries) kept.delete(oldest);
      kept.set(key, vihf);
    }
    return vihf;
  };

  return {
    async get(input, options = {}) {
      if (input.purpose === 'bris_de_glace') return createVihf(input, provider, { ...options, runtime });
      const [der] = await provider.certificates(options);
      if (!der) return createVihf(input, provider, { ...options, runtime });
      const key = keyOf(readCertificate(der).fingerprint, input);
      const now = currentTime(runtime);
      const found = kept.get(key);
      // A clock that went back makes the assertion one of the future: it is replaced too.
      if (found && now < found.notOnOrAfter - renewBeforeMs && now >= found.issuedAt) return found;
      // Callers with their own signal are not joined: one that gives up must not cancel the others.
      if (options.signal || options.timeoutMs !== undefined) return make(key, input, options);
      let shared = pending.get(key);
      if (!shared) {
        shared = make(key, input, options).finally(() => pending.delete(key));
        pending.set(key, shared);
      }
      return shared;
    },
    clear() {
      generation += 1;
      kept.clear();
      pending.clear();
    },
  };
}
