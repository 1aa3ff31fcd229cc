import { createRequire } from 'node:module';
import { Engine } from './engine.ts';
import { Pkcs11Failure } from './failure.ts';
import type { Pkcs11Module } from './module.ts';
import type { EngineRequest } from './protocol.ts';

/** Loads `pkcs11js`, or the file that stands for it, and makes one `PKCS11` object. */
export async function loadModule(file: string | null): Promise<Pkcs11Module> {
  try {
    const loaded = (file === null ? await import('pkcs11js') : createRequire(file)(file)) as {
      PKCS11?: new () => Pkcs11Module;
      default?: { PKCS11?: new () => Pkcs11Module };
    };
    const Class = loaded.PKCS11 ?? loaded.default?.PKCS11;
    if (typeof Class !== 'function') throw new Pkcs11Failure({ step: 'import', reason: 'module-missing' });
    return new Class();
  } catch {
    throw new Pkcs11Failure({ step: 'import', reason: 'module-missing' });
  }
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
    const engine = new Engine(this.#injected ?? (await loadModule(module)), this.#onPool);
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

    case 'logout':
      engine.logout();
      return undefined;

    case 'close':
      engine.close();
      return undefined;
  }
}
