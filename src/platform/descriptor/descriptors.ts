import { TerrESanteError } from '../../errors.ts';
import { reading } from '../../internal/border.ts';
import type { PlatformEnvironment } from '../environment.ts';
import type { PlatformDescriptor } from './model.ts';
import { productionDescriptor } from './production.ts';
import { simulatorDescriptor } from './simulator.ts';

export const builtInDescriptors: readonly PlatformDescriptor[] = [productionDescriptor, simulatorDescriptor];

/**
 * The descriptor that the library ships for an environment.
 *
 * @throws TerrESanteError `TE_CONFIG_INVALID` for `qualification`: nothing is published about it,
 *   so its descriptor must be given
 *
 * @example
 * ```ts
 * import { descriptorOf } from 'terr-esante-sdk/platform';
 *
 * descriptorOf('production').mssante.mailbox.confidence; // 'stated'
 * ```
 *
 * @group Descriptor
 */
export function descriptorOf(environment: PlatformEnvironment): PlatformDescriptor {
  const found = builtInDescriptors.find((descriptor) => descriptor.environment === environment);
  if (found) return found;

  throw new TerrESanteError(
    'TE_CONFIG_INVALID',
    'Aucun descripteur publié pour cet environnement : fournissez celui que la plateforme vous a remis.',
  );
}

/** One value of a descriptor that is not sure. @group Descriptor */
export interface UnsureValue {
  /** For example `vihf.resourceUrn`. */
  readonly path: string;
  readonly confidence: 'inferred' | 'assumption';
  readonly evidence: string;
}

/**
 * Lists the values of a descriptor that are inferred or assumed: what to confirm with the platform.
 *
 * @example
 * ```ts
 * import { productionDescriptor, unsureValues } from 'terr-esante-sdk/platform';
 *
 * unsureValues(productionDescriptor).some(({ path }) => path === 'vihf.resourceUrn'); // true
 * unsureValues(productionDescriptor).some(({ path }) => path === 'mssante.mailbox'); // false
 * ```
 *
 * @group Descriptor
 */
export function unsureValues(descriptor: PlatformDescriptor): UnsureValue[] {
  const out: UnsureValue[] = [];
  const visit = (value: unknown, path: string): void => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return;

    if ('confidence' in value && 'evidence' in value) {
      const { confidence, evidence } = value;
      if (confidence === 'inferred' || confidence === 'assumption') {
        out.push({ path, confidence, evidence: String(evidence) });
      }
      return;
    }

    for (const [name, inner] of Object.entries(value)) visit(inner, path === '' ? name : `${path}.${name}`);
  };

  reading('descriptor', () => visit(descriptor, ''));
  return out;
}
