import type { SigningProvider } from '../../../src/auth/index.ts';
import type { ClientOptions, TerrESanteClient } from '../../../src/client/model.ts';
import type { Runtime } from '../../../src/internal/runtime.ts';
import {
  professionalOf,
  simulatorDescriptor,
  type PlatformDescriptor,
  type TerrESanteConfig,
  type UserConfig,
} from '../../../src/platform/index.ts';
import { fictiveOutbox } from '../../../src/simulator/index.ts';
import { demoLetterPdf, fictivePatients, type FictivePatient } from '../../../src/testing/index.ts';
import { createHttpClient, type PlatformBinding } from '../../../src/transport/index.ts';
import { createSimulatorBinding } from '../../../src/transport/binding/simulator-http.ts';
import { colleagueUser } from '../colleague.ts';
import { createWorld, rppsHolder, type World } from '../world.ts';

export const [patient, other] = fictivePatients(2) as [FictivePatient, FictivePatient];
export const letter = { pdf: demoLetterPdf(), type: '96349-6', patientConsent: true } as const;

/** Secrets of the doctor, which nothing may show. */
export const pin = '7391';
export const password = 'canari-mot-de-passe';

/** Deposits go to the registry with the assertion in the header, which the far side verifies. */
const descriptor: PlatformDescriptor = {
  ...simulatorDescriptor,
  bindings: {
    ...simulatorDescriptor.bindings,
    'documents.deposit': { value: 'soap-ihe', confidence: 'assumption', evidence: 'Chosen for this test.' },
  },
};

/** A way of logging in, plugged into a client of its own. */
export interface PluggedIn {
  readonly means: TerrESanteConfig['authn']['means'];
  readonly auth: ClientOptions['auth'];
  /** What the assertion must say. */
  readonly declared: { readonly mode: string; readonly contextClass: string; readonly signer: 'card' | 'structure' };
  /** When the doctor logged in, as far as the means itself tells it. */
  loggedInAt(): number | null;
  /** Just before a renewal is due: what the doctor does, if it is not for the machine. */
  beforeRenewal?(): Promise<void>;
  /** How often the far side of the login renewed it; `null` when nothing is renewed but the assertion. */
  renewed(): number | null;
  /** Takes away what the login rests on. */
  lose(): Promise<void>;
  readonly lost: { readonly code: string; readonly message: RegExp };
  /** The doctor does what the message says. */
  back(): Promise<void>;
  /** The next renewal hangs until it is released. */
  readonly stall: () => (() => void) | Promise<() => void>;
  /** What else may hold a secret: tokens, codes. */
  secrets(): readonly string[];
  close(): Promise<void>;
}

export interface Means {
  readonly name: string;
  /** Among the quick tests. */
  readonly isQuick?: boolean;
  readonly open: (scene: Scene) => Promise<PluggedIn>;
}

/** One platform, its clock, and what it was sent. */
export interface Scene {
  readonly world: World;
  readonly runtime: Runtime;
  readonly user: UserConfig;
  readonly nationalId: string;
  readonly colleague: UserConfig;
  /** The certificate of the structure; each caller gets one of its own. */
  readonly structure: () => Promise<SigningProvider>;
  /** The assertions of the status calls, oldest first. */
  readonly assertions: readonly string[];
  /** Everything that was logged. */
  readonly log: readonly string[];
  readonly advance: (ms: number) => void;
  readonly resetClock: () => void;
  readonly client: (plugged: PluggedIn) => TerrESanteClient;
  close(): Promise<void>;
}

export async function openScene(createStructure: (world: World) => Promise<SigningProvider>): Promise<Scene> {
  let offset = 0;
  const ids = { uuid: () => crypto.randomUUID() };
  const runtime: Runtime = { clock: { now: () => Date.now() + offset }, ids };
  const world = await createWorld({ runtime });
  const assertions: string[] = [];
  const log: string[] = [];
  const { user } = world.config;
  const colleague = colleagueUser(user);
  for (const seed of [patient, other]) world.simulator.addDossier({ ...seed, members: [rppsHolder] });

  const keep = (...said: readonly unknown[]): void => void log.push(JSON.stringify(said));
  const client = (plugged: PluggedIn): TerrESanteClient =>
    world.client(
      {
        auth: plugged.auth,
        deposit: undefined,
        descriptor,
        bindings: [recording(world, runtime, assertions)],
        outbox: { ...fictiveOutbox(world.simulator), pollMs: 10, retry: { firstDelayMs: 20 } },
        logger: { debug: keep, info: keep, warn: keep, error: keep },
      },
      { ...world.config, authn: { ...world.config.authn, means: plugged.means } },
    );

  return {
    world,
    runtime,
    user,
    nationalId: professionalOf(world.config).nationalId,
    colleague,
    structure: () => createStructure(world),
    assertions,
    log,
    advance: (ms) => {
      offset += ms;
    },
    resetClock: () => {
      offset = 0;
    },
    client,
    close: () => world.close(),
  };
}

/** The wire of the simulator, whose status calls are written down. */
function recording({ simulator }: World, runtime: Runtime, assertions: string[]): PlatformBinding {
  const http = createHttpClient({ ca: simulator.caPem });
  const real = createSimulatorBinding({ url: simulator.httpUrl, http, runtime });
  const { dossier } = real;
  if (!dossier?.status) throw new Error('the simulator has a status');

  const status = dossier.status.bind(dossier);
  return {
    ...real,
    dossier: {
      ...dossier,
      status: (who, call) => {
        assertions.push(call.assertion);
        return status(who, call);
      },
    },
  };
}
