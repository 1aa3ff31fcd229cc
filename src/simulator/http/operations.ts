import { parseCx } from '../../internal/hl7.ts';
import type { AcceptedAssertion } from '../assertion/verify.ts';
import type { DossierEvent, DossierState, PlatformState } from '../state/state.ts';
import {
  fields,
  flag,
  invalid,
  oneOf,
  optionalText,
  patientOf,
  Refusal,
  text,
  timeOrNull,
  type RequestedPatient,
} from './request.ts';

/** One verified request. */
export interface Request {
  readonly body: Readonly<Record<string, unknown>>;
  readonly caller: AcceptedAssertion;
  readonly state: PlatformState;
  /** Whether this count gives numbers although no cut-off is known. Asked once: it consumes a fault. */
  countsWithoutCutOff(): boolean;
}

/** JSON, or the bytes of a document. */
export type Reply = Readonly<Record<string, unknown>> | Uint8Array;
export type Operation = (request: Request) => Reply;

/** The assertion must name the very patient of the request, by the local identifier or the INS. */
function boundPatient({ body, caller }: Request): RequestedPatient {
  const patient = patientOf(body);
  const named = caller.resourceId === null ? null : parseCx(caller.resourceId);
  const byLocalId = named?.type === 'PI' && named.id === patient.localId.value && named.oid === patient.localId.system;
  const byIns =
    named?.type === 'NH' && patient.ins !== null && named.id === patient.ins.value && named.oid === patient.ins.oid;
  if (!byLocalId && !byIns) throw new Refusal(403, 'assertion-rejected');
  return patient;
}

/** The open dossier of a patient whose circle holds the caller. */
function accessible(request: Request): DossierState {
  const { state, caller } = request;
  const found = state.find(boundPatient(request));
  if (found.kind === 'mismatch') throw new Refusal(409, 'identity-mismatch');
  if (found.kind === 'ambiguous') throw new Refusal(409, 'identity-ambiguous');
  if (found.kind === 'none') throw new Refusal(404, 'dossier-absent');
  const { dossier } = found;
  if (dossier.state === 'closed') throw new Refusal(409, 'dossier-closed');
  if (dossier.blocked.has(caller.nameId)) throw new Refusal(403, 'blocked');
  if (!dossier.members.has(caller.nameId) && caller.purpose === 'normal') throw new Refusal(403, 'not-in-circle');
  dossier.lastAccess.set(caller.nameId, state.now);
  return dossier;
}

function isCounted(event: DossierEvent, dossier: DossierState, since: number, caller: string, own: boolean): boolean {
  if (event.kind !== 'document' || event.at <= since || (!own && event.author === caller)) return false;
  const document = dossier.documents.find(({ uniqueId }) => uniqueId === event.uniqueId);
  if (!document || document.replacedBy !== null) return false;
  return !document.hiddenFromProfessionals || document.author === caller;
}

/** `null` without a cut-off: no number has a meaning then. */
function countIn(
  dossier: DossierState,
  since: number | null,
  { nameId }: AcceptedAssertion,
  own: boolean,
): number | null {
  if (since === null) return null;
  return dossier.events.filter((event) => isCounted(event, dossier, since, nameId, own)).length;
}

/** The cut-off to count from: with the fault, everything is counted and no cut-off is named. */
function countFrom(request: Request, since: number | null): number | null {
  if (since !== null) return since;
  return request.countsWithoutCutOff() ? 0 : null;
}

function cutOff({ body, caller, state }: Request): number | null {
  return timeOrNull(body, 'since') ?? state.lastConnection(caller.nameId);
}

function followed({ state, caller }: Request): DossierState[] {
  return state
    .all()
    .filter((one) => one.state === 'open' && one.members.has(caller.nameId) && !one.blocked.has(caller.nameId));
}

function isoOrNull(state: PlatformState, epochMs: number | null | undefined): string | null {
  return epochMs === null || epochMs === undefined ? null : state.iso(epochMs);
}

const status: Operation = (request) => {
  const { state, caller } = request;
  const found = state.find(boundPatient(request));
  if (found.kind === 'mismatch') throw new Refusal(409, 'identity-mismatch');
  if (found.kind !== 'one') {
    return {
      state: found.kind === 'none' ? 'absent' : 'ambiguous',
      regionalId: null,
      sharing: null,
      membership: 'unknown',
      isTreatingPhysician: null,
      dates: { lastAccess: null, lastUpdate: null, lastDocumentAdded: null },
      identity: null,
    };
  }
  const { dossier } = found;
  const { birthName, firstName, birthDate, sex } = dossier.traits;
  return {
    state: dossier.state === 'closed' ? 'closed' : 'exists',
    regionalId: dossier.regionalId,
    sharing: dossier.sharing,
    membership: dossier.blocked.has(caller.nameId)
      ? 'blocked'
      : dossier.members.has(caller.nameId)
        ? 'member'
        : 'not-member',
    isTreatingPhysician: null,
    dates: {
      lastAccess: isoOrNull(state, dossier.lastAccess.get(caller.nameId)),
      lastUpdate: state.iso(dossier.lastUpdate),
      lastDocumentAdded: isoOrNull(state, dossier.documents.at(-1)?.submittedAt),
    },
    identity: { birthName, firstName, birthDate, sex },
  };
};

const create: Operation = (request) => {
  const { body, caller, state } = request;
  const patient = boundPatient(request);
  if (caller.purpose !== 'normal') throw new Refusal(403, 'forbidden');
  const consent = fields(body['consent']);
  const kinds: unknown = consent['kinds'];
  if (!Array.isArray(kinds) || !kinds.includes('dossier-creation')) throw new Refusal(403, 'consent-missing');
  const collectedAt = timeOrNull(consent, 'collectedAt');
  if (collectedAt === null || collectedAt > state.now + 120_000) throw new Refusal(403, 'consent-missing');
  text(consent, 'id');
  if (!/^[0-9a-f]{64}$/.test(text(consent, 'hash'))) throw invalid();
  const joinAs = optionalText(body, 'joinAs', 20);
  if (joinAs !== undefined && !kinds.includes('join-circle')) throw new Refusal(403, 'consent-missing');
  if (patient.traits.sex === 'I') throw new Refusal(422, 'identity-incomplete');
  const found = state.find(patient);
  if (found.kind === 'mismatch') throw new Refusal(409, 'identity-mismatch');
  if (found.kind === 'ambiguous') throw new Refusal(409, 'identity-ambiguous');
  if (found.kind === 'one') {
    throw new Refusal(409, found.dossier.state === 'closed' ? 'dossier-closed' : 'dossier-exists');
  }
  const dossier = state.create({
    ...patient,
    sharing: oneOf(body, 'sharing', ['shared', 'not-shared']),
    members: joinAs === undefined ? [] : [caller.nameId],
  });
  const { regionalId, dossierId, careTeamId } = dossier;
  return { regionalId, dossierId, careTeamId };
};

const countForPatient: Operation = (request) => {
  const dossier = accessible(request);
  const since = cutOff(request);
  return {
    count: countIn(dossier, countFrom(request, since), request.caller, flag(request.body, 'countOwnDeposits')),
    since: isoOrNull(request.state, since),
    asOf: request.state.iso(request.state.now),
  };
};

const countForPractitioner: Operation = (request) => {
  const since = cutOff(request);
  const own = flag(request.body, 'countOwnDeposits');
  const from = countFrom(request, since);
  const perPatient = followed(request).map((dossier) => ({
    regionalId: dossier.regionalId,
    count: countIn(dossier, from, request.caller, own),
  }));
  return {
    count: from === null ? null : perPatient.reduce((sum, { count }) => sum + (count ?? 0), 0),
    since: isoOrNull(request.state, since),
    asOf: request.state.iso(request.state.now),
    perPatient,
  };
};

const list: Operation = (request) => {
  const { body, caller, state } = request;
  const dossiers =
    body['patient'] === null || body['patient'] === undefined ? followed(request) : [accessible(request)];
  const since = cutOff(request);
  const own = flag(body, 'countOwnDeposits');
  const limit = typeof body['limit'] === 'number' ? body['limit'] : 50;
  const start = Number(optionalText(body, 'cursor', 10) ?? '0');
  if (!Number.isInteger(limit) || limit < 1 || limit > 500 || !Number.isInteger(start) || start < 0) throw invalid();
  const all = dossiers
    .flatMap((dossier) =>
      since === null
        ? []
        : dossier.events
            .filter((event) => event.kind !== 'document' || isCounted(event, dossier, since, caller.nameId, own))
            .filter(({ at }) => at > since)
            .map(({ id, kind, uniqueId, at }) => ({ id, kind, uniqueId, at, regionalId: dossier.regionalId })),
    )
    .sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
  return {
    items: all.slice(start, start + limit).map((item) => ({ ...item, at: state.iso(item.at) })),
    next: start + limit < all.length ? String(start + limit) : null,
    since: isoOrNull(state, since),
    asOf: state.iso(state.now),
  };
};

const documents: Operation = (request) => {
  const { body, caller, state } = request;
  const dossier = accessible(request);
  const deprecated = flag(body, 'includeDeprecated');
  return {
    documents: dossier.documents
      .filter(
        (one) =>
          (deprecated || one.replacedBy === null) && (!one.hiddenFromProfessionals || one.author === caller.nameId),
      )
      .map((one) => ({
        uniqueId: one.uniqueId,
        entryId: one.entryId,
        title: one.title,
        typeCode: one.typeCode,
        typeLabel: one.typeLabel,
        status: one.replacedBy === null ? 'approved' : 'deprecated',
        submittedAt: state.iso(one.submittedAt),
        mimeType: one.mimeType,
        size: one.bytes.length,
        sha1: one.sha1,
        confidentiality: one.confidentiality,
        replacedBy: one.replacedBy,
      })),
  };
};

const fetchDocument: Operation = (request) => {
  const dossier = accessible(request);
  const uniqueId = text(request.body, 'uniqueId', 128);
  const found = dossier.documents.find((one) => one.uniqueId === uniqueId);
  if (!found || (found.hiddenFromProfessionals && found.author !== request.caller.nameId)) {
    throw new Refusal(404, 'not-found');
  }
  return found.bytes;
};

export const operations: Readonly<Record<string, Operation>> = {
  '/v1/dossier/status': status,
  '/v1/dossier/create': create,
  '/v1/notifications/patient': countForPatient,
  '/v1/notifications/practitioner': countForPractitioner,
  '/v1/notifications/list': list,
  '/v1/documents/list': documents,
  '/v1/documents/fetch': fetchDocument,
};
