/** A reply in the place of the ordinary one. @group Simulator */
export interface MailReply {
  readonly code: number;
  /** With its enhanced status, for example `4.7.1 Try again later`. */
  readonly text: string;
}

/** Where in the dialogue a fault is played. @group Simulator */
export type MailFaultPoint = 'connect' | 'mail' | 'rcpt' | 'data-half' | 'data-end';

/**
 * What happens there. `close` cuts the connection, `hang` never answers, `half-reply` sends the
 * beginning of a reply and cuts. At `data-end`, `keep` takes the message all the same.
 *
 * @group Simulator
 */
export type MailFaultAction =
  | { readonly reply: MailReply }
  | { readonly cut: 'close' | 'hang' | 'half-reply'; readonly keep?: boolean | undefined };

/** A message the server took charge of. @group Simulator */
export interface ReceivedMail {
  readonly from: string;
  readonly to: readonly string[];
  /** RFC 3461 `ENVID`. */
  readonly envelopeId: string | null;
  /** Announced `SIZE`. */
  readonly announcedBytes: number | null;
  /** The client showed a certificate of the given authority. */
  readonly clientCertificate: boolean;
  readonly user: string | null;
  readonly bytes: Uint8Array;
}

/** What a client gives to authenticate. @group Simulator */
export interface MailAuthentication {
  readonly method: string;
  readonly user: string;
  readonly accessToken: string | null;
  readonly clientCertificate: boolean;
}

/** Options of {@link createMailServer}. @group Simulator */
export interface MailServerOptions {
  readonly tls: {
    readonly certPem: string;
    readonly keyPem: string;
    /** Authority of the client certificates. */
    readonly caPem?: string | undefined;
    /** @defaultValue `'none'` */
    readonly clientCertificate?: 'none' | 'optional' | 'required' | undefined;
  };
  /** @defaultValue `0` (a free one) */
  readonly port?: number | undefined;
  /** Announced as `SIZE` and enforced. @defaultValue `15_728_640` */
  readonly maxMessageBytes?: number | undefined;
  /** Offers STARTTLS. @defaultValue `true` */
  readonly startTls?: boolean | undefined;
  /** Takes a message that comes unencrypted, to see that it came. @defaultValue `false` */
  readonly takesPlain?: boolean | undefined;
  /** Takes XOAUTH2. Without it a client needs a certificate, or nothing when none is asked. */
  readonly authenticate?: ((authentication: MailAuthentication) => boolean | Promise<boolean>) | undefined;
  /** Refuses a recipient. @defaultValue every recipient is taken */
  readonly recipient?: ((address: string) => MailReply | null) | undefined;
  /**
   * Takes charge of a message; the reply waits for it.
   *
   * @defaultValue the messages are kept, see `received()`
   */
  readonly onMessage?: ((mail: ReceivedMail) => Promise<void> | void) | undefined;
  /** Asked at each point of each dialogue, after the injected faults. */
  readonly fault?: ((at: MailFaultPoint) => MailFaultAction | undefined) | undefined;
}

/** A running SMTP receiver on 127.0.0.1. @group Simulator */
export interface MailServer {
  readonly host: '127.0.0.1';
  readonly port: number;
  /** Messages taken, oldest first; empty when `onMessage` takes them. */
  received(): readonly ReceivedMail[];
  /** Plays a fault at the next `times` passages. */
  inject(at: MailFaultPoint, action: MailFaultAction, times?: number): void;
  close(): Promise<void>;
}
