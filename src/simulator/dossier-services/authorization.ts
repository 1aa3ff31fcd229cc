import { descend, element, text, textOf, type ReadElement, type Xml } from '../../internal/xml/index.ts';
import { enterCircle, leaveCircle } from '../state/circle.ts';
import { dossiersOf } from '../state/patient-id.ts';
import type { DossierState } from '../state/state.ts';
import { RefusedService, type ServiceContext } from './model.ts';
import { names } from './names.ts';

/** Lets the caller into the dossier of the patient of the assertion, or out of it. */
export function authorize(request: ReadElement, context: ServiceContext): Xml {
  const { caller, state } = context;
  const action = textOf(descend(request, 'action')).trim();
  const dossier = dossierOf(context);

  const isThere = dossier.members.has(caller.nameId);
  switch (action) {
    case 'AJOUT':
      enterCircle(state, dossier, caller.nameId, roleIn(request));
      return writeStatus('DMPOk', isThere ? 'Autorisation déjà présente.' : 'Autorisation ajoutée.');
    case 'SUPPRESSION':
      leaveCircle(state, dossier, caller.nameId);
      return writeStatus('DMPOk', isThere ? 'Autorisation retirée.' : "Pas d'autorisation à retirer.");
    default:
      throw new RefusedService('SIMForbidden', 'Action inconnue.');
  }
}

/** The one role that the message has a word for. */
const roleIn = (request: ReadElement): string | null =>
  textOf(descend(request, 'role')).trim() === 'MEDECIN_TRAITANT' ? 'PCP' : null;

function dossierOf({ state, caller }: ServiceContext): DossierState {
  const [dossier, ...others] = dossiersOf(state, caller.resourceId ?? '');
  if (!dossier) throw new RefusedService('SIMAbsent', "Le patient n'a pas de dossier.");
  if (others.length > 0) throw new RefusedService('SIMAmbiguous', 'Plusieurs patients correspondent.');
  if (dossier.state === 'closed') throw new RefusedService('DMPClosed', 'Le dossier est fermé.');
  if (dossier.blocked.has(caller.nameId)) throw new RefusedService('SIMBlocked', 'Le patient bloque ce professionnel.');
  if (caller.purpose !== 'normal') throw new RefusedService('SIMForbidden', "Pas dans ce mode d'accès.");
  return dossier;
}

/** The answer of the service, a refusal included. */
export function writeStatus(code: string, words: string): Xml {
  return element(
    'setAuthorizationResponse',
    { xmlns: names.authorizationSpace },
    element('output', null, element('status', null, text(code)), element('context', null, text(words))),
  );
}
