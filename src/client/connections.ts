import type { SessionProvider, SigningProvider, TlsIdentity } from '../auth/index.ts';
import { TerrESanteError } from '../errors.ts';
import type { CallOptions } from '../internal/abort.ts';
import type { Observer } from '../internal/observer.ts';
import type { Runtime } from '../internal/runtime.ts';
import { memoryCutOffs } from '../notifications/cut-off.ts';
import type { CutOffStore } from '../notifications/index.ts';
import type { PlatformDescriptor, TerrESanteConfig } from '../platform/index.ts';
import type {
  BindingKind,
  DepositChannel,
  FhirServices,
  HttpClientOptions,
  InsiPort,
  PlatformBinding,
  SoapServices,
} from '../transport/index.ts';
import { domainOidOf, professionalOf, structureOf } from '../platform/config/people.ts';
import { nationalEnvironment } from '../platform/environment.ts';
import type { DiagnosisParts } from './diagnosis/diagnose.ts';
import type { ClientInsiOptions } from './insi/model.ts';
import type { ClientOptions } from './model.ts';
import type { Assertions } from './policy/assertions.ts';
import { closablesOf, type ClientAuth } from './policy/client-auth.ts';
import { depositChannelOf } from './policy/deposit-channel.ts';
import { fhirServicesOf } from './policy/fhir-services.ts';
import { soapServicesOf } from './policy/soap-services.ts';
import { ClientOutbox } from './outbox/outbox.ts';
import { fhirAuthorization, registryAssertion, type Signer } from './outbox/registry-assertion.ts';
import { SharedOutbox } from './outbox/shared.ts';

/** What a client is made of, defaults filled in. */
export interface ClientParts {
  readonly config: TerrESanteConfig;
  readonly descriptor: PlatformDescriptor;
  readonly auth: ClientAuth;
  readonly options: ClientOptions;
  readonly runtime: Runtime;
  readonly timeoutMs: number;
  readonly observer: Observer;
}

/**
 * Everything a client opens: the bindings to the platform, the channel of deposits, the outbox.
 * Each at the first call that needs it; all are closed together.
 *
 * Those of another professional of the same client borrow what is common from the first ones, and
 * close only what is their own.
 */
export class Connections {
  readonly outbox: ClientOutbox;
  /** What patients withdrew: common to the professionals of a client. */
  readonly withdrawals: CutOffStore;
  readonly #parts: ClientParts;
  /** Whose connections are borrowed; `null` for the first ones. */
  readonly #common: Connections | null;
  readonly #sharedOutbox: SharedOutbox;
  /** How many of the clients that share connections use each provider and session. */
  readonly #users: Map<object, number>;
  readonly #bindings: Map<BindingKind, Promise<PlatformBinding>>;
  #channel: Promise<DepositChannel> | undefined;
  #insi: Promise<InsiConnection> | undefined;

  constructor(parts: ClientParts, common: Connections | null = null) {
    const { config, descriptor, auth, options, runtime } = parts;
    this.#parts = parts;
    this.#common = common;
    this.#users = common ? common.#users : new Map<object, number>();
    for (const used of closablesOf(auth)) this.#users.set(used, (this.#users.get(used) ?? 0) + 1);
    this.withdrawals = common?.withdrawals ?? options.withdrawals ?? memoryCutOffs();

    const given = common ? [] : (options.bindings ?? []);
    this.#bindings = new Map(given.map((binding) => [binding.kind, checkedLater(binding)]));
    this.#sharedOutbox = common
      ? common.#sharedOutbox
      : new SharedOutbox({
          config,
          descriptor,
          options: options.outbox,
          logger: options.logger,
          runtime,
          tls: tlsOf(parts),
        });
    this.outbox = new ClientOutbox(this.#sharedOutbox, config, options.outbox, runtime, this.#signer());
  }

  /** The binding of a kind: the host's own, or the built-in one. */
  binding(kind: BindingKind): Promise<PlatformBinding> | undefined {
    if (this.#common && !this.#hasOwnBinding(kind)) return this.#common.binding(kind);

    const known = this.#bindings.get(kind);
    if (known) return known;

    const made = this.#builtIn(kind);
    if (made) this.#bindings.set(kind, made);
    return made;
  }

  /**
   * A connection that shows a certificate shows that of one professional: it is not shared. Neither
   * is a binding that compares members of a care circle with who asks.
   */
  #hasOwnBinding(kind: BindingKind): boolean {
    const { bindings = [], tls } = this.#parts.options;
    if (bindings.some((own) => own.kind === kind)) return false;

    const showsCertificate = tls?.clientCertificate === true && (kind === 'simulator-http' || kind === 'soap-ihe');
    return showsCertificate || kind === 'fhir-r4';
  }

  /** A binding of this package; `undefined` without one, or where the descriptor has no values. */
  #builtIn(kind: BindingKind): Promise<PlatformBinding> | undefined {
    if (kind === 'simulator-http') return this.#connect();

    const { descriptor } = this.#parts;
    const soap = kind === 'soap-ihe' ? soapServicesOf(descriptor) : null;
    if (soap) return this.#connectSoap(soap);

    const fhir = kind === 'fhir-r4' ? fhirServicesOf(descriptor) : null;
    return fhir ? this.#connectFhir(fhir) : undefined;
  }

  /** Where deposits go: the host's own channel, else the outbox. */
  async channel(): Promise<DepositChannel | undefined> {
    const { deposit } = this.#parts.options;
    if (!deposit) return this.outbox.channel();

    this.#channel ??= typeof deposit === 'function' ? deposit() : Promise.resolve(deposit);
    return this.#channel;
  }

  /** The INSi; `null` when the host gives no access to it. */
  async insi(): Promise<InsiPort | null> {
    const { insi } = this.#parts.options;
    if (!insi) return null;

    this.#insi ??= connectInsi(insi, this.#parts);
    return (await this.#insi).port;
  }

  /** What a diagnosis tries of the mail: nothing is sent, and the outbox is not opened for it. */
  mailTrials(): Pick<DiagnosisParts, 'deposit' | 'replies'> {
    const { descriptor, options } = this.#parts;
    const { deposit, outbox } = options;
    // A registry has no call without effect that is sure to be offered.
    const isMail = depositChannelOf(descriptor) === 'mssante';
    const server = outbox && (isMail ? { verify: (call?: CallOptions) => this.outbox.verifyServer(call) } : {});

    return {
      deposit: async () => (deposit ? this.channel() : server),
      replies: !deposit && outbox?.replies ? (call) => this.outbox.verifyReplies(call) : null,
    };
  }

  /** Closes everything that was opened or given; one failure does not keep the rest open. */
  async close(): Promise<void> {
    const { deposit } = this.#parts.options;
    const channel = typeof deposit === 'object' ? deposit : await this.#channel?.catch(() => undefined);

    const results = await Promise.allSettled([
      ...[...this.#bindings.values()].map(closeBinding),
      channel?.close(),
      this.#insi?.then((insi) => insi.close()),
      this.#closeOutbox(),
      ...closablesOf(this.#parts.auth).map(async (used) => this.#leave(used)),
    ]);

    const failed = results.find(({ status }) => status === 'rejected');
    if (failed?.status === 'rejected') throw failed.reason;
  }

  /** What authorises deposits that leave later, whatever server they go to. */
  #signer(): Signer {
    const { descriptor, options } = this.#parts;
    let made: Promise<Assertions> | undefined;
    const assertions = (): Promise<Assertions> => (made ??= this.#assertions());
    const means = descriptor.fhir?.authorization.value ?? 'assertion';
    return {
      registry: registryAssertion(assertions),
      fhir: fhirAuthorization(assertions, means, options.fhirAuthorization),
    };
  }

  /** A session or a certificate that another professional uses too stays open for that one. */
  async #leave(used: SigningProvider | SessionProvider): Promise<void> {
    const others = (this.#users.get(used) ?? 1) - 1;
    this.#users.set(used, others);
    if (others === 0) await used.close?.();
  }

  /** Assertions for deposits that leave later, by the provider of this professional. */
  async #assertions(): Promise<Assertions> {
    const { config, descriptor, auth, options, runtime, observer } = this.#parts;
    const { Assertions } = await import('./policy/assertions.ts');
    return new Assertions({ config, descriptor, auth, runtime, authentication: options.authentication, observer });
  }

  async #closeOutbox(): Promise<void> {
    await this.outbox.close();
    if (!this.#common) await this.#sharedOutbox.close();
  }

  async #connect(): Promise<PlatformBinding> {
    const [{ createHttpClient }, { createSimulatorBinding }] = await Promise.all([
      import('../transport/index.ts'),
      import('../transport/binding/simulator-http.ts'),
    ]);

    const { config, runtime, timeoutMs } = this.#parts;
    const http = createHttpClient({ timeoutMs, ...tlsOf(this.#parts) });
    return createSimulatorBinding({ url: config.quai.url, http, runtime });
  }

  async #connectSoap(services: SoapServices): Promise<PlatformBinding> {
    const [{ createHttpClient }, { createSoapBinding }] = await Promise.all([
      import('../transport/index.ts'),
      import('../transport/dossier/binding.ts'),
    ]);

    const { config, descriptor, runtime, timeoutMs } = this.#parts;
    return createSoapBinding({
      url: config.quai.url,
      http: createHttpClient({ timeoutMs, ...tlsOf(this.#parts) }),
      runtime,
      sender: domainOidOf(config),
      regionalOid: descriptor.identity.regionalOid.value,
      environment: nationalEnvironment(config.environment),
      services,
    });
  }

  async #connectFhir(services: FhirServices): Promise<PlatformBinding> {
    const [{ createHttpClient }, { createFhirBinding }] = await Promise.all([
      import('../transport/index.ts'),
      import('../transport/fhir-services/binding.ts'),
    ]);

    const { config, descriptor, options, runtime, timeoutMs } = this.#parts;
    return createFhirBinding({
      url: config.quai.url,
      http: createHttpClient({ timeoutMs, ...tlsOf(this.#parts) }),
      runtime,
      professional: professionalOf(config),
      structure: structureOf(config),
      regionalOid: descriptor.identity.regionalOid.value,
      environment: nationalEnvironment(config.environment),
      services,
      authorization: options.fhirAuthorization,
    });
  }
}

interface InsiConnection {
  readonly port: InsiPort;
  close(): Promise<void>;
}

/** A client of the INSi, with connections of its own: it shows another certificate. */
async function connectInsi(insi: ClientInsiOptions, parts: ClientParts): Promise<InsiConnection> {
  const { createHttpClient, createInsiClient } = await import('../transport/index.ts');
  const { config, options, runtime, timeoutMs } = parts;
  const { endpoint, sender, assertion, verifier, identity } = insi;
  const common = options.tls;
  // Lists go with the authorities that sign them.
  const crl = insi.crl ?? (insi.ca === undefined ? common?.crl : undefined);
  const ca = insi.ca ?? common?.ca;

  const environment = nationalEnvironment(config.environment);
  const allowClearLoopback = environment !== 'production';
  const http = createHttpClient({ ca, crl, identity, proxy: options.proxy, timeoutMs, allowClearLoopback });
  const port = createInsiClient({ endpoint, sender, assertion, verifier, environment, http, runtime, timeoutMs });
  return { port, close: () => http.close() };
}

/** The authorities, the proxy, and the certificate when it is to be shown. */
function tlsOf({
  auth,
  options,
}: Pick<ClientParts, 'auth' | 'options'>): Pick<HttpClientOptions, 'ca' | 'crl' | 'identity' | 'proxy'> {
  const { tls, proxy } = options;
  const { ca, crl, clientCertificate = false } = tls ?? {};
  return { ca, crl, proxy, ...(clientCertificate && { identity: async (call) => tlsIdentityOf(auth.signer, call) }) };
}

/** @throws TerrESanteError `TE_UNSUPPORTED` when the key cannot leave its holder */
async function tlsIdentityOf(auth: SigningProvider, call: CallOptions): Promise<TlsIdentity> {
  if (auth.tlsIdentity) return auth.tlsIdentity(call);

  throw new TerrESanteError(
    'TE_UNSUPPORTED',
    'La clé reste dans la carte et ne peut pas servir à la connexion : passez par un mandataire TLS local.',
    { details: { provider: auth.kind, operation: 'tls' } },
  );
}

/** A binding of the host: what it answers is read as the answers of a wire are. */
function checkedLater(binding: PlatformBinding): Promise<PlatformBinding> {
  const checked = import('../transport/binding/own-binding.ts').then(({ withCheckedAnswers }) =>
    withCheckedAnswers(binding),
  );
  // A client that is never used tells nobody what is wrong with it.
  checked.catch(() => undefined);
  return checked;
}

async function closeBinding(opening: Promise<PlatformBinding>): Promise<void> {
  const binding = await opening.catch(() => undefined);
  await binding?.close?.();
}
