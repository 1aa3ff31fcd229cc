import { parseCx } from '../../internal/hl7.ts';
import type { AcceptedAssertion } from '../assertion/model.ts';
import type { DossierState, PlatformState } from '../state/state.ts';
import { patientOf, Refusal, type RequestedPatient } from './request.ts';

/** One verified request. */
export interface Request {
  readonly body: Readonly<Record<string, unknown>>;
  readonly caller: AcceptedAssertion;
  readonly state: PlatformState;
  /** Whether this count gives numbers although no cut-off is known. Asking consumes a fault. */
  countsWithoutCutOff(): boolean;
}

/** JSON, or the bytes of a document. */
export type Reply = Readonly<Record<string, unknown>> | Uint8Array;
export type Operation = (request: Request) => Reply;

/** The patient of the request, whom the assertion must name by local identifier or by INS. */
export function boundPatient({ body, caller }: Request): RequestedPatient {
  const patient = patientOf(body);
  const { localId, ins } = patient;
  const named = caller.resourceId === null ? null : parseCx(caller.resourceId);

  const byLocalId = named?.type === 'PI' && named.id === localId.value && named.oid === localId.system;
  const byIns = named?.type === 'NH' && ins !== null && named.id === ins.value && named.oid === ins.oid;
  if (!byLocalId && !byIns) throw new Refusal(403, 'assertion-rejected');

  return patient;
}

/** The open dossier of the patient, whoever asks. */
export function foundDossier(request: Request): DossierState {
  const found = request.state.find(boundPatient(request));
  if (found.kind === 'mismatch') throw new Refusal(409, 'identity-mismatch');
  if (found.kind === 'ambiguous') throw new Refusal(409, 'identity-ambiguous');
  if (found.kind === 'none') throw new Refusal(404, 'dossier-absent');

  const { dossier } = found;
  if (dossier.state === 'closed') throw new Refusal(409, 'dossier-closed');
  if (dossier.blocked.has(request.caller.nameId)) throw new Refusal(403, 'blocked');
  return dossier;
}

/** The same, whose care circle holds the caller; in an emergency, any. */
export function accessibleDossier(request: Request): DossierState {
  const { state, caller } = request;
  const dossier = foundDossier(request);
  if (!dossier.members.has(caller.nameId) && caller.purpose === 'normal') throw new Refusal(403, 'not-in-circle');

  dossier.lastAccess.set(caller.nameId, state.now);
  return dossier;
}

/** ISO 8601, or `null` for a time that is not known. */
export function isoOrNull(state: PlatformState, epochMs: number | null | undefined): string | null {
  return epochMs === null || epochMs === undefined ? null : state.iso(epochMs);
}
