import type { DossierState, PlatformState } from '../state/state.ts';
import { accessibleDossier, foundDossier, isoOrNull, type Operation, type Request } from './operation.ts';
import { requireConsentTo } from './dossiers.ts';
import { Refusal, text } from './request.ts';

/** National identifiers of professionals (CI-SIS, NOS). */
const professionals = '1.2.250.1.71.4.2.1';

function view(dossier: DossierState, state: PlatformState): Record<string, unknown> {
  return {
    id: dossier.careTeamId,
    version: String(dossier.circle.length + dossier.circle.filter(({ until }) => until !== null).length),
    members: dossier.circle.map(({ nationalId, role, since, until }) => ({
      kind: 'professional',
      ids: [{ system: professionals, value: nationalId }],
      displayName: `Professionnel ${nationalId}`,
      role,
      contacts: [],
      since: state.iso(since),
      until: isoOrNull(state, until),
    })),
    blocked: [...dossier.blocked].map((nationalId) => ({
      ids: [{ system: professionals, value: nationalId }],
      displayName: `Professionnel ${nationalId}`,
    })),
  };
}

export const get: Operation = (request) => ({ circle: view(accessibleDossier(request), request.state) });

function requireOrdinary({ caller }: Request): void {
  if (caller.purpose !== 'normal') throw new Refusal(403, 'forbidden');
}

export const join: Operation = (request) => {
  requireOrdinary(request);
  const dossier = foundDossier(request);
  const role = text(request.body, 'role', 20);
  const consent = requireConsentTo(request, 'join-circle');

  const { nameId } = request.caller;
  if (!dossier.members.has(nameId)) {
    dossier.members.add(nameId);
    dossier.circle.push({ nationalId: nameId, role, since: request.state.stamp(), until: null });
    dossier.consents.push(consent);
  }
  return { circle: view(dossier, request.state) };
};

export const leave: Operation = (request) => {
  requireOrdinary(request);
  const dossier = foundDossier(request);
  const { nameId } = request.caller;

  dossier.members.delete(nameId);
  const present = dossier.circle.find(({ nationalId, until }) => nationalId === nameId && until === null);
  if (present) present.until = request.state.stamp();
  return { circle: view(dossier, request.state) };
};
