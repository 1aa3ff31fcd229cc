import type { AuditEvent } from '../../../src/index.ts';

/** A read of a status over SOAP. */
export const fictiveAccess: AuditEvent = {
  startedAt: '2026-03-01T10:00:00Z',
  at: '2026-03-01T10:00:01Z',
  action: 'dossier.status',
  purpose: 'normal',
  reason: null,
  professional: '899700012349',
  structure: '1990000010',
  patient: { system: '2.999.1.10', value: 'PAT-000123' },
  object: null,
  outcome: 'ok',
  code: null,
  binding: 'soap-ihe',
  correlationId: '5f0f2f6e-0000-4000-8000-000000000001',
};
