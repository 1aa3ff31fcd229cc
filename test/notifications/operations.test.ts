import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fictivePatient } from '../../src/testing/index.ts';
import { memoryCutOffs } from '../../src/notifications/cut-off.ts';
import type { NotificationItem } from '../../src/notifications/index.ts';
import { simulatorDescriptor } from '../../src/platform/index.ts';
import { createWorld, rppsHolder, submission, type World } from '../client/world.ts';

const patient = fictivePatient();
const localId = patient.localId;

/**
 * A clock that the test moves, for the client and the far side together. Certificates are of the
 * day, so it starts now.
 */
function movable() {
  let offset = 0;
  return {
    runtime: { clock: { now: () => Date.now() + offset }, ids: { uuid: () => crypto.randomUUID() } },
    forward(ms: number) {
      offset += ms;
    },
  };
}

async function open(options: Parameters<typeof createWorld>[0] = {}): Promise<World> {
  const world = await createWorld(options);
  world.simulator.addDossier({ localId, traits: patient.traits, ins: patient.ins, members: [rppsHolder] });
  return world;
}

async function deposit(world: World, input: Parameters<typeof submission>[0] = {}): Promise<string> {
  const sent = await submission(input);
  await world.mss.deposit(sent);
  await world.simulator.settled();
  return sent.documents[0]!.entry.uniqueId;
}

describe('counts', () => {
  let world: World;
  beforeAll(async () => {
    world = await open();
  });
  afterAll(() => world.close());

  it('is unknown as long as nobody knows a cut-off, although documents are there', async () => {
    await deposit(world);
    expect(await world.te.notifications.countForPatient(patient)).toMatchObject({
      count: null,
      since: null,
      sinceSource: 'none',
      partial: [],
    });
    const all = await world.te.notifications.countForPractitioner();
    expect(all).toMatchObject({ count: null, sinceSource: 'none', perPatient: [{ count: null }] });
  });

  it('takes the cut-off of the caller', async () => {
    const since = '2020-01-01T01:00:00+01:00';
    expect(await world.te.notifications.countForPatient(patient, { since })).toMatchObject({
      count: 1,
      since: '2020-01-01T00:00:00Z',
      sinceSource: 'caller',
    });
    await expect(world.te.notifications.countForPatient(patient, { since: '2020-01-01' })).rejects.toMatchObject({
      code: 'TE_DATE_INVALID',
    });
  });

  it('takes the local cut-off when the platform knows none, and moves it forward only', async () => {
    const te = world.client();
    await te.notifications.markSeen({ patient, at: '2020-01-01T00:00:00Z' });
    expect(await te.notifications.countForPatient(patient)).toMatchObject({
      count: 1,
      sinceSource: 'local',
      since: '2020-01-01T00:00:00Z',
    });
    const later = new Date(Date.now() + 3_600_000).toISOString();
    await te.notifications.markSeen({ patient, at: later });
    await te.notifications.markSeen({ patient, at: '2020-01-01T00:00:00Z' });
    expect(await te.notifications.countForPatient(patient)).toMatchObject({ count: 0, sinceSource: 'local' });
    expect((await te.notifications.countForPractitioner()).sinceSource).toBe('none');
  });

  it("keeps cut-offs in the host's store under a name that is no identifier", async () => {
    const inner = memoryCutOffs();
    const scopes: string[] = [];
    const cutOffs = {
      read: (scope: string) => inner.read(scope),
      write: (scope: string, at: string) => (scopes.push(scope), inner.write(scope, at)),
    };
    await world.client({ cutOffs }).notifications.markSeen({ patient, at: '2020-01-01T00:00:00Z' });
    expect(await world.client({ cutOffs }).notifications.countForPatient(patient)).toMatchObject({
      count: 1,
      sinceSource: 'local',
    });
    expect(scopes).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/)]);
    expect(scopes[0]).not.toContain(localId.value);
  });

  it('prefers the platform: 0 is a value, and a cut-off is exclusive', async () => {
    world.simulator.connect(rppsHolder);
    expect(await world.te.notifications.countForPatient(patient)).toMatchObject({
      count: 0,
      sinceSource: 'platform',
      partial: [],
    });
    await deposit(world);
    expect((await world.te.notifications.countForPatient(patient)).count).toBe(1);
    expect((await world.te.notifications.countForPatient(patient, { countOwnDeposits: false })).count).toBe(0);
    world.simulator.connect(rppsHolder);
    expect((await world.te.notifications.countForPatient(patient)).count).toBe(0);
  });

  it('a replacement counts once, its old version not at all', async () => {
    world.simulator.connect(rppsHolder);
    const first = await submission();
    await world.mss.deposit(first);
    await world.simulator.settled();
    const { header } = first.documents[0]!.document;
    await deposit(world, {
      replaces: { uniqueId: header.uniqueId, setId: header.setId!, versionNumber: header.versionNumber! },
    });
    expect((await world.te.notifications.countForPatient(patient)).count).toBe(1);
    expect(
      (await world.te.documents.list(patient)).documents.some(({ uniqueId }) => uniqueId === header.uniqueId),
    ).toBe(false);
    const { documents: all } = await world.te.documents.list(patient, { includeDeprecated: true });
    expect(all.find(({ uniqueId }) => uniqueId === header.uniqueId)).toMatchObject({ status: 'deprecated' });
  });

  it('holds no title, author or type', async () => {
    const answers = JSON.stringify([
      await world.te.notifications.countForPatient(patient),
      await world.te.notifications.countForPractitioner(),
      await world.te.notifications.list({ patient, since: '2020-01-01T00:00:00Z' }),
    ]);
    for (const word of ['CERT_DECL', 'Certificat', rppsHolder, 'DUPRE']) expect(answers).not.toContain(word);
  });

  it('is null with its reason when the platform does not answer, and goes on when it may not be asked', async () => {
    const { simulator, te } = world;
    for (const fault of [
      { kind: 'http-status', status: 503 },
      { kind: 'http-status', status: 429 },
      { kind: 'http-cut' },
      { kind: 'http-malformed' },
    ] as const) {
      simulator.inject(fault);
      const { count, partial } = await te.notifications.countForPatient(patient);
      expect([count, partial.length]).toEqual([null, 1]);
      simulator.inject(fault);
      expect(await te.notifications.countForPractitioner()).toMatchObject({
        count: null,
        perPatient: [],
        partial: [{ code: partial[0]!.code }],
      });
    }
    simulator.inject({ kind: 'http-status', status: 401 });
    await expect(te.notifications.countForPatient(patient)).rejects.toMatchObject({ code: 'TE_AUTHN_REQUIRED' });
  });
});

describe('list and watch', () => {
  it('pages from the oldest, and flags what came by mail', async () => {
    const world = await open();
    world.simulator.connect(rppsHolder);
    const ids: string[] = [];
    for (let index = 0; index < 5; index += 1) ids.push(await deposit(world));
    const te = world.client({ isKnownDocument: (uniqueId) => uniqueId === ids[2] });
    const seen: NotificationItem[] = [];
    let cursor: string | undefined;
    let pages = 0;
    do {
      const page = await te.notifications.list({ limit: 2, cursor });
      seen.push(...page.items);
      cursor = page.next ?? undefined;
      pages += 1;
    } while (cursor !== undefined);
    expect(pages).toBe(3);
    expect(new Set(seen.map(({ uniqueId }) => uniqueId))).toEqual(new Set(ids));
    expect(seen.map(({ at }) => at)).toEqual(seen.map(({ at }) => at).sort());
    expect(seen.filter(({ alreadyKnown }) => alreadyKnown).map(({ uniqueId }) => uniqueId)).toEqual([ids[2]]);
    for (const limit of [0, 501, 1.5]) {
      await expect(te.notifications.list({ limit })).rejects.toMatchObject({ code: 'TE_INPUT_INVALID' });
    }
    await world.close();
  });

  it('watches without losing or repeating, and resumes from a cursor', async () => {
    const descriptor = {
      ...simulatorDescriptor,
      limits: {
        ...simulatorDescriptor.limits,
        minPollSeconds: { ...simulatorDescriptor.limits.minPollSeconds, value: 0.02 },
      },
    };
    const clock = movable();
    const world = await open({ runtime: clock.runtime });
    world.simulator.connect(rppsHolder);
    const te = world.client({ descriptor });
    const stop = new AbortController();
    const first = await deposit(world);
    const watching = te.notifications.watch({ patient, signal: stop.signal });
    const one = await watching.next();
    expect(one.value).toMatchObject({ uniqueId: first });
    // Two in the very second of the first, then one a minute later.
    const more = [await deposit(world), await deposit(world)];
    clock.forward(60_000);
    more.push(await deposit(world));
    const got = [await watching.next(), await watching.next(), await watching.next()].map(
      ({ value }) => (value as NotificationItem).uniqueId,
    );
    expect(new Set(got)).toEqual(new Set(more));
    stop.abort();
    await expect(watching.next()).rejects.toMatchObject({ code: 'TE_CANCELLED' });

    const resumed = te.notifications.watch({
      patient,
      after: (one.value as NotificationItem).cursor,
      signal: AbortSignal.timeout(5000),
    });
    const rest = [await resumed.next(), await resumed.next(), await resumed.next()].map(
      ({ value }) => (value as NotificationItem).uniqueId,
    );
    expect(new Set(rest)).toEqual(new Set(more));
    await resumed.return();
    await expect(te.notifications.watch({ after: 'hier' }).next()).rejects.toMatchObject({ code: 'TE_INPUT_INVALID' });
    const unreadable = Object.defineProperty({ ...patient }, 'traits', {
      get: () => {
        throw new RangeError('CANARI');
      },
    });
    await expect(te.notifications.watch({ patient: unreadable }).next()).rejects.toMatchObject({
      code: 'TE_INPUT_INVALID',
    });
    await world.close();
  });

  it('never polls more often than the platform allows', async () => {
    const world = await open();
    world.simulator.connect(rppsHolder);
    let reads = 0;
    const te = world.client({
      bindings: [
        {
          kind: 'simulator-http',
          notifications: {
            countForPatient: async () => ({
              value: { count: 0, since: null, asOf: '2026-01-01T00:00:00Z' },
              platformTime: null,
            }),
            countForPractitioner: async () => ({
              value: { count: 0, since: null, asOf: '2026-01-01T00:00:00Z', perPatient: [] },
              platformTime: null,
            }),
            list: async () => {
              reads += 1;
              return {
                value: { items: [], next: null, since: '2026-01-01T00:00:00Z', asOf: '2026-01-01T00:00:00Z' },
                platformTime: null,
              };
            },
          },
        },
      ],
    });
    const stop = new AbortController();
    const next = te.notifications.watch({ intervalMs: 1, signal: stop.signal }).next();
    setTimeout(() => stop.abort(), 200);
    await expect(next).rejects.toMatchObject({ code: 'TE_CANCELLED' });
    // The descriptor says 300 s: one read, whatever the caller asked.
    expect(reads).toBe(1);
    await world.close();
  });
});
