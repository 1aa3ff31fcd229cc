import { systemRuntime } from '../../../src/internal/runtime.ts';
import { fictivePatient } from '../../../src/testing/index.ts';
import * as transport from '../../../src/transport/index.ts';
import { door, type Door } from '../door.ts';

const bounds = { timeoutMs: 2_000, domains: ['2.999.1.1'] };
const search = { ...bounds, limit: 5, pageSize: 5, identifier: { system: '2.999.1.10', value: 'PAT-1' } };

/** Identity servers, over both wires. */
export function patientDoors(): readonly Door[] {
  const http = transport.createHttpClient();
  const [environment, runtime] = ['test', systemRuntime] as const;
  const address = 'https://127.0.0.1:9/q';
  const soap: transport.PatientIdentityOptions = {
    http,
    endpoints: { query: address, feed: address, search: address },
    sender: '2.999.1.10.1',
    receiver: '2.999.1.1',
    processing: 'training',
    assertion: async () => '<a/>',
    maxResponseBytes: 1_000,
    environment,
    runtime,
  };
  const fhir: transport.FhirPatientIdentityOptions = {
    http,
    baseUrl: 'https://127.0.0.1:9/fhir',
    authorization: async () => 'Bearer x',
    dialect: 'v2-0445',
    allowPatientInAddress: true,
    maxResponseBytes: 1_000,
    environment,
    runtime,
  };
  return [
    door('transport.createPatientIdentityClient', transport.createPatientIdentityClient, [soap], '0'),
    door('transport.createFhirPatientIdentityClient', transport.createFhirPatientIdentityClient, [fhir], '0'),
    ...clientDoors('PatientIdentityClient', transport.createPatientIdentityClient(soap)),
    ...clientDoors('FhirPatientIdentityClient', transport.createFhirPatientIdentityClient(fhir)),
  ];
}

function clientDoors(name: string, client: transport.PatientIdentityClient): readonly Door[] {
  type C = transport.PatientIdentityClient;
  const patient = fictivePatient();
  return [
    door(
      `${name}.identifiers`,
      (...a: Parameters<C['identifiers']>) => client.identifiers(...a),
      [patient, bounds],
      '1',
    ),
    door(`${name}.search`, (...a: Parameters<C['search']>) => client.search(...a), [patient.traits, search], '1'),
    door(
      `${name}.feed`,
      (...a: Parameters<C['feed']>) => client.feed(...a),
      [{ event: 'add', patient }, { timeoutMs: 2_000 }],
      '1',
    ),
  ];
}
