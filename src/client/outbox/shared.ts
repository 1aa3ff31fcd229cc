import { TerrESanteError } from '../../errors.ts';
import type { Logger } from '../../internal/observer.ts';
import type { Runtime } from '../../internal/runtime.ts';
import { endsWithin, hostAnswer } from '../../internal/wait.ts';
import type { PlatformDescriptor, TerrESanteConfig } from '../../platform/index.ts';
import type {
  ComposeDepositOptions,
  FhirTransport,
  FhirTransportConfig,
  HttpClientOptions,
  DepositReceipt,
  MssTransport,
  Outbox,
  OutboxStore,
  SoapXdsTransport,
  SoapXdsTransportConfig,
} from '../../transport/index.ts';
import { fhirAddress } from '../../transport/fhir-services/address.ts';
import { depositChannelOf } from '../policy/deposit-channel.ts';
import { fhirServicesOf } from '../policy/fhir-services.ts';
import type { RegistryAssertion, Signer } from './registry-assertion.ts';
import type { ClientOutboxOptions } from './model.ts';

/** How long a client that closes waits for a store that is being opened. */
const openingMs = 2_000;

/** An outbox that is open, and the connections that carry its messages. */
export interface OpenOutbox {
  readonly outbox: Outbox;
  readonly wire: OutboxWire;
}

/** What carries the deposits of every professional. */
export type OutboxWire =
  | {
      readonly kind: 'mssante';
      readonly transport: MssTransport;
      /** What every message has in common, whoever sends it. */
      readonly message: Omit<ComposeDepositOptions, 'from'>;
    }
  | { readonly kind: 'soap-ihe'; readonly transport: SoapXdsTransport }
  | { readonly kind: 'fhir-r4'; readonly transport: FhirTransport };

/** A wire, and what ends its connections. */
interface OpenWire {
  readonly wire: OutboxWire;
  /** Domain of the sender of mails. */
  readonly senderDomain?: string;
  readonly close: () => Promise<void>;
}

/** What the outbox of a client is made of. */
export interface SharedOutboxParts {
  readonly config: TerrESanteConfig;
  readonly descriptor: PlatformDescriptor;
  readonly options: ClientOutboxOptions | undefined;
  readonly logger: Logger | undefined;
  readonly runtime: Runtime;
  /** Towards a registry. */
  readonly tls: Pick<HttpClientOptions, 'ca' | 'crl' | 'identity' | 'proxy'>;
}

/**
 * The store, the worker and the connections of all the professionals of one client: opened at the
 * first use, closed with the client.
 */
export class SharedOutbox {
  readonly #parts: SharedOutboxParts;
  #opened: Promise<OpenOutbox & { readonly close: () => Promise<void> }> | undefined;
  /** Who signs the assertion of a deposit, by the name of its depositor in the store. */
  readonly #signers = new Map<string, Signer>();
  #closed = false;
  /** The host stopped the sending: a deposit does not start it again. */
  #held = false;

  constructor(parts: SharedOutboxParts) {
    this.#parts = parts;
  }

  get isConfigured(): boolean {
    return this.#parts.options !== undefined;
  }

  /**
   * @throws TerrESanteError `TE_CLOSED`, `TE_UNSUPPORTED` when the client has no outbox, and those
   *   of the store
   */
  async open(): Promise<OpenOutbox> {
    const { options } = this.#parts;
    if (this.#closed) throw new TerrESanteError('TE_CLOSED', 'Le client est fermé.');
    if (!options) {
      throw new TerrESanteError('TE_UNSUPPORTED', "Aucune boîte d'envoi n'est configurée.", {
        details: { operation: 'outbox' },
      });
    }

    // A failure is not remembered: the next call tries again.
    // One that is late is waited for anew: a store that opens twice refuses itself.
    this.#opened ??= this.#make(options).catch((error: unknown) => {
      this.#opened = undefined;
      throw error;
    });

    const opening = this.#opened;
    return hostAnswer('outbox.store', () => opening);
  }

  /** Begins to send, unless the host stopped it. */
  async startUnlessHeld(): Promise<void> {
    const { outbox } = await this.open();
    // It may have been stopped while the store was being opened.
    if (!this.#held) outbox.start();
  }

  async start(): Promise<void> {
    this.#held = false;
    await this.startUnlessHeld();
  }

  async stop(options?: Parameters<Outbox['stop']>[0]): Promise<void> {
    this.#held = true;
    const { outbox } = await this.open();
    await outbox.stop(options);
  }

  /** A store that is still being opened is closed when it comes; it is not waited for long. */
  async close(): Promise<void> {
    this.#closed = true;
    const opening = this.#opened?.catch(() => undefined);
    if (!opening) return;

    const closing = opening.then((opened) => opened?.close());
    if (await endsWithin(opening, openingMs)) await closing;
    else closing.catch(() => undefined);
  }

  /** From now on the deposits of this depositor can be signed. */
  addSigner(depositor: string, signer: Signer): void {
    this.#signers.set(depositor, signer);
  }

  removeSigner(depositor: string): void {
    this.#signers.delete(depositor);
  }

  async #make(options: ClientOutboxOptions): Promise<OpenOutbox & { readonly close: () => Promise<void> }> {
    const { createOutbox } = await import('../../transport/index.ts');
    const {
      server: _server,
      credentials: _credentials,
      maxConnections: _connections,
      message: _message,
      registry: _registry,
      label: _label,
      store,
      replies: _replies,
      onChange: _onChange,
      ...worker
    } = options;
    const { logger, runtime, descriptor } = this.#parts;

    // Refused before anything is opened: a spool left open could not be opened again.
    const { wire, senderDomain, close } = await this.#wireOf(depositChannelOf(descriptor), options);
    const outbox = createOutbox({
      ...worker,
      logger,
      store: await openStore(store),
      carrier: wire.transport,
      senderDomain,
      runtime,
      sends: false,
    });

    return {
      outbox,
      wire,
      close: () => outbox.close().finally(close),
    };
  }

  #wireOf(channel: DepositReceipt['channel'], options: ClientOutboxOptions): Promise<OpenWire> {
    switch (channel) {
      case 'mssante':
        return this.#mail(options);
      case 'xds':
        return this.#registry(options);
      case 'fhir':
        return this.#fhir();
    }
  }

  async #mail({
    server,
    credentials,
    maxConnections,
    label,
    message: choices,
  }: ClientOutboxOptions): Promise<OpenWire> {
    const { createMssTransport, parseMssAddress } = await import('../../transport/index.ts');
    const { config, descriptor, runtime } = this.#parts;
    if (!server || !credentials) throw missing('outbox.server', 'le serveur et les identifiants de messagerie');

    const { address, domain: senderDomain } = parseMssAddress(config.user.mssAddress);
    const { subject, pdfCopy } = descriptor.mssante;
    const message = {
      nil: config.host.nil,
      subject: subject.value,
      pdfCopy: pdfCopy.value,
      ...choices,
      to: config.quai.eMailSecur,
    };
    const transport = createMssTransport({
      server,
      credentials,
      maxConnections,
      message: { ...message, from: { address, label: label ?? address } },
      runtime,
    });
    return { wire: { kind: 'mssante', transport, message }, senderDomain, close: () => transport.close() };
  }

  async #registry({ registry }: ClientOutboxOptions): Promise<OpenWire> {
    const { createHttpClient, createSoapXdsTransport } = await import('../../transport/index.ts');
    const { runtime, tls } = this.#parts;
    if (!registry) throw missing('outbox.registry', 'les adresses du registre');

    const http = createHttpClient(tls);
    const assertion: SoapXdsTransportConfig['assertion'] = async (about) => this.#assertionFor(about);
    const transport = createSoapXdsTransport({ ...registry, http, runtime, assertion });
    return {
      wire: { kind: 'soap-ihe', transport },
      close: () => transport.close().finally(() => http.close()),
    };
  }

  async #fhir(): Promise<OpenWire> {
    const { createFhirTransport, createHttpClient } = await import('../../transport/index.ts');
    const { config, descriptor, runtime, tls } = this.#parts;
    const services = fhirServicesOf(descriptor);
    if (!services) throw missing('descriptor.fhir', 'les valeurs du serveur FHIR de la plateforme');

    const http = createHttpClient(tls);
    const authorization: FhirTransportConfig['authorization'] = async (about) =>
      this.#signerOf(about.depositor).fhir(about);
    const transport = createFhirTransport({
      http,
      baseUrl: fhirAddress({ url: config.quai.url, services }),
      authorization: services.authorization === 'none' ? undefined : authorization,
      replaceStyle: services.replaceStyle,
      allowPatientInAddress: services.patientInAddress,
      runtime,
    });
    return {
      wire: { kind: 'fhir-r4', transport },
      close: () => transport.close().finally(() => http.close()),
    };
  }

  async #assertionFor(about: Parameters<RegistryAssertion>[0]): Promise<string> {
    return this.#signerOf(about.depositor).registry(about);
  }

  /** @throws TerrESanteError `TE_AUTHN_REQUIRED` while the depositor has no client here */
  #signerOf(depositor: string | null): Signer {
    const signer = this.#signers.get(depositor ?? '');
    if (signer) return signer;
    throw new TerrESanteError('TE_AUTHN_REQUIRED', "Le professionnel de ce dépôt n'est pas connecté à ce poste.", {
      retryable: true,
    });
  }
}

function missing(argument: string, what: string): TerrESanteError {
  return new TerrESanteError('TE_CONFIG_INVALID', `La boîte d'envoi demande ${what}.`, { details: { path: argument } });
}

async function openStore(store: ClientOutboxOptions['store']): Promise<OutboxStore> {
  if (typeof store === 'function') return store();

  const { createMemoryStore, openSpoolStore } = await import('../../transport/index.ts');
  return store === 'memory' ? createMemoryStore() : openSpoolStore(store);
}
