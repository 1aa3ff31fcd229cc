import { isTerrESanteError, TerrESanteError } from '../../errors.ts';
import { isoUtc } from '../../internal/hl7-time.ts';
import { asInput } from '../binding/known-patient.ts';
import type { Answered, BindingCall, BoundPatient, CreatedDossier, DossierCreation } from '../binding/model.ts';
import { formOf, tokenOf } from '../fhir/address.ts';
import { createFhirPatientIdentityClient } from '../patients/fhir/client.ts';
import { creating, roleEntries, sameUuid, type TransactionEntry } from './actors.ts';
import { findCareTeam } from './care-team.ts';
import { consentEntry, saysConsent } from './consent.ts';
import { FhirCall } from './exchange.ts';
import { patientAt } from './identity.ts';
import type { FhirBindingOptions } from './model.ts';
import { participationSystem, profiles } from './names.ts';
import { fhirPatient } from './patient.ts';
import { sendTransaction } from './transaction.ts';

/**
 * Creates the care circle of a patient, which is the dossier, with the patient, the professional
 * who joins and the consent in one transaction: all of it or nothing. Keys come from the receipt of
 * the consent, so that the same creation sent again creates nothing. After an answer that is lost,
 * the circle is looked for, and nothing is sent again.
 *
 * @throws TerrESanteError `TE_CONFLICT`, `TE_VALIDATION`, `TE_PROTOCOL`, and those of the server
 * @see ANS, Cercle de soins 2.0.1, cds-bundle-transaction-creation
 */
export async function createDossier(
  options: FhirBindingOptions,
  patient: BoundPatient,
  creation: DossierCreation,
  bound: BindingCall,
): Promise<Answered<CreatedDossier>> {
  const call = new FhirCall(options, bound);
  const entries = creationEntries(call, patient, creation);
  if (options.services.patientInAddress) await feed(call, patient);

  const careTeamId = await sendTransaction(call, profiles.creation, entries).then(
    ([circle]) => circle?.reference?.id ?? null,
    async (error: unknown) => madeAllTheSame(call, patient, error),
  );
  const known = await patientAt(call, patient).catch((error: unknown) => {
    // The dossier is there: what is told beside does not make a failure of it.
    if (isTerrESanteError(error) && error.code !== 'TE_CANCELLED') return 'absent' as const;
    throw error;
  });
  const regionalId = typeof known === 'string' ? null : known.regionalId;
  return call.answered({ regionalId, dossierId: null, careTeamId });
}

/** Tells the identity server first, which may be another than the store of the circles. */
async function feed({ partner, options, limits }: FhirCall, patient: BoundPatient): Promise<void> {
  const identities = createFhirPatientIdentityClient({
    http: { ...options.http, ...partner.http },
    baseUrl: partner.base.href,
    authorization: partner.authorization,
    dialect: options.services.dialect,
    allowPatientInAddress: true,
    environment: options.environment,
    runtime: options.runtime,
  });
  await identities.feed({ event: 'add', patient: asInput(patient) }, limits);
}

/** The entries in the order of the guide; the circle first, for its id. */
function creationEntries(
  { options, now }: FhirCall,
  patient: BoundPatient,
  { consent, sharing, joinAs }: DossierCreation,
): readonly TransactionEntry[] {
  const url = (name: string): string => `urn:uuid:${sameUuid(consent.id, name)}`;
  const [circle, person, role] = [url('CareTeam'), url('Patient'), url('PractitionerRole')];
  const start = isoUtc(now);

  const careTeam = {
    resourceType: 'CareTeam',
    meta: { profile: [profiles.careTeam] },
    identifier: [{ system: 'urn:ietf:rfc:3986', value: circle }],
    // That a circle is proposed while it is not shared is assumed.
    status: sharing === 'shared' ? 'active' : 'proposed',
    name: 'Cercle de soins',
    subject: { reference: person },
    period: { start },
    ...(joinAs !== null && { participant: [participant(role, joinAs, start)] }),
  };
  return [
    creating(circle, careTeam, { system: 'urn:ietf:rfc:3986', value: circle }),
    {
      fullUrl: person,
      // Complete: it takes the place of what is stored.
      resource: { ...fhirPatient(options, patient), active: true },
      request: { method: 'PUT', url: `Patient?${formOf([['identifier', tokenOf(patient.localId)]])}` },
    },
    ...(joinAs === null ? [] : roleEntries(options, options.professional, { role, practitioner: url('Practitioner') })),
    ...(saysConsent(options, consent)
      ? [consentEntry(options, consent, { fullUrl: url('Consent'), patient: person, recipient: { reference: circle } })]
      : []),
  ];
}

/** An entry of a circle: a role, whom it names, since when. */
export function participant(
  member: string,
  role: string | null,
  start: string,
  system: string = participationSystem,
): object {
  return {
    ...(role !== null && { role: [{ coding: [{ system, code: role }] }] }),
    member: { reference: member },
    period: { start },
  };
}

/** The circle that an attempt made although its answer is lost. */
async function madeAllTheSame(call: FhirCall, patient: BoundPatient, error: unknown): Promise<string> {
  if (!isTerrESanteError(error) || error.details['unknownOutcome'] !== true || error.code === 'TE_CANCELLED') {
    throw error;
  }

  const known = await patientAt(call, patient);
  const team = typeof known === 'string' ? null : await findCareTeam(call, known);
  if (team?.id) return team.id;
  throw new TerrESanteError(error.code, error.message, { cause: error, retryable: false, details: error.details });
}
