import { cxIdentity } from '../../internal/hl7.ts';
import type { DossierState, PlatformState } from './state.ts';

/**
 * The dossiers that a CX leads to: by a local identifier, by that of the region, or by an INS. Two
 * of them share an INS; none is chosen.
 */
export function dossiersOf(state: PlatformState, cx: string): readonly DossierState[] {
  const named = cxIdentity(cx);
  if (!named) return [];

  const { id: value, oid } = named;
  const byLocalId = state.byLocalId({ system: oid, value });
  if (byLocalId) return [byLocalId];

  const byRegion = state.all().filter(({ regionalId }) => regionalId.system === oid && regionalId.value === value);
  return byRegion.length > 0 ? byRegion : state.byIns({ value, oid });
}
