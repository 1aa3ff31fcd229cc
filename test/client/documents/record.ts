import type { DocumentRecord, RecordedAuthor } from '../../../src/transport/index.ts';

export const doctor: RecordedAuthor = {
  kind: 'professional',
  ids: [{ system: '1.2.250.1.71.4.2.1', value: '899700012349' }],
  displayName: 'Élodie FICTIF-MARTIN',
  specialties: [],
  structure: null,
};

/** A report of a biology exam, of which everything is told. */
export function record(change: Partial<DocumentRecord> = {}): DocumentRecord {
  return {
    uniqueId: '2.999.1',
    entryId: 'urn:uuid:6f1d2f4e-3f0e-4a41-9a6c-7d4f8a0c1e01',
    title: "CR d'examens biologiques",
    typeCode: '11502-2',
    typeLabel: "CR d'examens biologiques",
    class: { code: '10', codeSystem: '1.2.250.1.213.1.1.4.1', displayName: 'Compte rendu' },
    practiceSetting: null,
    authors: [doctor],
    producedByPatient: false,
    status: 'approved',
    createdAt: '2026-03-01T10:15:00Z',
    act: { start: '2026-02-28T08:00:00Z', end: null },
    submittedAt: '2026-03-02T09:00:00Z',
    mimeType: 'text/xml',
    size: 12,
    sha1: '0'.repeat(40),
    confidentiality: 'N',
    visibility: { hiddenFromPatient: false, hiddenFromProfessionals: false, hiddenFromLegalRepresentatives: false },
    version: '1',
    replacedBy: null,
    ...change,
  };
}
