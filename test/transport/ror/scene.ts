import {
  createSupportDirectory,
  type SupportDirectory,
  type SupportDirectoryOptions,
} from '../../../src/transport/index.ts';
import { scriptedServer, type Scripted } from '../fhir/scripted-server.ts';

export const r244 = 'https://mos.esante.gouv.fr/NOS/TRE_R244-CategorieOrganisation/FHIR/TRE-R244-CategorieOrganisation';
export const r66 = 'https://mos.esante.gouv.fr/NOS/TRE_R66-CategorieEtablissement/FHIR/TRE-R66-CategorieEtablissement';
export const r13 = 'https://mos.esante.gouv.fr/NOS/TRE_R13-CommuneOM/FHIR/TRE-R13-CommuneOM';
export const department = { system: 'https://example.invalid/departements', code: '93' };
const ror = 'https://interop.esante.gouv.fr/ig/fhir/ror/StructureDefinition';

const concept = (system: string, code: string): object => ({ coding: [{ system, code }] });

export const zone = ({ system, code }: { system: string; code: string }): object => ({
  url: `${ror}/ror-territorial-division`,
  extension: [{ url: 'codeTerritorialDivision', valueCodeableConcept: concept(system, code) }],
});

/** An offer of a DAC, made by an internal organisation of site 3. */
export const offer = (id: string, change: object = {}): object => ({
  resourceType: 'HealthcareService',
  id,
  meta: { lastUpdated: '2026-11-01T08:00:00+01:00', tag: [{ system: 'https://example.invalid/regions', code: '11' }] },
  identifier: [{ system: 'https://example.invalid/offres', value: `OFFRE-${id}` }],
  name: `DAC fictif ${id}`,
  category: [concept(r244, '178')],
  providedBy: { reference: 'Organization/2' },
  location: [{ reference: 'Location/4' }],
  telecom: [{ value: 'dac.fictif@structure.mssante.fr' }, { system: 'phone', value: '+33100000001' }],
  extension: [zone({ system: r13, code: '93048' })],
  ...change,
});

export const internal = {
  resourceType: 'Organization',
  id: '2',
  name: 'Accueil',
  partOf: { reference: 'Organization/3' },
};
export const site = {
  resourceType: 'Organization',
  id: '3',
  name: 'Structure fictive',
  identifier: [
    { system: 'urn:oid:1.2.250.1.71.4.2.2', value: '1990000028' },
    { system: 'https://finess.esante.gouv.fr', value: '990000028' },
  ],
  type: [concept(r66, '606')],
  contact: [{ telecom: [{ system: 'phone', value: '+33100000000' }] }],
};
export const office = {
  resourceType: 'Location',
  id: '4',
  address: { line: ['1 rue Fictive'], postalCode: '93100', city: 'MONTREUIL' },
};

/** An answer: offers found, what comes with them, and how many the server says that there are. */
export const answer = (found: readonly object[], beside: readonly object[] = [internal, site, office]): Scripted => ({
  body: {
    resourceType: 'Bundle',
    type: 'searchset',
    total: found.length,
    entry: [
      ...found.map((resource) => ({ resource, search: { mode: 'match' } })),
      ...beside.map((resource) => ({ resource, search: { mode: 'include' } })),
    ],
  },
});

export interface Scene {
  readonly directory: SupportDirectory;
  readonly asked: ReturnType<typeof scriptedServer>['asked'];
  now: number;
}

/** A directory over a server that gives these answers in turn. */
export function scene(answers: readonly Scripted[], change: Partial<SupportDirectoryOptions> = {}): Scene {
  const { http, asked } = scriptedServer(...answers);
  const state = { now: Date.parse('2026-11-29T10:00:00Z') };
  const directory = createSupportDirectory({
    http,
    baseUrl: 'https://ror.example/fhir',
    authorization: async () => 'Bearer jeton-CANARI',
    accessProfile: 0,
    userProfile: { system: '1.2.250.1.213.1.6.1.66', code: 'CU22' },
    role: { system: '1.2.250.1.213.1.1.4.6', code: 'AUTOMATE' },
    runtime: { clock: { now: () => state.now }, ids: { uuid: () => 'id' } },
    ...change,
  });
  return Object.assign(state, { directory, asked });
}
