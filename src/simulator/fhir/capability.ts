import type { Json } from '../../internal/json/index.ts';
import { commonParameters, searchParameters } from './parameters.ts';

/** What may be done with each type. */
export const interactions: Readonly<Record<string, readonly string[]>> = {
  Patient: ['read', 'vread', 'history-instance', 'search-type', 'update'],
  CareTeam: ['read', 'vread', 'history-instance', 'search-type', 'create', 'update'],
  Practitioner: ['read', 'vread', 'search-type', 'create'],
  PractitionerRole: ['read', 'vread', 'search-type', 'create'],
  Organization: ['read', 'vread', 'search-type', 'create'],
  RelatedPerson: ['read', 'vread', 'search-type', 'create'],
  Consent: ['read', 'vread', 'history-instance', 'search-type', 'create', 'update'],
  DocumentReference: ['read', 'vread', 'history-instance', 'search-type', 'create', 'update', 'patch'],
  CarePlan: ['read', 'vread', 'history-instance', 'search-type', 'create', 'update'],
  Goal: ['read', 'vread', 'history-instance', 'search-type', 'create', 'update'],
  Flag: ['read', 'vread', 'search-type', 'create', 'update'],
  List: ['read', 'search-type'],
  Binary: ['read'],
  Subscription: ['read', 'search-type', 'create', 'update', 'delete'],
  CommunicationRequest: ['read', 'search-type'],
  Observation: ['read', 'vread', 'search-type'],
  ServiceRequest: ['read', 'vread', 'history-instance', 'search-type'],
  Task: ['read', 'vread', 'history-instance', 'search-type'],
  AuditEvent: ['read', 'search-type', 'create'],
};

/** What the base offers. @see HL7 FHIR R4, CapabilityStatement */
export function capabilityStatement(base: string, date: string): Json {
  return {
    resourceType: 'CapabilityStatement',
    id: 'simulateur',
    name: 'TerrESanteSimulateur',
    title: 'Plateforme simulée',
    status: 'active',
    experimental: true,
    date,
    kind: 'instance',
    software: { name: 'terr-esante-sdk, simulateur' },
    implementation: { description: 'Personnes fictives seulement', url: base },
    fhirVersion: '4.0.1',
    format: ['application/fhir+json'],
    patchFormat: ['application/json-patch+json'],
    rest: [
      {
        mode: 'server',
        security: {
          description: 'Assertion VIHF en base64url : Authorization: Bearer. Aucun patient dans une adresse.',
        },
        resource: Object.entries(interactions).map(([type, codes]) => resourceOf(type, codes)),
        interaction: [{ code: 'transaction' }, { code: 'batch' }],
      },
    ],
  };
}

function resourceOf(type: string, codes: readonly string[]): Json {
  const own = Object.hasOwn(searchParameters, type) ? searchParameters[type as 'Patient'] : null;
  const isCreated = codes.includes('create');
  const operations = type === 'Patient' ? { operation: patientOperations } : {};
  return {
    type,
    interaction: codes.map((code) => ({ code })),
    versioning: codes.includes('update') ? 'versioned-update' : 'versioned',
    ...(isCreated && { conditionalCreate: true }),
    ...(type === 'Patient' && { conditionalUpdate: true }),
    ...(own && {
      searchParam: Object.entries({ ...commonParameters, ...own }).map(([name, { kind }]) => ({ name, type: kind })),
    }),
    ...operations,
  };
}

const patientOperations = [
  { name: 'ihe-pix', definition: 'https://profiles.ihe.net/ITI/PIXm/OperationDefinition/IHE.PIXm.pix' },
  { name: 'match', definition: 'http://hl7.org/fhir/OperationDefinition/Patient-match' },
];
