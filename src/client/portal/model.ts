import type { Finding } from '../../errors.ts';
import type { PatientInput } from '../../identity/index.ts';
import type { CallOptions } from '../../internal/abort.ts';
import type { PlatformDescriptor } from '../../platform/index.ts';

/** Pages of the portal that a host may ask for. @group Portal */
export type PortalPage = keyof NonNullable<PlatformDescriptor['portal']>['pages']['value'];

/** Options of `portal.launch`. @group Portal */
export interface PortalLaunchOptions extends CallOptions {
  /** A window of the software (`embedded`), or the browser that the user has (`default`). */
  readonly window: 'embedded' | 'default';
  /**
   * The patient was informed and agrees: asked by portals that take a context form. There is no
   * default: ask, and never tick it in advance.
   */
  readonly patientConsent?: boolean | undefined;
}

/**
 * What to open, once: another opening is another launch. JSON and logs see neither address nor
 * fields.
 *
 * @group Portal
 */
export interface PortalLaunch {
  /**
   * - `url`: open `url`. It may hold the INS of the patient: it goes into no log;
   * - `form-post`: an embedded browser posts `body` to `url`;
   * - `loopback`: a page of this machine that sends the form by itself, for the default browser.
   */
  readonly kind: 'url' | 'form-post' | 'loopback';
  readonly url: string;
  /** Fields of the form; `null` unless it is for an embedded browser. */
  readonly fields: Readonly<Record<string, string>> | null;
  /** The same as `application/x-www-form-urlencoded`. */
  readonly body: string | null;
  /** ISO 8601, UTC: not to be opened later; `null`: no end. */
  readonly expiresAt: string | null;
  /** What the user should know. */
  readonly findings: readonly Finding[];
  /** Names this launch in the journal. */
  readonly correlationId: string;
  /**
   * Waits until the launch was handed over: at once, or when the default browser has fetched its
   * page. From then on counts start again. Whether the portal opened is known to the user alone.
   *
   * @returns when, ISO 8601, UTC
   *
   * @throws TerrESanteError `TE_TIMEOUT` when nobody opened the page in time, `TE_CLOSED` when it
   *   was closed before, `TE_CANCELLED`
   */
  handedOver(options?: Pick<CallOptions, 'signal'>): Promise<string>;
  /** Takes the page of this machine away. Safe to call twice. */
  close(): Promise<void>;
}

/** The portal of the platform, opened on what the user looks at. @group Portal */
export interface PortalOperations {
  /**
   * Prepares one opening of the portal; the software opens the window. Nothing is asked of the
   * portal: what is refused here is refused before anything is signed.
   *
   * @param target - `page`, and the patient whose dossier it shows: needed by all but `home`,
   *   `support` and `alerts`
   *
   * @returns for `embedded`, an address with or without the form to post to it; for `default`, an
   *   address without identifier that the browser of the user opens
   *
   * @throws TerrESanteError `TE_UNSUPPORTED` when the portal or the page is not offered,
   *   `TE_CONFIG_INVALID` (a host that is not allowed, a `RelayState` that is too long),
   *   `TE_IDENTITY_INCOMPLETE`, `TE_IDENTITY_STATUS` (the INS is needed and may not leave),
   *   `TE_CONSENT_REQUIRED`, `TE_DOSSIER_ABSENT`, `TE_DOSSIER_CLOSED`, `TE_CLOCK_SKEW`, those of
   *   the signature, `TE_AUDIT`
   *
   * @see SAML 2.0 Bindings, section 3.5; GIE SESAM-Vitale, LPS v02.05.00, TD0.9
   *
   * @example
   * ```ts
   * import { createClient } from 'terr-esante-sdk';
   * import { createPkcs12Provider } from 'terr-esante-sdk/auth';
   * import { createSimulator, fictiveConfig } from 'terr-esante-sdk/simulator';
   * import { fictivePatient } from 'terr-esante-sdk/testing';
   *
   * const simulator = await createSimulator();
   * const patient = fictivePatient();
   * simulator.addDossier(patient);
   * const { pfx, password } = simulator.hierarchy.professional.signature;
   * const te = createClient(fictiveConfig(simulator), {
   *   auth: await createPkcs12Provider({ pfx, password }),
   *   tls: { ca: simulator.caPem },
   * });
   * const launch = await te.portal.launch({ page: 'dossier', patient }, { window: 'embedded' });
   * launch.kind; // 'form-post'
   * Object.keys(launch.fields ?? {}).join(); // 'SAMLResponse,RelayState'
   * await te.close();
   * await simulator.close();
   * ```
   */
  launch(
    target: { readonly page: PortalPage; readonly patient?: PatientInput | undefined },
    options: PortalLaunchOptions,
  ): Promise<PortalLaunch>;
}
