import { createPkcs12Provider, createVihf, type VihfInput } from '../../../src/auth/index.ts';
import { localPatientCx } from '../../../src/platform/config/people.ts';
import { createSimulator, fictiveConfig, type Simulator, type SimulatorOptions } from '../../../src/simulator/index.ts';
import { fictivePatient, fictiveProfessional, fictiveStructure } from '../../../src/testing/index.ts';
import { createHttpClient, createXdsClient, type HttpClient, type XdsClient } from '../../../src/transport/index.ts';
import { rppsHolder, sharedHierarchy } from '../../client/world.ts';

/** A simulator with one dossier, and clients of its registry. */
export interface Scene {
  readonly simulator: Simulator;
  readonly http: HttpClient;
  /** With an assertion for the patient of the dossier. */
  readonly xds: XdsClient;
  assertion(change?: Partial<VihfInput>): Promise<string>;
  /** With another assertion, or none. */
  client(assertion: (() => Promise<string>) | null): XdsClient;
  close(): Promise<void>;
}

export async function openScene(options: SimulatorOptions = {}): Promise<Scene> {
  const simulator = await createSimulator({ hierarchy: await sharedHierarchy(), ...options });
  const patient = fictivePatient();
  simulator.addDossier({ ...patient, members: [rppsHolder] });

  const { pfx, password } = simulator.hierarchy.professional.signature;
  const provider = await createPkcs12Provider({ pfx, password });
  const urn = 'urn:terr-esante:simulateur';
  const make: Scene['assertion'] = async (change = {}) => {
    const { xml } = await createVihf(
      {
        professional: fictiveProfessional(),
        structure: fictiveStructure(),
        localPatient: localPatientCx(fictiveConfig(), patient.localId),
        authentication: { means: 'card', instant: Date.now() },
        software: { name: 'LPS', version: '1' },
        target: { resourceUrn: urn, audience: urn },
        ...change,
      },
      provider,
    );
    return xml;
  };

  // One assertion serves many requests: to sign each of them would take most of the time.
  let usual: Promise<string> | undefined;
  const assertion: Scene['assertion'] = (change) => (change ? make(change) : (usual ??= make()));

  const http = createHttpClient({ ca: simulator.caPem, timeoutMs: 60_000 });
  const client: Scene['client'] = (give) =>
    createXdsClient({ http, endpoints: simulator.registry, ...(give && { assertion: give }) });
  return {
    simulator,
    http,
    xds: client(() => assertion()),
    assertion,
    client,
    async close() {
      await http.close();
      await simulator.close();
    },
  };
}
