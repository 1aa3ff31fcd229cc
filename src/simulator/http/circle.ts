import { enterCircle, leaveCircle } from '../state/circle.ts';
import type { DossierState, PlatformState } from '../state/state.ts';
import { accessibleDossier, foundDossier, isoOrNull, type Operation, type Request } from './operation.ts';
import { keepConsent, requireConsentTo } from './dossiers.ts';
import { fields, invalid, optionalText, Refusal, text } from './request.ts';

/** National identifiers of professionals (CI-SIS, NOS). */
const professionals = '1.2.250.1.71.4.2.1';

function view(dossier: DossierState, state: PlatformState): Record<string, unknown> {
  return {
    id: dossier.careTeamId,
    version: String(dossier.circle.length + dossier.circle.filter(({ until }) => until !== null).length),
    members: dossier.circle.map(({ nationalId, role, since, until }) => ({
      reference: nationalId,
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
  if (!dossier.members.has(nameId)) keepConsent(dossier, consent);
  enterCircle(request.state, dossier, nameId, role);
  return { circle: view(dossier, request.state) };
};

export const leave: Operation = (request) => {
  requireOrdinary(request);
  const dossier = foundDossier(request);
  leaveCircle(request.state, dossier, request.caller.nameId);
  return { circle: view(dossier, request.state) };
};

/** A member adds another professional; this wire knows no relative and no structure. */
export const add: Operation = (request) => {
  requireOrdinary(request);
  const dossier = accessibleDossier(request);
  const consent = requireConsentTo(request, 'join-circle');
  if (text(request.body, 'kind', 20) !== 'professional') throw invalid();

  const known = optionalText(request.body, 'reference', 64);
  const [id] = Array.isArray(request.body['ids']) ? (request.body['ids'] as unknown[]) : [];
  const nationalId = known ?? text(fields(id), 'value', 64);
  if (!dossier.members.has(nationalId)) keepConsent(dossier, consent);
  enterCircle(request.state, dossier, nationalId, optionalText(request.body, 'role', 20) ?? null);
  return { circle: view(dossier, request.state) };
};

export const remove: Operation = (request) => {
  requireOrdinary(request);
  const dossier = accessibleDossier(request);
  leaveCircle(request.state, dossier, text(request.body, 'reference', 64));
  return { circle: view(dossier, request.state) };
};

/** The open dossiers whose circle holds the caller. */
export const mine: Operation = ({ state, caller: { nameId } }) => {
  const followed = state.all().filter((dossier) => dossier.state === 'open' && dossier.members.has(nameId));
  return {
    circles: followed.map((dossier) => {
      const period = dossier.circle.find(({ nationalId, until }) => nationalId === nameId && until === null);
      const { id, version } = view(dossier, state);
      return {
        id,
        version,
        regionalId: dossier.regionalId,
        ids: dossier.localIds,
        role: period?.role ?? null,
        since: isoOrNull(state, period?.since),
      };
    }),
  };
};
