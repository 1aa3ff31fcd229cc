import { enterCircle } from '../state/circle.ts';
import type { DossierState, KeptConsent } from '../state/state.ts';
import { boundPatient, isoOrNull, type Operation, type Reply, type Request } from './operation.ts';
import { fields, invalid, oneOf, optionalText, Refusal, text, timeOrNull, type RequestedPatient } from './request.ts';

/** Tolerance between the clocks of a caller and of the platform, in milliseconds. */
const clockSkewMs = 120_000;

function unknownDossier(state: 'absent' | 'ambiguous'): Reply {
  return {
    state,
    regionalId: null,
    sharing: null,
    membership: 'unknown',
    isTreatingPhysician: null,
    dates: { lastAccess: null, lastUpdate: null, lastDocumentAdded: null },
    identity: null,
  };
}

function membership({ blocked, members }: DossierState, nationalId: string): string {
  if (blocked.has(nationalId)) return 'blocked';
  return members.has(nationalId) ? 'member' : 'not-member';
}

export const status: Operation = (request) => {
  const { state, caller } = request;

  const found = state.find(boundPatient(request));
  if (found.kind === 'mismatch') throw new Refusal(409, 'identity-mismatch');
  if (found.kind === 'none') return unknownDossier('absent');
  if (found.kind === 'ambiguous') return unknownDossier('ambiguous');

  const { dossier } = found;
  const { birthName, firstName, birthDate, sex } = dossier.traits;
  return {
    state: dossier.state === 'closed' ? 'closed' : 'exists',
    regionalId: dossier.regionalId,
    sharing: dossier.sharing,
    membership: membership(dossier, caller.nameId),
    isTreatingPhysician: null,
    dates: {
      lastAccess: isoOrNull(state, dossier.lastAccess.get(caller.nameId)),
      lastUpdate: state.iso(dossier.lastUpdate),
      lastDocumentAdded: isoOrNull(state, dossier.documents.at(-1)?.submittedAt),
    },
    identity: { birthName, firstName, birthDate, sex },
  };
};

/** Refuses an act without the patient's consent to it, collected before now. */
export function requireConsentTo({ body, caller, state }: Request, ...acts: readonly string[]): KeptConsent {
  const consent = fields(body['consent']);
  const kinds: unknown = consent['kinds'];
  if (!Array.isArray(kinds) || !acts.every((act) => kinds.includes(act))) throw new Refusal(403, 'consent-missing');

  const collectedAt = timeOrNull(consent, 'collectedAt');
  if (collectedAt === null || collectedAt > state.now + clockSkewMs) throw new Refusal(403, 'consent-missing');

  const id = text(consent, 'id');
  if (!/^[0-9a-f]{64}$/.test(text(consent, 'hash'))) throw invalid();

  return {
    id,
    kinds: kinds.filter((kind): kind is string => typeof kind === 'string'),
    givenBy: oneOf(consent, 'givenBy', ['patient', 'legal-representative']),
    mode: oneOf(consent, 'mode', ['oral', 'written', 'electronic']),
    collectedBy: caller.nameId,
    collectedAt,
    withdrawnAt: null,
  };
}

function requireNoDossier({ state }: Request, patient: RequestedPatient): void {
  if (patient.traits.sex === 'I') throw new Refusal(422, 'identity-incomplete');

  const found = state.find(patient);
  if (found.kind === 'mismatch') throw new Refusal(409, 'identity-mismatch');
  if (found.kind === 'ambiguous') throw new Refusal(409, 'identity-ambiguous');
  if (found.kind === 'one') {
    throw new Refusal(409, found.dossier.state === 'closed' ? 'dossier-closed' : 'dossier-exists');
  }
}

/** A consent may be for several acts: it is kept once. */
export function keepConsent({ consents }: DossierState, consent: KeptConsent): void {
  if (!consents.some(({ id }) => id === consent.id)) consents.push(consent);
}

export const create: Operation = (request) => {
  const { body, caller, state } = request;
  const patient = boundPatient(request);
  if (caller.purpose !== 'normal') throw new Refusal(403, 'forbidden');

  const joinAs = optionalText(body, 'joinAs', 20);
  // Joining the care circle needs a consent of its own.
  const acts = joinAs !== undefined ? ['dossier-creation', 'join-circle'] : ['dossier-creation'];
  const consent = requireConsentTo(request, ...acts);
  requireNoDossier(request, patient);

  const sharing = oneOf<'shared' | 'not-shared'>(body, 'sharing', ['shared', 'not-shared']);
  const dossier = state.create({ ...patient, sharing, members: [] });
  dossier.consents.push(consent);
  if (joinAs !== undefined) enterCircle(state, dossier, caller.nameId, joinAs);
  const { regionalId, dossierId, careTeamId } = dossier;
  return { regionalId, dossierId, careTeamId };
};
