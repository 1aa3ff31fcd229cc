import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createPkcs12Provider, type SigningProvider } from '../../src/auth/index.ts';
import { createClient } from '../../src/client/create-client.ts';
import type { ClientOptions, TerrESanteClient } from '../../src/client/model.ts';
import {
  buildLetter,
  createSubmission,
  packageXdm,
  type BuiltDocument,
  type PdfDocumentInput,
  type Submission,
} from '../../src/documents/index.ts';
import type { PatientInput } from '../../src/identity/index.ts';
import type { ConsentKind, ConsentReceipt, TerrESanteConfig } from '../../src/index.ts';
import { createSimulator, fictiveConfig, type Simulator, type SimulatorOptions } from '../../src/simulator/index.ts';
import {
  createTestHierarchy,
  demoLetterPdf,
  fictivePatient,
  fictiveProfessional,
  fictiveStructure,
  type TestHierarchy,
} from '../../src/testing/index.ts';
import { createMssTransport, type MssTransport, type SmtpOptions } from '../../src/transport/index.ts';

export const rppsHolder: string = fictiveProfessional().nationalId;
export const sourceId = '2.999.1.10.9';

/** One hierarchy for a whole file: making keys is what costs. */
let hierarchy: Promise<TestHierarchy> | undefined;
export const sharedHierarchy = (): Promise<TestHierarchy> => (hierarchy ??= createTestHierarchy());

export interface World {
  readonly simulator: Simulator;
  readonly config: TerrESanteConfig;
  readonly auth: SigningProvider;
  readonly mss: MssTransport;
  readonly te: TerrESanteClient;
  client(options?: Partial<ClientOptions>, config?: TerrESanteConfig): TerrESanteClient;
  close(): Promise<void>;
}

/** The simulated mail server, entered with the certificate of the professional. */
export function mailServer({ smtp, caPem, hierarchy }: Simulator): Pick<SmtpOptions, 'server' | 'credentials'> {
  const { chainPem, keyPem } = hierarchy.professional.authentication;
  return {
    server: { host: smtp.host, port: smtp.port, serverName: smtp.servername, caPem },
    credentials: { certificate: { certPem: chainPem, keyPem } },
  };
}

/** A world, and an outbox in a folder of its own; `cleanups` is told how both go. */
export async function createOutboxWorld(
  cleanups: (() => unknown)[],
  retry?: NonNullable<ClientOptions['outbox']>['retry'],
): Promise<{ world: World; outbox: NonNullable<ClientOptions['outbox']> }> {
  const world = await createWorld();
  const folder = mkdtempSync(join(tmpdir(), 'te-outbox-'));
  cleanups.push(
    () => rmSync(folder, { recursive: true, force: true }),
    () => world.close(),
  );
  const { simulator } = world;
  return { world, outbox: { store: { folder }, ...mailServer(simulator), retry, pollMs: 20 } };
}

export function mailTransport(simulator: Simulator, config: TerrESanteConfig): MssTransport {
  return createMssTransport({
    ...mailServer(simulator),
    message: { from: { address: config.user.mssAddress, label: 'Dr_Élodie_FICTIF' }, to: config.quai.eMailSecur },
    archive: (submission) => packageXdm(submission),
  });
}

export async function createWorld(options: SimulatorOptions = {}): Promise<World> {
  const simulator = await createSimulator({ hierarchy: await sharedHierarchy(), ...options });
  const config = fictiveConfig(simulator);
  const { pfx, password } = simulator.hierarchy.professional.signature;
  const auth = await createPkcs12Provider({ pfx, password });
  const mss = mailTransport(simulator, config);
  const clients: TerrESanteClient[] = [];
  const client: World['client'] = (given = {}, otherConfig = config) => {
    const made = createClient(otherConfig, {
      auth,
      deposit: mss,
      tls: { ca: simulator.caPem },
      ...(options.runtime && { runtime: options.runtime }),
      ...given,
    });
    clients.push(made);
    return made;
  };
  return {
    simulator,
    config,
    auth,
    mss,
    te: client(),
    client,
    async close() {
      await Promise.all(clients.map((opened) => opened.close()));
      await simulator.close();
    },
  };
}

export function consentFor(
  te: TerrESanteClient,
  patient: PatientInput = fictivePatient(),
  kinds: readonly ConsentKind[] = ['dossier-creation', 'join-circle'],
): ConsentReceipt {
  return te.consent.record(patient, { kinds, givenBy: 'patient', mode: 'oral', collectedAt: new Date().toISOString() });
}

export async function letter(input: Partial<PdfDocumentInput> = {}): Promise<BuiltDocument> {
  return buildLetter({
    patient: fictivePatient(),
    author: { professional: fictiveProfessional(), structure: fictiveStructure() },
    patientConsent: true,
    pdf: demoLetterPdf(),
    codeSet: 'eo-9.05',
    ...input,
  });
}

export async function submission(input: Partial<PdfDocumentInput> = {}): Promise<Submission> {
  return createSubmission([await letter(input)], { sourceId });
}
