import { createServer, get } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { fictiveProfessional, fictiveStructure } from '../../testing/index.ts';
import { TerrESanteError } from '../../errors.ts';
import type { OpenIdServer, PscAccount, PscSimulator, PscSimulatorOptions } from './model.ts';

const walletPath = '/.well-known/wallet-openid-configuration';
const subjectOf = (nationalId: string): string => `f:00000000-0000-4000-8000-000000000000:${nationalId}`;
const nationalIdOf = (subject: string): string => subject.slice(subject.lastIndexOf(':') + 1);

function claimsOf({ nationalId, claims }: PscAccount): Record<string, unknown> {
  const { familyName, givenName, professionCode, specialtyCode, civility } = fictiveProfessional();
  const structure = fictiveStructure();
  return {
    SubjectNameID: nationalId,
    preferred_username: nationalId,
    family_name: familyName,
    given_name: givenName,
    SubjectRole: [`${professionCode}^1.2.250.1.213.1.1.5.5`],
    Secteur_Activite: `${structure.activitySector}^1.2.250.1.71.4.2.4`,
    Palier_Authentification: 'APPPRIP3^1.2.250.1.213.1.5.1.1.1',
    Acces_Regulation_Medicale: 'FAUX',
    otherIds: [{ identifiant: nationalId, origine: 'RPPS', qualite: '1' }],
    SubjectRefPro: {
      codeCivilite: civility,
      exercices: [
        {
          codeProfession: professionCode,
          codeCategorieProfessionnelle: 'C',
          nomDexercice: familyName,
          prenomDexercice: givenName,
          codeTypeSavoirFaire: 'S',
          codeSavoirFaire: specialtyCode,
          activities: [
            {
              codeModeExercice: 'L',
              codeSecteurDactivite: structure.activitySector,
              raisonSocialeSite: structure.name,
              ancienIdentifiantDeLaStructure: structure.nationalId,
            },
          ],
        },
      ],
    },
    ...claims,
  };
}

const claimNames = [...Object.keys(claimsOf({ nationalId: '' })), 'authMode', 'Mode_Acces_Raison', 'PSI_Locale'];

interface CibaRequest {
  readonly accountId: string;
  readonly clientId: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/**
 * Plays Pro Santé Connect with a real OpenID server library: code flow with PKCE, CIBA in poll mode
 * with expiry, slow-down and refusal, mutual TLS, short tokens.
 *
 * @group Pro Santé Connect
 */
export async function createPscSimulator(options: PscSimulatorOptions): Promise<PscSimulator> {
  const {
    library,
    hierarchy,
    clientId = 'lps-fictif',
    clientSecret,
    redirectUri = 'https://lps.example/retour',
    accounts = [{ nationalId: fictiveProfessional().nationalId }],
    acr = 'eidas1',
    accessTokenSeconds = 120,
    cibaSeconds = 60,
  } = options;
  const pending: CibaRequest[] = [];
  const tokenRequests: string[] = [];
  let slowDowns = 0;
  let sessionsEnded = false;
  let outcome: 'accept' | 'refuse' = 'accept';

  const identity = hierarchy.server();
  const server = createServer({
    cert: identity.chainPem,
    key: identity.keyPem,
    ca: hierarchy.caPem,
    requestCert: true,
    // A client without a certificate may connect; `certificateAuthorized` below asks whether the
    // one it showed is trusted.
    rejectUnauthorized: false,
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const find = (nationalId: string): PscAccount | undefined => accounts.find((one) => one.nationalId === nationalId);
  const provider: OpenIdServer = new library.Provider(issuer, {
    clients: [
      {
        client_id: clientId,
        ...(clientSecret === undefined
          ? {
              token_endpoint_auth_method: 'tls_client_auth',
              tls_client_auth_subject_dn: 'CN=any',
              tls_client_certificate_bound_access_tokens: true,
            }
          : { token_endpoint_auth_method: 'client_secret_basic', client_secret: clientSecret }),
        redirect_uris: [redirectUri],
        response_types: ['code'],
        grant_types: ['authorization_code', 'refresh_token', 'urn:openid:params:grant-type:ciba'],
        backchannel_token_delivery_mode: 'poll',
        scope: 'openid scope_all',
      },
    ],
    clientAuthMethods: ['client_secret_basic', 'tls_client_auth'],
    scopes: ['openid', 'scope_all'],
    claims: { openid: ['sub'], scope_all: claimNames, acr: null, auth_time: null },
    acrValues: ['eidas1', 'eidas2', 'eidas3'],
    findAccount: (_context: unknown, subject: string) => {
      const account = find(nationalIdOf(subject));
      return account && { accountId: subject, claims: () => ({ sub: subject, ...claimsOf(account) }) };
    },
    issueRefreshToken: () => true,
    conformIdTokenClaims: true,
    pkce: { required: () => true },
    ttl: {
      AccessToken: accessTokenSeconds,
      BackchannelAuthenticationRequest: cibaSeconds,
      RefreshToken: 1800,
      IdToken: 120,
      Session: 14_400,
      Grant: 14_400,
      Interaction: 600,
      AuthorizationCode: 60,
    },
    cookies: { keys: ['cle-fictive'] },
    interactions: { url: (_context: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
    features: {
      devInteractions: { enabled: false },
      revocation: { enabled: true, allowedPolicy: () => true },
      ciba: {
        enabled: true,
        deliveryModes: ['poll'],
        processLoginHint: (_context: unknown, hint: string) => (find(hint) ? subjectOf(hint) : undefined),
        validateBindingMessage: () => undefined,
        validateRequestContext: () => undefined,
        verifyUserCode: () => undefined,
        triggerAuthenticationDevice: (_context: unknown, request: CibaRequest) => void pending.push(request),
      },
      mTLS: {
        enabled: true,
        tlsClientAuth: true,
        certificateBoundAccessTokens: true,
        getCertificate: ({ socket }: { socket: TLSSocket }) => socket.getPeerX509Certificate(),
        certificateAuthorized: ({ socket }: { socket: TLSSocket }) => socket.authorized,
        certificateSubjectMatches: () => true,
      },
    },
  });

  const grant = async (accountId: string): Promise<InstanceType<OpenIdServer['Grant']>> => {
    const made = new provider.Grant({ accountId, clientId });
    made.addOIDCScope('openid scope_all');
    await made.save();
    return made;
  };

  provider.use(async (context, next) => {
    if (context.path === walletPath) context.path = '/.well-known/openid-configuration';
    else if (context.path === '/.well-known/openid-configuration') {
      context.status = 404;
      return;
    }
    if (context.path.startsWith('/interaction/')) {
      const { req, res } = context;
      const accountId = subjectOf(accounts[0]?.nationalId ?? '');
      await provider.interactionDetails(req, res);
      await provider.interactionFinished(
        req,
        res,
        outcome === 'refuse'
          ? { error: 'access_denied' }
          : { login: { accountId, acr, amr: ['CARD'] }, consent: { grantId: await (await grant(accountId)).save() } },
      );
      // The library has answered.
      (context as unknown as { respond: boolean }).respond = false;
      return;
    }
    if (context.path === '/token') {
      if (slowDowns > 0) {
        slowDowns -= 1;
        tokenRequests.push('slow_down');
        context.status = 400;
        context.body = { error: 'slow_down' };
        return;
      }
      await next();
      const { oidc } = context as unknown as { oidc?: { params?: { grant_type?: string } } };
      const type = oidc?.params?.grant_type ?? 'unknown';
      tokenRequests.push(type);
      if (sessionsEnded && type === 'refresh_token') {
        context.status = 400;
        context.body = { error: 'invalid_grant' };
      }
      return;
    }
    await next();
  });
  server.on('request', provider.callback());

  const oldest = (): CibaRequest => {
    const request = pending.shift();
    if (!request) throw new TerrESanteError('TE_NOT_FOUND', "Aucune demande n'attend.");
    return request;
  };

  return {
    issuer,
    discoveryUrl: `${issuer}${walletPath}`,
    get pending() {
      return pending.map(({ accountId, params }) => ({
        nationalId: nationalIdOf(accountId),
        bindingMessage: typeof params['binding_message'] === 'string' ? params['binding_message'] : null,
      }));
    },
    tokenRequests,
    async approve(nationalId) {
      const request = oldest();
      const accountId = nationalId === undefined ? request.accountId : subjectOf(nationalId);
      if (nationalId !== undefined) (request as { accountId: string }).accountId = accountId;
      await provider.backchannelResult(request, await grant(accountId), { acr, amr: ['CARD'] });
    },
    refuse: () => provider.backchannelResult(oldest(), new library.errors.AccessDenied()),
    slowDown(times = 1) {
      slowDowns += times;
    },
    endSessions() {
      sessionsEnded = true;
    },
    async browse(authorizationUrl, wanted = 'accept') {
      outcome = wanted;
      const cookies = new Map<string, string>();
      let url = authorizationUrl;
      for (let hop = 0; hop < 10; hop += 1) {
        if (url.startsWith(redirectUri)) return url;
        url = await follow(url, cookies, hierarchy.caPem);
      }
      throw new TerrESanteError('TE_PROTOCOL', 'Trop de redirections.');
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/**
 * One step of a browser: sends the cookies, keeps the new ones, gives the address of the
 * redirection.
 */
function follow(url: string, cookies: Map<string, string>, ca: string): Promise<string> {
  const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  return new Promise((resolve, reject) => {
    get(url, { ca, headers: { cookie } }, (answer) => {
      answer.resume();
      for (const line of answer.headers['set-cookie'] ?? []) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
        cookies.set(name, value);
      }
      const { location } = answer.headers;
      if (location === undefined) {
        reject(
          new TerrESanteError('TE_PROTOCOL', 'Une redirection était attendue.', {
            details: { status: answer.statusCode ?? 0 },
          }),
        );
      } else resolve(new URL(location, url).href);
    }).on('error', reject);
  });
}
