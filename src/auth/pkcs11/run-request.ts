import { createRequire } from 'node:module';
import { Engine } from './engine.ts';
import { Pkcs11Failure } from './failure.ts';
import { loadKoffi } from './koffi/library.ts';
import { KoffiPkcs11 } from './koffi/module.ts';
import type { Pkcs11Module } from './module.ts';
import type { EngineRequest } from './protocol.ts';
import type { TokenLogin } from './shared-library.ts';

/** PKCS#11 on `koffi`, or on the host's file whose export `PKCS11` is the class of `pkcs11js`. */
export async function loadModule(file: string | null): Promise<Pkcs11Module> {
  if (file === null) return new KoffiPkcs11(await loadKoffi());

  try {
    const loaded = createRequire(file)(file) as {
      PKCS11?: new () => Pkcs11Module;
      default?: { PKCS11?: new () => Pkcs11Module };
    };
    const Class = loaded.PKCS11 ?? loaded.default?.PKCS11;
    if (typeof Class === 'function') return new Class();
  } catch {
    // Told below, without its text: it may quote anything.
  }
  throw new Pkcs11Failure({ step: 'import', reason: 'module-unusable' });
}

/** Answers requests one after the other on one engine. */
export class RequestRunner {
  readonly #onPool: boolean;
  readonly #injected: Pkcs11Module | null;
  #engine: Engine | null = null;

  constructor({ onPool, module = null }: { onPool: boolean; module?: Pkcs11Module | null }) {
    this.#onPool = onPool;
    this.#injected = module;
  }

  /** The login on the token of the open session. */
  get token(): TokenLogin | null {
    return this.#engine?.token ?? null;
  }

  async run(request: EngineRequest): Promise<unknown> {
    if (request.op === 'open') return this.#open(request);

    const engine = this.#engine;
    if (!engine) {
      if (request.op === 'close' || request.op === 'logout') return undefined;
      throw new Pkcs11Failure({ step: request.op, reason: 'not-open' });
    }

    if (request.op === 'close') this.#engine = null;
    return answer(engine, request);
  }

  async #open({ module, library }: Extract<EngineRequest, { readonly op: 'open' }>): Promise<undefined> {
    const engine = new Engine(this.#injected ?? (await loadModule(module)), {
      onPool: this.#onPool,
      given: this.#injected !== null,
    });
    engine.open(library);
    this.#engine = engine;
  }
}

/** One call of the engine for one request. */
function answer(engine: Engine, request: Exclude<EngineRequest, { readonly op: 'open' }>): unknown {
  switch (request.op) {
    case 'slots':
      return engine.slots();
    case 'read':
      return engine.read(request.slot, request.keep);
    case 'state':
      return engine.state();

    case 'login':
      engine.login(request.pin);
      return undefined;

    case 'sign':
      return engine.sign(request.key, request.data);
    case 'practices':
      return engine.practices();

    case 'join':
      return engine.join();

    case 'logout':
      engine.logout(request.forAll);
      return undefined;

    case 'close':
      engine.close();
      return undefined;
  }
}
