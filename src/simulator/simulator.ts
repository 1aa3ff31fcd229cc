import { setTimeout as delay } from 'node:timers/promises';
import type { LocalIdentifier } from '../identity/index.ts';
import { TerrESanteError } from '../errors.ts';
import { systemRuntime } from '../internal/runtime.ts';
import { simulatorDescriptor, type PlatformDescriptor } from '../platform/index.ts';
import { createTestHierarchy } from '../testing/index.ts';
import { Faults } from './faults.ts';
import { startHttpSide } from './http/server.ts';
import { takeIn, type IntakeOptions } from './intake/intake.ts';
import { createMailServer } from './mail/server.ts';
import type { ReceivedMail } from './mail/model.ts';
import type {
  IntakeResult,
  SimulatedDocument,
  SimulatedDossier,
  SimulatedMail,
  Simulator,
  SimulatorFault,
  SimulatorOptions,
} from './model.ts';
import { PlatformState, type DossierState, type FiledDocument } from './state/state.ts';

const serverName = 'localhost';

function documentView(state: PlatformState, one: FiledDocument): SimulatedDocument {
  return {
    uniqueId: one.uniqueId,
    title: one.title,
    typeCode: one.typeCode,
    status: one.replacedBy === null ? 'approved' : 'deprecated',
    submittedAt: state.iso(one.submittedAt),
    size: one.bytes.length,
    sha1: one.sha1,
    author: one.author,
    bytes: () => Uint8Array.from(one.bytes),
    pdf: () => one.pdf && Uint8Array.from(one.pdf),
  };
}

function dossierView(state: PlatformState, one: DossierState): SimulatedDossier {
  return {
    regionalId: one.regionalId,
    localIds: [...one.localIds],
    state: one.state,
    sharing: one.sharing,
    members: [...one.members],
    blocked: [...one.blocked],
    documents: one.documents.map((document) => documentView(state, document)),
  };
}

/**
 * Starts the far side in this process, on 127.0.0.1 only: an HTTPS side that verifies each
 * assertion by itself, keeps dossiers, connections and counts, and a mail side that takes deposits
 * in and answers them. Nothing is written to disk.
 *
 * It is made for tests and demonstrations with fictive people. Its HTTP wire is ours: that of the
 * real platform is not published.
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
export async function createSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const { runtime = systemRuntime, limits = {}, processingDelayMs = 0 } = options;
  const { maxRequestBytes = 262_144, maxMessageBytes = 15_728_640, maxAssertionSeconds = 28_800 } = limits;
  const hierarchy = options.hierarchy ?? (await createTestHierarchy({ runtime }));
  const descriptor: PlatformDescriptor = simulatorDescriptor;
  const depositAddress = descriptor.mssante.mailbox.value;
  const state = new PlatformState(runtime, descriptor.identity.regionalOid.value ?? '2.999.1.1');
  const faults = new Faults();
  const mails: SimulatedMail[] = [];
  const results: IntakeResult[] = [];
  const stop = new AbortController();
  const server = hierarchy.server(serverName);
  const tls = { certPem: server.chainPem, keyPem: server.keyPem, caPem: hierarchy.caPem };

  const is =
    <K extends SimulatorFault['kind']>(kind: K) =>
    (fault: SimulatorFault): fault is Extract<SimulatorFault, { readonly kind: K }> =>
      fault.kind === kind;
  const isHttp = (fault: SimulatorFault): fault is Extract<SimulatorFault, { readonly kind: `http-${string}` }> =>
    fault.kind.startsWith('http-');

  const intake: IntakeOptions = {
    state,
    runtime,
    depositAddress,
    maxMessageBytes,
    requireIns: options.requireIns ?? false,
    rejection: () => faults.take(is('reject-deposit'))?.code,
    loseReport: () => faults.take(is('no-report')) !== undefined,
    deliver: (mail) => void mails.push(mail),
  };
  // One mail after the other: two copies of one document cannot both find its place empty.
  let queue: Promise<void> = Promise.resolve();
  const enqueue = (mail: ReceivedMail): void => {
    queue = queue.then(async () => {
      if (processingDelayMs > 0) {
        await delay(processingDelayMs, undefined, { signal: stop.signal, ref: false }).catch(() => undefined);
      }
      if (stop.signal.aborted) return;
      results.push(await takeIn(mail, intake));
    });
  };

  const http = await startHttpSide({
    state,
    tls,
    requireClientCertificate: options.requireClientCertificate ?? false,
    port: options.httpPort ?? 0,
    maxRequestBytes,
    callsCountAsConnection: options.callsCountAsConnection ?? false,
    assertion: {
      anchors: hierarchy.anchors,
      audience: descriptor.vihf.audience.value,
      resourceUrn: descriptor.vihf.resourceUrn.value,
      maxSeconds: maxAssertionSeconds,
    },
    fault: () => faults.take(isHttp),
    countWithoutCutOff: () => faults.take(is('count-without-cut-off')) !== undefined,
  });
  const mail = await createMailServer({
    tls: { ...tls, clientCertificate: options.mailClientCertificate ?? 'optional' },
    port: options.smtpPort ?? 0,
    maxMessageBytes,
    recipient: (address) =>
      address.toLowerCase() === depositAddress ? null : { code: 550, text: '5.1.1 Mailbox unknown' },
    onMessage: enqueue,
  }).catch(async (error: unknown) => {
    await http.close();
    throw error;
  });

  const require = (localId: LocalIdentifier): DossierState => {
    const found = state.byLocalId(localId);
    if (!found) throw new TerrESanteError('TE_NOT_FOUND', "Ce dossier n'existe pas dans le simulateur.");
    return found;
  };

  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    stop.abort();
    await Promise.all([http.close(), mail.close(), queue]);
  };

  return {
    httpUrl: `https://127.0.0.1:${http.port}`,
    smtp: { host: mail.host, port: mail.port, servername: serverName },
    caPem: hierarchy.caPem,
    hierarchy,
    depositAddress,
    descriptor,
    dossiers: () => state.all().map((one) => dossierView(state, one)),
    dossier(localId) {
      const found = state.byLocalId(localId);
      return found && dossierView(state, found);
    },
    addDossier(seed) {
      if (state.byLocalId(seed.localId)) throw new TerrESanteError('TE_DOSSIER_EXISTS', 'Ce dossier existe déjà.');
      const { localId, traits, ins = null, sharing = 'shared', members = [], blocked = [] } = seed;
      return dossierView(
        state,
        state.create({ localId, traits, ins, sharing, members, blocked, state: seed.state ?? 'open' }),
      );
    },
    closeDossier(localId) {
      require(localId).state = 'closed';
    },
    block(localId, nationalId) {
      require(localId).blocked.add(nationalId);
    },
    connect(nationalId) {
      state.connect(nationalId);
    },
    lastConnection: (nationalId) => state.lastConnection(nationalId),
    mailbox: (address) => mails.filter(({ to }) => to.toLowerCase() === address.toLowerCase()),
    intakes: () => [...results],
    async settled() {
      let seen: Promise<void> | undefined;
      while (seen !== queue) {
        seen = queue;
        await seen;
      }
    },
    inject: (fault) => faults.add(fault),
    close: () => (closing ??= close()),
  };
}
