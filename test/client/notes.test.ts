import { subscribe, unsubscribe } from 'node:diagnostics_channel';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { TerrESanteError } from '../../src/errors.ts';
import type { NoteInput, NoteList } from '../../src/index.ts';
import { simulatorDescriptor, type PlatformDescriptor } from '../../src/platform/index.ts';
import { fictivePatient } from '../../src/testing/index.ts';
import type { NotePage, NoteRecord, NotesBinding } from '../../src/transport/index.ts';
import { createWorld, type World } from './world.ts';

const patient = fictivePatient();
const pdf = Buffer.from('%PDF-1.7\nfictif\n%%EOF');
const note: NoteInput = { type: 'OBS', text: 'Pansement refait, plaie propre.' };

let world: World;
let requests = 0;
const asked = (): void => void (requests += 1);
beforeAll(async () => {
  world = await createWorld();
  subscribe('http.client.request.start', asked);
});
afterAll(async () => {
  unsubscribe('http.client.request.start', asked);
  await world.close();
});

async function all(list: AsyncGenerator<NoteList>): Promise<NoteRecord[]> {
  const found: NoteRecord[] = [];
  for await (const { notes } of list) found.push(...notes);
  return found;
}

describe('te.notes with a binding of the host', () => {
  const graded = { value: 'essai', confidence: 'assumption', evidence: 'test' } as const;
  const bound: PlatformDescriptor = {
    ...simulatorDescriptor,
    bindings: { ...simulatorDescriptor.bindings, notes: graded },
  };
  const answering = (notes: Partial<NotesBinding>, descriptor = bound): World['te'] =>
    world.client({ descriptor, bindings: [{ kind: 'essai', notes }] });
  const paged = (...pages: unknown[]): Partial<NotesBinding> => ({
    list: () => ({ next: async () => ({ value: pages.shift() as NotePage, platformTime: null }) }),
  });
  const record = { id: 'n', version: '1', status: 'current', type: 'OBS', text: 'x' };
  const before = (): void => void (requests = 0);
  beforeEach(before);
  afterEach(() => expect(requests).toBe(0));

  it('reads page after page, each checked, until the last', async () => {
    const page = (id: string, isLast: boolean): object => ({
      notes: [{ ...record, id }],
      unread: 0,
      isLast,
      isComplete: true,
    });
    const read = await all(answering(paged(page('a', false), page('b', true), page('c', true))).notes.list(patient));
    expect(read.map(({ id, typeLabel, authors }) => [id, typeLabel, authors])).toEqual([
      ['a', "Note d'observation", []],
      ['b', "Note d'observation", []],
    ]);
    for (const wrong of [{ notes: null }, { notes: [{ ...record, type: 'X' }], unread: 0 }, { notes: [record] }]) {
      await expect(all(answering(paged(wrong)).notes.list(patient))).rejects.toMatchObject({ code: 'TE_PROTOCOL' });
    }
  });

  it('where nothing carries it, asks nothing of anybody', async () => {
    const { notes: _unbound, ...bindings } = simulatorDescriptor.bindings;
    const over = (kind: string): PlatformDescriptor => ({
      ...bound,
      bindings: { ...bindings, notes: { ...graded, value: kind } },
    });
    for (const descriptor of [{ ...bound, bindings }, over('soap-ihe'), over('simulator-http')]) {
      const none = world.client({ descriptor });
      const calls = [
        () => none.notes.list(patient).next(),
        () => none.notes.create(patient, note),
        () => none.notes.reply(patient, 'n', note),
        () => none.notes.update(patient, { id: 'n', version: '1' }, { title: 'x' }),
        () => none.notes.retract(patient, { id: 'n', version: '1' }),
        () => none.notes.fetch(patient, 'n', 0),
      ];
      for (const call of calls) await expect(call()).rejects.toMatchObject({ code: 'TE_UNSUPPORTED' });
    }
  });

  it.each<[string, (client: World['te']) => Promise<unknown>, string]>([
    ['a note without a text', ({ notes }) => notes.create(patient, { ...note, text: ' ' }), 'TE_INPUT_INVALID'],
    ['half a character', ({ notes }) => notes.create(patient, { ...note, text: 'a\ud83d' }), 'TE_INPUT_INVALID'],
    ['another type', ({ notes }) => notes.create(patient, { ...note, type: 'N' as never }), 'TE_INPUT_INVALID'],
    [
      'the label of documents',
      ({ notes }) => notes.create(patient, { ...note, visibility: 'N' as never }),
      'TE_INPUT_INVALID',
    ],
    [
      'a page as a PDF',
      ({ notes }) =>
        notes.create(patient, {
          ...note,
          attachments: [{ bytes: Buffer.from('<html>'), mimeType: 'application/pdf' }],
        }),
      'TE_INPUT_INVALID',
    ],
    [
      'a page',
      ({ notes }) =>
        notes.create(patient, {
          ...note,
          attachments: [{ bytes: Buffer.from('<html>'), mimeType: 'text/html' as never }],
        }),
      'TE_INPUT_INVALID',
    ],
    [
      'what is too large',
      ({ notes }) =>
        notes.create(patient, {
          ...note,
          attachments: [{ bytes: Buffer.concat([pdf, Buffer.alloc(10_485_760)]), mimeType: 'application/pdf' }],
        }),
      'TE_TOO_LARGE',
    ],
    [
      'a UUID that is none',
      ({ notes }) => notes.create(patient, { ...note, uniqueId: 'brouillon' }),
      'TE_INPUT_INVALID',
    ],
    ['a way up', ({ notes }) => notes.reply(patient, '../Patient', note), 'TE_INPUT_INVALID'],
    ['a version left out', ({ notes }) => notes.retract(patient, { id: 'n' } as never), 'TE_INPUT_INVALID'],
    ['nothing to change', ({ notes }) => notes.update(patient, { id: 'n', version: '1' }, {}), 'TE_INPUT_INVALID'],
    ['a place that is none', ({ notes }) => notes.fetch(patient, 'n', -1), 'TE_INPUT_INVALID'],
    ['a patient without traits', ({ notes }) => notes.create({ traits: {} }, note), 'TE_IDENTITY_INCOMPLETE'],
    ['a date that is none', ({ notes }) => notes.list(patient, { from: 'hier' }).next(), 'TE_DATE_INVALID'],
  ])('refuses %s before anything is asked', async (_, call, code) => {
    const refuse = (): Promise<never> => Promise.reject(new Error('asked'));
    const client = answering({
      create: refuse,
      update: refuse,
      retract: refuse,
      fetch: refuse,
      list: () => ({ next: refuse }),
    });
    await expect(call(client)).rejects.toMatchObject({ code });
    await expect(call(client)).rejects.toThrow(TerrESanteError);
  });

  it('ends with its deadline and its signal, page by page', async () => {
    const never = (): Promise<never> => new Promise(() => undefined);
    const client = answering({ create: never, list: () => ({ next: never }) });
    await expect(client.notes.create(patient, note, { timeoutMs: 5 })).rejects.toMatchObject({ code: 'TE_TIMEOUT' });
    await expect(client.notes.list(patient, { timeoutMs: 5 }).next()).rejects.toMatchObject({ code: 'TE_TIMEOUT' });
    const stop = new AbortController();
    const waiting = client.notes.list(patient, { signal: stop.signal }).next();
    stop.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'TE_CANCELLED' });
  });
});
