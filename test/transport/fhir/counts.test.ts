import { expect, it } from 'vitest';

import { noteTypeSystem } from '../../../src/transport/fhir/note.ts';
import { call, camille } from './played-binding.ts';
import { played, searchset } from './routed-server.ts';
import { outcome, type Scripted } from './scripted-server.ts';

/*
 * A server without submission sets tells how many documents changed, and counts the notes of the
 * liaison book that it keeps beside them.
 */
const reference = (id: string, more: object = {}): object => ({
  resourceType: 'DocumentReference',
  id,
  status: 'current',
  subject: { reference: 'Patient/pat-1' },
  content: [],
  ...more,
});
const note = reference('note-1', { type: { coding: [{ system: noteTypeSystem, code: 'OBS' }] } });

async function counted(total: number | undefined, ...answers: readonly Scripted[]): Promise<number | null> {
  const query = { since: '2026-02-20T08:00:00Z', countOwnDeposits: true };
  const { binding } = played(
    [/^POST List\/_search/, { status: 405, body: outcome({ severity: 'error', code: 'not-supported' }) }],
    [/^POST DocumentReference\/_search/, searchset([], { total }), ...answers],
    [/^GET Patient\/\$ihe-pix/, { status: 405, body: outcome({ severity: 'error', code: 'not-supported' }) }],
  );
  return (await binding.notifications!.countForPatient!(camille, query, call)).value.count;
}

it('a note that changed is no document that is new', async () => {
  await expect(counted(2, searchset([note, reference('doc-1')], { total: 2 }))).resolves.toBe(1);
  await expect(counted(1, searchset([note], { total: 1 }))).resolves.toBe(0);
});

it('nothing that changed is read from nobody', async () => {
  await expect(counted(0)).resolves.toBe(0);
});

it.each([
  ['does not give what it counted', searchset([], { total: 2 })],
  ['gives what is of somebody else', searchset([reference('doc-1', { subject: { reference: 'Patient/pat-2' } })])],
])('a server that %s tells no number', async (_what, answer) => {
  await expect(counted(2, answer)).rejects.toMatchObject({ code: 'TE_PROTOCOL' });
});
