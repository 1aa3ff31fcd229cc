import { isTerrESanteError, TerrESanteError } from '../../errors.ts';
import { throwIfAborted, withDeadline, type CallOptions } from '../../internal/abort.ts';
import { systemRuntime, type Runtime } from '../../internal/runtime.ts';
import type { SessionLogin } from '../provider.ts';
import { acceptAnswer } from './answers.ts';
import { OpenChallenge, type SendResult, type TransportCall } from './challenge.ts';
import type {
  OtpChallenge,
  OtpChallengeAnswer,
  OtpCredentials,
  OtpProvider,
  OtpProviderOptions,
  OtpSession,
  OtpSessionAnswer,
  OtpTransport,
} from './model.ts';
import { type Checks, needed, optionsOf, reading } from '../../internal/border.ts';
import {
  anyText,
  bytes,
  callChecks,
  choice,
  either,
  flag,
  methods,
  record,
  runtime as runtimeCheck,
  wait,
} from '../../internal/option-checks.ts';

/** The password as text; the bytes of the caller are wiped. */
function secretOf(password: string | Uint8Array): string {
  if (typeof password === 'string') return password;

  const secret = Buffer.from(password).toString('utf8');
  password.fill(0);
  return secret;
}

const loginRequired = (): TerrESanteError =>
  new TerrESanteError(
    'TE_AUTHN_REQUIRED',
    'La session est absente ou terminée : reconnectez-vous avec votre mot de passe et un nouveau code.',
  );

function publicSession({ subject, expiresAt, authnInstant, method }: OtpSessionAnswer): OtpSession {
  return { kind: 'session', subject, expiresAt, authnInstant, method };
}

const credentialChecks: Checks<OtpCredentials> = {
  identifier: needed(anyText),
  password: needed(either<OtpCredentials['password']>(anyText, bytes)),
  channel: choice('sms', 'email', 'totp'),
};

const otpChecks: Checks<OtpProviderOptions> = {
  allowed: needed(either<OtpProviderOptions['allowed']>(flag, record)),
  transport: needed(methods<OtpTransport>('begin')),
  timeoutMs: wait,
  runtime: runtimeCheck,
};

class OneTimeCodeProvider implements OtpProvider {
  readonly kind = 'otp';
  readonly #options: OtpProviderOptions;
  readonly #runtime: Runtime;
  #credential: { readonly answer: OtpSessionAnswer; readonly session: OtpSession } | null = null;
  #closed = false;
  /** Raised by `end` and `close`: an answer that arrives later opens no session. */
  #epoch = 0;

  constructor(options: OtpProviderOptions) {
    this.#options = options;
    this.#runtime = options.runtime ?? systemRuntime;
  }

  get session(): OtpSession | null {
    return this.#live()?.session ?? null;
  }

  async begin(credentials: OtpCredentials, given?: CallOptions): Promise<OtpChallenge | OtpSession> {
    const options = optionsOf('options', given, callChecks);
    const { identifier, password, channel } = optionsOf('credentials', credentials, credentialChecks);
    const secret = reading('password', () => secretOf(password));

    const { allowed } = this.#options;
    if (!(typeof allowed === 'object' ? allowed.value : allowed)) {
      throw new TerrESanteError('TE_UNSUPPORTED', "La plateforme n'offre pas la connexion par code à usage unique.");
    }
    if (identifier === '' || identifier.length > 200 || secret === '' || secret.length > 1024) {
      throw new TerrESanteError('TE_INPUT_INVALID', 'Identifiant et mot de passe sont attendus.');
    }

    const answer = await this.#send(options, (transport, call) =>
      transport.begin({ identifier, password: secret, channel: channel ?? null }, call),
    );
    return answer.kind === 'session' ? answer.session : this.#challenge(answer);
  }

  async accessToken(given?: CallOptions & { readonly renew?: boolean | undefined }): Promise<string> {
    const { renew = false } = optionsOf('options', given, { ...callChecks, renew: flag });
    if (this.#closed) throw closedError();

    // A refused session cannot be renewed without the user.
    if (renew) this.#credential = null;

    const live = this.#live();
    if (!live) throw loginRequired();
    return live.answer.credential;
  }

  async login(given?: CallOptions): Promise<SessionLogin> {
    const { signal } = optionsOf('options', given, callChecks);
    if (this.#closed) throw closedError();
    throwIfAborted(signal);

    const live = this.#live();
    if (!live) throw loginRequired();
    const { subject, authnInstant, method } = live.session;
    return { subject, instant: authnInstant, method };
  }

  async end(given?: CallOptions): Promise<void> {
    const options = optionsOf('options', given, callChecks);
    const ended = this.#credential;
    this.#credential = null;
    this.#epoch += 1;
    const { transport } = this.#options;
    if (ended) {
      await this.#bounded(options, async (call) => transport.end?.({ credential: ended.answer.credential }, call));
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.end().catch(() => undefined);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #live(): { readonly answer: OtpSessionAnswer; readonly session: OtpSession } | null {
    if (this.#credential && this.#credential.answer.expiresAt <= this.#runtime.clock.now()) this.#credential = null;
    return this.#credential;
  }

  /**
   * One call, never repeated. The transport's own errors are not shown: they may quote what was
   * sent.
   */
  async #bounded<T>(options: CallOptions, work: (call: CallOptions) => Promise<T>): Promise<T> {
    const { timeoutMs = 30_000 } = this.#options;

    return withDeadline(
      { signal: options.signal, timeoutMs: options.timeoutMs ?? timeoutMs },
      async (signal) => {
        try {
          return await work({ signal });
        } catch (error) {
          if (isTerrESanteError(error)) throw error;
          throw new TerrESanteError('TE_UNAVAILABLE', "Le service d'authentification ne répond pas.", {
            retryable: false,
          });
        }
      },
      "Le service d'authentification ne répond pas.",
    );
  }

  async #send(options: CallOptions, work: TransportCall): Promise<SendResult> {
    if (this.#closed) throw closedError();

    const epoch = this.#epoch;
    const answer = acceptAnswer(await this.#bounded(options, (call) => work(this.#options.transport, call)));
    if (answer.kind === 'challenge') return answer;

    // Ended or closed meanwhile.
    if (epoch !== this.#epoch) throw loginRequired();
    const session = publicSession(answer);
    this.#credential = { answer, session };
    return { kind: 'session', session };
  }

  #challenge(answer: OtpChallengeAnswer): OtpChallenge {
    return new OpenChallenge(answer, {
      clock: this.#runtime.clock,
      send: (options, work) => this.#send(options, work),
      next: (next) => this.#challenge(next),
      cancel: (handle, options) =>
        this.#bounded(options, async (call) => this.#options.transport.cancel?.({ handle }, call)),
    });
  }
}

function closedError(): TerrESanteError {
  return new TerrESanteError('TE_CLOSED', 'Le fournisseur de session est fermé.');
}

/**
 * Login by identifier, password and one-time code, in two steps. The transport is the host's;
 * nothing is repeated automatically, and the token stays in memory.
 *
 * Off unless `allowed`: no public text of Terr-eSanté describes such a login service, and the shape
 * of the two steps is that of a comparable one (MSSanté operator Mailiz), so it is inferred.
 *
 * A one-time code proves who the user is but gives no signing key: the assertion is then signed by
 * the structure's certificate, or made by the platform.
 *
 * @example
 * ```ts
 * import { createOtpProvider } from 'terr-esante-sdk/auth';
 * import { createOtpSimulator } from 'terr-esante-sdk/simulator';
 *
 * const user = { identifier: '899900000011', password: 'secret-fictif' };
 * const far = createOtpSimulator({ users: [user] });
 * const provider = createOtpProvider({ transport: far.transport, allowed: true });
 * const step = await provider.begin(user);
 * if (step.kind === 'challenge') await step.complete(far.lastCode('899900000011') ?? '');
 * provider.session?.method; // 'sms'
 * ```
 *
 * @group One-time code
 */
export function createOtpProvider(options: OtpProviderOptions): OtpProvider {
  return new OneTimeCodeProvider(optionsOf('options', options, otpChecks));
}
