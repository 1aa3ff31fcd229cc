import type { DossierEvent, DossierState } from '../state/state.ts';
import { accessibleDossier, isoOrNull, type Operation, type Request } from './operation.ts';
import { flag, invalid, optionalText, timeOrNull } from './request.ts';

/** The bound of the request, otherwise the caller's last connection; `null` without either. */
function cutOff({ body, caller, state }: Request): number | null {
  return timeOrNull(body, 'since') ?? state.lastConnection(caller.nameId);
}

/** With the fault, everything is counted although no cut-off is known. */
function countFrom(request: Request, since: number | null): number | null {
  if (since !== null) return since;
  return request.countsWithoutCutOff() ? 0 : null;
}

/** The open dossiers whose care circle holds the caller. */
function followedDossiers({ state, caller }: Request): DossierState[] {
  return state
    .all()
    .filter(
      (dossier) =>
        dossier.state === 'open' && dossier.members.has(caller.nameId) && !dossier.blocked.has(caller.nameId),
    );
}

/** Whether a document is new for the caller: after the cut-off, current, and visible. */
function isCounted(event: DossierEvent, dossier: DossierState, since: number, caller: string, own: boolean): boolean {
  if (event.kind !== 'document' || event.at <= since) return false;
  if (!own && event.author === caller) return false;

  const document = dossier.documents.find(({ uniqueId }) => uniqueId === event.uniqueId);
  if (document?.status !== 'approved') return false;
  return !document.hiddenFromProfessionals || document.author === caller;
}

/** `null` without a cut-off: no number has a meaning then. */
function countIn(dossier: DossierState, since: number | null, caller: string, own: boolean): number | null {
  if (since === null) return null;
  return dossier.events.filter((event) => isCounted(event, dossier, since, caller, own)).length;
}

export const countForPatient: Operation = (request) => {
  const { body, caller, state } = request;
  const dossier = accessibleDossier(request);
  const since = cutOff(request);
  const own = flag(body, 'countOwnDeposits');

  return {
    count: countIn(dossier, countFrom(request, since), caller.nameId, own),
    since: isoOrNull(state, since),
    asOf: state.iso(state.now),
  };
};

export const countForPractitioner: Operation = (request) => {
  const { body, caller, state } = request;
  const since = cutOff(request);
  const own = flag(body, 'countOwnDeposits');
  const from = countFrom(request, since);

  const perPatient = followedDossiers(request).map((dossier) => ({
    regionalId: dossier.regionalId,
    count: countIn(dossier, from, caller.nameId, own),
  }));

  return {
    count: from === null ? null : perPatient.reduce((sum, { count }) => sum + (count ?? 0), 0),
    since: isoOrNull(state, since),
    asOf: state.iso(state.now),
    perPatient,
  };
};

interface ListedEvent {
  readonly id: string;
  readonly kind: DossierEvent['kind'];
  readonly uniqueId: string;
  readonly at: number;
  readonly regionalId: DossierState['regionalId'];
}

/** What happened in a dossier after the cut-off, as the caller may see it. */
function eventsOf(dossier: DossierState, since: number, caller: string, own: boolean): ListedEvent[] {
  const { regionalId } = dossier;

  return dossier.events
    .filter((event) => event.at > since)
    .filter((event) => event.kind !== 'document' || isCounted(event, dossier, since, caller, own))
    .map(({ id, kind, uniqueId, at }) => ({ id, kind, uniqueId, at, regionalId }));
}

/** Oldest first; events of one second in the order of their identifiers. */
function byTime(a: ListedEvent, b: ListedEvent): number {
  if (a.at !== b.at) return a.at - b.at;
  return a.id < b.id ? -1 : 1;
}

function pageOf({ body }: Request): { readonly start: number; readonly limit: number } {
  const limit = typeof body['limit'] === 'number' ? body['limit'] : 50;
  const start = Number(optionalText(body, 'cursor', 10) ?? '0');
  if (!Number.isInteger(limit) || limit < 1 || limit > 500) throw invalid();
  if (!Number.isInteger(start) || start < 0) throw invalid();

  return { start, limit };
}

export const list: Operation = (request) => {
  const { body, caller, state } = request;
  const patient = body['patient'];
  const dossiers = patient === null || patient === undefined ? followedDossiers(request) : [accessibleDossier(request)];
  const since = cutOff(request);
  const own = flag(body, 'countOwnDeposits');
  const { start, limit } = pageOf(request);

  const events =
    since === null ? [] : dossiers.flatMap((dossier) => eventsOf(dossier, since, caller.nameId, own)).sort(byTime);

  return {
    items: events.slice(start, start + limit).map((event) => ({ ...event, at: state.iso(event.at) })),
    next: start + limit < events.length ? String(start + limit) : null,
    since: isoOrNull(state, since),
    asOf: state.iso(state.now),
  };
};
