import type { AuditEvent } from '../model.ts';
import { atnaMessage } from './atna.ts';
import { fhirAuditEvent } from './fhir.ts';

/** How an access is written in a format. */
export function exportOf(format: 'atna' | 'fhir', source: string): (event: AuditEvent) => string {
  const write = format === 'atna' ? atnaMessage : fhirAuditEvent;
  return (event) => write(event, source);
}
