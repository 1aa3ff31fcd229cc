import type { VihfAuthentication } from '../../auth/index.ts';
import { TerrESanteError } from '../../errors.ts';
import type { PlatformDescriptor, PlatformOperation, TerrESanteConfig } from '../../platform/index.ts';
import type { Purpose } from '../call.ts';

type Mode = NonNullable<VihfAuthentication['mode']>;
type Capability = NonNullable<NonNullable<PlatformDescriptor['capabilities']>['value']['dossier.status']>;

/** What an assertion is asked for. */
export interface Use {
  /** `null`: no operation in particular, as in a diagnosis. */
  readonly operation: PlatformOperation | null;
  /** The operation within its family, such as `documents.setVisibility`. */
  readonly action?: string | undefined;
  readonly purpose: Purpose;
  /** Of an emergency. @defaultValue none */
  readonly reason?: string | null | undefined;
}

/** Modes that a login by each means may turn out to be: a password alone is not a strong one. */
const modesOfMeans: Readonly<Record<TerrESanteConfig['authn']['means'], readonly Mode[]>> = {
  cps: ['direct'],
  cpe: ['direct'],
  ecps: ['reinforced', 'indirect'],
  'software-certificate': ['indirect'],
  'one-time-code': ['reinforced', 'indirect'],
};

/** The modes in which this client may sign, as far as it is known before anybody logs in. */
export function possibleModes(
  { authn }: TerrESanteConfig,
  authentication: Partial<VihfAuthentication> | undefined,
): readonly Mode[] {
  return authentication?.mode ? [authentication.mode] : modesOfMeans[authn.means];
}

/**
 * What a platform offers depends on how the professional logged in and on the purpose of the
 * access: the descriptor says it of each operation, nothing is assumed.
 *
 * @param modes - those of which one is enough
 * @throws TerrESanteError `TE_UNSUPPORTED`; `details.reason` is `authentication-mode` or `purpose`
 * @see GIE SESAM-Vitale, PDT-INF-526 and PDT-INF-606: rights of the DMP by mode, as a model
 */
export function requireCapable(
  { capabilities }: Pick<PlatformDescriptor, 'capabilities'>,
  { operation, action, purpose }: Use,
  modes: readonly Mode[],
): void {
  const table: Readonly<Record<string, Capability>> = capabilities?.value ?? {};
  for (const name of new Set([operation, action ?? null])) {
    const capability = name !== null && Object.hasOwn(table, name) ? table[name] : undefined;

    if (capability?.purposes && !capability.purposes.includes(purpose)) {
      throw new TerrESanteError('TE_UNSUPPORTED', "La plateforme n'offre pas cette fonction dans ce mode d'accès.", {
        details: { operation: name, reason: 'purpose', purpose },
      });
    }
    if (capability?.modes && !modes.some((mode) => capability.modes?.includes(mode))) {
      throw new TerrESanteError(
        'TE_UNSUPPORTED',
        "La plateforme n'offre pas cette fonction avec cette façon de se connecter.",
        { details: { operation: name, reason: 'authentication-mode', modes, allowed: capability.modes } },
      );
    }
  }
}
