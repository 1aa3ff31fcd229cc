import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { exportOf } from '../../../src/client/audit/export/export.ts';
import { readAuditEvent, type AuditEvent } from '../../../src/index.ts';
import { skipBecause } from '../../helpers/require-tool.ts';
import { fictiveAccess } from './access.ts';

const accesses: readonly Partial<AuditEvent>[] = [
  {},
  { action: 'documents.fetch', object: '2.999.1.2.3' },
  {
    action: 'documents.fetch',
    binding: 'fhir-r4',
    object: '2.999.1^a',
    purpose: 'emergency',
    reason: 'Urgence & vitale',
  },
  { action: 'consent.withdraw', object: 'c-1', outcome: 'error', code: 'TE_UNAVAILABLE' },
  { action: 'notifications', binding: 'simulator-http', patient: null },
  { action: 'portal.launch', binding: 'portal', purpose: 'regulation-centre' },
];

const folder = join(process.env['TERR_DATA'] ?? '', 'fhir/ans-tde-2.0.0/examples');
const isThere = existsSync(folder) || !skipBecause('TERR_DATA names no folder with fhir/ans-tde-2.0.0');

describe('an AuditEvent', () => {
  it.each(accesses)('that was exported is read back: %j', (more) => {
    const access = { ...fictiveAccess, ...more };
    const trace = readAuditEvent(exportOf('fhir', 'LPS 1.0')(access));
    expect(trace.access).toEqual(access);
    expect(trace).toMatchObject({ observer: 'LPS 1.0', startedAt: access.startedAt, recordedAt: access.at });
    expect(trace.agents).toEqual([
      { id: access.professional, isRequestor: true },
      { id: access.structure, isRequestor: false },
    ]);
  });

  it.skipIf(!isThere)('of the published examples is read, and is none of ours', () => {
    const resources = readdirSync(folder)
      .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Record<string, unknown>)
      .flatMap((one) => (one['entry'] as { resource: Record<string, unknown> }[] | undefined) ?? [{ resource: one }])
      .map(({ resource }) => resource)
      .filter(({ resourceType }) => resourceType === 'AuditEvent');
    expect(resources.length).toBeGreaterThan(2);
    for (const resource of resources) {
      const trace = readAuditEvent(JSON.stringify(resource));
      expect(trace).toMatchObject({ recordedAt: resource['recorded'], outcome: resource['outcome'] ?? null });
      expect([trace.startedAt, trace.observer, trace.agents[0]?.id]).not.toContain(null);
      expect(trace.access).toBeNull();
    }
  });

  it.each(['', '[]', '{', '{"resourceType":"Patient"}', '{"resourceType":"AuditEvent","resourceType":"AuditEvent"}'])(
    'that is none is refused: %s',
    (line) => {
      expect(() => readAuditEvent(line)).toThrow(expect.objectContaining({ name: 'TerrESanteError' }));
    },
  );

  it('of hostile shape has nothing in it', () => {
    const line = '{"resourceType":"AuditEvent","period":[],"type":3,"agent":{"who":1},"entity":[null,{"role":"1"}]}';
    const absent = { type: null, startedAt: null, endedAt: null, recordedAt: null, outcome: null };
    expect(readAuditEvent(line)).toEqual({ ...absent, agents: [], observer: null, access: null });
  });
});
