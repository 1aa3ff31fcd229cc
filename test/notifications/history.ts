import { createClient } from '../../src/client/create-client.ts';
import type { TerrESanteClient } from '../../src/client/model.ts';
import { isTerrESanteError } from '../../src/errors.ts';
import { createSubmission } from '../../src/documents/index.ts';
import type { LocalIdentifier, PatientInput } from '../../src/identity/index.ts';
import { professionalOf, simulatorDescriptor, structureOf, type TerrESanteConfig } from '../../src/platform/index.ts';
import { createSimulator, fictiveConfig, type Simulator } from '../../src/simulator/index.ts';
import { fictivePatient } from '../../src/testing/index.ts';
import { createHttpClient, createSoapXdsTransport, type SoapXdsTransport } from '../../src/transport/index.ts';
import { colleagueUser, signerFor } from '../client/colleague.ts';
import { letter, sharedHierarchy, sourceId } from '../client/world.ts';

/** What happens on a platform, as the counts must follow it. */
export type Step =
  | { readonly kind: 'deposit' | 'leave' | 'mark'; readonly who: Who; readonly patient: number }
  | { readonly kind: 'replace' | 'mask' | 'unmask'; readonly who: Who; readonly patient: number; readonly nth: number }
  | { readonly kind: 'join' | 'block'; readonly who: Who; readonly patient: number }
  | { readonly kind: 'connect'; readonly who: 'first' };

/** `first` is known to the platform by its connections, `second` by what this machine marked. */
export type Who = 'first' | 'second';

interface Document {
  readonly uniqueId: string;
  readonly author: Who;
  readonly order: number;
  isReplaced: boolean;
  isHidden: boolean;
}

interface Dossier {
  readonly patient: PatientInput & { readonly localId: LocalIdentifier };
  readonly members: Set<Who>;
  readonly blocked: Set<Who>;
  readonly documents: Document[];
}

/**
 * What the counts must be, by the order of what happened and nothing else: no time, no wire. A
 * document is new when it came after the last connection, or the last mark, is not replaced, and
 * may be seen.
 */
export class Oracle {
  readonly dossiers: Dossier[] = [];
  connected: number | null = null;
  readonly marks = new Map<number, number>();
  order = 0;

  isOpen(who: Who, index: number): boolean {
    const { members, blocked } = this.dossiers[index]!;
    return members.has(who) && !blocked.has(who);
  }

  count(who: Who, index: number): number | null {
    const from = who === 'first' ? this.connected : (this.marks.get(index) ?? null);
    return from === null ? null : this.#since(who, index, from);
  }

  #since(who: Who, index: number, from: number): number {
    return this.dossiers[index]!.documents.filter(
      ({ order, isReplaced, isHidden, author }) => order > from && !isReplaced && (!isHidden || author === who),
    ).length;
  }

  /** Of the practitioner whom the platform knows. */
  total(): number | null {
    const { connected } = this;
    if (connected === null) return null;
    const open = this.dossiers.flatMap((_, index) => (this.isOpen('first', index) ? [index] : []));
    return open.reduce((sum, index) => sum + this.#since('first', index, connected), 0);
  }
}

/** A connection that lay idle may be closed under a write: what is sent again is the same. */
async function again(write: () => Promise<unknown>): Promise<void> {
  try {
    await write();
  } catch (error) {
    if (!isTerrESanteError(error) || error.code !== 'TE_UNAVAILABLE') throw error;
    await write().catch((repeated: unknown) => {
      if (!isTerrESanteError(repeated) || repeated.code !== 'TE_DUPLICATE') throw repeated;
    });
  }
}

/** Two practitioners, three structures, one platform. */
export class History {
  readonly simulator: Simulator;
  readonly oracle = new Oracle();
  readonly first: TerrESanteClient;
  /** The first one in another structure, by one wire alone: the counts are those of the person. */
  readonly elsewhere: TerrESanteClient;
  readonly second: TerrESanteClient;
  readonly #configs: Readonly<Record<Who, TerrESanteConfig>>;
  readonly #clock: { forward: (ms: number) => void; now: () => number };
  readonly #channel: SoapXdsTransport;

  private constructor(
    made: Pick<History, 'simulator' | 'first' | 'elsewhere' | 'second'> & {
      readonly configs: Readonly<Record<Who, TerrESanteConfig>>;
      readonly clock: { forward: (ms: number) => void; now: () => number };
      readonly channel: SoapXdsTransport;
    },
  ) {
    this.simulator = made.simulator;
    this.first = made.first;
    this.elsewhere = made.elsewhere;
    this.second = made.second;
    this.#configs = made.configs;
    this.#clock = made.clock;
    this.#channel = made.channel;
  }

  static async open(): Promise<History> {
    let offset = 0;
    const runtime = { clock: { now: () => Date.now() + offset }, ids: { uuid: () => crypto.randomUUID() } };
    const hierarchy = await sharedHierarchy();
    const simulator = await createSimulator({ hierarchy, runtime, registryAssertion: 'optional' });
    const http = createHttpClient({ ca: simulator.caPem });
    const channel = createSoapXdsTransport({
      http,
      endpoints: { register: simulator.registry.register, query: simulator.registry.query },
      runtime,
    });

    const config = fictiveConfig(simulator);
    const in2 = { ...config, structure: { ...config.structure, nationalId: '410000000000281', name: 'CENTRE FICTIF' } };
    const user = colleagueUser(config.user);
    const in3 = {
      ...config,
      user,
      structure: { ...config.structure, nationalId: '410000000000361', name: 'POLE FICTIF' },
    };
    const soap = { value: 'soap-ihe', confidence: 'assumption', evidence: 'test' } as const;
    const descriptor = {
      ...simulatorDescriptor,
      bindings: { ...simulatorDescriptor.bindings, 'documents.list': soap },
    };
    const tls = { ca: simulator.caPem };
    const [one, again, two] = await Promise.all([
      signerFor(hierarchy),
      signerFor(hierarchy),
      signerFor(hierarchy, user),
    ]);
    const deposit = {
      deposit: (...a: Parameters<SoapXdsTransport['deposit']>) => channel.deposit(...a),
      close: async () => undefined,
    };
    const common = { descriptor, deposit, tls, runtime };
    return new History({
      simulator,
      first: createClient(config, { ...common, auth: one }),
      elsewhere: createClient(in2, { ...common, descriptor: simulatorDescriptor, auth: again }),
      second: createClient(in3, { ...common, auth: two }),
      configs: { first: config, second: in3 },
      clock: {
        now: runtime.clock.now,
        forward: (ms) => {
          offset += ms;
        },
      },
      channel,
    });
  }

  client(who: Who): TerrESanteClient {
    return this[who];
  }

  /** A dossier of the platform. */
  add(localValue: string, members: readonly Who[]): void {
    const seed = fictivePatient();
    const traits = { ...seed.traits, firstName: 'CAMILLE', birthFirstNames: ['CAMILLE'] };
    const patient = {
      localId: { system: seed.localId.system, value: localValue },
      traits,
      identityStatus: 'PROV',
    } as const;
    this.simulator.addDossier({ ...patient, members: members.map((who) => this.#id(who)) });
    this.oracle.dossiers.push({ patient, members: new Set(members), blocked: new Set(), documents: [] });
  }

  /** Dossiers of before count no more. */
  clear(): void {
    for (const { patient } of this.oracle.dossiers) this.simulator.closeDossier(patient.localId);
    this.oracle.dossiers.length = 0;
    this.oracle.marks.clear();
  }

  async play(step: Step): Promise<void> {
    // A mark is the second that it names: what came before is behind it, what comes is not.
    if (step.kind === 'mark') this.#clock.forward(3_000);
    await this.#do(step);
    if (step.kind === 'mark') this.#clock.forward(3_000);
  }

  async #do(step: Step): Promise<void> {
    const { oracle } = this;
    if (step.kind === 'connect') {
      this.simulator.connect(this.#id('first'));
      oracle.connected = oracle.order;
      return;
    }

    const { who, patient: index } = step;
    const dossier = oracle.dossiers[index]!;
    const te = this.client(who);
    if (step.kind === 'mark') {
      await te.notifications.markSeen({ patient: dossier.patient, at: this.#now() });
      if (who === 'second') oracle.marks.set(index, oracle.order);
      return;
    }
    if (step.kind === 'block') {
      this.simulator.block(dossier.patient.localId, this.#id(who));
      dossier.blocked.add(who);
      return;
    }
    if (step.kind === 'join') return this.#join(who, dossier);
    if (!oracle.isOpen(who, index)) return;
    if (step.kind === 'leave') {
      await again(() => te.careCircle.leave(dossier.patient));
      dossier.members.delete(who);
      return;
    }
    if (step.kind === 'deposit') return this.#deposit(who, dossier, null);
    if (!('nth' in step)) return;

    const own = dossier.documents.filter(({ author, isReplaced }) => author === who && !isReplaced);
    const document = own[step.nth % Math.max(own.length, 1)];
    if (!document) return;
    if (step.kind === 'replace') return this.#deposit(who, dossier, document);
    const isHidden = step.kind === 'mask';
    const marks = {
      hiddenFromPatient: false,
      hiddenFromProfessionals: isHidden,
      hiddenFromLegalRepresentatives: false,
    };
    await again(() => te.documents.setVisibility(dossier.patient, document.uniqueId, marks));
    document.isHidden = isHidden;
  }

  async #join(who: Who, { patient, members, blocked }: Dossier): Promise<void> {
    if (blocked.has(who)) return;
    const te = this.client(who);
    const collectedAt = this.#now();
    const consent = te.consent.record(patient, {
      kinds: ['join-circle'],
      givenBy: 'patient',
      mode: 'oral',
      collectedAt,
    });
    await again(() => te.careCircle.join(patient, { consent, role: 'PCP' }));
    members.add(who);
  }

  async #deposit(who: Who, { patient, documents }: Dossier, replaced: Document | null): Promise<void> {
    const te = this.client(who);
    const config = this.#configs[who];
    const built = await letter({
      patient,
      author: { professional: professionalOf(config), structure: structureOf(config) },
    });
    const { uniqueId } = built.header;
    const listed =
      replaced && (await te.documents.list(patient)).documents.find((one) => one.uniqueId === replaced.uniqueId);
    const relations = listed ? [{ kind: 'replaces' as const, entryUuid: listed.entryId }] : [];
    const submission = createSubmission([built], { sourceId, details: { [uniqueId]: { relations } } });
    await again(() => te.documents.deposit(patient, submission, { patientConsent: true }));

    this.oracle.order += 1;
    if (replaced) replaced.isReplaced = true;
    documents.push({ uniqueId, author: who, order: this.oracle.order, isReplaced: false, isHidden: false });
  }

  #id(who: Who): string {
    return professionalOf(this.#configs[who]).nationalId;
  }

  #now(): string {
    return new Date(this.#clock.now()).toISOString();
  }

  async close(): Promise<void> {
    await Promise.all([this.first.close(), this.elsewhere.close(), this.second.close()]);
    await this.#channel.close();
    await this.simulator.close();
  }
}
