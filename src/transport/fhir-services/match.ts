import { isTerrESanteError } from '../../errors.ts';
import { compareIdentities } from '../../identity/index.ts';
import { readFhirPatient } from '../../identity/wire/index.ts';
import { utf8Bytes } from '../../internal/bytes.ts';
import { writeJson, type Json } from '../../internal/json/index.ts';
import type { BoundPatient } from '../binding/model.ts';
import { isModified, readSearchset, type FhirEntry } from '../fhir/bundle.ts';
import { askFhir } from '../fhir/exchange.ts';
import { faultsOf, issuesOf } from '../fhir/outcome.ts';
import { fhirRefusal } from '../fhir/refusal.ts';
import { isFormer } from '../patients/fhir/former.ts';
import { searchParameters, searchPatients } from '../patients/fhir/search.ts';
import type { FhirCall } from './exchange.ts';
import { fhirPatient } from './patient.ts';

/** What looking for somebody by the traits gives: nobody, or somebody whom a human must judge. */
export type Likeness = 'absent' | 'ambiguous';

/**
 * Whether the server knows somebody like this patient, whose local identifier it does not know.
 * That they are one person is not for a program to say.
 *
 * An empty answer to a question about certain matches may hide several likely ones: all of them are
 * asked for. A server without this operation is searched by name and birth date.
 *
 * @see IHE ITI PDQm 3.2.0, sections 2:3.119 and 2:3.78
 */
export async function likeness(call: FhirCall, patient: BoundPatient): Promise<Likeness> {
  const candidates = await matched(call, patient).catch((error: unknown) => {
    const isMissing = isTerrESanteError(error) && [404, 405, 501].includes(Number(error.details['status']));
    if (!isMissing) throw error;
    return null;
  });
  if (candidates !== null) return candidates.some((entry) => isLike(call, patient, entry)) ? 'ambiguous' : 'absent';

  return searchedLikeness(call, patient);
}

async function matched(call: FhirCall, patient: BoundPatient): Promise<readonly FhirEntry[]> {
  const { partner, limits } = call;
  // Profile IHE.PDQm.MatchParametersIn: closed slices by name.
  const body = {
    resourceType: 'Parameters',
    parameter: [
      { name: 'resource', resource: fhirPatient(call.options, patient) },
      { name: 'count', valueInteger: 5 },
    ],
  };
  const { resource } = await askFhir(partner, {
    ...limits,
    method: 'POST',
    url: new URL('Patient/$match', partner.base).href,
    body: utf8Bytes(writeJson(body)),
    writes: false,
  });

  const { entries } = readSearchset(resource);
  const issues = entries.flatMap((entry) => issuesOf(entry.resource));
  if (faultsOf(issues).length > 0) throw fhirRefusal({ status: 200, headers: {}, issues }, 'TE_PROTOCOL');
  return entries.filter(({ type }) => type === 'Patient');
}

/** One that is certainly somebody else, or whose traits contradict, is nobody to think of. */
function isLike({ options }: FhirCall, { traits }: BoundPatient, { resource, grade }: FhirEntry): boolean {
  if (isModified(resource)) return true;
  if (grade === 'certainly-not' || isFormer(resource)) return false;
  return compareIdentities({ traits }, identityOf(resource, options)).outcome !== 'mismatch';
}

function identityOf(resource: Json, { services }: FhirCall['options']): Parameters<typeof compareIdentities>[1] {
  return readFhirPatient(resource, { dialect: services.dialect }).patient;
}

async function searchedLikeness({ partner, limits, options }: FhirCall, { traits }: BoundPatient): Promise<Likeness> {
  const { patientInAddress, dialect } = options.services;
  const { birthName, birthDate } = traits;
  const wanted = {
    traits: { birthName, birthDate },
    identifier: undefined,
    domains: [],
    limit: 20,
    pageSize: undefined,
    dialect,
  };
  const search = {
    ...limits,
    type: 'Patient',
    parameters: searchParameters(wanted),
    allowsGet: patientInAddress,
  };
  const { candidates } = await searchPatients(partner, search, { ...wanted, traits });
  return candidates.some(({ comparison }) => comparison.outcome !== 'mismatch') ? 'ambiguous' : 'absent';
}
