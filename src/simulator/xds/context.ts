import type { AcceptedAssertion } from '../assertion/model.ts';
import { assertionRefusal } from '../soap/caller.ts';
import type { RegisteredObject } from '../state/registered.ts';
import { dossiersOf } from '../state/patient-id.ts';
import type { FiledDocument } from '../state/filed.ts';
import type { DossierState, PlatformState } from '../state/state.ts';
import { RefusedRequest } from './problem.ts';

/** What a transaction works with. */
export interface XdsContext {
  readonly state: PlatformState;
  /** `null` where the simulator takes requests without an assertion, and one came without. */
  readonly caller: AcceptedAssertion | null;
  /** Whether a document must carry an INS. */
  readonly requireIns: boolean;
}

/**
 * The dossiers that a caller may name: those of the patient of the assertion. Without an assertion,
 * all of them.
 *
 * @throws SoapRefusal when the assertion names no patient
 */
export function namedDossiers({ state, caller }: XdsContext): readonly DossierState[] {
  if (caller === null) return state.all();
  if (caller.resourceId === null) throw assertionRefusal('assertion-rejected');
  return dossiersOf(state, caller.resourceId);
}

/** Refuses what is not of the patient of the assertion. @throws SoapRefusal */
export function requireNamed(dossier: DossierState, context: XdsContext): void {
  if (!namedDossiers(context).includes(dossier)) throw assertionRefusal('assertion-rejected');
}

/**
 * The dossiers that a caller may read. Who may not is told why by a code of the platform: those of
 * the standard have none for it.
 *
 * @throws RefusedRequest, SoapRefusal
 * @see IHE ITI TF-3, section 4.2.4.1
 */
export function readableDossiers(context: XdsContext): readonly DossierState[] {
  const { caller, state } = context;
  const dossiers = namedDossiers(context);
  if (caller === null) return dossiers.filter((dossier) => dossier.state === 'open');

  for (const dossier of dossiers) {
    if (dossier.state === 'closed') throw new RefusedRequest({ code: 'DMPClosed', context: 'Le dossier est fermé.' });
    if (dossier.blocked.has(caller.nameId)) {
      throw new RefusedRequest({ code: 'SIMBlocked', context: 'Le patient a bloqué ce professionnel.' });
    }
    if (!dossier.members.has(caller.nameId) && caller.purpose === 'normal') {
      throw new RefusedRequest({ code: 'SIMNotMember', context: "Ce professionnel n'est pas du cercle de soins." });
    }
    dossier.lastAccess.set(caller.nameId, state.now);
  }
  return dossiers;
}

/** A document masked to professionals is there only for its author; a deleted one is for nobody. */
export function mayRead(document: FiledDocument, { caller }: XdsContext): boolean {
  if (document.status === 'deleted') return false;
  return !document.hiddenFromProfessionals || caller === null || document.author === caller.nameId;
}

/** Whether an object may be listed. */
export function mayList(object: RegisteredObject, context: XdsContext): boolean {
  return object.kind !== 'document' || (object.status !== 'deleted' && mayRead(object.document, context));
}
