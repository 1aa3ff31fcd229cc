import type { Sex } from '../../identity/index.ts';

/** Pages of the portal that a host may ask for. @group Portal */
export type PortalPage = 'home' | 'dossier' | 'documents' | 'care-circle' | 'notes' | 'plan' | 'support' | 'alerts';

/**
 * How the portal of a platform takes a launch. Which of the three ways Terr-eSanté uses is not
 * published.
 *
 * @group Descriptor
 */
export interface PortalDescriptor {
  /**
   * - `saml-post`: a form with a signed SAML response, which the browser posts;
   * - `form-context`: a form with the traits of the patient; the user logs in by himself;
   * - `url-path`: page and INS in the address; the user logs in by himself.
   */
  readonly mode: 'saml-post' | 'form-context' | 'url-path';
  /**
   * Where the form is posted, or the beginning of the address of a page; may be relative to
   * `quai.url`. Always https, on one of the allowed hosts.
   */
  readonly address: string;
  /**
   * Hosts that the browser may be sent to, those of redirections included, as CSP writes them:
   * `host`, `host:port` or `host:*`.
   */
  readonly allowedHosts: readonly string[];
  /**
   * The pages that are offered: the `RelayState` of each (80 bytes at most, SAML 2.0 Bindings,
   * section 3.5.3), the name in the address, or the `Situation` of the form; a blank one is left
   * out.
   */
  readonly pages: Readonly<Partial<Record<PortalPage, string>>>;
  /** Entity that the assertion is for (`saml-post`); `null` when not published. */
  readonly audience: string | null;
  /** How long an assertion of a launch lives, in seconds: 300 at most. */
  readonly lifetimeSeconds: number;
  /**
   * What the browser tells of where the form comes from: with `no-referrer` it posts
   * `Origin: null`, which some portals refuse.
   */
  readonly referrerPolicy: 'no-referrer' | 'strict-origin';
  /** How the values of a context form are written. */
  readonly form: {
    /** Before the OID of an INS. */
    readonly systemPrefix: string;
    readonly gender: Readonly<Record<Sex, string>>;
    /** The patient was informed and agrees. */
    readonly consent: string;
  };
}

/** A host as CSP writes it, with its port or any port. */
export const hostSource = /^(?<name>[a-z0-9](?:[a-z0-9.-]{0,252}))(?::(?<port>\d{1,5}|\*))?$/;

/** A bearer assertion in a browser is good for minutes. */
export const longestLaunchSeconds = 300;
