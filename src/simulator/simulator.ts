import { clockSkewMs } from '../internal/clock-skew.ts';
import { insOids, type LocalIdentifier } from '../identity/index.ts';
import { TerrESanteError } from '../errors.ts';
import { optionsOf, textOf } from '../internal/border.ts';
import { systemRuntime, type Runtime } from '../internal/runtime.ts';
import { simulatorDescriptor, type PlatformDescriptor } from '../platform/index.ts';
import { createTestHierarchy, type TestHierarchy } from '../testing/index.ts';
import type { Mailbox } from '../transport/index.ts';
import { Faults } from './faults.ts';
import { coordinationOn } from './coordination.ts';
import { announceOn, fhirService, fhirWorld } from './fhir-side.ts';
import { revoke } from './fhir/announce.ts';
import type { FhirWorld } from './fhir/world.ts';
import { DossierServiceSide } from './dossier-services/service.ts';
import { startHttpSide, type HttpSide } from './http/server.ts';
import { IntakeQueue } from './intake/queue.ts';
import { loopback } from './listen.ts';
import { createMailServer } from './mail/server.ts';
import type { MailServer } from './mail/model.ts';
import type {
  IntakeResult,
  SimulatedDossier,
  SimulatedDossierSeed,
  SimulatedHospitalEvent,
  SimulatedMail,
  Simulator,
  SimulatorFault,
  SimulatorOptions,
} from './model.ts';
import { checkedFault, checkedLocalId, checkedSeed, simulatorChecks, tlsOf, type ServerTls } from './option-checks.ts';
import { registryAddresses, registryService } from './registry-side.ts';
import { SimulatedReplies } from './replies.ts';
import { portalSide } from './portal-side.ts';
import { IdentityRegistry } from './sri/registry.ts';
import { IdentityService } from './sri/service.ts';
import { PlatformState, type DossierState } from './state/state.ts';
import { dossierView } from './views.ts';

const serverName = 'localhost';

/** What both sides of the far side are reached through. */
interface Sides {
  readonly http: HttpSide;
  readonly mail: MailServer;
}

/** The platform behind both sides: dossiers, faults, deposited mails and the mails sent back. */
class Platform {
  readonly descriptor: PlatformDescriptor = simulatorDescriptor;
  readonly depositAddress = simulatorDescriptor.mssante.mailbox.value;
  readonly runtime: Runtime;
  readonly state: PlatformState;
  /** Who is who, for every service. */
  readonly people: IdentityRegistry;
  readonly identities: IdentityService;
  readonly fhir: FhirWorld;
  readonly faults = new Faults();
  readonly mails: SimulatedMail[] = [];
  readonly queue: IntakeQueue;
  readonly maxMessageBytes: number;

  constructor(runtime: Runtime, { limits = {}, requireIns = false, processingDelayMs = 0 }: SimulatorOptions) {
    this.runtime = runtime;
    this.state = new PlatformState(runtime, this.descriptor.identity.regionalOid.value ?? '2.999.1.1');
    this.people = new IdentityRegistry(this.state, new Set(insOids.map(({ oid }) => oid)));
    this.identities = new IdentityService(this.people, this.state.regionalOid, runtime);
    this.fhir = fhirWorld(this, requireIns);
    this.maxMessageBytes = limits.maxMessageBytes ?? 15_728_640;

    this.queue = new IntakeQueue(
      {
        state: this.state,
        runtime,
        depositAddress: this.depositAddress,
        maxMessageBytes: this.maxMessageBytes,
        requireIns,
        rejection: () => this.faults.take('reject-deposit')?.code,
        loseReport: () => this.faults.take('no-report') !== undefined,
        deliver: (mail) => this.mails.push(mail),
      },
      processingDelayMs,
    );
  }
}

/** The HTTPS side: verifies assertions by itself, keeps dossiers and counts. */
function startHttp(
  platform: Platform,
  hierarchy: TestHierarchy,
  tls: ServerTls,
  options: SimulatorOptions,
): Promise<HttpSide> {
  const { maxRequestBytes = 262_144, maxAssertionSeconds = 28_800 } = options.limits ?? {};
  const { descriptor, faults, identities, state } = platform;
  const assertion = {
    anchors: hierarchy.anchors,
    audience: descriptor.vihf.audience.value,
    resourceUrn: descriptor.vihf.resourceUrn.value,
    maxSeconds: maxAssertionSeconds,
    alone: true,
    skewMs: clockSkewMs,
  };
  const registry = registryService(platform, assertion, options);
  const { people, runtime } = platform;
  const dossiers = new DossierServiceSide({ state, identities: people, runtime, maxBytes: maxRequestBytes, assertion });

  const portal = descriptor.portal && portalSide(state, descriptor.portal, assertion, options);

  return startHttpSide({
    state,
    soap: (path) => (path === '/sri' ? (body) => identities.answer(body) : undefined),
    portal: (path) => portal?.at(path),
    stream: (path) => registry.at(path) ?? dossiers.at(path),
    fhir: fhirService(platform.fhir, assertion, options),
    tls,
    requireClientCertificate: options.requireClientCertificate ?? false,
    port: options.httpPort ?? 0,
    maxRequestBytes,
    callsCountAsConnection: options.callsCountAsConnection ?? false,
    assertion,
    fault: () => faults.takeHttp(),
    countWithoutCutOff: () => faults.take('count-without-cut-off') !== undefined,
  });
}

/** The mail side: takes deposits for the one address of the platform. */
function startMail(platform: Platform, tls: ServerTls, options: SimulatorOptions): Promise<MailServer> {
  const { depositAddress, maxMessageBytes, queue } = platform;

  return createMailServer({
    tls: { ...tls, clientCertificate: options.mailClientCertificate ?? 'optional' },
    port: options.smtpPort ?? 0,
    maxMessageBytes,
    recipient: (address) =>
      address.toLowerCase() === depositAddress ? null : { code: 550, text: '5.1.1 Mailbox unknown' },
    onMessage: (mail) => {
      queue.add(mail);
    },
  });
}

class RunningSimulator implements Simulator {
  readonly httpUrl: string;
  readonly registry: Simulator['registry'];
  readonly smtp: Simulator['smtp'];
  readonly caPem: string;
  readonly hierarchy: TestHierarchy;
  readonly depositAddress: string;
  readonly descriptor: PlatformDescriptor;
  readonly coordination: Simulator['coordination'];

  readonly #platform: Platform;
  readonly #sides: Sides;
  #closing: Promise<void> | undefined;

  constructor(platform: Platform, sides: Sides, hierarchy: TestHierarchy) {
    this.#platform = platform;
    this.#sides = sides;

    this.httpUrl = `https://${loopback}:${sides.http.port}`;
    this.registry = registryAddresses(this.httpUrl);
    this.smtp = { host: sides.mail.host, port: sides.mail.port, servername: serverName };
    this.caPem = hierarchy.caPem;
    this.hierarchy = hierarchy;
    this.depositAddress = platform.depositAddress;
    this.descriptor = platform.descriptor;
    this.coordination = coordinationOn(platform.fhir);
  }

  dossiers(): readonly SimulatedDossier[] {
    return this.#state.all().map((dossier) => dossierView(this.#state, dossier));
  }

  dossier(localId: LocalIdentifier): SimulatedDossier | undefined {
    const dossier = this.#state.byLocalId(checkedLocalId(localId));
    return dossier && dossierView(this.#state, dossier);
  }

  addDossier(seed: SimulatedDossierSeed): SimulatedDossier {
    const { localId, traits, ins, state = 'open', sharing = 'shared', members = [], blocked = [] } = checkedSeed(seed);
    if (this.#state.byLocalId(localId)) {
      throw new TerrESanteError('TE_DOSSIER_EXISTS', 'Ce dossier existe déjà.');
    }

    const dossier = this.#state.create({ localId, traits, ins: ins ?? null, sharing, members, blocked, state });
    return dossierView(this.#state, dossier);
  }

  closeDossier(localId: LocalIdentifier): void {
    this.#require(localId).state = 'closed';
  }

  block(localId: LocalIdentifier, nationalId: string): void {
    this.#require(localId).blocked.add(textOf('nationalId', nationalId));
  }

  announce(localId: LocalIdentifier, event: SimulatedHospitalEvent): string {
    return announceOn(this.#platform.fhir, this.#require(localId), event);
  }

  retract(event: string): void {
    if (!revoke(this.#platform.fhir, textOf('event', event))) {
      throw new TerrESanteError('TE_NOT_FOUND', "Cet évènement n'a pas été annoncé par le simulateur.");
    }
  }

  connect(nationalId: string): void {
    this.#state.connect(textOf('nationalId', nationalId));
  }

  lastConnection(nationalId: string): number | null {
    return this.#state.lastConnection(textOf('nationalId', nationalId));
  }

  mailbox(address: string): readonly SimulatedMail[] {
    const wanted = textOf('address', address).toLowerCase();
    return this.#platform.mails.filter(({ to }) => to.toLowerCase() === wanted);
  }

  replies(address: string): Mailbox {
    const checked = textOf('address', address);
    return new SimulatedReplies(() => this.mailbox(checked));
  }

  intakes(): readonly IntakeResult[] {
    return this.#platform.queue.results();
  }

  settled(): Promise<void> {
    return this.#platform.queue.settled();
  }

  inject(fault: SimulatorFault): void {
    this.#platform.faults.add(checkedFault(fault));
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    const { http, mail } = this.#sides;
    await Promise.all([http.close(), mail.close(), this.#platform.queue.close()]);
  }

  get #state(): PlatformState {
    return this.#platform.state;
  }

  #require(localId: LocalIdentifier): DossierState {
    const dossier = this.#state.byLocalId(checkedLocalId(localId));
    if (!dossier) throw new TerrESanteError('TE_NOT_FOUND', "Ce dossier n'existe pas dans le simulateur.");
    return dossier;
  }
}

/**
 * Starts the far side in this process, on 127.0.0.1 only: an HTTPS side that verifies each
 * assertion by itself, keeps dossiers, connections and counts, and a mail side that takes deposits
 * in and answers them. Nothing is written to disk.
 *
 * It is made for tests and demonstrations with fictive people. The wire of its HTTPS side is an
 * invention of this library: that of the real platform is not published.
 *
 * @throws TerrESanteError `TE_CONFIG_INVALID` when a port is taken
 *
 * @example
 * ```ts
 * import { createSimulator } from 'terr-esante-sdk/simulator';
 *
 * const simulator = await createSimulator();
 * simulator.depositAddress; // 'documents@simulateur.mssante.fr'
 * simulator.dossiers().length; // 0
 * await simulator.close();
 * ```
 *
 * @group Simulator
 */
export async function createSimulator(given?: SimulatorOptions): Promise<Simulator> {
  const options = optionsOf('options', given, simulatorChecks);
  const { runtime = systemRuntime } = options;
  const hierarchy = options.hierarchy ?? (await createTestHierarchy({ runtime }));
  const tls = tlsOf(hierarchy, serverName);
  const platform = new Platform(runtime, options);

  const http = await startHttp(platform, hierarchy, tls, options);
  try {
    const mail = await startMail(platform, tls, options);
    return new RunningSimulator(platform, { http, mail }, hierarchy);
  } catch (error) {
    await http.close();
    throw error;
  }
}
