import type { SessionProvider, SigningProvider } from '../../auth/index.ts';
import { TerrESanteError } from '../../errors.ts';
import { needed, optionsOf, reading, type Checks } from '../../internal/border.ts';
import { callback, either, methods, text } from '../../internal/option-checks.ts';
import type { SessionAuthentication } from '../model.ts';

/** What the option `auth` of a client comes to. */
export interface ClientAuth {
  readonly signer: SigningProvider;
  /** `null`: whoever signs is who acts. */
  readonly session: SessionProvider | (() => CurrentSession) | null;
  /** The name of the professional at the login service; `null`: the national identifier. */
  readonly account: string | null;
}

/** What the host answers when it is asked for the session of now. */
export type CurrentSession = SessionProvider | null | Promise<SessionProvider | null>;

const signer = methods<SigningProvider>('certificates', 'sign');

const sessionChecks: Checks<SessionAuthentication> = {
  session: needed(either<SessionAuthentication['session']>(methods<SessionProvider>('accessToken', 'login'), callback)),
  signer,
  account: text,
};

/** A provider, or a session with the certificate that signs for it: the option as it is given. */
export function authCheck(name: string, value: unknown): SigningProvider | SessionAuthentication {
  return holdsSession(value) ? optionsOf<SessionAuthentication>(name, value, sessionChecks) : signer(name, value);
}

/**
 * @param common - of the client whose connections are shared: the certificate of the structure is
 *   the same for its professionals
 *
 * @throws TerrESanteError `TE_CONFIG_INVALID`
 */
export function clientAuthOf(auth: SigningProvider | SessionAuthentication, common: ClientAuth | null): ClientAuth {
  if (!isSessionAuthentication(auth)) return { signer: auth, session: null, account: null };

  const { session, account = null } = auth;
  const signs = auth.signer ?? (common?.session ? common.signer : undefined);
  if (!signs) {
    throw new TerrESanteError(
      'TE_CONFIG_INVALID',
      'Une session ne signe pas : donnez aussi le certificat de la structure (auth.signer).',
      { details: { path: 'auth.signer' } },
    );
  }
  return { signer: signs, session, account };
}

/** What a client closes when it is closed: not the session that a callback gives. */
export function closablesOf({ signer: signs, session }: ClientAuth): readonly (SigningProvider | SessionProvider)[] {
  return session && typeof session !== 'function' ? [session, signs] : [signs];
}

function isSessionAuthentication(auth: SigningProvider | SessionAuthentication): auth is SessionAuthentication {
  return 'session' in auth && !('sign' in auth);
}

/** A session alone has no signature either: it is taken for what its name says. */
function holdsSession(value: unknown): value is SessionAuthentication {
  return reading('auth', () => typeof value === 'object' && value !== null && 'session' in value && !('sign' in value));
}
