import type { SigningProvider } from './auth/index.ts';
import type { Runtime } from './internal/runtime.ts';
import type { CutOffStore, NotificationOperations } from './notifications/index.ts';
import type {
  ConfigReport,
  ConsentOperations,
  DocumentOperations,
  DossierOperations,
  PlatformDescriptor,
  TerrESanteConfig,
} from './platform/index.ts';
import type { DepositChannel, PlatformBinding } from './transport/index.ts';

/** Options of `createClient`. @group Client */
export interface ClientOptions {
  /** Signs the assertions; asked only when a call needs it. */
  readonly auth: SigningProvider;
  /** The platform's particularities. @defaultValue the one of `config.environment` */
  readonly descriptor?: PlatformDescriptor | undefined;
  /** Where deposits go. Without it a deposit fails with `TE_UNSUPPORTED`. */
  readonly deposit?: DepositChannel | undefined;
  /** Bindings that replace or add to the built-in ones, by their `kind`. */
  readonly bindings?: readonly PlatformBinding[] | undefined;
  readonly tls?:
    | {
        /** PEM of the only authorities accepted; Node's own list by default. */
        readonly ca?: string | undefined;
        /** Present the provider's TLS identity to the platform. @defaultValue `false` */
        readonly clientCertificate?: boolean | undefined;
      }
    | undefined;
  /** Remembers cut-offs between two runs of the host. @defaultValue memory only */
  readonly cutOffs?: CutOffStore | undefined;
  /** Deadline of one call, in milliseconds. @defaultValue `30_000` */
  readonly timeoutMs?: number | undefined;
  readonly runtime?: Runtime | undefined;
}

/** A connection to Terr-eSanté, for one professional in one structure. @group Client */
export interface TerrESanteClient {
  /** Which configuration rules are broken. Never touches the network. */
  checkConfig(): ConfigReport;
  readonly dossier: DossierOperations;
  readonly consent: ConsentOperations;
  readonly notifications: NotificationOperations;
  readonly documents: DocumentOperations;
  /** Ends calls in progress, closes connections and the provider. Safe to call twice. */
  close(): Promise<void>;
}
