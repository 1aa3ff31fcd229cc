import { createHmac, randomBytes } from 'node:crypto';
import {
  createVihf,
  type SigningProvider,
  type Vihf,
  type VihfAuthentication,
  type VihfInput,
} from '../../auth/index.ts';
import { TerrESanteError } from '../../errors.ts';
import type { CallOptions } from '../../internal/abort.ts';
import type { Runtime } from '../../internal/runtime.ts';
import type { BoundPatient } from '../../transport/index.ts';
import type { Purpose } from '../call.ts';
import type { TerrESanteConfig } from '../config/model.ts';
import { localPatientCx, professionalOf, structureOf } from '../config/people.ts';
import type { PlatformDescriptor } from '../descriptor/model.ts';

/** TRE_R248-ModeAcces. */
const purposes = { normal: 'normal', emergency: 'bris_de_glace', 'regulation-centre': 'centre_15' } as const;

/** An assertion is renewed that long before its end. */
const renewBeforeMs = 60_000;
const maxCached = 200;

/** The authentication that the configured means stands for; an assertion never says more than what happened. */
function authenticationOf(
  { authn }: TerrESanteConfig,
  instant: number,
  given: Partial<VihfAuthentication> | undefined,
): VihfAuthentication {
  const base: VihfAuthentication =
    authn.means === 'cps' || authn.means === 'cpe'
      ? { mode: 'direct', means: 'card', instant }
      : authn.means === 'ecps'
        ? { mode: 'reinforced', means: 'e-cps', instant }
        : authn.means === 'software-certificate'
          ? { mode: 'indirect', means: 'software-certificate', instant }
          : { mode: 'reinforced', instant };
  return { ...base, ...given };
}

/** Gives the assertion of each call, signed once per patient and purpose and kept until it ends. */
export class Assertions {
  readonly #config: TerrESanteConfig;
  readonly #descriptor: PlatformDescriptor;
  readonly #provider: SigningProvider;
  readonly #runtime: Runtime;
  readonly #authentication: Partial<VihfAuthentication> | undefined;
  readonly #salt = randomBytes(32);
  readonly #kept = new Map<string, Vihf>();

  constructor(options: {
    readonly config: TerrESanteConfig;
    readonly descriptor: PlatformDescriptor;
    readonly provider: SigningProvider;
    readonly runtime: Runtime;
    readonly authentication: Partial<VihfAuthentication> | undefined;
  }) {
    this.#config = options.config;
    this.#descriptor = options.descriptor;
    this.#provider = options.provider;
    this.#runtime = options.runtime;
    this.#authentication = options.authentication;
  }

  #patientOf(patient: BoundPatient | null): Pick<VihfInput, 'patient' | 'localPatient'> {
    if (!patient) return {};
    if (patient.ins && this.#descriptor.vihf.patientIdentifier.value === 'ins-when-qualified')
      return { patient: patient.ins };
    return { localPatient: localPatientCx(this.#config, patient.localId) };
  }

  async get(patient: BoundPatient | null, purpose: Purpose, options: CallOptions): Promise<string> {
    const { vihf } = this.#descriptor;
    if (vihf.resourceUrn.value === null)
      throw new TerrESanteError(
        'TE_UNSUPPORTED',
        'La valeur Ressource_URN de la plateforme n’est pas connue : complétez son descripteur.',
      );
    const about = this.#patientOf(patient);
    const now = this.#runtime.clock.now();
    const key = createHmac('sha256', this.#salt)
      .update(JSON.stringify([purpose, about.patient?.oid ?? '', about.patient?.value ?? '', about.localPatient ?? '']))
      .digest('base64');
    const kept = this.#kept.get(key);
    if (kept && now < kept.notOnOrAfter - renewBeforeMs && now >= kept.issuedAt - renewBeforeMs) return kept.xml;
    const { host } = this.#config;
    const made = await createVihf(
      {
        professional: professionalOf(this.#config),
        structure: structureOf(this.#config),
        ...about,
        authentication: authenticationOf(this.#config, now, this.#authentication),
        software: {
          name: host.lpsName ?? host.product,
          version: host.lpsVersion ?? host.version,
          ...(host.lpsId !== undefined && { id: host.lpsId }),
        },
        target: {
          resourceUrn: vihf.resourceUrn.value,
          version: vihf.version.value,
          lifetimeMs: vihf.lifetimeSeconds.value * 1000,
          ...(vihf.audience.value !== null && { audience: vihf.audience.value }),
          environment: this.#config.environment === 'production' ? 'production' : 'test',
        },
        purpose: purposes[purpose],
      },
      this.#provider,
      this.#runtime,
      options,
    );
    this.#kept.delete(key);
    if (this.#kept.size >= maxCached) this.#kept.delete(this.#kept.keys().next().value ?? '');
    this.#kept.set(key, made);
    return made.xml;
  }

  /** After a refusal: the next call signs again. */
  forget(): void {
    this.#kept.clear();
  }
}
