import { describe, expect, it } from 'vitest';

import { readJson, writeJson, type Json } from '../../../src/internal/json/index.ts';
import { changedNote, retractedNote } from '../../../src/transport/cdl/change-note.ts';
import { writeNote } from '../../../src/transport/cdl/write-note.ts';
import { call, camille } from './played-binding.ts';
import { played } from './routed-server.ts';
import { bodyOf } from './scripted-server.ts';

/*
 * What nobody here knows of a resource survives its reading, its change and its writing: any
 * extension and any element, in their order, with their digits.
 */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

/** The text of any JSON value: numbers that the language would write otherwise, too. */
function anyJson(random: () => number, depth: number): string {
  const scalars = ['1.50', '1E2', '-0.0', '12345678901234567890', JSON.stringify('é\u2028"'), 'true', '""', '0'];
  const kind = Math.floor(random() * (depth > 0 ? 4 : 2));
  const some = (make: () => string): string => Array.from({ length: Math.floor(random() * 3) + 1 }, make).join(',');
  if (kind < 2) return scalars[Math.floor(random() * scalars.length)]!;
  if (kind === 2) return `[${some(() => anyJson(random, depth - 1))}]`;
  let place = 0;
  return `{${some(() => `"x${String((place += 1))}":${anyJson(random, depth - 1)}`)}}`;
}

/** A resource with unknown members beside its own; their texts. */
function withUnknown(resource: object, random: () => number): { readonly text: string; readonly unknown: string[] } {
  const extension = `{"url":"https://editeur.example/${String(random())}","valueDecimal":${anyJson(random, 0)}}`;
  const members = [
    `"extension":[${extension}]`,
    `"inconnu":${anyJson(random, 3)}`,
    `"_status":${anyJson(random, 3)}`,
    `"contained":[{"resourceType":"Inconnue","id":"c","x":${anyJson(random, 2)}}]`,
  ];
  const { extension: _own, ...rest } = resource as Json;
  return { text: `${JSON.stringify(rest).slice(0, -1)},${members.join(',')}}`, unknown: members };
}

const draft = {
  uniqueId: '7c0d9c1e-0000-4000-8000-000000000009',
  type: 'OBS',
  title: null,
  text: 'Pansement refait.',
  files: [],
  isEmergency: null,
  visibility: null,
  date: '2026-03-01T09:00:00Z',
  repliesTo: null,
} as const;
const note = {
  ...writeNote(draft, { subject: 'Patient/pat-1', author: 'PractitionerRole/role-1', parent: null }),
  id: 'note-1',
};
const category = "Demande d'appui à la coordination";
const task = {
  resourceType: 'Task',
  id: 'task-1',
  meta: { versionId: '3' },
  status: 'requested',
  intent: 'order',
  code: { text: category },
  focus: { reference: 'ServiceRequest/sr-1' },
  for: { reference: 'Patient/pat-1' },
};
const request = { resourceType: 'ServiceRequest', id: 'sr-1', meta: { versionId: '1' }, status: 'active' };

const seeds = Array.from({ length: 40 }, (_, index) => index * 7_919 + 1);

describe('what nobody here knows', () => {
  it.each(seeds)('survives the change and the retraction of a note (%i)', (seed) => {
    const { text, unknown } = withUnknown(note, generator(seed));
    const read = readJson(Buffer.from(text)) as Json;
    for (const changed of [changedNote(read, { text: 'Autre.', title: 'x' }, draft.date), retractedNote(read)]) {
      const written = writeJson(changed);
      for (const member of unknown) expect(written).toContain(member);
    }
  });

  it.each(seeds)('survives the withdrawal of a request for support (%i)', async (seed) => {
    const random = generator(seed);
    const [first, second] = [withUnknown(task, random), withUnknown(request, random)];
    const done = (url: string): object => ({ response: { status: '200 OK', location: url, etag: 'W/"4"' } });
    const answer = {
      resourceType: 'Bundle',
      type: 'transaction-response',
      entry: [done('Task/task-1/_history/4'), done('ServiceRequest/sr-1/_history/2')],
    };
    const { binding, asked } = played(
      [/^GET Task\/task-1$/, { body: first.text }],
      [/^GET ServiceRequest\/sr-1/, { body: second.text }],
      [/^POST $/, { body: answer }],
    );
    const { value } = await binding.support!.cancel!(camille, { id: 'task-1', version: '3' }, 'x', call);
    expect(value.state).toBe('cancelled');
    const sent = bodyOf(asked.at(-1));
    for (const member of [...first.unknown, ...second.unknown]) expect(sent).toContain(member);
  });
});
