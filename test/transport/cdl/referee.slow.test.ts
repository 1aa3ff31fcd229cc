import { describe, expect, it } from 'vitest';

import { writeJson, type Json } from '../../../src/internal/json/index.ts';
import type { NewNote } from '../../../src/transport/binding/notes.ts';
import { changedNote, retractedNote } from '../../../src/transport/cdl/change-note.ts';
import { writeNote } from '../../../src/transport/cdl/write-note.ts';
import { fhirRefereeCommand } from '../../helpers/fhir-referee.ts';
import { validateFhir } from '../../helpers/fhir-validator.ts';
import { officialNotes } from './official.ts';

const command = fhirRefereeCommand();
const pdf = { bytes: Buffer.from('%PDF-1.7'), mimeType: 'application/pdf', title: 'Ordonnance' };
const note: NewNote = {
  uniqueId: '7c0d9c1e-0000-4000-8000-00000000000b',
  type: 'DEM-AVIS',
  title: 'Jambe',
  text: 'Pansement refait.',
  files: [pdf],
  isEmergency: true,
  visibility: 'INVISIBLE_REPRESENTANTS_LEGAUX',
  date: '2026-03-01T09:00:00Z',
  repliesTo: null,
};
const references = {
  subject: 'Patient/pat-1',
  author: 'PractitionerRole/role-1',
  parent: {
    id: 'note-9',
    identifier: { system: 'urn:ietf:rfc:3986', value: 'urn:uuid:7c0d9c1e-0000-4000-8000-00000000000c' },
  },
};
const changes = {
  text: 'Plaie rouge.',
  type: 'GEN',
  visibility: 'MASQUE_PT',
  isEmergency: false,
  title: 'x',
  files: [pdf],
} as const;

describe.skipIf(command === null)('notes, judged by HAPI', () => {
  it('fit their profile: written, changed and taken back, ours and those of others', { timeout: 600_000 }, () => {
    const bare = { ...note, files: [], isEmergency: null, visibility: null, title: null };
    const all: Record<string, Json> = {
      written: writeNote(note, references),
      bare: writeNote(bare, { ...references, parent: null }),
    };
    for (const [name, resource] of officialNotes()) all[name.replace('.json', '')] = resource;
    for (const [name, resource] of Object.entries({ ...all })) {
      all[`${name}-changed`] = changedNote(resource, changes, '2026-03-02T09:00:00Z');
      all[`${name}-opened`] = changedNote(
        all[`${name}-changed`]!,
        { visibility: null, title: null },
        '2026-03-02T09:00:00Z',
      );
      all[`${name}-retracted`] = retractedNote(resource);
    }
    const resources = Object.fromEntries(Object.entries(all).map(([name, resource]) => [name, writeJson(resource)]));
    expect(validateFhir(command ?? '', resources)).toEqual([]);

    // The referee sees what is wrong: the label of documents is none of a note.
    const labelled = {
      ...all['written'],
      securityLabel: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality', code: 'N' }] }],
    };
    expect(validateFhir(command ?? '', { labelled: writeJson(labelled) }).length).toBeGreaterThan(0);
  });
});
