import type { PlatformDescriptor } from '../platform/index.ts';
import { fictiveProfessional } from '../testing/index.ts';
import type { SimulatorOptions } from './model.ts';
import { PortalSide, type PortalSideOptions } from './portal/service.ts';
import type { PlatformState } from './state/state.ts';

/** The pages that a browser opens. */
export function portalSide(
  state: PlatformState,
  portal: NonNullable<PlatformDescriptor['portal']>,
  assertion: PortalSideOptions['assertion'],
  { portal: { origin, dossierOrigin, user } = {} }: SimulatorOptions,
): PortalSide {
  return new PortalSide({
    state,
    portal,
    assertion,
    origin: origin ?? null,
    dossierOrigin: dossierOrigin ?? null,
    user: user ?? fictiveProfessional().nationalId,
  });
}
