import type { LocalIdentifier } from '../../identity/index.ts';
import { cxIdentity } from '../../internal/hl7.ts';
import type { DossierState, PlatformState } from './state.ts';

/** The dossiers that a CX leads to. */
export function dossiersOf(state: PlatformState, cx: string): readonly DossierState[] {
  const named = cxIdentity(cx);
  return named ? dossiersWith(state, { system: named.oid, value: named.id }) : [];
}

/**
 * The dossiers that an identifier leads to: by a local identifier, by that of the region, or by an
 * INS. Two of them share an INS; none is chosen.
 */
export function dossiersWith(state: PlatformState, { system, value }: LocalIdentifier): readonly DossierState[] {
  const byLocalId = state.byLocalId({ system, value });
  if (byLocalId) return [byLocalId];

  const byRegion = state.all().filter(({ regionalId }) => regionalId.system === system && regionalId.value === value);
  return byRegion.length > 0 ? byRegion : state.byIns({ value, oid: system });
}
