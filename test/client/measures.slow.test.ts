import { afterAll, beforeAll, expect, it } from 'vitest';

import type { AuditEvent, MeasureList } from '../../src/index.ts';
import { fictivePatients, type FictivePatient } from '../../src/testing/index.ts';
import type { MeasureRecord } from '../../src/transport/index.ts';
import { createWorld, rppsHolder, type World } from './world.ts';

const [patient, stranger] = fictivePatients(2) as [FictivePatient, FictivePatient];
const journal: AuditEvent[] = [];
let world: World;
let te: World['te'];
beforeAll(async () => {
  world = await createWorld();
  te = world.client({ audit: { write: async (event) => void journal.push(event) } });
  world.simulator.addDossier({ ...patient, members: [rppsHolder] });
  world.simulator.addDossier({ ...stranger, members: [] });
});
afterAll(() => world.close());

async function all(list: AsyncGenerator<MeasureList>): Promise<MeasureRecord[]> {
  const found: MeasureRecord[] = [];
  for await (const { measures } of list) found.push(...measures);
  return found;
}

const weight = (value: number, effectiveDateTime: string): Readonly<Record<string, unknown>> => ({
  status: 'final',
  code: { coding: [{ system: 'http://loinc.org', code: '29463-7' }] },
  effectiveDateTime,
  valueQuantity: { value, unit: 'kg', system: 'http://unitsofmeasure.org', code: 'kg' },
});

it('te.measures lists what the platform keeps, newest first, page by page, to the circle alone', async () => {
  for (let day = 1; day <= 60; day += 1) {
    const at = new Date(Date.UTC(2026, 0, day, 7)).toISOString();
    world.simulator.coordination.addMeasure(patient.localId, weight(70 + day / 10, at));
  }
  world.simulator.coordination.addMeasure(stranger.localId, weight(99, '2026-01-01T07:00:00Z'));

  const found = await all(te.measures.list(patient, { codes: ['29463-7'] }));
  expect(found).toHaveLength(60);
  expect(found[0]).toMatchObject({ measuredAt: '2026-03-01T07:00:00Z', value: { digits: '76', unit: 'kg' } });
  const period = { from: '2026-01-10T00:00:00Z', until: '2026-01-11T23:59:59Z' };
  expect(await all(te.measures.list(patient, { codes: ['29463-7'], ...period }))).toHaveLength(2);
  expect(await all(te.measures.list(patient, { codes: ['8867-4'] }))).toEqual([]);
  await expect(all(te.measures.list(stranger))).rejects.toMatchObject({ code: 'TE_NOT_IN_CIRCLE' });
  expect(journal.every(({ action }) => action === 'measures.list')).toBe(true);
});

it('is refused before anything is asked', async () => {
  await expect(te.measures.list(patient, { codes: ['poids'] }).next()).rejects.toMatchObject({
    code: 'TE_INPUT_INVALID',
  });
  await expect(te.measures.list(patient, { from: 'hier' }).next()).rejects.toMatchObject({ code: 'TE_DATE_INVALID' });
  const { measures: _unbound, ...bindings } = world.simulator.descriptor.bindings;
  const without = world.client({ descriptor: { ...world.simulator.descriptor, bindings } });
  await expect(without.measures.list(patient).next()).rejects.toMatchObject({ code: 'TE_UNSUPPORTED' });
  await expect(te.measures.list(patient, { timeoutMs: 0 }).next()).rejects.toMatchObject({ code: 'TE_TIMEOUT' });
  const signal = AbortSignal.abort();
  await expect(te.measures.list(patient, { signal }).next()).rejects.toMatchObject({ code: 'TE_CANCELLED' });
});
