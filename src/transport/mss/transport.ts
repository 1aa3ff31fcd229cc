import { packageXdm, type Submission, type XdmArchive } from '../../documents/index.ts';
import { isTerrESanteError } from '../../errors.ts';
import type { CallOptions } from '../../internal/abort.ts';
import { type Checks, needed, optionsOf, reading, readingLater } from '../../internal/border.ts';
import {
  callback,
  callChecks,
  count,
  options as optionsCheck,
  record,
  runtime as runtimeCheck,
  text,
  wait,
} from '../../internal/option-checks.ts';
import { systemRuntime, type Runtime } from '../../internal/runtime.ts';
import type { DepositCallOptions, DepositChannel, SendOptions } from '../deposit.ts';
import type { DepositReceipt } from '../receipt/model.ts';
import { newReceipt } from '../receipt/new-receipt.ts';
import { checkedMessage, depositChecks, identifierChecks, sendChecks } from '../message-checks.ts';
import { depositStates } from '../receipt/states.ts';
import { toldMessage } from '../told-message.ts';
import type { ComposedMail } from './compose.ts';
import { composeDeposit } from './deposit-message.ts';
import { messageChecks } from './message-checks.ts';
import type { ComposeDepositOptions } from './message-model.ts';
import type { SmtpOptions } from './smtp-options.ts';
import { SmtpSender, type SmtpAcceptance } from './smtp.ts';

/** Everything a deposit by MSSanté needs. @group MSSanté transport */
export interface MssTransportConfig extends SmtpOptions {
  /** How each deposit is written; `to` is the deposit mailbox of the platform. */
  readonly message: Omit<ComposeDepositOptions, 'messageId' | 'envelopeId' | 'runtime'>;
  /** Makes the IHE XDM archive of a submission. @defaultValue `packageXdm` */
  readonly archive?: ((submission: Submission) => Promise<XdmArchive>) | undefined;
  /**
   * Sees each message just before it is sent, to keep a copy of the exact bytes. A failure here
   * stops the deposit.
   */
  readonly onMessage?: ((mail: ComposedMail) => void | Promise<void>) | undefined;
  readonly runtime?: Runtime | undefined;
}

/** Deposits by mail, at once and without a queue. @group MSSanté transport */
export interface MssTransport extends DepositChannel {
  /** The exact bytes that `deposit` would send. */
  compose(
    submission: Submission,
    identifiers?: Pick<ComposeDepositOptions, 'messageId' | 'envelopeId'>,
  ): Promise<ComposedMail>;
  /** Sends a composed mail; a retry passes the same one. */
  send(mail: ComposedMail, options?: SendOptions): Promise<SmtpAcceptance>;
  /**
   * Largest message that the server takes, in bytes, encoded: asked without sending, once in a
   * quarter of an hour. `null` when it announces none. For that time a larger message is refused
   * when it is composed: an operator may change what it takes.
   */
  messageLimit(options?: CallOptions): Promise<number | null>;
  /** The same without asking: `null` while it is not known. */
  readonly knownLimit: number | null;
  /** Connects, encrypts and authenticates, without sending. */
  verify(options?: CallOptions): Promise<void>;
}

/**
 * Sends deposits to the platform's MSSanté mailbox over STARTTLS, trusting only the given
 * authorities, one recipient per transaction. A deposit resolves as `accepted` when the operator
 * has taken charge, nothing more.
 *
 * @throws TerrESanteError from `deposit`: `TE_TLS`, `TE_CLIENT_CERT`, `TE_AUTHN_REJECTED`,
 *   `TE_RECIPIENT_UNKNOWN`, `TE_MAILBOX_FULL`, `TE_TOO_LARGE`, `TE_FORBIDDEN`, `TE_UNAVAILABLE`,
 *   `TE_TIMEOUT`; and `TE_MAIL_UNKNOWN_OUTCOME` when the whole message went out without a reply:
 *   resend only the same message, with the same Message-ID.
 *
 * @see RFC 5321, RFC 3207, RFC 1870, RFC 3461; ANS, Référentiel socle MSSanté n° 2
 * @group MSSanté transport
 */
export function createMssTransport(config: MssTransportConfig): MssTransport {
  return new MailTransport(optionsOf('config', config, configChecks));
}

const configChecks: Checks<MssTransportConfig> = {
  server: needed(record),
  credentials: needed(record),
  clientName: text,
  connectTimeoutMs: wait,
  idleTimeoutMs: wait,
  maxConnections: count(1),
  maxMessagesPerConnection: count(1),
  message: needed(optionsCheck<MssTransportConfig['message']>(messageChecks)),
  archive: callback,
  onMessage: callback,
  runtime: runtimeCheck,
};

/** How long an announced limit is believed: our choice, no text gives one. */
const rememberedMs = 15 * 60_000;

class MailTransport implements MssTransport {
  readonly #config: MssTransportConfig;
  readonly #runtime: Runtime;
  readonly #sender: SmtpSender;
  /** What the server announced, and when; `null` while nobody asked. */
  #announced: { readonly limit: number | null; readonly at: number } | null = null;

  constructor(config: MssTransportConfig) {
    this.#config = config;
    this.#runtime = config.runtime ?? systemRuntime;
    this.#sender = new SmtpSender(config);
  }

  async compose(
    submission: Submission,
    identifiers?: Pick<ComposeDepositOptions, 'messageId' | 'envelopeId'>,
  ): Promise<ComposedMail> {
    const { message, archive = packageXdm } = this.#config;
    const maxMessageBytes = smallerOf(message.maxMessageBytes, this.knownLimit);
    const own = optionsOf('identifiers', identifiers, identifierChecks);
    const options = { ...message, ...own, maxMessageBytes, runtime: this.#runtime };
    return readingLater('submission', async () => composeDeposit(submission, await archive(submission), options));
  }

  async deposit(submission: Submission, options?: DepositCallOptions): Promise<DepositReceipt> {
    const { onProgress, ...call } = optionsOf('options', options, depositChecks);
    const mail = await this.compose(submission);
    // Read before anything is sent: what fails here fails while nothing has gone out.
    const uniqueIds = reading('submission', () => submission.documents.map(({ entry }) => entry.uniqueId));
    await this.#config.onMessage?.(mail);
    const { smtpCode, enhancedStatus } = await this.send(toldMessage(mail, 'sending', onProgress), call);

    const at = new Date(this.#runtime.clock.now()).toISOString();
    return newReceipt({
      uniqueIds,
      channel: 'mssante',
      submittedAt: at,
      messageId: mail.messageId,
      envelopeId: mail.envelopeId,
      state: 'accepted',
      recipients: [
        {
          address: mail.envelope.to,
          state: 'accepted',
          smtpCode,
          enhancedStatus,
          code: null,
          detail: depositStates.accepted.sentence,
          at,
        },
      ],
    });
  }

  async send(mail: ComposedMail, options?: SendOptions): Promise<SmtpAcceptance> {
    const { signal, timeoutMs } = optionsOf('options', options, sendChecks);
    const call = { signal, timeoutMs };
    const message = checkedMessage('mail', mail);
    try {
      return await readingLater('mail', async () => this.#sender.send(message, call));
    } catch (error) {
      // The refusal says what the server takes: the next message is measured first.
      const limit = isTerrESanteError(error) && error.code === 'TE_TOO_LARGE' ? error.details['limitBytes'] : null;
      if (typeof limit === 'number') this.#learn(limit);
      throw error;
    }
  }

  get knownLimit(): number | null {
    return this.#remembered()?.limit ?? null;
  }

  async messageLimit(options?: CallOptions): Promise<number | null> {
    const call = optionsOf('options', options, callChecks);
    if (!this.#remembered()) await this.verify(call);
    return this.knownLimit;
  }

  async verify(options?: CallOptions): Promise<void> {
    this.#learn((await this.#sender.probe(optionsOf('options', options, callChecks))).maxMessageBytes);
  }

  #learn(limit: number | null): void {
    this.#announced = { limit, at: this.#runtime.clock.now() };
  }

  /** What was announced not long ago; a clock that was set back makes it old. */
  #remembered(): { readonly limit: number | null } | null {
    const age = this.#runtime.clock.now() - (this.#announced?.at ?? 0);
    return age >= 0 && age < rememberedMs ? this.#announced : null;
  }

  close(): Promise<void> {
    return this.#sender.close();
  }
}

/** The smaller of two limits, either of which may be unknown. */
function smallerOf(left: number | undefined, right: number | null): number | undefined {
  if (left === undefined || right === null) return left ?? right ?? undefined;
  return Math.min(left, right);
}
