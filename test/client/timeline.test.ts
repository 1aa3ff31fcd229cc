import { describe, expect, it } from 'vitest';

import { timelineOperations, type TimelineParts } from '../../src/client/timeline/operations.ts';
import { TerrESanteError } from '../../src/errors.ts';
import type { HospitalAlert, TimelineEntry } from '../../src/index.ts';
import { simulatorDescriptor } from '../../src/platform/index.ts';
import { fictivePatient } from '../../src/testing/index.ts';
import type { DocumentRecord } from '../../src/transport/index.ts';
import { record } from './documents/record.ts';

const patient = fictivePatient();
const other = { ...patient.localId, value: 'PAT-AUTRE' };
const subscriptions = [
  { id: 'sub-1', patient: patient.localId },
  { id: 'sub-2', patient: other },
];
const stay = (type: 'admission' | 'discharge', occurredAt: string | null): HospitalAlert => ({
  id: type,
  subscription: 'sub-1',
  type,
  facility: { ids: [], name: 'CH fictif', contacts: [], address: null },
  occurredAt,
  emittedAt: null,
  receivedAt: null,
  title: null,
  text: null,
  isCancelled: false,
  replaces: [],
  event: type,
  patient: patient.localId,
});

interface Far {
  readonly documents?: readonly DocumentRecord[] | Error;
  readonly alerts?: readonly HospitalAlert[] | Error;
  readonly unread?: number;
}

function timeline({ documents = [], alerts = [], unread = 0 }: Far) {
  const asked: string[] = [];
  async function* found(): AsyncGenerator<DocumentRecord> {
    if (documents instanceof Error) throw documents;
    yield* documents;
  }
  const parts: TimelineParts = {
    descriptor: simulatorDescriptor,
    documents: { search: () => Object.assign(found(), { undecided: 0, banner: false }) },
    alerts: {
      async list(given) {
        asked.push(...given.map(({ id }) => id));
        if (alerts instanceof Error) throw alerts;
        const meta = { binding: 'fhir-r4', correlationId: 'x', receivedAt: '', platformTime: null };
        return { alerts, cancelled: [], unread, isComplete: true, next: null, meta };
      },
    },
  };
  return { ...timelineOperations(parts), asked };
}

const lines = (entries: readonly TimelineEntry[]): string[] =>
  entries.map(({ at, kind, source }) => `${at ?? '?'} ${kind} ${source}`);

describe('te.timeline.get', () => {
  const letter = record({ typeCode: '96349-6', class: { code: '11', codeSystem: '', displayName: '' }, act: null });
  const undated = record({ act: null, createdAt: null, submittedAt: '2026-02-01T00:00:00Z' });
  const far: Far = {
    documents: [letter, record(), undated, record({ typeCode: '11490-0', act: { start: '2026-02-28', end: null } })],
    alerts: [stay('discharge', '2026-03-05T10:00:00Z'), stay('admission', null)],
  };

  it('puts stays and documents in one order, the newest first, each with its source', async () => {
    const { entries, alerts, isComplete } = await timeline(far).get(patient, { subscriptions });
    expect({ alerts, isComplete }).toEqual({ alerts: 'read', isComplete: true });
    expect(lines(entries)).toEqual([
      '2026-03-05T10:00:00Z discharge alerts',
      '2026-03-01T10:15:00Z document documents',
      '2026-02-28T08:00:00Z exam-result documents',
      '2026-02-28 report documents',
      '2026-02-01T00:00:00Z exam-result documents',
      '? admission alerts',
    ]);
    expect(entries[0]).toMatchObject({ title: 'CH fictif', alert: { type: 'discharge' }, document: null });
  });

  it('begins at an instant, and keeps what may be from it on', async () => {
    const { entries } = await timeline(far).get(patient, { subscriptions, since: '2026-02-28T18:00:00+01:00' });
    expect(lines(entries)).toEqual([
      '2026-03-05T10:00:00Z discharge alerts',
      '2026-03-01T10:15:00Z document documents',
      '2026-02-28 report documents',
      '? admission alerts',
    ]);
  });

  it('asks for the alerts of this patient only, and says when none were asked', async () => {
    const asking = timeline(far);
    await asking.get(patient, { subscriptions });
    expect(asking.asked).toEqual(['sub-1']);
    expect(await timeline(far).get(patient)).toMatchObject({ alerts: 'not-asked', isComplete: true });
  });

  it('says that the platform has no alerts, and that some could not be read', async () => {
    const without = timeline({ ...far, alerts: new TerrESanteError('TE_UNSUPPORTED', 'x') });
    expect(await without.get(patient, { subscriptions })).toMatchObject({ alerts: 'not-carried' });
    expect(await timeline({ ...far, unread: 1 }).get(patient, { subscriptions })).toMatchObject({ isComplete: false });
  });

  it.each<[string, Far]>([
    ['documents', { documents: new TerrESanteError('TE_UNAVAILABLE', 'x') }],
    ['alerts', { alerts: new TerrESanteError('TE_UNAVAILABLE', 'x') }],
  ])('fails with its %s: a shorter view would be a wrong one', async (_, broken) => {
    await expect(timeline({ ...far, ...broken }).get(patient, { subscriptions })).rejects.toMatchObject({
      code: 'TE_UNAVAILABLE',
    });
  });
});
