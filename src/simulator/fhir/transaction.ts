import { isObject, type Json } from '../../internal/json/index.ts';
import { readReference } from '../../transport/fhir/address.ts';
import type { DossierState, KeptConsent } from '../state/state.ts';
import { conditionalMatch } from './conditions.ts';
import { fillTeam, openDossier, readTeamCreation, type TeamCreation } from './create-team.ts';
import type { BundleEntry, EntryOutcome } from './deposit.ts';
import { textAt } from './elements.ts';
import { LinkedResources } from './linked.ts';
import { keepNote, requireNote } from './write-note.ts';
import { isSupportType } from './support.ts';
import { applyWithdrawal, keepSupport, requireSupport, requireWithdrawal } from './write-support.ts';
import { refused } from './refusal.ts';
import { requireUnmodified } from './request.ts';
import { applyTeamChange, readTeamChange, requireJoinConsent, type TeamChange } from './update-team.ts';
import type { FhirView } from './view.ts';
import { keep, keptTypes, requireKept } from './write.ts';
import { addConsent, dossierOfConsent, keptConsent } from './write-consent.ts';

/** A consent of a transaction. */
interface BundledConsent {
  readonly entry: BundleEntry;
  readonly consent: KeptConsent;
  /** `null` for a dossier that the transaction opens. */
  readonly dossier: DossierState | null;
}

/** A transaction, judged as a whole: nothing of it can be refused any more. */
interface Plan {
  readonly linked: LinkedResources;
  /** Those that are there already. */
  readonly known: ReadonlyMap<BundleEntry, Json>;
  readonly kept: readonly BundleEntry[];
  readonly consents: readonly BundledConsent[];
  readonly notes: readonly BundleEntry[];
  /** Requests for support to make, and those to withdraw. */
  readonly requests: readonly BundleEntry[];
  readonly withdrawals: readonly BundleEntry[];
  readonly creation: { readonly entry: BundleEntry; readonly team: TeamCreation } | null;
  readonly change: { readonly entry: BundleEntry; readonly team: TeamChange } | null;
}

const allowed: Readonly<Record<string, readonly string[]>> = {
  CareTeam: ['POST', 'PUT'],
  Patient: ['PUT', 'POST'],
  Consent: ['POST'],
  Practitioner: ['POST'],
  PractitionerRole: ['POST'],
  Organization: ['POST'],
  RelatedPerson: ['POST'],
  DocumentReference: ['POST'],
  ServiceRequest: ['POST', 'PUT'],
  Task: ['POST', 'PUT'],
  CarePlan: ['POST'],
  Goal: ['POST'],
};

/**
 * A transaction of care circles: creation with its actors and consents, or a new version; of a note
 * or a plan with its author; of a request for support. All of it, or nothing.
 *
 * @see ANS, Cercle de soins 2.0.1, cds-bundle-transaction-creation and -maj; Cahier de
 *   liaison 3.0.0, cdl-bundle-creation-note
 * @throws FhirRefusal
 */
export function circleTransaction(view: FhirView, entries: readonly BundleEntry[]): readonly EntryOutcome[] {
  const plan = planned(view, entries);
  const places = applied(view, entries, plan);
  view.refresh();
  return entries.map((entry) => {
    const isKnown = plan.known.has(entry) || entry.method === 'PUT';
    return { status: isKnown ? '200 OK' : '201 Created', location: places.get(entry) ?? entry.url };
  });
}

function planned(view: FhirView, entries: readonly BundleEntry[]): Plan {
  for (const { type, method, resource } of entries) {
    const methods = Object.hasOwn(allowed, type) ? allowed[type] : undefined;
    if (!methods?.includes(method)) throw refused('SIM-FHIR-ENTRY', 'Bundle.entry');
    requireUnmodified(resource);
  }
  const teams = entries.filter(({ type }) => type === 'CareTeam');
  const patients = entries.filter(({ type }) => type === 'Patient');
  if (teams.length > 1 || patients.length > 1) throw refused('SIM-FHIR-ENTRY', 'Bundle.entry');

  const linked = new LinkedResources(view, byUrl(entries));
  for (const { resource } of entries) linked.check(resource);
  const known = knownEntries(view, entries);
  const kept = entries.filter((entry) => keptTypes.has(entry.type) && !known.has(entry));
  for (const { resource } of kept) requireKept(view, resource);
  const notes = entries.filter((entry) => entry.type === 'DocumentReference' && !known.has(entry));
  for (const { resource } of notes) requireNote(view, resource, linked);

  const [team] = teams;
  const isCreation = team?.method === 'POST' && !known.has(team);
  const consents = entries
    .filter((entry) => entry.type === 'Consent' && !known.has(entry))
    .map((entry) => bundledConsent(view, entry, isCreation ? null : linked));
  const support = entries.filter((entry) => isSupportType(entry.type) && !known.has(entry));
  const [requests, withdrawals] = (['POST', 'PUT'] as const).map((how) =>
    support.filter(({ method }) => method === how),
  );
  const judged = { linked, consents: consents.map(({ consent }) => consent) };
  for (const { resource } of requests ?? []) requireSupport(view, resource, judged);
  for (const entry of withdrawals ?? []) requireWithdrawal(view, entry);
  return {
    linked,
    known,
    kept,
    consents,
    notes,
    // What is asked comes before what follows it.
    requests: [...(requests ?? [])].sort((left, right) => left.type.localeCompare(right.type)),
    withdrawals: withdrawals ?? [],
    creation: isCreation ? { entry: team, team: creationOf(view, team, linked, consents) } : null,
    change: team?.method === 'PUT' ? { entry: team, team: changeOf(view, team, linked, consents) } : null,
  };
}

/** Entries by what names them in the transaction: their own address, or a conditional one. */
function byUrl(entries: readonly BundleEntry[]): ReadonlyMap<string, Json> {
  const named = new Map<string, Json>();
  for (const { fullUrl, url, method, type, resource } of entries) {
    if (fullUrl !== '') named.set(fullUrl, resource);
    if (method === 'PUT' && type === 'Patient') named.set(url, resource);
  }
  return named;
}

/** Entries whose criterion finds something: they create nothing. */
function knownEntries(view: FhirView, entries: readonly BundleEntry[]): ReadonlyMap<BundleEntry, Json> {
  return new Map(
    entries.flatMap((entry) => {
      const { type, method, ifNoneExist } = entry;
      const found = method === 'POST' && ifNoneExist !== null ? conditionalMatch(view, type, ifNoneExist) : null;
      return found ? [[entry, found] as const] : [];
    }),
  );
}

function bundledConsent(view: FhirView, entry: BundleEntry, linked: LinkedResources | null): BundledConsent {
  const consent = keptConsent(view, entry.resource);
  return { entry, consent, dossier: linked && dossierOfConsent(view, entry.resource, linked) };
}

function creationOf(
  view: FhirView,
  { resource }: BundleEntry,
  linked: LinkedResources,
  consents: readonly BundledConsent[],
): TeamCreation {
  const patient = linked.byReference(textAt(resource, 'subject.reference'));
  if (patient?.['resourceType'] !== 'Patient') throw refused('SIM-FHIR-REFERENCE', 'CareTeam.subject');
  return readTeamCreation(view, resource, { patient, consents: consents.map(({ consent }) => consent), linked });
}

function changeOf(
  view: FhirView,
  { url, resource, ifMatch }: BundleEntry,
  linked: LinkedResources,
  consents: readonly BundledConsent[],
): TeamChange {
  const reference = readReference(url);
  const current = reference?.type === 'CareTeam' ? view.byId('CareTeam', reference.id) : undefined;
  if (!current) throw refused('SIM-FHIR-NOT-FOUND', 'CareTeam');
  if (resource['id'] !== reference?.id) throw refused('SIM-FHIR-ID', 'CareTeam.id');
  const change = readTeamChange(view, current, resource, { ifMatch, linked });
  requireJoinConsent(
    view,
    change,
    consents.map(({ consent }) => consent),
  );
  return change;
}

/** Writes everything; gives where each entry has gone. */
function applied(view: FhirView, entries: readonly BundleEntry[], plan: Plan): ReadonlyMap<BundleEntry, string> {
  const { linked, known, kept, consents, notes, requests, withdrawals, creation, change } = plan;
  const places = new Map<BundleEntry, string>();
  const place = (entry: BundleEntry, type: string, id: string): void => {
    places.set(entry, `${type}/${id}`);
    linked.place(entry.fullUrl, type, id);
  };

  for (const [entry, resource] of known) place(entry, entry.type, String(resource['id']));
  const opened = creation && openDossier(view, creation.team);
  if (creation && opened) place(creation.entry, 'CareTeam', opened.careTeamId);
  if (change) place(change.entry, 'CareTeam', change.team.dossier.careTeamId);
  const dossier = opened ?? change?.team.dossier;
  for (const entry of entries.filter(({ type }) => type === 'Patient')) {
    if (dossier) place(entry, 'Patient', view.world.patientIdOf(dossier));
  }

  // What is named comes before what names it: their ids are all known when they are written.
  const ids = new Map(kept.map((entry) => [entry, keep(view, entry.resource)]));
  for (const [entry, id] of ids) place(entry, entry.type, id);
  for (const [entry, id] of ids) rewrite(view, entry.type, id, linked);

  for (const entry of notes) {
    place(entry, 'DocumentReference', keepNote(view, linked.placed(entry.resource) as Json));
  }
  if (creation && opened) fillTeam(view, opened, creation.team, linked);
  if (change) applyTeamChange(view, change.team, linked);
  for (const { entry, consent, dossier: own } of consents) {
    const holder = own ?? opened;
    if (holder) place(entry, 'Consent', addConsent(view, holder, consent, linked.placed(entry.resource) as Json));
  }
  for (const entry of requests) place(entry, entry.type, keepSupport(view, linked.placed(entry.resource) as Json));
  for (const entry of withdrawals) place(entry, entry.type, applyWithdrawal(view, entry));
  return places;
}

function rewrite({ world }: FhirView, type: string, id: string, linked: LinkedResources): void {
  const kept = world.kept.byId(type, id);
  const resource = linked.placed(kept?.resource);
  if (kept && isObject(resource)) world.kept.put(type, id, { ...kept, resource });
}

/** Whether a bundle is one of those whose failures are all told by a 500: of circles, of notes. */
export function isToldBy500({ meta }: Json): boolean {
  const profiles = isObject(meta) && Array.isArray(meta['profile']) ? (meta['profile'] as unknown[]) : [];
  return profiles.some(
    (profile) =>
      typeof profile === 'string' &&
      /\/(?:cds-bundle-transaction-(?:creation|maj)|cdl-bundle-(?:creation|maj)-note)$/.test(profile),
  );
}
