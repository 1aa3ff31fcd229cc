import { verify, X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll } from 'vitest';
import {
  createPkcs11Provider,
  type CardEvent,
  type Pkcs11Provider,
  type Pkcs11ProviderOptions,
} from '../../../src/auth/index.ts';
import { createTestHierarchy, type TestHierarchy } from '../../../src/testing/index.ts';
import { buildModule, writeCard } from '../../windows/native-card.mjs';
import { compileChild } from './child-file.ts';

export type Faults = readonly (readonly [string, number | bigint | string])[];

export const data = Buffer.from('à signer');

/** The error of a call that is expected to fail. */
export const failure = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'no error',
    (error: unknown) => error,
  );

/** A small native module of our own in place of the Cryptolib: it answers what no real one does. */
export class NativeLibrary {
  /** Made before the tests; empty when they are skipped. */
  folder = '';
  readonly events: CardEvent[] = [];
  childFile = '';
  #hierarchy: TestHierarchy | null = null;
  #cards = 0;
  readonly #opened: Pkcs11Provider[] = [];

  constructor() {
    beforeAll(async () => {
      this.folder = mkdtempSync(join(tmpdir(), 'te-native-'));
      buildModule(this.library);
      this.childFile = await compileChild();
      this.#hierarchy = await createTestHierarchy();
    });
    afterEach(async () => {
      await Promise.all(this.#opened.splice(0).map((provider) => provider.close()));
      this.events.length = 0;
    });
    afterAll(() => rmSync(this.folder, { recursive: true, force: true }));
  }

  get library(): string {
    return join(this.folder, 'card.so');
  }

  /** The file of a new card: each provider of a test has its own. */
  card(faults: Faults = []): string {
    const file = join(this.folder, `card-${(this.#cards += 1)}`);
    writeCard(file, this.#people().professional, { faults });
    return file;
  }

  open(file: string, options: Partial<Pkcs11ProviderOptions> = {}): Pkcs11Provider {
    const provider = createPkcs11Provider({
      library: this.library,
      childFile: this.childFile,
      childEnv: { TE_TEST_TOKEN: file },
      onPinRequired: () => Buffer.from('1234'),
      onEvent: (event) => this.events.push(event),
      pollMs: 0,
      ...options,
    });
    this.#opened.push(provider);
    return provider;
  }

  verifies(signature: Uint8Array): boolean {
    const { certDer } = this.#people().professional.signature;
    return verify('sha256', data, new X509Certificate(certDer).publicKey, signature);
  }

  #people(): TestHierarchy {
    if (!this.#hierarchy) throw new Error('asked before the tests began');
    return this.#hierarchy;
  }
}
