import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TestHierarchy } from '../../testing/index.ts';

/**
 * The part of the package `oidc-provider` that plays the identity provider. It is given by the
 * caller, because the SDK does not depend on it: `await import('oidc-provider')`.
 *
 * @group Pro Santé Connect
 */
export interface OpenIdServerLibrary {
  // A public declaration holds no type of a third party.
  readonly Provider: new (issuer: string, configuration: Readonly<Record<string, unknown>>) => OpenIdServer;
  readonly errors: {
    readonly AccessDenied: new () => Error;
    readonly ExpiredToken: new (description: string) => Error;
  };
}

/** An instance of {@link OpenIdServerLibrary}. @group Pro Santé Connect */
export interface OpenIdServer {
  readonly Grant: new (fields: { accountId: string; clientId: string }) => {
    addOIDCScope(scope: string): void;
    save(): Promise<string>;
  };
  callback(): (request: IncomingMessage, response: ServerResponse) => void;
  use(middleware: (context: OpenIdContext, next: () => Promise<void>) => Promise<void>): void;
  backchannelResult(
    request: unknown,
    result: unknown,
    options?: { readonly acr?: string; readonly amr?: readonly string[]; readonly authTime?: number },
  ): Promise<void>;
  interactionDetails(
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<{ readonly params: Readonly<Record<string, unknown>>; readonly prompt: { readonly name: string } }>;
  interactionFinished(request: IncomingMessage, response: ServerResponse, result: unknown): Promise<void>;
}

/** What a middleware sees. @group Pro Santé Connect */
export interface OpenIdContext {
  path: string;
  status: number;
  body: unknown;
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
}

/** A person who can log in. @group Pro Santé Connect */
export interface PscAccount {
  readonly nationalId: string;
  /** UserInfo claims in place of, or beside, those made from the fictive professional. */
  readonly claims?: Readonly<Record<string, unknown>> | undefined;
}

/** Options of {@link createPscSimulator}. @group Pro Santé Connect */
export interface PscSimulatorOptions {
  readonly library: OpenIdServerLibrary;
  readonly hierarchy: TestHierarchy;
  readonly clientId?: string | undefined;
  /** Basic authentication with this secret; without it the client authenticates by mutual TLS. */
  readonly clientSecret?: string | undefined;
  readonly redirectUri?: string | undefined;
  /** @defaultValue the fictive professional */
  readonly accounts?: readonly PscAccount[] | undefined;
  /** Level of authentication that logins reach. @defaultValue `'eidas1'` */
  readonly acr?: string | undefined;
  /** In seconds. @defaultValue 120 */
  readonly accessTokenSeconds?: number | undefined;
  /** In seconds. @defaultValue 60 */
  readonly cibaSeconds?: number | undefined;
}

/** Pro Santé Connect on 127.0.0.1. @group Pro Santé Connect */
export interface PscSimulator {
  readonly issuer: string;
  /** Not at the standard place, as in the real one. */
  readonly discoveryUrl: string;
  /** Requests waiting on the professional's phone, oldest first. */
  readonly pending: readonly {
    readonly nationalId: string;
    readonly bindingMessage: string | null;
  }[];
  /** Names of the token requests received so far: their grant types. */
  readonly tokenRequests: readonly string[];
  /** The oldest waiting request is accepted, by its addressee or by another person. */
  approve(nationalId?: string): Promise<void>;
  refuse(): Promise<void>;
  /** The next token requests are answered `slow_down`. */
  slowDown(times?: number): void;
  /** No refresh token works any more. */
  endSessions(): void;
  /** Plays the browser and the user: logs in and gives the address the browser is sent back to. */
  browse(authorizationUrl: string, outcome?: 'accept' | 'refuse'): Promise<string>;
  close(): Promise<void>;
}
