import { clockSkewMs } from '../../internal/clock-skew.ts';
import { objects, type Json } from '../../internal/json/index.ts';
import type { DossierState, KeptConsent } from '../state/state.ts';
import { circleRefusal } from './access.ts';
import { requireVersion } from './conditions.ts';
import { elementsAt, isSameJson, textAt } from './elements.ts';
import { identifierOf } from './identity.ts';
import type { LinkedResources } from './linked.ts';
import { refused } from './refusal.ts';
import { requireElements } from './required.ts';
import { timeRange } from './times.ts';
import type { FhirView } from './view.ts';

/** The acts that a consent is for: the ends of the addresses of its policies. */
function kindsOf(resource: Json): readonly string[] {
  return elementsAt(resource, 'policy.uri').flatMap((uri) => {
    const kind = typeof uri === 'string' ? /([a-z][a-z-]{1,63})$/.exec(uri)?.[1] : undefined;
    return kind === undefined ? [] : [kind];
  });
}

/**
 * A consent as the platform keeps it.
 *
 * @see IHE ITI PCF 1.0.0, profile IHE.PCF.consentBasic
 * @throws FhirRefusal
 */
export function keptConsent(view: FhirView, resource: Json): KeptConsent {
  requireElements(resource);
  if (resource['sourceAttachment'] === undefined && resource['sourceReference'] === undefined) {
    throw refused('SIM-FHIR-REQUIRED', 'Consent.source');
  }
  const isPrivacy = elementsAt(resource, 'scope.coding.code').includes('patient-privacy');
  if (!isPrivacy) throw refused('SIM-FHIR-VALUE', 'Consent.scope');
  if (resource['status'] !== 'active') throw refused('SIM-FHIR-VALUE', 'Consent.status');
  if (textAt(resource, 'provision.type') !== 'permit') throw refused('SIM-FHIR-VALUE', 'Consent.provision.type');

  const time = timeRange(textAt(resource, 'dateTime') ?? '');
  if (!time) throw refused('SIM-FHIR-VALUE', 'Consent.dateTime');
  if (time.from > view.world.state.now + clockSkewMs) throw refused('SIM-FHIR-CONSENT-TIME', 'Consent.dateTime');

  const kinds = kindsOf(resource);
  if (kinds.length === 0) throw refused('SIM-FHIR-VALUE', 'Consent.policy.uri');
  const isRelative = elementsAt(resource, 'performer.reference').some((reference) =>
    /RelatedPerson/.test(String(reference)),
  );
  return {
    id: textAt(resource, 'identifier.value') ?? view.world.runtime.ids.uuid(),
    kinds,
    givenBy: isRelative ? 'legal-representative' : 'patient',
    mode: 'electronic',
    collectedBy: view.caller?.nameId ?? '',
    collectedAt: time.from,
    withdrawnAt: null,
  };
}

/** Adds a consent to a dossier; gives its id. */
export function addConsent({ world }: FhirView, dossier: DossierState, consent: KeptConsent, written: Json): string {
  dossier.consents.push(consent);
  const { id: _id, ...rest } = written;
  world.consents.set(consent, rest);
  return world.ids.ofConsent(consent.id);
}

/** The dossier of the patient of a consent, which the caller may ask about. @throws FhirRefusal */
export function dossierOfConsent(
  view: FhirView,
  resource: Json,
  linked: Pick<LinkedResources, 'byReference'> = view,
): DossierState {
  const { world, caller } = view;
  const patient = linked.byReference(textAt(resource, 'patient.reference'));
  const dossier = patient && dossierOfPatient(view, patient);
  if (!dossier) throw refused('SIM-FHIR-REFERENCE', 'Consent.patient');
  requireWritable(view, dossier);
  const rule = circleRefusal(world.state, caller, dossier);
  if (rule !== null) throw refused(rule, 'Consent.patient');
  return dossier;
}

/** By the id of a patient that is there, else by the identifiers that a transaction tells. */
function dossierOfPatient({ world }: FhirView, patient: Json): DossierState | undefined {
  const byId = world.dossierOf(String(patient['id']));
  if (byId) return byId;
  const ids = objects(patient['identifier']).flatMap((identifier) => identifierOf(identifier) ?? []);
  return ids.flatMap((id) => world.state.byLocalId(id) ?? [])[0];
}

/** Nobody writes into a closed dossier, nor in an emergency. @throws FhirRefusal */
export function requireWritable({ caller }: FhirView, dossier: DossierState): void {
  if (caller !== null && caller.purpose !== 'normal') throw refused('SIM-FHIR-PURPOSE');
  if (caller !== null && caller.resourceId === null) throw refused('SIM-FHIR-OTHER-PATIENT');
  if (dossier.state === 'closed') throw refused('SIM-FHIR-DOSSIER-CLOSED');
}

/** Withdraws a consent: nothing else of it changes. @throws FhirRefusal */
export function withdrawConsent(view: FhirView, current: Json, resource: Json, ifMatch: string | null): void {
  requireVersion(current, ifMatch);
  const dossier = dossierOfConsent(view, current);
  const id = String(current['id']);
  const consent = dossier.consents.find((kept) => view.world.ids.ofConsent(kept.id) === id);
  const { caller } = view;
  const isAllowed = caller === null || consent?.collectedBy === caller.nameId || dossier.members.has(caller.nameId);
  if (!consent || !isAllowed) throw refused('SIM-FHIR-NOT-FOUND');

  const isSame = ['patient', 'policy', 'dateTime', 'identifier', 'scope'].every((name) =>
    isSameJson(resource[name], current[name]),
  );
  if (!isSame || (resource['status'] !== 'inactive' && resource['status'] !== current['status'])) {
    throw refused('SIM-FHIR-CONSENT-FIXED', 'Consent');
  }
  if (resource['status'] === 'inactive') consent.withdrawnAt ??= view.world.state.now;
}

/** Whether the patient agrees to an act: an active consent that this professional collected. */
export function hasConsent(view: FhirView, consents: readonly KeptConsent[], kind: string): boolean {
  const nameId = view.caller?.nameId;
  return consents.some(
    ({ kinds, withdrawnAt, collectedBy }) =>
      withdrawnAt === null && kinds.includes(kind) && (nameId === undefined || collectedBy === nameId),
  );
}
