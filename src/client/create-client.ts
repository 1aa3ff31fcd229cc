import { createClientOutbox, type ClientOutboxOptions, type OutboxOperations } from './outbox.ts';
import type { SigningProvider, VihfAuthentication } from '../auth/index.ts';
import { TerrESanteError } from '../errors.ts';
import { systemRuntime, type Runtime } from '../internal/runtime.ts';
import type { CutOffStore, NotificationOperations } from '../notifications/index.ts';
import { createPlatform } from './platform.ts';
import { descriptorOf } from '../platform/descriptor/descriptors.ts';
import type { ConfigReport, PlatformDescriptor, TerrESanteConfig } from '../platform/index.ts';
import type { ConsentOperations } from './consent/model.ts';
import type { DiagnoseOptions, Diagnosis } from './diagnosis/model.ts';
import type { DocumentOperations } from './documents/model.ts';
import type { DossierOperations } from './dossier/model.ts';
import type { BindingKind, DepositChannel, PlatformBinding } from '../transport/index.ts';

/** TLS towards the platform's services. @group Client */
export interface ClientTlsOptions {
  /** PEM of the only authorities accepted. @defaultValue Node's own list */
  readonly ca?: string | undefined;
  /** Presents the provider's TLS identity to the platform. @defaultValue `false` */
  readonly clientCertificate?: boolean | undefined;
}

/** Options of {@link createClient}. @group Client */
export interface ClientOptions {
  /** Signs the assertions; asked only when a call needs it. */
  readonly auth: SigningProvider;
  /** How the user logged in, where `config.authn.means` does not say enough. */
  readonly authentication?: Partial<VihfAuthentication> | undefined;
  /** The platform's particularities. @defaultValue the one shipped for `config.environment` */
  readonly descriptor?: PlatformDescriptor | undefined;
  /** Deposits by mail, written down before they leave: what `te.outbox` shows. */
  readonly outbox?: ClientOutboxOptions | undefined;
  /**
   * Another way for deposits; closed with the client. Without `outbox` nor this, a deposit fails
   * with `TE_UNSUPPORTED`.
   */
  readonly deposit?: DepositChannel | (() => Promise<DepositChannel>) | undefined;
  /**
   * Bindings that replace or complete the built-in ones, by their `kind`; closed with the client.
   */
  readonly bindings?: readonly PlatformBinding[] | undefined;
  readonly tls?: ClientTlsOptions | undefined;
  /** Remembers cut-offs between two runs of the host. @defaultValue memory only */
  readonly cutOffs?: CutOffStore | undefined;
  /** Whether a document was already received by mail, for `alreadyKnown`. */
  readonly isKnownDocument?: ((uniqueId: string) => boolean) | undefined;
  /** Deadline of one call, in milliseconds. @defaultValue `30_000` */
  readonly timeoutMs?: number | undefined;
  readonly runtime?: Runtime | undefined;
}

/** A connection to Terr-eSanté, for one professional in one structure. @group Client */
export interface TerrESanteClient {
  /** Which configuration rules are broken. Never touches the network. */
  checkConfig(): ConfigReport;
  /**
   * Why does it not work? Looks at configuration, certificate, platform, clock and mail server, one
   * after the other. Sends nothing of a patient, asks for no PIN unless `sign` is set, and throws
   * only when it is cancelled or the client closed.
   */
  diagnose(options?: DiagnoseOptions): Promise<Diagnosis>;
  readonly dossier: DossierOperations;
  readonly consent: ConsentOperations;
  readonly notifications: NotificationOperations;
  readonly documents: DocumentOperations;
  readonly outbox: OutboxOperations;
  /**
   * Ends calls in progress with `TE_CLOSED`, closes connections, channel and provider. Safe to call
   * twice.
   */
  close(): Promise<void>;
}

/**
 * Makes a client. Opens no connection and asks for no card: that happens at the first call that
 * needs it, after the configuration, the identity and the consent have been checked.
 *
 * @throws TerrESanteError `TE_CONFIG_INVALID` when no provider is given, or the environment has no
 *   published descriptor and none is given
 *
 * @example
 * ```ts
 * import { createClient } from 'terr-esante-sdk';
 * import { createPkcs12Provider } from 'terr-esante-sdk/auth';
 * import { createSimulator, fictiveConfig } from 'terr-esante-sdk/simulator';
 * import { fictivePatient } from 'terr-esante-sdk/testing';
 *
 * const simulator = await createSimulator();
 * const { pfx, password } = simulator.hierarchy.professional.signature;
 * const te = createClient(fictiveConfig(simulator), {
 *   auth: await createPkcs12Provider({ pfx, password }),
 *   tls: { ca: simulator.caPem },
 * });
 * te.checkConfig().errors.length; // 0
 * const status = await te.dossier.status(fictivePatient());
 * status.state; // 'absent'
 * await te.close();
 * await simulator.close();
 * ```
 *
 * @group Client
 */
export function createClient(config: TerrESanteConfig, options: ClientOptions): TerrESanteClient {
  const {
    auth,
    tls = {},
    timeoutMs = 30_000,
    runtime = systemRuntime,
  } = (options as Partial<ClientOptions> | undefined) ?? {};
  if (!auth) throw new TerrESanteError('TE_CONFIG_INVALID', "Aucun moyen de signer n'est donné au client (auth).");
  const descriptor = options.descriptor ?? descriptorOf(config.environment);
  const built = new Map<BindingKind, Promise<PlatformBinding>>(
    (options.bindings ?? []).map((one) => [one.kind, Promise.resolve(one)]),
  );
  const outbox = createClientOutbox(config, descriptor, options.outbox, runtime);
  let channel: Promise<DepositChannel> | undefined;

  /**
   * The transport is loaded at the first call: a host that only checks identities does not pay for
   * it.
   */
  const connect = async (): Promise<PlatformBinding> => {
    const { createHttpClient, createSimulatorBinding } = await import('../transport/index.ts');
    const http = createHttpClient({
      ca: tls.ca,
      timeoutMs,
      ...(tls.clientCertificate === true &&
        auth.tlsIdentity && { identity: (call) => auth.tlsIdentity?.(call) ?? Promise.resolve(undefined) }),
    });
    return createSimulatorBinding({ url: config.quai.url, http, now: () => runtime.clock.now() });
  };
  const bindings = (kind: BindingKind): Promise<PlatformBinding> | undefined => {
    if (kind === 'simulator-http' && !built.has(kind)) built.set(kind, connect());
    return built.get(kind);
  };

  const platform = createPlatform({
    config,
    descriptor,
    provider: auth,
    authentication: options.authentication,
    bindings,
    deposit: async () => {
      const { deposit } = options;
      if (!deposit) return outbox.channel();
      channel ??= typeof deposit === 'function' ? deposit() : Promise.resolve(deposit);
      return channel;
    },
    cutOffs: options.cutOffs,
    isKnownDocument: options.isKnownDocument,
    runtime,
    timeoutMs,
  });

  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    platform.close();
    const given = typeof options.deposit === 'object' ? options.deposit : await channel?.catch(() => undefined);
    const results = await Promise.allSettled([
      ...[...built.values()].map(async (one) => (await one.catch(() => undefined))?.close?.()),
      given?.close(),
      outbox.close(),
      auth.close?.(),
    ]);
    const failed = results.find((one) => one.status === 'rejected');
    if (failed) throw failed.reason;
  };

  return {
    checkConfig: () => platform.checkConfig(),
    diagnose: (given) => platform.diagnose(given),
    dossier: platform.dossier,
    consent: platform.consent,
    notifications: platform.notifications,
    documents: platform.documents,
    outbox: outbox.operations,
    close: () => (closing ??= close()),
  };
}
