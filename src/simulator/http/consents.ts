import type { DossierState, KeptConsent, PlatformState } from '../state/state.ts';
import { accessibleDossier, foundDossier, isoOrNull, type Operation, type Request } from './operation.ts';
import { invalid, optionalText, Refusal, text, timeOrNull } from './request.ts';

function view({ collectedBy: _private, ...consent }: KeptConsent, state: PlatformState): Record<string, unknown> {
  return {
    ...consent,
    status: consent.withdrawnAt === null ? 'active' : 'withdrawn',
    collectedAt: state.iso(consent.collectedAt),
    withdrawnAt: isoOrNull(state, consent.withdrawnAt),
  };
}

/** Who is not in the circle reads those that he collected. */
function readableConsents(request: Request): Pick<DossierState, 'consents'> {
  const { consents, members } = foundDossier(request);
  const { nameId } = request.caller;
  const own = consents.filter(({ collectedBy }) => collectedBy === nameId);
  return !members.has(nameId) && own.length > 0 ? { consents: own } : accessibleDossier(request);
}

export const list: Operation = (request) => {
  const { consents } = readableConsents(request);
  return { consents: consents.map((consent) => view(consent, request.state)) };
};

/** A professional withdraws what he collected, a member of the care circle whatever is there. */
function requireConsentOf({ consents, members }: DossierState, { body, caller }: Request): KeptConsent {
  const id = text(body, 'id', 128);
  const consent = consents.find((kept) => kept.id === id);
  if (!consent || (consent.collectedBy !== caller.nameId && !members.has(caller.nameId))) {
    throw new Refusal(404, 'not-found');
  }
  return consent;
}

export const withdraw: Operation = (request) => {
  const { body, caller, state } = request;
  if (caller.purpose !== 'normal') throw new Refusal(403, 'forbidden');
  const consent = requireConsentOf(foundDossier(request), request);

  const at = timeOrNull(body, 'at');
  if (at === null) throw invalid();
  optionalText(body, 'reason', 500);
  consent.withdrawnAt ??= at;
  return { consent: view(consent, state) };
};
