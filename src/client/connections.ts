import type { SigningProvider } from '../auth/index.ts';
import type { Observer } from '../internal/observer.ts';
import type { Runtime } from '../internal/runtime.ts';
import type { PlatformDescriptor, TerrESanteConfig } from '../platform/index.ts';
import type { BindingKind, DepositChannel, HttpClientOptions, PlatformBinding } from '../transport/index.ts';
import type { ClientOptions } from './model.ts';
import { ClientOutbox } from './outbox/outbox.ts';

/** What a client is made of, defaults filled in. */
export interface ClientParts {
  readonly config: TerrESanteConfig;
  readonly descriptor: PlatformDescriptor;
  readonly options: ClientOptions;
  readonly runtime: Runtime;
  readonly timeoutMs: number;
  readonly observer: Observer;
}

/**
 * Everything a client opens: the bindings to the platform, the channel of deposits, the outbox.
 * Each at the first call that needs it; all are closed together.
 */
export class Connections {
  readonly outbox: ClientOutbox;
  readonly #parts: ClientParts;
  readonly #bindings: Map<BindingKind, Promise<PlatformBinding>>;
  #channel: Promise<DepositChannel> | undefined;

  constructor(parts: ClientParts) {
    const { config, descriptor, options, runtime } = parts;
    this.#parts = parts;
    this.#bindings = new Map((options.bindings ?? []).map((binding) => [binding.kind, Promise.resolve(binding)]));
    this.outbox = new ClientOutbox(
      config,
      descriptor,
      options.outbox && { ...options.outbox, logger: options.logger },
      runtime,
    );
  }

  /** The binding of a kind: the host's own, or the built-in one. */
  binding(kind: BindingKind): Promise<PlatformBinding> | undefined {
    if (kind === 'simulator-http' && !this.#bindings.has(kind)) this.#bindings.set(kind, this.#connect());
    return this.#bindings.get(kind);
  }

  /** Where deposits go: the host's own channel, else the outbox. */
  async channel(): Promise<DepositChannel | undefined> {
    const { deposit } = this.#parts.options;
    if (!deposit) return this.outbox.channel();

    this.#channel ??= typeof deposit === 'function' ? deposit() : Promise.resolve(deposit);
    return this.#channel;
  }

  /** Closes everything that was opened or given; one failure does not keep the rest open. */
  async close(): Promise<void> {
    const { auth, deposit } = this.#parts.options;
    const channel = typeof deposit === 'object' ? deposit : await this.#channel?.catch(() => undefined);

    const results = await Promise.allSettled([
      ...[...this.#bindings.values()].map(closeBinding),
      channel?.close(),
      this.outbox.close(),
      auth.close?.(),
    ]);

    const failed = results.find(({ status }) => status === 'rejected');
    if (failed?.status === 'rejected') throw failed.reason;
  }

  async #connect(): Promise<PlatformBinding> {
    const [{ createHttpClient }, { createSimulatorBinding }] = await Promise.all([
      import('../transport/index.ts'),
      import('../transport/binding/simulator-http.ts'),
    ]);

    const { config, options, runtime, timeoutMs } = this.#parts;
    const { ca, clientCertificate = false } = options.tls ?? {};

    const http = createHttpClient({ ca, timeoutMs, ...(clientCertificate && tlsIdentityOf(options.auth)) });
    return createSimulatorBinding({ url: config.quai.url, http, runtime });
  }
}

/** The TLS identity of a provider that has one, asked for at each connection. */
function tlsIdentityOf(auth: SigningProvider): Pick<HttpClientOptions, 'identity'> {
  return auth.tlsIdentity ? { identity: async (call) => auth.tlsIdentity?.(call) } : {};
}

async function closeBinding(opening: Promise<PlatformBinding>): Promise<void> {
  const binding = await opening.catch(() => undefined);
  await binding?.close?.();
}
