import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { TerrESanteError } from '../../errors.ts';
import { whenFree } from '../../internal/held-file.ts';
import { pause } from '../../internal/wait.ts';
import { fictiveProfessional, fictiveStructure, type TestHierarchy } from '../../testing/index.ts';
import type { EhrDriver, KitPatient, KitWorld } from '../driver/model.ts';
import { FarSide, senderMailbox, serverNames } from '../far-side/far-side.ts';
import { keyOf, patientsOf, refuseRealPeople } from '../far-side/people.ts';
import { writeWorld } from '../far-side/world.ts';
import { scenarios as catalogue } from '../scenario/catalogue.ts';
import type { Scenario } from '../scenario/model.ts';
import { judge, type Judgement } from '../verdict/judge.ts';
import type { ScenarioResult } from '../verdict/model.ts';
import type { ActRecord, Observation, ReadFile } from '../verdict/observation.ts';
import type { ConformanceConfig } from './config.ts';
import { ScenarioRun } from './run-scenario.ts';

/** What a run is opened with. */
export interface SessionOptions {
  readonly config: ConformanceConfig;
  readonly driver: EhrDriver;
  /** Folder that relative names of `logs` begin from. */
  readonly folder: string;
  readonly seed: number;
  readonly hierarchy?: TestHierarchy | undefined;
  readonly signal: AbortSignal;
  /** Every limit is multiplied by it: a slow machine needs more. */
  readonly timeScale: number;
}

interface Played {
  readonly scenario: Scenario;
  readonly acts: readonly ActRecord[];
  readonly ms: number;
}

/** A far side that is up, a software that was started, and what was seen so far. */
export class Session {
  readonly #options: SessionOptions;
  readonly #farSide: FarSide;
  readonly #world: KitWorld;
  readonly #run: string;
  readonly #played = new Map<string, Played>();
  #files: readonly ReadFile[] = [];

  constructor(options: SessionOptions, farSide: FarSide, world: KitWorld) {
    this.#options = options;
    this.#farSide = farSide;
    this.#world = world;
    this.#run = `run-${options.seed}`;
  }

  /**
   * Starts the far side, then the software.
   *
   * @throws TerrESanteError `TE_INS_INVALID` for a patient who could exist
   */
  static async open(options: SessionOptions): Promise<Session> {
    const patients = patientsOf(catalogue);
    refuseRealPeople(patients);

    const professional = fictiveProfessional();
    const withDossier = new Set(patients.map(({ key }) => key));
    const { seed, hierarchy } = options;
    const farSide = await FarSide.start({
      seed,
      patients,
      withDossier,
      professional: professional.nationalId,
      hierarchy,
    });
    const session = new Session(options, farSide, await worldOf(farSide, patients));
    await writeWorld(session.#world);
    try {
      await options.driver.start?.(session.#world);
    } catch (cause) {
      await session.close();
      throw new TerrESanteError('TE_CONFIG_INVALID', "Le logiciel à tester n'a pas pu être démarré.", { cause });
    }
    return session;
  }

  /** Plays one scenario and judges it by what was seen so far. */
  async play(scenario: Scenario): Promise<Judgement> {
    const { driver, signal, timeScale } = this.#options;
    const begin = performance.now();
    this.#farSide.journal.scenario = scenario.id;

    const run = new ScenarioRun(scenario, {
      run: this.#run,
      farSide: this.#farSide,
      driver,
      patients: this.#patientsOf(scenario),
      files: join(this.#world.folder, 'files'),
      limits: { stepMs: 20_000 * timeScale, quietMs: 250 * timeScale, mailMs: 8_000 * timeScale },
      signal,
    });
    await run.play();
    await this.#farSide.restore();
    this.#farSide.journal.scenario = null;

    this.#played.set(scenario.id, { scenario, acts: run.acts, ms: performance.now() - begin });
    return this.judgement(scenario);
  }

  /** What is known of a scenario that was played: a leak that comes late turns it. */
  judgement(scenario: Scenario): Judgement {
    const played = this.#played.get(scenario.id);
    if (!played) return { verdict: 'not-run', reason: 'kit-error', assertions: [] };
    return judge(scenario, this.#observation(played));
  }

  msOf(id: string): number {
    return Math.round(this.#played.get(id)?.ms ?? 0);
  }

  /** The software is stopped, and what it wrote is read. */
  async end(): Promise<void> {
    const { driver, timeScale, signal } = this.#options;
    await pause(500 * timeScale, { signal });
    await driver.stop?.();
    await this.#farSide.settled();
    this.#files = await this.#readFiles();
  }

  async close(): Promise<void> {
    await this.#farSide.close();
    await whenFree(() => rm(this.#world.folder, { recursive: true, force: true }));
  }

  #patientsOf({ id, world }: Scenario): readonly KitPatient[] {
    const keys = world.patients.map((_, index) => keyOf(id, index + 1));
    return keys.flatMap((wanted) => this.#world.patients.filter(({ key }) => key === wanted));
  }

  #observation({ scenario, acts }: Played): Observation {
    const { journal } = this.#farSide;
    const patients = this.#patientsOf(scenario);
    const keys = new Set(patients.map(({ key }) => key));
    const messages = journal.all().filter(({ event }) => event === 'message');

    return {
      patients,
      acts,
      mails: journal.mailsOf(scenario.id, keys),
      window: journal.all().filter(({ scenario: during, wire }) => during === scenario.id && wire === 'smtp'),
      run: messages,
      filed: this.#farSide.filed(keys),
      files: this.#files,
      planted: this.#planted(messages.map(({ mail }) => mail?.subject ?? '')),
    };
  }

  #planted(subjects: readonly string[]): Observation['planted'] {
    const { patients, mailbox, structureCertificate, card } = this.#world;
    return {
      traits: patients.flatMap(({ traits: { birthName } }) => birthName ?? []),
      ins: patients.flatMap(({ ins }) => ins?.value ?? []),
      secrets: [mailbox.password, card.password, structureCertificate.keyPem.split('\n')[1] ?? ''],
      subjects: [...new Set(subjects)],
    };
  }

  /** Files that are named, as they are at the end of the run. */
  async #readFiles(): Promise<readonly ReadFile[]> {
    const files: ReadFile[] = [];
    for (const name of this.#options.config.logs ?? []) {
      const path = resolve(this.#options.folder, name);
      const size = await stat(path).then(
        (found) => (found.isFile() ? found.size : 0),
        () => 0,
      );
      if (size > 0) files.push({ folder: 'logs', text: await whenFree(() => readFile(path, 'utf8')) });
    }
    return files;
  }
}

async function worldOf(farSide: FarSide, patients: readonly KitPatient[]): Promise<KitWorld> {
  const { certPem, keyPem } = farSide.hierarchy.structure.authentication;
  const card = farSide.hierarchy.professional.signature;
  const host = '127.0.0.1';

  return {
    folder: await mkdtemp(join(tmpdir(), 'terr-esante-kit-')),
    smtp: { host, port: farSide.smtpPort, serverName: serverNames.smtp },
    pop3: { host, port: farSide.pop3Port, serverName: serverNames.pop3 },
    mailbox: { address: senderMailbox, user: senderMailbox, password: farSide.password },
    depositAddress: farSide.depositAddress,
    caPem: farSide.hierarchy.caPem,
    structureCertificate: { certPem, keyPem },
    card: { pfx: card.pfx, password: card.password },
    professional: fictiveProfessional(),
    structure: fictiveStructure(),
    oidRoot: '1.2.250.1.999.1.1.7946.3.15',
    patients,
  };
}

/** The result of a scenario, from its judgement. */
export function resultOf(scenario: Scenario, judgement: Judgement, ms: number): ScenarioResult {
  const { id, revision, status, title, fix, sources } = scenario;
  return {
    id,
    revision,
    status,
    title,
    fix,
    grade: sources[0]?.grade ?? 'D',
    wire: 'standard',
    waiver: null,
    ms,
    ...judgement,
  };
}
