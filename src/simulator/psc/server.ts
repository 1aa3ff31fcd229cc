import { createServer, type Server } from 'node:https';
import { TerrESanteError } from '../../errors.ts';
import { optionalChoice, optionalText, optionsOf, reading, textOf } from '../../internal/border.ts';
import { count } from '../../internal/option-checks.ts';
import { fictiveProfessional } from '../../testing/index.ts';
import { listen } from '../listen.ts';
import { Browser } from './browser.ts';
import { nationalIdOf, subjectOf } from './claims.ts';
import { openIdConfiguration, type CibaRequest } from './configuration.ts';
import { tlsOf } from '../option-checks.ts';
import { pscChecks } from './option-checks.ts';
import type { OpenIdContext, OpenIdServer, PscAccount, PscSimulator, PscSimulatorOptions } from './model.ts';

const standardPath = '/.well-known/openid-configuration';
const walletPath = '/.well-known/wallet-openid-configuration';

/** What the user answers in the browser. */
type Outcome = 'accept' | 'refuse';

/** Extends what a middleware sees with two members of the library that are not in its contract. */
interface LibraryContext {
  respond: boolean;
  readonly oidc?: { readonly params?: { readonly grant_type?: string } };
}

class SimulatedProSanteConnect implements PscSimulator {
  readonly issuer: string;
  readonly discoveryUrl: string;
  readonly tokenRequests: string[] = [];

  readonly #options: PscSimulatorOptions;
  readonly #server: Server;
  readonly #provider: OpenIdServer;
  readonly #clientId: string;
  readonly #redirectUri: string;
  readonly #accounts: readonly PscAccount[];
  readonly #acr: string;
  readonly #waiting: CibaRequest[] = [];
  #slowDowns = 0;
  #sessionsEnded = false;
  #outcome: Outcome = 'accept';

  constructor(options: PscSimulatorOptions, server: Server, port: number) {
    this.#options = options;
    this.#server = server;
    this.#clientId = options.clientId ?? 'lps-fictif';
    this.#redirectUri = options.redirectUri ?? 'https://lps.example/retour';
    this.#accounts = options.accounts ?? [{ nationalId: fictiveProfessional().nationalId }];
    this.#acr = options.acr ?? 'eidas1';

    this.issuer = `https://127.0.0.1:${port}`;
    this.discoveryUrl = `${this.issuer}${walletPath}`;

    this.#provider = this.#createProvider();
    this.#provider.use((context, next) => this.#handle(context, next));
    server.on('request', this.#provider.callback());
  }

  get pending(): PscSimulator['pending'] {
    return this.#waiting.map(({ accountId, params }) => {
      const message = params['binding_message'];
      return {
        nationalId: nationalIdOf(accountId),
        bindingMessage: typeof message === 'string' ? message : null,
      };
    });
  }

  async approve(nationalId?: string): Promise<void> {
    const wanted = optionalText('nationalId', nationalId);
    const request = this.#takeOldest();
    const accountId = wanted === undefined ? request.accountId : subjectOf(wanted);

    // Another person answers: the library issues the tokens of the account that the request names.
    if (wanted !== undefined) (request as { accountId: string }).accountId = accountId;

    await this.#provider.backchannelResult(request, await this.#grant(accountId), { acr: this.#acr, amr: ['CARD'] });
  }

  async refuse(): Promise<void> {
    const { AccessDenied } = this.#options.library.errors;
    await this.#provider.backchannelResult(this.#takeOldest(), new AccessDenied());
  }

  slowDown(times = 1): void {
    this.#slowDowns += count()('times', times);
  }

  endSessions(): void {
    this.#sessionsEnded = true;
  }

  async browse(authorizationUrl: string, outcome: Outcome = 'accept'): Promise<string> {
    const url = textOf('authorizationUrl', authorizationUrl);
    this.#outcome = optionalChoice('outcome', outcome, ['accept', 'refuse']) ?? 'accept';
    return new Browser(this.#options.hierarchy.caPem).followUntil(url, this.#redirectUri);
  }

  async close(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  #createProvider(): OpenIdServer {
    const { library, clientSecret, accessTokenSeconds = 120, cibaSeconds = 60 } = this.#options;

    return new library.Provider(
      this.issuer,
      openIdConfiguration({
        clientId: this.#clientId,
        clientSecret,
        redirectUri: this.#redirectUri,
        accessTokenSeconds,
        cibaSeconds,
        find: (nationalId) => this.#accounts.find((account) => account.nationalId === nationalId),
        onCibaRequest: (request) => this.#waiting.push(request),
      }),
    );
  }

  async #handle(context: OpenIdContext, next: () => Promise<void>): Promise<void> {
    const { path } = context;

    // The description is served under the path of Pro Santé Connect alone.
    if (path === standardPath) {
      context.status = 404;
      return;
    }
    if (path === walletPath) context.path = standardPath;

    if (path.startsWith('/interaction/')) await this.#interact(context);
    else if (path === '/token') await this.#issueToken(context, next);
    else await next();
  }

  /** Plays the pages of login and consent. */
  async #interact(context: OpenIdContext): Promise<void> {
    const { req, res } = context;
    await this.#provider.interactionDetails(req, res);
    await this.#provider.interactionFinished(req, res, await this.#interactionResult());

    // The library has answered by itself.
    (context as unknown as LibraryContext).respond = false;
  }

  async #interactionResult(): Promise<unknown> {
    if (this.#outcome === 'refuse') return { error: 'access_denied' };

    const [account] = this.#accounts;
    if (!account) throw new TerrESanteError('TE_NOT_FOUND', 'Aucun compte ne peut se connecter.');
    const accountId = subjectOf(account.nationalId);
    const grant = await this.#grant(accountId);
    return {
      login: { accountId, acr: this.#acr, amr: ['CARD'] },
      consent: { grantId: await grant.save() },
    };
  }

  async #issueToken(context: OpenIdContext, next: () => Promise<void>): Promise<void> {
    if (this.#slowDowns > 0) {
      this.#slowDowns -= 1;
      this.tokenRequests.push('slow_down');
      refuseToken(context, 'slow_down');
      return;
    }

    await next();
    const type = (context as unknown as LibraryContext).oidc?.params?.grant_type ?? 'unknown';
    this.tokenRequests.push(type);
    if (this.#sessionsEnded && type === 'refresh_token') refuseToken(context, 'invalid_grant');
  }

  async #grant(accountId: string): Promise<InstanceType<OpenIdServer['Grant']>> {
    const grant = new this.#provider.Grant({ accountId, clientId: this.#clientId });
    grant.addOIDCScope('openid scope_all');
    await grant.save();
    return grant;
  }

  #takeOldest(): CibaRequest {
    const request = this.#waiting.shift();
    if (!request) throw new TerrESanteError('TE_NOT_FOUND', "Aucune demande n'attend.");
    return request;
  }
}

function refuseToken(context: OpenIdContext, error: string): void {
  context.status = 400;
  context.body = { error };
}

/**
 * Plays Pro Santé Connect with a real OpenID server library: code flow with PKCE, CIBA in poll mode
 * with expiry, slow-down and refusal, mutual TLS, short tokens.
 *
 * @group Pro Santé Connect
 */
export async function createPscSimulator(given: PscSimulatorOptions): Promise<PscSimulator> {
  const options = optionsOf('options', given, pscChecks);
  const { hierarchy } = options;
  const { certPem, keyPem, caPem } = tlsOf(hierarchy);

  const server = createServer({
    cert: certPem,
    key: keyPem,
    ca: caPem,
    requestCert: true,
    // A client without a certificate may connect; `certificateAuthorized` of the configuration asks
    // whether the one it showed is trusted.
    rejectUnauthorized: false,
  });
  const port = await listen(server, 0);

  try {
    return reading('options', () => new SimulatedProSanteConnect(options, server, port));
  } catch (error) {
    server.close();
    throw error;
  }
}
