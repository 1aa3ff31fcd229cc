import type { Vihf, VihfAuthentication, VihfCache, VihfInput } from '../../auth/index.ts';
import { TerrESanteError } from '../../errors.ts';
import type { CallOptions } from '../../internal/abort.ts';
import type { Observer } from '../../internal/observer.ts';
import type { Runtime } from '../../internal/runtime.ts';
import type { BoundPatient } from '../../transport/index.ts';
import { observedProvider } from '../events.ts';
import type { TerrESanteConfig } from '../../platform/index.ts';
import { nationalEnvironment } from '../../platform/environment.ts';
import { localPatientCx, professionalOf, structureOf } from '../../platform/config/people.ts';
import type { PlatformDescriptor } from '../../platform/index.ts';
import { requireCapable, type Use } from './capability.ts';
import type { ClientAuth } from './client-auth.ts';
import { UserLogin, type LoginFacts } from './user-login.ts';

/** What an assertion says of its patient. */
type NamedPatient = Pick<BoundPatient, 'localId' | 'ins'>;

type AuthenticationMeans = TerrESanteConfig['authn']['means'];

/** TRE_R248-ModeAcces. */
const purposes = { normal: 'normal', emergency: 'bris_de_glace', 'regulation-centre': 'centre_15' } as const;

/** How each means of login counts, as an assertion declares it. */
const authentications: Readonly<Record<AuthenticationMeans, Omit<VihfAuthentication, 'instant'>>> = {
  cps: { mode: 'direct', means: 'card' },
  cpe: { mode: 'direct', means: 'card' },
  ecps: { mode: 'reinforced', means: 'e-cps' },
  'software-certificate': { mode: 'indirect', means: 'software-certificate' },
  'one-time-code': { mode: 'reinforced' },
};

/**
 * The authentication that the configured means stands for, as far as the login does not say it; an
 * assertion never claims more than what happened.
 *
 * @param override - what the host knows better
 */
function authenticationOf(
  { authn }: TerrESanteConfig,
  login: LoginFacts,
  override: Partial<VihfAuthentication> | undefined,
): VihfAuthentication {
  return { ...authentications[authn.means], ...login, ...override };
}

/**
 * Gives the assertion of each call: signed once per patient and purpose, and given again until it
 * ends.
 */
export class Assertions {
  readonly #config: TerrESanteConfig;
  readonly #descriptor: PlatformDescriptor;
  readonly #runtime: Runtime;
  readonly #authentication: Partial<VihfAuthentication> | undefined;
  readonly #provider: ClientAuth['signer'];
  readonly #login: UserLogin;
  #cache: VihfCache | undefined;
  /** The login that the kept assertions speak of. */
  #since: number | undefined;

  constructor(options: {
    readonly config: TerrESanteConfig;
    readonly descriptor: PlatformDescriptor;
    readonly auth: ClientAuth;
    readonly runtime: Runtime;
    readonly authentication: Partial<VihfAuthentication> | undefined;
    readonly observer: Observer;
  }) {
    this.#config = options.config;
    this.#descriptor = options.descriptor;
    this.#runtime = options.runtime;
    this.#authentication = options.authentication;
    this.#provider = observedProvider(options.auth.signer, options.observer, options.runtime);
    this.#login = new UserLogin({ ...options, checkSigner: (der) => this.checkSigner(der) });
  }

  #patientOf(patient: NamedPatient | null): Pick<VihfInput, 'patient' | 'localPatient'> {
    if (!patient) return {};
    if (patient.ins && this.#descriptor.vihf.patientIdentifier.value === 'ins-when-qualified') {
      return { patient: patient.ins };
    }
    return { localPatient: localPatientCx(this.#config, patient.localId) };
  }

  /**
   * @throws TerrESanteError `TE_UNSUPPORTED` when the platform's resource name is not known, or the
   *   means of login is not offered there, or not for this use; those of the login and of
   *   `createVihf`
   */
  async get(patient: NamedPatient | null, use: Use, options: CallOptions): Promise<string> {
    const resource = this.#requireResource();
    const input = this.#input(patient, use, resource, await this.#currentLogin(options));
    // How the professional logged in is known now, and nothing is signed yet.
    requireCapable(this.#descriptor, use, [input.authentication.mode ?? 'direct']);

    const { createVihfCache } = await import('../../auth/index.ts');
    this.#cache ??= createVihfCache(this.#provider, { runtime: this.#runtime });
    const { xml } = await this.#cache.get(input, options);
    return xml;
  }

  /** What the platform must offer before anything is signed: the login, and a name to sign for. */
  #requireResource(): string {
    const { vihf, authentication } = this.#descriptor;

    if (this.#config.authn.means === 'one-time-code' && !authentication.oneTimeCode.value) {
      throw new TerrESanteError('TE_UNSUPPORTED', "La plateforme n'offre pas la connexion par code à usage unique.");
    }
    if (vihf.resourceUrn.value === null) {
      throw new TerrESanteError(
        'TE_UNSUPPORTED',
        "La valeur Ressource_URN de la plateforme n'est pas connue : complétez son descripteur.",
      );
    }

    return vihf.resourceUrn.value;
  }

  /**
   * An assertion that a browser carries to the portal: signed anew each time, good once and for
   * one address.
   *
   * @throws TerrESanteError as {@link get}
   */
  async forPortal(
    patient: NamedPatient | null,
    target: Pick<VihfInput['target'], 'audience' | 'recipient' | 'lifetimeMs'>,
    options: CallOptions,
  ): Promise<Vihf> {
    const resource = this.#requireResource();
    const use = { operation: 'portal.launch', purpose: 'normal' } as const;
    const input = this.#input(patient, use, resource, await this.#currentLogin(options));
    requireCapable(this.#descriptor, use, [input.authentication.mode ?? 'direct']);
    const { createVihf } = await import('../../auth/index.ts');
    const own = { ...input, target: { ...input.target, ...target, oneTimeUse: true } };
    return createVihf(own, this.#provider, { ...options, runtime: this.#runtime });
  }

  /**
   * Whether an assertion could be signed with this certificate, without signing.
   *
   * @throws TerrESanteError `TE_CERTIFICATE_INVALID`, `TE_IDENTITY_MISMATCH`
   */
  async checkSigner(der: Uint8Array): Promise<void> {
    const { checkVihfSigner } = await import('../../auth/vihf/signer-rules.ts');
    const now = this.#runtime.clock.now();
    const expected = {
      professional: professionalOf(this.#config),
      authentication: authenticationOf(this.#config, { instant: now }, this.#authentication),
      target: { environment: nationalEnvironment(this.#config.environment) },
    };
    const { ok, findings } = checkVihfSigner(der, expected, { runtime: this.#runtime });
    if (ok) return;

    const [first] = findings;
    const isOfAnother = first?.rule === 'CERT-HOLDER';
    const code = isOfAnother ? 'TE_IDENTITY_MISMATCH' : 'TE_CERTIFICATE_INVALID';
    throw new TerrESanteError(code, first?.message ?? 'Certificat de signature refusé.', {
      findings,
      details: isOfAnother ? { reason: 'card-holder' } : {},
    });
  }

  #input(
    patient: NamedPatient | null,
    { purpose, reason = null }: Use,
    resourceUrn: string,
    login: LoginFacts,
  ): VihfInput {
    const { vihf } = this.#descriptor;
    const reasonName = vihf.accessReason?.value ?? null;
    const { host } = this.#config;

    return {
      professional: professionalOf(this.#config),
      structure: structureOf(this.#config),
      ...this.#patientOf(patient),
      authentication: this.#declared(login),
      software: {
        name: host.lpsName ?? host.product,
        version: host.lpsVersion ?? host.version,
        ...(host.lpsId !== undefined && { id: host.lpsId }),
      },
      target: {
        resourceUrn,
        version: vihf.version.value,
        lifetimeMs: vihf.lifetimeSeconds.value * 1000,
        ...(vihf.audience.value !== null && { audience: vihf.audience.value }),
        environment: nationalEnvironment(this.#config.environment),
      },
      purpose: purposes[purpose],
      ...(reason !== null && reasonName !== null && { attributes: [{ name: reasonName, values: [reason] }] }),
    };
  }

  /** After a refusal or a logout: the next call signs again. */
  forget(): void {
    this.#cache?.clear();
    this.#login.forget();
  }

  /** An assertion of an earlier login is not given again, nor while nobody is logged in. */
  async #currentLogin(options: CallOptions): Promise<LoginFacts> {
    try {
      const login = await this.#login.current(options);
      if (login.instant !== this.#since) this.#cache?.clear();
      this.#since = login.instant;
      return login;
    } catch (error) {
      this.#cache?.clear();
      throw error;
    }
  }

  /** @throws TerrESanteError `TE_UNSUPPORTED` when nothing says how this login is declared */
  #declared(login: LoginFacts): VihfAuthentication {
    const authentication = authenticationOf(this.#config, login, this.#authentication);
    if (authentication.means !== undefined || authentication.contextClass !== undefined) return authentication;

    throw new TerrESanteError(
      'TE_UNSUPPORTED',
      'La plateforme ne dit pas comment déclarer une connexion par code à usage unique : complétez son descripteur.',
      { details: { path: 'authentication.oneTimeCodeClass' } },
    );
  }
}
