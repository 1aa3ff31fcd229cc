import { createHmac, randomBytes } from 'node:crypto';
import { withDeadline, type CallOptions } from '../../internal/abort.ts';
import { type Checks, currentTime, optionsOf, reading, readingLater } from '../../internal/border.ts';
import { systemRuntime, type Runtime } from '../../internal/runtime.ts';
import { readCertificate } from '../certificates/x509.ts';
import type { SigningProvider } from '../provider.ts';
import { createVihf } from './create.ts';
import type { Vihf, VihfInput } from './model.ts';
import { callChecks, count, methods, number, runtime as runtimeCheck } from '../../internal/option-checks.ts';

/** Options of {@link createVihfCache}. @group VIHF */
export interface VihfCacheOptions {
  readonly runtime?: Runtime | undefined;
  /** Assertions kept at once; the oldest goes first. @defaultValue `200` */
  readonly maxEntries?: number | undefined;
  /** An assertion is replaced that long before its end, in milliseconds. @defaultValue `60_000` */
  readonly renewBeforeMs?: number | undefined;
}

const signer = methods<SigningProvider>('certificates', 'sign');

const cacheChecks: Checks<VihfCacheOptions> = {
  maxEntries: count(1, 100_000),
  renewBeforeMs: number({ max: 86_400_000 }),
  runtime: runtimeCheck,
};

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
 * import {
 *   createTestHierarchy,
 *   fictiveProfessional,
 *   fictiveStructure,
 * } from 'terr-esante-sdk/testing';
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
export function createVihfCache(provider: SigningProvider, options?: VihfCacheOptions): VihfCache {
  const {
    runtime = systemRuntime,
    maxEntries = 200,
    renewBeforeMs = 60_000,
  } = optionsOf('options', options, cacheChecks);
  reading('provider', () => signer('provider', provider));
  return new KeptAssertions(provider, {
    runtime,
    maxEntries,
    renewBeforeMs,
  });
}

interface CacheSettings {
  readonly runtime: Runtime;
  readonly maxEntries: number;
  readonly renewBeforeMs: number;
}

/** Makes the keys of one cache: the same certificate and the same input have the same key. */
class CacheKeys {
  // Keys are made of identifiers: under a secret of this cache they say nothing when memory is
  // dumped.
  readonly #secret = randomBytes(32);
  readonly #functions = new WeakMap<object, number>();
  #functionCount = 0;

  of(fingerprint: string, input: VihfInput): string {
    const facts = JSON.stringify(input, (_, value: unknown) =>
      typeof value === 'function' ? `function ${this.#numberOf(value)}` : value,
    );
    return createHmac('sha256', this.#secret).update(`${fingerprint} ${facts}`).digest('base64');
  }

  /** A function has no text that would tell it from another: each one gets a number. */
  #numberOf(value: object): number {
    const known = this.#functions.get(value);
    if (known !== undefined) return known;

    this.#functionCount += 1;
    this.#functions.set(value, this.#functionCount);
    return this.#functionCount;
  }
}

/** The assertions that are still good, and those that are being signed. */
class KeptAssertions implements VihfCache {
  readonly #provider: SigningProvider;
  readonly #options: CacheSettings;
  readonly #keys = new CacheKeys();
  readonly #kept = new Map<string, Vihf>();
  readonly #pending = new Map<string, Promise<Vihf>>();
  /** Changes with each clearing: what was being signed before it is not kept. */
  #generation = 0;

  constructor(provider: SigningProvider, options: CacheSettings) {
    this.#provider = provider;
    this.#options = options;
  }

  async get(input: VihfInput, options?: CallOptions): Promise<Vihf> {
    const given = optionsOf('options', options, callChecks);
    const get = (): Promise<Vihf> => readingLater('input', () => this.#current(input, given));
    if (given.signal === undefined && given.timeoutMs === undefined) return get();
    // The provider is asked for its certificate before it signs: it may never answer either.
    return withDeadline(given, get, 'La signature du VIHF tarde trop.');
  }

  async #current(input: VihfInput, options: CallOptions): Promise<Vihf> {
    if (input.purpose === 'bris_de_glace') return this.#sign(input, options);
    const [der] = await this.#provider.certificates(options);
    if (!der) return this.#sign(input, options);

    const key = this.#keys.of(readCertificate(der).fingerprint, input);
    const found = this.#stillGood(key);
    if (found) return found;

    // Callers with their own signal are not joined: one that gives up must not cancel the others.
    if (options.signal || options.timeoutMs !== undefined) return this.#signAndKeep(key, input, options);
    return this.#pending.get(key) ?? this.#share(key, input, options);
  }

  clear(): void {
    this.#generation += 1;
    this.#kept.clear();
    this.#pending.clear();
  }

  #sign(input: VihfInput, options: CallOptions): Promise<Vihf> {
    return createVihf(input, this.#provider, { ...options, runtime: this.#options.runtime });
  }

  #stillGood(key: string): Vihf | null {
    const { runtime, renewBeforeMs } = this.#options;
    const now = currentTime(runtime);
    const found = this.#kept.get(key);

    // A clock that went back makes the assertion one of the future: it is replaced too.
    return found && now < found.notOnOrAfter - renewBeforeMs && now >= found.issuedAt ? found : null;
  }

  /** Signs once for all who ask for the same meanwhile. */
  #share(key: string, input: VihfInput, options: CallOptions): Promise<Vihf> {
    const shared = this.#signAndKeep(key, input, options).finally(() => this.#pending.delete(key));
    this.#pending.set(key, shared);
    return shared;
  }

  async #signAndKeep(key: string, input: VihfInput, options: CallOptions): Promise<Vihf> {
    const begun = this.#generation;
    const vihf = await this.#sign(input, options);

    // Cleared meanwhile (card removed): what was being signed is not kept.
    if (begun === this.#generation) this.#keep(key, vihf);
    return vihf;
  }

  /** The newest comes last, so that the first key is that of the oldest. */
  #keep(key: string, vihf: Vihf): void {
    this.#kept.delete(key);
    const [oldest] = this.#kept.keys();
    if (oldest !== undefined && this.#kept.size >= this.#options.maxEntries) this.#kept.delete(oldest);
    this.#kept.set(key, vihf);
  }
}
