import type { DossierState, PlatformState } from './state.ts';

/** Somebody enters the care circle; who is in it already stays as he is. */
export function enterCircle(
  state: PlatformState,
  dossier: DossierState,
  nationalId: string,
  role: string | null,
): void {
  if (dossier.members.has(nationalId)) return;
  dossier.members.add(nationalId);
  dossier.circle.push({ nationalId, role, since: state.stamp(), until: null });
}

/** The period that holds ends; former ones keep their dates. */
export function leaveCircle(state: PlatformState, dossier: DossierState, nationalId: string): void {
  dossier.members.delete(nationalId);
  const present = dossier.circle.find((period) => period.nationalId === nationalId && period.until === null);
  if (present) present.until = state.stamp();
}
