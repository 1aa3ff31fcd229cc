import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import type { AuditEvent, HospitalAlert } from '../../src/index.ts';
import { TerrESanteError } from '../../src/errors.ts';
import { simulatorDescriptor, type PlatformDescriptor } from '../../src/platform/index.ts';
import { fictivePatient } from '../../src/testing/index.ts';
import type { AlertRecord, AlertsBinding, AlertSubscriptionRecord } from '../../src/transport/index.ts';
import { createWorld, rppsHolder, type World } from './world.ts';

const patient = fictivePatient();
const other = { system: patient.localId.system, value: 'PAT-AUTRE' };
const subscriptions = [{ id: 'sub-1', patient: patient.localId }];
const both = [...subscriptions, { id: 'sub-2', patient: other }];
const journal: AuditEvent[] = [];
const platformTime = Date.UTC(2026, 2, 1, 9, 15);

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
beforeEach(() => {
  journal.length = 0;
});
afterAll(() => world.close());

const bound: PlatformDescriptor = {
  ...simulatorDescriptor,
  bindings: { ...simulatorDescriptor.bindings, alerts: { value: 'essai', confidence: 'assumption', evidence: 'test' } },
  limits: { ...simulatorDescriptor.limits, minPollSeconds: { value: 0, confidence: 'assumption', evidence: 'test' } },
};

/** A platform that answers what the test says. */
const answering = (alerts: Partial<AlertsBinding>, descriptor = bound): World['te'] =>
  world.client({
    descriptor,
    bindings: [{ kind: 'essai', alerts }],
    audit: { write: async (event) => void journal.push(event) },
  });

const message = (id: string, more: Partial<AlertRecord> = {}): AlertRecord => ({
  id,
  subscription: 'sub-1',
  type: 'admission',
  facility: {
    ids: [{ system: 'https://finess.esante.gouv.fr', value: '990000028' }],
    name: 'CH',
    contacts: [],
    address: null,
  },
  occurredAt: '2026-02-28T21:10:00Z',
  emittedAt: null,
  receivedAt: '2026-03-01T09:00:00Z',
  title: null,
  text: null,
  isCancelled: false,
  replaces: [],
  ...more,
});

const listing = (...messages: AlertRecord[]): Partial<AlertsBinding> => ({
  list: async () => ({ value: { messages, unread: 0, isComplete: true }, platformTime }),
});

const ids = (alerts: readonly HospitalAlert[]): string[] => alerts.map(({ id }) => id);

describe('te.alerts.list', () => {
  it('gives events in the order in which they happened, whatever order they arrived in', async () => {
    const { alerts, cancelled } = await answering(
      listing(
        message('late', { occurredAt: '2026-02-27T08:00:00Z', receivedAt: '2026-03-01T09:10:00Z' }),
        message('untimed', { occurredAt: null }),
        message('day', { occurredAt: '2026-02-28' }),
        message('out', { type: 'discharge', occurredAt: '2026-02-28T22:00:00Z', receivedAt: '2026-03-01T08:00:00Z' }),
        message('in'),
      ),
    ).alerts.list(subscriptions);
    expect(ids(alerts)).toEqual(['late', 'day', 'in', 'out', 'untimed']);
    expect(cancelled).toEqual([]);
    expect(alerts[0]).toMatchObject({ patient: patient.localId, isCancelled: false });
  });

  it('counts once what is told twice, by the patient, the type, the place and the instant', async () => {
    const elsewhere = { ids: [], name: 'AUTRE', contacts: [], address: null };
    const { alerts } = await answering(
      listing(
        message('again', { receivedAt: '2026-03-01T09:05:00Z', text: 'corrigé' }),
        message('first'),
        message('there', { facility: elsewhere }),
        message('other', { subscription: 'sub-2' }),
        message('out', { type: 'discharge' }),
        message('untimed-1', { occurredAt: null }),
        message('untimed-2', { occurredAt: null }),
      ),
    ).alerts.list(both);
    expect(ids(alerts).sort()).toEqual(['first', 'other', 'out', 'there', 'untimed-1', 'untimed-2']);
    expect(alerts.find(({ id }) => id === 'first')?.text).toBe('corrigé');
    expect(new Set(alerts.map(({ event }) => event)).size).toBe(6);
    expect(JSON.stringify(alerts.map(({ event }) => event))).not.toContain(patient.localId.value);
  });

  it.each(['before', 'after'])('removes what was taken back, whose message arrives %s the other', async (order) => {
    const at = order === 'before' ? '08' : '10';
    const taken = message('revoked', { isCancelled: true, receivedAt: `2026-03-01T${at}:00:00Z` });
    const messages = [message('sent'), taken];
    const { alerts, cancelled } = await answering(listing(...messages)).alerts.list(subscriptions);
    expect(alerts).toEqual([]);
    expect(cancelled).toMatchObject([{ isCancelled: true }]);
  });

  it('knows a message that takes the place of another: of the same event, or of one that was not', async () => {
    const { alerts, cancelled } = await answering(
      listing(
        message('wrong', { occurredAt: '2026-02-28T09:10:00Z' }),
        message('right', { replaces: ['wrong', 'draft'] }),
        message('draft'),
      ),
    ).alerts.list(subscriptions);
    expect(ids(alerts)).toEqual(['right']);
    expect(ids(cancelled)).toEqual(['wrong']);
  });

  it('asks inclusively, keeps the second of the bound, and never runs ahead of the clock of the platform', async () => {
    const asked: (string | null)[] = [];
    const arrivals = ['08:59:59', '09:00:00', '09:00:01'].map((time, index) =>
      message(String(index), { receivedAt: `2026-03-01T${time}Z`, occurredAt: `2026-02-2${String(index)}` }),
    );
    const te = answering({
      list: async ({ since }, call) => {
        asked.push(since);
        return listing(...arrivals).list!({ subscriptions, since }, call);
      },
    });
    const { alerts, next } = await te.alerts.list(subscriptions, { since: '2026-03-01T10:00:00+01:00' });
    expect(asked).toEqual(['2026-03-01T09:00:00Z']);
    expect(ids(alerts)).toEqual(['1', '2']);
    expect(next).toBe('2026-03-01T09:00:00Z');

    const ahead = listing(message('ahead', { receivedAt: '2026-03-01T12:00:00Z' }));
    expect((await answering(ahead).alerts.list(subscriptions)).next).toBe('2026-03-01T09:14:30Z');
    const noClock = {
      list: async () => ({ value: { messages: [], unread: 1, isComplete: false }, platformTime: null }),
    };
    expect(await answering(noClock).alerts.list(subscriptions)).toMatchObject({
      next: null,
      unread: 1,
      isComplete: false,
    });
  });

  it('is journalled before it is given: one line, and one for each patient of whom something was learnt', async () => {
    const messages = [message('one'), message('two', { subscription: 'sub-2' })];
    await answering(listing(...messages)).alerts.list(both);
    expect(journal.map(({ action, patient: about }) => [action, about?.value ?? null])).toEqual([
      ['alerts.list', null],
      ['alerts.list', patient.localId.value],
      ['alerts.list', other.value],
    ]);
    journal.length = 0;
    await answering(listing(...messages.slice(0, 1))).alerts.list(subscriptions);
    expect(journal.map(({ patient: about }) => about?.value)).toEqual([patient.localId.value]);

    const full = world.client({
      descriptor: bound,
      bindings: [{ kind: 'essai', alerts: listing(message('one')) }],
      audit: { write: () => Promise.reject(new Error('disk full')) },
    });
    await expect(full.alerts.list(subscriptions)).rejects.toMatchObject({ code: 'TE_AUDIT' });
  });

  it('where nothing carries it, and for what are no subscriptions, asks nothing of anybody', async () => {
    const { alerts: _unbound, ...bindings } = simulatorDescriptor.bindings;
    const none = answering({}, { ...bound, bindings });
    const unsupported = { code: 'TE_UNSUPPORTED' };
    await expect(none.alerts.list(subscriptions)).rejects.toMatchObject(unsupported);
    await expect(answering({}).alerts.unsubscribe(subscriptions[0]!)).rejects.toMatchObject(unsupported);
    await expect(none.alerts.watch(subscriptions).next()).rejects.toMatchObject(unsupported);

    const te = answering({ list: () => Promise.reject(new Error('asked')) });
    for (const wrong of [[], undefined, [{ id: '../Patient', patient: other }], [{ id: 'a', patient: 'PAT' }]]) {
      await expect(te.alerts.list(wrong as never)).rejects.toMatchObject({ code: 'TE_INPUT_INVALID' });
    }
    await expect(te.alerts.list(subscriptions, { since: 'hier' })).rejects.toMatchObject({ code: 'TE_DATE_INVALID' });
    expect(journal).toEqual([]);
  });

  it.each<[string, unknown]>([
    ['no list', { messages: null, unread: 0, isComplete: true }],
    ['no number of what was left', { messages: [], isComplete: true }],
    ['another type', { messages: [message('x', { type: 'birth' as never })], unread: 0 }],
    ['a time that is none', { messages: [message('x', { occurredAt: 'hier' })], unread: 0 }],
  ])('does not understand an answer with %s', async (_, value) => {
    const te = answering({ list: async () => ({ value: value as never, platformTime: null }) });
    await expect(te.alerts.list(subscriptions)).rejects.toMatchObject({ code: 'TE_PROTOCOL' });
  });
});

describe('te.alerts.watch', () => {
  /** Readings in turn; the last one for ever. */
  function turns(...readings: (AlertRecord[] | Error)[]): {
    readonly te: World['te'];
    readonly asked: (string | null)[];
  } {
    const asked: (string | null)[] = [];
    const te = answering({
      list: async ({ since }) => {
        const reading = readings[Math.min(asked.length, readings.length - 1)] ?? [];
        asked.push(since);
        if (reading instanceof Error) throw reading;
        return { value: { messages: reading, unread: 0, isComplete: true }, platformTime };
      },
    });
    return { te, asked };
  }

  async function taken(alerts: AsyncGenerator<HospitalAlert>, count: number): Promise<string[]> {
    const found: string[] = [];
    for await (const { id, isCancelled } of alerts) {
      found.push(isCancelled ? `-${id}` : id);
      if (found.length === count) break;
    }
    return found;
  }

  it('gives each alert once, those that arrive late too, and again what is taken back', async () => {
    const again = { receivedAt: '2026-03-01T09:01:30Z' };
    const early = { receivedAt: '2026-03-01T08:59:50Z' };
    const { te, asked } = turns(
      [message('a')],
      [message('a'), message('twin'), message('late', { ...early, occurredAt: '2026-02-01T00:00:00Z' })],
      [message('a', { isCancelled: true, receivedAt: '2026-03-01T09:01:00Z' })],
      [message('a', again), message('b', { ...again, occurredAt: '2026-02-02T00:00:00Z', replaces: ['late'] })],
    );
    const since = '2026-03-01T08:00:00Z';
    expect(await taken(te.alerts.watch(subscriptions, { since }), 5)).toEqual(['a', 'late', '-a', '-late', 'b']);
    expect(asked).toEqual([
      '2026-03-01T07:59:30Z',
      '2026-03-01T08:59:30Z',
      '2026-03-01T08:59:30Z',
      '2026-03-01T09:00:30Z',
    ]);
  });

  it('loses nothing when the host stops between an answer and its own store', async () => {
    const two = [message('a'), message('b', { occurredAt: '2026-02-01', receivedAt: '2026-03-01T09:00:01Z' })];
    const { te } = turns(two);
    const watched = te.alerts.watch(subscriptions);
    const first = (await watched.next()).value as HospitalAlert;
    await watched.return();
    // Stopped before `b` was stored: what the host kept is the arrival of `a`.
    const { te: restarted, asked } = turns(two);
    expect(await taken(restarted.alerts.watch(subscriptions, { since: first.receivedAt! }), 2)).toEqual(['a', 'b']);
    expect(asked[0]! < first.receivedAt!).toBe(true);
  });

  it('waits out failures that may pass, and ends with the others', async () => {
    const away = new TerrESanteError('TE_UNAVAILABLE', 'Indisponible.', { retryable: true });
    const { te, asked } = turns(away, away, [message('a')]);
    expect(await taken(te.alerts.watch(subscriptions), 1)).toEqual(['a']);
    expect(asked.length).toBe(3);

    const gone = turns(away);
    await expect(gone.te.alerts.watch(subscriptions).next()).rejects.toMatchObject({ code: 'TE_UNAVAILABLE' });
    expect(gone.asked.length).toBe(6);
    const refused = turns(new TerrESanteError('TE_FORBIDDEN', 'Refusé.'));
    await expect(refused.te.alerts.watch(subscriptions).next()).rejects.toMatchObject({ code: 'TE_FORBIDDEN' });
    expect(refused.asked.length).toBe(1);
  });

  it('ends with its signal, also while it waits', async () => {
    const stop = new AbortController();
    const { te } = turns([message('a')]);
    const watched = te.alerts.watch(subscriptions, { signal: stop.signal, intervalMs: 60_000 });
    await watched.next();
    const waiting = watched.next();
    stop.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'TE_CANCELLED' });
  });
});

describe('te.alerts over FHIR, with a platform that hospitals tell', () => {
  it('subscribes, is told early, late and twice, and of what is taken back', async () => {
    const { simulator, te } = world;
    simulator.addDossier({ ...patient, members: [rppsHolder] });
    const facility = { finess: '990000028', name: "Hôpital d'essai" };
    const asked = [
      await te.alerts.subscribe(patient, { type: 'admission', facility }),
      await te.alerts.subscribe(patient, { type: 'discharge', facility }),
    ];
    expect(asked.map(({ isActive, type }) => [isActive, type])).toEqual([
      [true, 'admission'],
      [true, 'discharge'],
    ]);
    expect(await te.alerts.list(asked)).toMatchObject({ alerts: [], cancelled: [], unread: 0, isComplete: true });

    const out = { type: 'discharge', facility, occurredAt: '2026-03-02T10:00:00+01:00' } as const;
    const admission = { type: 'admission', facility, occurredAt: '2026-03-01T22:00:00Z' } as const;
    simulator.announce(patient.localId, out);
    const taken = simulator.announce(patient.localId, admission);
    simulator.announce(patient.localId, { ...admission, occurredAt: '2026-03-01T23:00:00+01:00' });
    simulator.announce(patient.localId, { ...admission, facility: { ...facility, finess: '990000036' } });
    const { alerts, next } = await te.alerts.list(asked);
    expect(alerts.map(({ type, occurredAt }) => [type, occurredAt])).toEqual([
      ['admission', '2026-03-01T22:00:00Z'],
      ['discharge', '2026-03-02T09:00:00Z'],
    ]);
    expect(alerts[0]).toMatchObject({
      facility: { name: facility.name },
      patient: patient.localId,
      isCancelled: false,
    });

    simulator.retract(taken);
    const later = await te.alerts.list(asked, { since: next! });
    expect(later.alerts.map(({ type }) => type)).toEqual(['discharge']);
    expect(later.cancelled.map(({ event }) => event)).toEqual([alerts[0]!.event]);

    for (const subscription of [...asked, ...asked]) await te.alerts.unsubscribe(subscription);
    simulator.announce(patient.localId, { ...out, occurredAt: '2026-03-05T10:00:00Z' });
    expect((await te.alerts.list(asked)).alerts.map(({ occurredAt }) => occurredAt)).not.toContain(
      '2026-03-05T10:00:00Z',
    );
  });
});

describe('te.alerts.subscribe and unsubscribe', () => {
  const record: AlertSubscriptionRecord = {
    id: 'sub-9',
    status: 'requested',
    problem: null,
    type: 'admission',
    facility: null,
    reason: null,
    mailbox: null,
    askedAt: null,
    from: null,
    until: null,
  };
  const facility = { finess: '990000028', name: "HOPITAL D'ESSAI" };

  it('asks for one type of one hospital, to the mailbox of the professional, and tells whether alerts will come', async () => {
    const asked: unknown[] = [];
    const te = answering({
      subscribe: async (who, what) => {
        asked.push(who.localId, what);
        return { value: record, platformTime };
      },
      unsubscribe: async (id) => {
        asked.push(id);
        return { value: null, platformTime };
      },
    });
    const made = await te.alerts.subscribe(patient, {
      type: 'admission',
      facility,
      from: '2026-03-01T10:00:00+01:00',
      until: '2027-03-01T10:00:00+01:00',
    });
    expect(made).toMatchObject({ id: 'sub-9', patient: patient.localId, status: 'requested', isActive: false });
    await te.alerts.unsubscribe(made);
    expect(asked).toEqual([
      patient.localId,
      {
        type: 'admission',
        facility,
        from: '2026-03-01T09:00:00Z',
        until: '2027-03-01T09:00:00Z',
        mailbox: world.config.user.mssAddress,
      },
      'sub-9',
    ]);
    expect(journal.map(({ action, object, patient: about }) => [action, object, about])).toEqual([
      ['alerts.subscribe', null, patient.localId],
      ['alerts.unsubscribe', 'sub-9', patient.localId],
    ]);
  });

  it.each<[string, object, string]>([
    ['an address outside MSSanté', { mailbox: 'dr.fictif@mail.example' }, 'TE_ADDRESS_INVALID'],
    ['the mailbox of a patient', { mailbox: `${patient.ins.value}@patient.mssante.fr` }, 'TE_ADDRESS_INVALID'],
    ['no FINESS', { facility: { finess: '12', name: 'X' } }, 'TE_INPUT_INVALID'],
    ['no hospital', { facility: undefined }, 'TE_INPUT_INVALID'],
    ['another event', { type: 'birth' }, 'TE_INPUT_INVALID'],
    ['an end before its beginning', { until: '2020-01-01T00:00:00Z' }, 'TE_INPUT_INVALID'],
    ['an access that is no usual one', { purpose: 'emergency' }, 'TE_INPUT_INVALID'],
  ])('refuses %s before anything is asked', async (_, more, code) => {
    const te = answering({ subscribe: () => Promise.reject(new Error('asked')) });
    const options = { type: 'discharge', facility, ...more } as never;
    await expect(te.alerts.subscribe(patient, options)).rejects.toMatchObject({ code });
    await expect(te.alerts.subscribe({ traits: {} }, options)).rejects.toThrow(TerrESanteError);
    expect(journal).toEqual([]);
  });
});
