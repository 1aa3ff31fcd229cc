import type { CallOptions } from '../../internal/abort.ts';
import type { PlatformBinding, PlatformProbe } from '../binding/model.ts';
import { interventionPlan } from '../plans/names.ts';
import { fhirAddress } from './address.ts';
import { alertsBinding } from './alerts.ts';
import { addMember, getCircle, isAddable, joinCircle, leaveCircle, removeMember } from './circle.ts';
import { listConsents, withdrawConsent } from './consent.ts';
import { countForPatient, countForPractitioner, listNew } from './counts.ts';
import { measurePages } from './measure-pages.ts';
import { notesBinding } from './notes.ts';
import { createDossier } from './create.ts';
import { searchDocuments } from './document-search.ts';
import { fetchDocument } from './documents.ts';
import { listMine } from './mine.ts';
import type { FhirBindingOptions } from './model.ts';
import { homeAccess } from './home-access.ts';
import { plansBinding } from './plans.ts';
import { dossierStatus } from './status.ts';
import { supportBinding } from './support.ts';
import { setVisibility } from './visibility.ts';

/**
 * The FHIR wire of a platform: care circle, consents, counts and documents by the guides of the
 * Agence du numérique en santé and of IHE. Opens nothing before the first call; no identifier is in
 * an address unless the descriptor permits it.
 *
 * @see ANS, Cercle de soins 2.0.1, PDSm 3.1.1; IHE ITI PIXm, PDQm, MHD; HL7 FHIR R4
 */
export function createFhirBinding(options: FhirBindingOptions): PlatformBinding {
  return {
    kind: 'fhir-r4',
    dossier: {
      status: (patient, call) => dossierStatus(options, patient, call),
      create: (patient, creation, call) => createDossier(options, patient, creation, call),
    },
    consent: {
      list: (patient, call) => listConsents(options, patient, call),
      withdraw: (patient, withdrawal, call) => withdrawConsent(options, patient, withdrawal, call),
    },
    careCircle: {
      get: (patient, call) => getCircle(options, patient, call),
      join: (patient, joining, call) => joinCircle(options, patient, joining, call),
      leave: (patient, call) => leaveCircle(options, patient, call),
      listMine: (call) => listMine(options, call),
      adds: isAddable,
      addMember: (patient, addition, call) => addMember(options, patient, addition, call),
      removeMember: (patient, reference, call) => removeMember(options, patient, reference, call),
    },
    notifications: {
      countForPatient: (patient, query, call) => countForPatient(options, patient, query, call),
      countForPractitioner: (query, call) => countForPractitioner(options, query, call),
      list: (patient, query, call) => listNew(options, patient, query, call),
    },
    documents: {
      search: (patient, query, call) => searchDocuments(options, patient, query, call),
      fetch: (patient, uniqueId, maxBytes, call) => fetchDocument(options, patient, { uniqueId, maxBytes }, call),
      setVisibility: (patient, change, call) => setVisibility(options, patient, change, call),
    },
    alerts: alertsBinding(options),
    notes: notesBinding(options),
    measures: { list: (patient, query) => measurePages(options, patient, query) },
    ...(options.services.support && { support: supportBinding(options) }),
    interventionPlan: interventions(options),
    probe: (call) => probe(options, call),
    close: () => options.http.close(),
  };
}

/** Nothing is carried where the descriptor has no word for it. */
function interventions(options: FhirBindingOptions): PlatformBinding['interventionPlan'] {
  const { plans } = options.services;
  if (!plans) return undefined;
  return {
    ...plansBinding(options, interventionPlan(plans.interventions)),
    getAccessInfo: (patient, call) => homeAccess(options, plans.homeAccess, patient, call),
  };
}

/** Reads the clock of the platform, where it says what it can do; any answer will do. */
async function probe(options: FhirBindingOptions, call: CallOptions = {}): Promise<PlatformProbe> {
  const { clock } = options.runtime;
  const sentAt = clock.now();
  const { headers } = await options.http.send({
    ...call,
    method: 'GET',
    url: `${fhirAddress(options)}/metadata`,
    headers: { Accept: 'application/fhir+json' },
    maxResponseBytes: 4 * 1024 * 1024,
  });
  return { dateHeader: headers['date'] ?? null, sentAt, receivedAt: clock.now() };
}
