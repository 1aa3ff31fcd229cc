import type { SessionProvider, SigningProvider, VihfAuthentication } from '../auth/index.ts';
import type { CheckReport } from '../errors.ts';
import type { CallOptions } from '../internal/abort.ts';
import type { Logger } from '../internal/observer.ts';
import type { Runtime } from '../internal/runtime.ts';
import type { CutOffStore, NotificationOperations } from '../notifications/index.ts';
import type { PlatformDescriptor, UserConfig } from '../platform/index.ts';
import type {
  DepositChannel,
  Directory,
  HttpClientOptions,
  InsiPort,
  PlatformBinding,
  ProxyServer,
} from '../transport/index.ts';
import type { AuditJournal } from './audit/model.ts';
import type { AlertOperations } from './alerts/model.ts';
import type { MailOperations } from './mail/model.ts';
import type { InterventionPlanOperations } from './intervention-plan/model.ts';
import type { NoteOperations } from './notes/model.ts';
import type { MeasureOperations } from './measures/model.ts';
import type { SupportOperations } from './support/model.ts';
import type { CareCircleOperations } from './care-circle/model.ts';
import type { ConsentOperations } from './consent/model.ts';
import type { DiagnoseOptions, Diagnosis } from './diagnosis/model.ts';
import type { DocumentOperations } from './documents/model.ts';
import type { DossierOperations } from './dossier/model.ts';
import type { ClientInsiOptions } from './insi/model.ts';
import type { ClientOutboxOptions, OutboxOperations } from './outbox/model.ts';
import type { PortalOperations } from './portal/model.ts';
import type { PrivacyOperations } from './privacy/model.ts';
import type { TimelineOperations } from './timeline/model.ts';

/**
 * A professional who logged in elsewhere (Pro Santé Connect, one-time code), and the structure that
 * vouches for it with its certificate: the mode `INDIRECTE_RENFORCEE` of an assertion, or
 * `INDIRECTE` after a password alone.
 *
 * Before each call the session is asked who is logged in, and renews itself when it is about to
 * end. The session of another professional is refused, whatever it is plugged into.
 *
 * @group Client
 */
export interface SessionAuthentication {
  /**
   * The session, which tells its `login`; closed with the client. Or a function that gives the one
   * of now, `null` when nobody is logged in: the host closes what it gives.
   */
  readonly session: SessionProvider | (() => SessionProvider | null | Promise<SessionProvider | null>);
  /**
   * Signs for the structure. Professionals of one client may share it: it is closed with the last.
   *
   * @defaultValue in `as`, that of the session of the client
   */
  readonly signer?: SigningProvider | undefined;
  /**
   * What the login service calls this professional.
   *
   * @defaultValue the national identifier of the configuration
   */
  readonly account?: string | undefined;
}

/** Options of {@link createClient}. @group Client */
export interface ClientOptions {
  /**
   * Who signs the assertions (card, PKCS#12, PEM), or the session of who is logged in with the
   * certificate of the structure; asked only when a call needs it.
   */
  readonly auth: SigningProvider | SessionAuthentication;
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
   * The national directory, of which `te.mail` takes mailboxes: `createDirectory`. Without it a
   * letter goes to an address only.
   */
  readonly directory?: Directory | undefined;
  /**
   * Bindings that replace or complete the built-in ones, by their `kind`; closed with the client.
   */
  readonly bindings?: readonly PlatformBinding[] | undefined;
  /** TLS towards the platform's services. */
  readonly tls?:
    | {
        /** PEM of the only authorities accepted. @defaultValue Node's own list */
        readonly ca?: string | undefined;
        /** Lists of revoked certificates, as in `createHttpClient`. @defaultValue none */
        readonly crl?: HttpClientOptions['crl'];
        /** Presents the provider's TLS identity to the platform. @defaultValue `false` */
        readonly clientCertificate?: boolean | undefined;
      }
    | undefined;
  /**
   * What every HTTPS connection goes through: platform, registry, INSi. Mail servers name theirs in
   * `outbox.server.proxy` and in the server of the reply mailbox.
   *
   * @defaultValue none, whatever the environment says
   */
  readonly proxy?: ProxyServer | undefined;
  /**
   * Value of `Authorization` for the FHIR server, where the descriptor wants a token: that of Pro
   * Santé Connect, or of the server of the platform. Asked before each request; with `renew` the
   * server has refused the one before.
   */
  readonly fhirAuthorization?: ((options: CallOptions & { readonly renew: boolean }) => Promise<string>) | undefined;
  /** Access to the INSi; without it `te.insi` fails with `TE_UNSUPPORTED`. */
  readonly insi?: ClientInsiOptions | undefined;
  /** Remembers cut-offs between two runs of the host. @defaultValue memory only */
  readonly cutOffs?: CutOffStore | undefined;
  /**
   * Remembers when patients withdrew a consent, for all professionals of this client: a store of
   * its own, or the same as `cutOffs`.
   *
   * @defaultValue memory only
   */
  readonly withdrawals?: CutOffStore | undefined;
  /**
   * Where each access is written down before its result is given, for example `openAuditJournal`.
   * The host closes it.
   *
   * @defaultValue nothing is kept: the host keeps a journal of its own
   */
  readonly audit?: AuditJournal | undefined;
  /** Whether a document was already received by mail, for `alreadyKnown`. */
  readonly isKnownDocument?: ((uniqueId: string) => boolean) | undefined;
  /** Deadline of one call, in milliseconds. @defaultValue `30_000` */
  readonly timeoutMs?: number | undefined;
  /** Writes what the client does, without any trait. @defaultValue nothing is written */
  readonly logger?: Logger | undefined;
  readonly runtime?: Runtime | undefined;
}

/**
 * What is one professional's own, where several share a client: the rest is that of the client.
 *
 * @group Client
 */
export interface ProfessionalOptions {
  /** Of this professional; closed with the client that `as` gives, unless another uses it too. */
  readonly auth: ClientOptions['auth'];
  readonly authentication?: ClientOptions['authentication'];
  /**
   * Remembers cut-offs. In a store that others use too they are kept apart.
   *
   * @defaultValue the store of the client
   */
  readonly cutOffs?: CutOffStore | undefined;
  readonly isKnownDocument?: ClientOptions['isKnownDocument'];
  readonly fhirAuthorization?: ClientOptions['fhirAuthorization'];
  /** @defaultValue that of the client, when it goes without the assertion of a professional */
  readonly insi?: ClientInsiOptions | undefined;
  /** What is this professional's own in the common outbox. */
  readonly outbox?: Pick<ClientOutboxOptions, 'label' | 'onChange' | 'onError' | 'replies'> | undefined;
}

/** A connection to Terr-eSanté, for one professional in one structure. @group Client */
export interface TerrESanteClient {
  /** Which configuration rules are broken. Never touches the network. */
  checkConfig(): CheckReport;
  /**
   * Why does it not work? Looks at configuration, certificate, platform, clock and mail server, one
   * after the other. Sends nothing of a patient, asks for no PIN unless `sign` is set, and throws
   * only when it is cancelled or the client closed.
   */
  diagnose(options?: DiagnoseOptions): Promise<Diagnosis>;
  readonly dossier: DossierOperations;
  readonly consent: ConsentOperations;
  readonly careCircle: CareCircleOperations;
  readonly alerts: AlertOperations;
  /** The liaison book (Cahier de liaison). Experimental. */
  readonly notes: NoteOperations;
  /** Secure mails to colleagues and to patients, beside deposits. */
  readonly mail: MailOperations;
  /** Requests for support to a coordination structure. Experimental. */
  readonly support: SupportOperations;
  /** Weight, blood pressure and other vital signs, read only. Experimental. */
  readonly measures: MeasureOperations;
  /** The plan of interventions at home. Experimental. */
  readonly interventionPlan: InterventionPlanOperations;
  readonly notifications: NotificationOperations;
  readonly documents: DocumentOperations;
  readonly outbox: OutboxOperations;
  /** Documents and hospital stays in one chronological view. */
  readonly timeline: TimelineOperations;
  /** Opens the portal of the platform on a dossier. */
  readonly portal: PortalOperations;
  /** What is kept of a patient on this machine: gives it, erases it. */
  readonly privacy: PrivacyOperations;
  /** The national identity of a patient: the INSi téléservice. */
  readonly insi: InsiPort;
  /**
   * The same client for another professional of the structure: connections and outbox are shared,
   * assertions, known dossiers, cut-offs and deposits are not. What one deposits, the other does
   * not see. Closing it leaves the common connections open; closing the first client closes all.
   *
   * The mail server must take the messages of all of them: a certificate of the structure, or one
   * mailbox that they share.
   *
   * @param professional - takes the place of `user` in the configuration
   *
   * @throws TerrESanteError `TE_CONFIG_INVALID` when no provider is given, or the mailbox of the
   *   credentials is not that of this professional
   */
  as(professional: UserConfig, options: ProfessionalOptions): TerrESanteClient;
  /**
   * Ends calls in progress with `TE_CLOSED`, closes connections, channel and provider. Safe to call
   * twice.
   */
  close(): Promise<void>;
  /** `await using te = createClient(…)`: closes at the end of the block. */
  [Symbol.asyncDispose](): Promise<void>;
}
