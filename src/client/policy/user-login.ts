import type { SessionLogin, SessionProvider, SigningProvider, VihfAuthentication } from '../../auth/index.ts';
import { isTerrESanteError, TerrESanteError } from '../../errors.ts';
import type { CallOptions } from '../../internal/abort.ts';
import { longestClockSkewMs } from '../../internal/clock-skew.ts';
import type { Runtime } from '../../internal/runtime.ts';
import { hostAnswer } from '../../internal/wait.ts';
import { professionalOf } from '../../platform/config/people.ts';
import type { PlatformDescriptor, TerrESanteConfig } from '../../platform/index.ts';
import type { ClientAuth } from './client-auth.ts';
import { requireMeans } from './means.ts';

/** How and since when the professional is logged in, as an assertion declares it. */
export type LoginFacts = Partial<VihfAuthentication> & Pick<VihfAuthentication, 'instant'>;

const methods: readonly unknown[] = ['card', 'e-cps', 'password', 'sms', 'email', 'totp', null];

/**
 * The login of the professional of a client: that of the session, of the card, or the moment of the
 * first signature. Asked before each assertion, so that none outlives the login it speaks of.
 */
export class UserLogin {
  readonly #config: TerrESanteConfig;
  readonly #descriptor: PlatformDescriptor;
  readonly #auth: ClientAuth;
  readonly #clock: Runtime['clock'];
  /** Whether the certificate is that of this professional: looked at before a PIN is asked. */
  readonly #checkSigner: (der: Uint8Array) => Promise<void>;
  /** Of a signer that does not tell a login. */
  #firstSignature: number | undefined;

  constructor(options: {
    readonly config: TerrESanteConfig;
    readonly descriptor: PlatformDescriptor;
    readonly auth: ClientAuth;
    readonly runtime: Runtime;
    readonly checkSigner: (der: Uint8Array) => Promise<void>;
  }) {
    this.#config = options.config;
    this.#descriptor = options.descriptor;
    this.#auth = options.auth;
    this.#clock = options.runtime.clock;
    this.#checkSigner = options.checkSigner;
  }

  /**
   * @throws TerrESanteError `TE_AUTHN_REQUIRED` (nobody is logged in), `TE_IDENTITY_MISMATCH`
   *   (another professional is), `TE_CLOCK_SKEW`, `TE_UNSUPPORTED` (the platform does not say how
   *   this way is declared), and those of the session or the card
   */
  async current(options: CallOptions): Promise<LoginFacts> {
    const { signer, session } = this.#auth;
    if (session) return this.#ofSession(session, options);
    if (signer.login) return this.#ofCard(signer, options);

    this.#firstSignature ??= this.#clock.now();
    return { instant: this.#firstSignature };
  }

  /** The next signature counts as a login, where nothing else tells it. */
  forget(): void {
    this.#firstSignature = undefined;
  }

  async #ofCard(card: SigningProvider, options: CallOptions): Promise<LoginFacts> {
    // Nobody is asked for the PIN of a card that may not sign.
    const [der] = await card.certificates(options);
    if (der) await this.#checkSigner(der);

    const instant: unknown = await card.login?.(options);
    return { instant: this.#requireInstant(instant) };
  }

  async #ofSession(given: NonNullable<ClientAuth['session']>, options: CallOptions): Promise<LoginFacts> {
    const { subject, instant, method } = await this.#login(given, options);

    const expected = this.#auth.account ?? professionalOf(this.#config).nationalId;
    if (subject !== expected) {
      throw new TerrESanteError(
        'TE_IDENTITY_MISMATCH',
        "La session ouverte est celle d'un autre professionnel : fermez-la, puis connectez-vous avec votre compte.",
        { details: { reason: 'session-holder' } },
      );
    }
    return { ...this.#declared(method), instant: this.#requireInstant(instant) };
  }

  async #login(given: NonNullable<ClientAuth['session']>, options: CallOptions): Promise<SessionLogin> {
    let login: unknown;
    try {
      const session = typeof given === 'function' ? await hostAnswer('auth.session', () => given(), options) : given;
      login = await this.#ask(session, options);
    } catch (error) {
      if (isTerrESanteError(error)) throw error;
      // The host's own error is not shown: it may quote a token.
      throw new TerrESanteError('TE_AUTHN_REQUIRED', "La session n'a pas répondu : reconnectez-vous.", {
        details: { reason: 'session' },
      });
    }

    if (isLogin(login)) return login;
    throw new TerrESanteError('TE_AUTHN_REQUIRED', 'La session ne dit pas qui est connecté : reconnectez-vous.', {
      details: { reason: 'session-answer' },
    });
  }

  async #ask(session: SessionProvider | null, options: CallOptions): Promise<unknown> {
    // The answer of a function of the host, which may be anything.
    if (typeof session?.login !== 'function' || typeof session.kind !== 'string') {
      throw new TerrESanteError('TE_AUTHN_REQUIRED', "Personne n'est connecté : connectez-vous.", {
        details: { reason: 'no-session' },
      });
    }

    requireMeans(this.#config, session.kind);
    return hostAnswer('auth.session.login', (signal) => session.login?.({ signal }), options);
  }

  /** What the session used, without embellishment. */
  #declared(method: SessionLogin['method']): Partial<VihfAuthentication> {
    if (method === null) return {};
    if (method === 'card' || method === 'e-cps') return { mode: 'reinforced', means: method };
    // A password alone is no strong authentication, which the reinforced mode declares.
    if (method === 'password') return { mode: 'indirect', means: method };

    const contextClass = this.#descriptor.authentication.oneTimeCodeClass?.value[method];
    return { mode: 'reinforced', contextClass };
  }

  /** @throws TerrESanteError `TE_AUTHN_REQUIRED`, `TE_CLOCK_SKEW` */
  #requireInstant(instant: unknown): number {
    if (typeof instant !== 'number' || !(instant >= 0)) {
      throw new TerrESanteError('TE_AUTHN_REQUIRED', "L'heure de la connexion n'est pas connue : reconnectez-vous.", {
        details: { reason: 'login-time' },
      });
    }
    if (instant <= this.#clock.now() + longestClockSkewMs) return instant;

    throw new TerrESanteError(
      'TE_CLOCK_SKEW',
      "L'heure de ce poste est en retard sur celle de la connexion : réglez l'heure, puis reconnectez-vous.",
    );
  }
}

function isLogin(value: unknown): value is SessionLogin {
  if (typeof value !== 'object' || value === null) return false;
  const { subject, method } = value as Partial<SessionLogin>;
  return typeof subject === 'string' && subject !== '' && methods.includes(method ?? null);
}
