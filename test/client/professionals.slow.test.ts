import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createClient } from '../../src/client/create-client.ts';
import type { TerrESanteClient } from '../../src/client/model.ts';
import { isTerrESanteError } from '../../src/errors.ts';
import { professionalOf } from '../../src/platform/index.ts';
import { createSimulator, fictiveConfig, fictiveOutbox, type Simulator } from '../../src/simulator/index.ts';
import { demoLetterPdf, fictivePatients } from '../../src/testing/index.ts';
import type { Answered, BindingCall, CountRecord, DepositReceipt, PlatformBinding } from '../../src/transport/index.ts';
import { colleagueUser, signerFor } from './colleague.ts';
import { sharedHierarchy } from './world.ts';

const perProfessional = 200;
const patients = fictivePatients(perProfessional * 2);
const pdf = demoLetterPdf();

/** One of the two, and everything that ever reached that one. */
interface Side {
  readonly name: string;
  readonly te: TerrESanteClient;
  /** National identifier, as assertions name the signer. */
  readonly nationalId: string;
  /** What the platform counts for this one only. */
  readonly count: number;
  readonly deposited: Set<string>;
  readonly told: Set<string>;
  cancelled: number;
}

/** Who signed, for whom it was asked: filled by the far side. */
const asked: { readonly owner: string | undefined; readonly signer: string; readonly assertion: string }[] = [];
/** The patients of each side, by their local identifier. */
const ownerOf = new Map<string, string>();
let now = Date.now();
const runtime = { clock: { now: () => now }, ids: { uuid: () => crypto.randomUUID() } };

const signerOf = (assertion: string): string => /<(?:\w+:)?NameID[^>]*>([^<]+)</.exec(assertion)?.[1] ?? '?';
const countOf = (sides: readonly Side[], { assertion }: BindingCall): CountRecord => ({
  count: sides.find(({ nationalId }) => signerOf(assertion).includes(nationalId))?.count ?? -1,
  since: '2026-01-01T00:00:00Z',
  asOf: '2026-01-02T00:00:00Z',
});

const sides: Side[] = [];
const answered = <T>(value: T): Answered<T> => ({ value, platformTime: null });
const binding: PlatformBinding = {
  kind: 'simulator-http',
  dossier: {
    async status(patient, { assertion }) {
      asked.push({ owner: ownerOf.get(patient.localId.value), signer: signerOf(assertion), assertion });
      // The other side's call is under way at the same time.
      await new Promise((resolve) => setTimeout(resolve, 1));
      return answered({
        state: 'exists' as const,
        regionalId: null,
        sharing: null,
        membership: 'member' as const,
        isTreatingPhysician: null,
        identity: null,
        dates: { lastAccess: null, lastUpdate: null, lastDocumentAdded: null },
      });
    },
    create: async () => Promise.reject(new Error('not asked here')),
  },
  notifications: {
    countForPatient: async (_patient, _query, call) => answered(countOf(sides, call)),
    countForPractitioner: async (_query, call) => answered({ ...countOf(sides, call), perPatient: [] }),
    list: async () => Promise.reject(new Error('not asked here')),
  },
};

let simulator: Simulator;

beforeAll(async () => {
  const hierarchy = await sharedHierarchy();
  simulator = await createSimulator({ hierarchy });
  const config = fictiveConfig(simulator);
  const user = colleagueUser(config.user);
  const told = [new Set<string>(), new Set<string>()] as const;
  const tells =
    (set: Set<string>) =>
    ({ uniqueId }: DepositReceipt): void =>
      void set.add(uniqueId);

  const first = createClient(config, {
    auth: await signerFor(hierarchy),
    bindings: [binding],
    runtime,
    outbox: { ...fictiveOutbox(simulator), pollMs: 50, onChange: tells(told[0]) },
  });
  const second = first.as(user, {
    auth: await signerFor(hierarchy, user),
    outbox: { onChange: tells(told[1]), replies: { mailbox: simulator.replies(user.mssAddress) } },
  });

  const side = (te: TerrESanteClient, index: 0 | 1, nationalId: string): Side => ({
    name: `side ${index}`,
    te,
    nationalId,
    count: index + 1,
    deposited: new Set(),
    told: told[index],
    cancelled: 0,
  });
  sides.push(
    side(first, 0, professionalOf(config).nationalId),
    side(second, 1, professionalOf({ ...config, user }).nationalId),
  );
  patients.forEach(({ localId, traits, ins }, index) => {
    ownerOf.set(localId.value, sides[index % 2]!.name);
    simulator.addDossier({ localId, traits, ins });
  });
}, 60_000);

afterAll(async () => {
  await sides[0]?.te.close();
  await simulator.close();
});

/** One deposit; each tenth is given up somewhere on its way. */
async function depositOne(side: Side, index: number): Promise<void> {
  const patient = patients[index]!;
  const abort = new AbortController();
  if (index % 20 < 2) setTimeout(() => abort.abort(), index % 7);

  try {
    const letter = { pdf, type: '96349-6', title: side.name, patientConsent: true, signal: abort.signal } as const;
    const { uniqueId } = await side.te.documents.depositLetter(patient, letter);
    side.deposited.add(uniqueId);
  } catch (error) {
    if (!isTerrESanteError(error) || error.code !== 'TE_CANCELLED') throw error;
    side.cancelled += 1;
  }
}

describe('two professionals of one process, 200 deposits each', () => {
  it('never meet: assertions, receipts, counts, changes', async () => {
    // A few of both sides at a time, and every while the assertions of both end.
    for (let index = 0; index < patients.length; index += 8) {
      const batch = patients.slice(index, index + 8).map((_, offset) => depositOne(sides[offset % 2]!, index + offset));
      const counts = sides.map(async ({ te, count }) => {
        expect((await te.notifications.countForPractitioner()).count).toBe(count);
        expect((await te.notifications.countForPatient(patients[index]!)).count).toBe(count);
      });
      await Promise.all([...batch, ...counts]);
      if (index % 80 === 72) now += 2 * 3_600_000;
    }

    // Each assertion is signed for its owner, and was renewed.
    for (const { owner, signer } of asked) {
      const side = sides.find(({ name }) => name === owner);
      expect(signer).toContain(side?.nationalId);
    }
    const [first, second] = sides as [Side, Side];
    const assertionsOf = ({ name }: Side): Set<string> =>
      new Set(asked.filter(({ owner }) => owner === name).map(({ assertion }) => assertion));
    expect([...assertionsOf(first)].filter((assertion) => assertionsOf(second).has(assertion))).toEqual([]);
    expect(assertionsOf(first).size).toBeGreaterThan(100);

    for (const side of sides) {
      const { te, deposited, told, cancelled } = side;
      expect(deposited.size + cancelled).toBe(perProfessional);

      // Every receipt is in a final state, and the list holds those of this one and no other.
      const others = (side === first ? second : first).deposited;
      const listed: string[] = [];
      for await (const { uniqueId } of te.outbox.list()) listed.push(uniqueId);
      for (const uniqueId of deposited) {
        const receipt = await te.outbox.wait(uniqueId, { timeoutMs: 120_000 });
        expect(receipt).toMatchObject({ uniqueId, state: 'processed' });
      }
      expect(listed.filter((uniqueId) => others.has(uniqueId))).toEqual([]);
      expect(listed).toEqual(expect.arrayContaining([...deposited]));
      expect([...told].filter((uniqueId) => others.has(uniqueId))).toEqual([]);
      const [foreign] = [...others];
      expect(await te.outbox.status(foreign!)).toBeNull();
    }
  }, 600_000);
});
