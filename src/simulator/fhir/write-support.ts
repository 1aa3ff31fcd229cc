import { objects, type Json } from '../../internal/json/index.ts';
import { readReference } from '../../transport/fhir/address.ts';
import type { DossierState, KeptConsent } from '../state/state.ts';
import { readRefusal } from './access.ts';
import { requireVersion } from './conditions.ts';
import type { BundleEntry } from './deposit.ts';
import { elementsAt, isSameJson, textAt } from './elements.ts';
import { LinkedResources } from './linked.ts';
import { refused } from './refusal.ts';
import { requireElements } from './required.ts';
import { dossierNamedBy, writeSupport } from './support.ts';
import type { FhirView } from './view.ts';
import { hasConsent } from './write-consent.ts';

/**
 * Judges a request, or the task that follows it, before anything is written.
 *
 * @param consents - those that come with it
 * @throws FhirRefusal
 * @see HL7 FHIR R4, ServiceRequest and Task
 */
export function requireSupport(
  view: FhirView,
  resource: Json,
  { linked, consents }: { readonly linked: LinkedResources; readonly consents: readonly KeptConsent[] },
): void {
  const type = String(resource['resourceType']);
  requireElements(resource);
  const first = type === 'Task' ? 'requested' : 'active';
  if (resource['status'] !== first) throw refused('SIM-FHIR-VALUE', `${type}.status`);
  requireRequester(view, resource, linked);
  requireStructure(view, resource, linked);

  const isAbout = resource['for'] !== undefined || resource['subject'] !== undefined;
  if (isAbout) requireConsent(view, resource, consents);
  else if (view.caller !== null && view.caller.purpose !== 'normal') throw refused('SIM-FHIR-PURPOSE');
  if (!view.world.kept.hasRoom(type)) throw refused('SIM-FHIR-TOO-MANY');
}

function requireConsent(view: FhirView, resource: Json, consents: readonly KeptConsent[]): void {
  const dossier = requireWritable(view, resource);
  if (!hasConsent(view, [...dossier.consents, ...consents], 'support-request')) {
    throw refused('SIM-FHIR-CONSENT', 'Consent');
  }
}

/** Who writes is in the circle of the patient of his assertion, in a usual access. */
function requireWritable({ world, caller }: FhirView, resource: Json): DossierState {
  const type = String(resource['resourceType']);
  const dossier = dossierNamedBy(world, resource);
  if (!dossier) throw refused('SIM-FHIR-REFERENCE', `${type}.patient`);
  const rule = readRefusal(world.state, caller, dossier);
  if (rule !== null) throw refused(rule, `${type}.patient`);
  if (caller !== null && caller.resourceId === null) throw refused('SIM-FHIR-OTHER-PATIENT', `${type}.patient`);
  if (caller !== null && caller.purpose !== 'normal') throw refused('SIM-FHIR-PURPOSE');
  return dossier;
}

/** A request is made in one's own name. */
function requireRequester({ caller, world }: FhirView, resource: Json, linked: LinkedResources): void {
  const role = linked.byReference(textAt(resource, 'requester.reference'));
  if (!role) throw refused('SIM-FHIR-REFERENCE', 'requester');
  const person =
    role['resourceType'] === 'PractitionerRole' ? linked.byReference(textAt(role, 'practitioner.reference')) : role;
  const isOwn = caller === null || (person !== undefined && world.nationalIdOf(person) === caller.nameId);
  if (!isOwn) throw refused('SIM-FHIR-SUPPORT-REQUESTER', 'requester');
}

/** A request goes to a structure that the platform knows. */
function requireStructure(view: FhirView, resource: Json, linked: LinkedResources): void {
  const name = resource['resourceType'] === 'Task' ? 'owner' : 'performer';
  const known = view.all('Organization');
  const isKnown = objects([resource[name]].flat()).some((written) => {
    const held = linked.byReference(written['reference']);
    const value = textAt(written, 'identifier.value');
    return held !== undefined || known.some((each) => elementsAt(each, 'identifier.value').includes(value));
  });
  if (!isKnown) throw refused('SIM-FHIR-SUPPORT-STRUCTURE', name);
}

/** Keeps one, which was judged; gives its id. */
export function keepSupport({ world, caller }: FhirView, resource: Json): string {
  const id = world.runtime.ids.uuid();
  const { resourceType, id: _id, meta: _meta, ...rest } = resource;
  // What names a patient is for those who may read the dossier.
  const owner = dossierNamedBy(world, resource) ? null : (caller?.nameId ?? null);
  world.kept.put(String(resourceType), id, { resource: { resourceType, id, ...rest }, at: world.now, owner });
  return id;
}

/** What each may become, by who asked. */
const withdrawn: Readonly<Record<string, { readonly from: readonly string[]; readonly to: string }>> = {
  Task: { from: ['requested', 'received', 'accepted'], to: 'cancelled' },
  ServiceRequest: { from: ['active', 'draft', 'on-hold'], to: 'revoked' },
};

/** Members that a withdrawal leaves as they were. */
const fixed = ['identifier', 'for', 'subject', 'requester', 'owner', 'performer', 'focus', 'code'] as const;

/**
 * Judges the withdrawal of a request: who asked takes it back, nothing else of it changes.
 *
 * @throws FhirRefusal
 */
export function requireWithdrawal(view: FhirView, { url, type, resource, ifMatch }: BundleEntry): void {
  const current = currentOf(view, url, type);
  if (resource['id'] !== current['id']) throw refused('SIM-FHIR-ID', `${type}.id`);
  requireRequester(view, current, new LinkedResources(view));
  if (dossierNamedBy(view.world, current)) requireWritable(view, current);
  requireVersion(current, ifMatch);

  const rule = withdrawn[type];
  if (!rule?.from.includes(String(current['status']))) throw refused('SIM-FHIR-SUPPORT-BEGUN', `${type}.status`);
  if (resource['status'] !== rule.to) throw refused('SIM-FHIR-VALUE', `${type}.status`);
  const other = fixed.find((name) => !isSameJson(resource[name] ?? null, current[name] ?? null));
  if (other !== undefined) throw refused('SIM-FHIR-VALUE', `${type}.${other}`);
}

/** Writes a withdrawal that was judged; gives the id. */
export function applyWithdrawal(view: FhirView, { url, type, resource }: BundleEntry): string {
  const id = String(currentOf(view, url, type)['id']);
  writeSupport(view.world, type, id, () => resource);
  return id;
}

function currentOf(view: FhirView, url: string, type: string): Json {
  const reference = readReference(url);
  const current = reference?.type === type ? view.byId(type, reference.id) : undefined;
  if (!current) throw refused('SIM-FHIR-NOT-FOUND', type);
  return current;
}
