import { createHash } from 'node:crypto';

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { loadNomenclature, type NoteTypeCode } from '../../../src/documents/index.ts';
import { readJson, writeJson, type Json } from '../../../src/internal/json/index.ts';
import type { NewNote, NoteChanges } from '../../../src/transport/binding/notes.ts';
import { changedNote, retractedNote } from '../../../src/transport/cdl/change-note.ts';
import { noteTypes, visibilities } from '../../../src/transport/binding/note-codes.ts';
import { isNote } from '../../../src/transport/fhir/note.ts';
import { readNote } from '../../../src/transport/cdl/read-note.ts';
import { writeNote } from '../../../src/transport/cdl/write-note.ts';
import { officialNotes } from './official.ts';

const official = officialNotes();
const [[, example] = ['', {}]] = official;
const now = '2026-03-02T08:00:00Z';
const base64 = (text: string, encoding: BufferEncoding = 'utf8'): string =>
  Buffer.from(text, encoding).toString('base64');

const written: NewNote = {
  uniqueId: '7c0d9c1e-0000-4000-8000-000000000009',
  type: 'OBS',
  title: 'Pansement',
  text: 'Pansement refait, plaie propre. <b>Œdème</b> ↘',
  files: [{ bytes: Buffer.from('%PDF-1.7 fictif'), mimeType: 'application/pdf', title: 'Photo de la plaie' }],
  isEmergency: true,
  visibility: 'MASQUE_PS',
  date: '2026-03-01T09:50:00Z',
  repliesTo: 'note-9',
};
const references = {
  subject: 'Patient/pat-1',
  author: 'urn:uuid:1',
  parent: { id: 'note-9', identifier: { system: 'urn:ietf:rfc:3986', value: 'urn:uuid:9' } },
};

/** What stands at each path of a tree, as text. */
function leaves(value: unknown, path = ''): Map<string, string> {
  const parsed: unknown = path === '' ? JSON.parse(writeJson(value)) : value;
  if (typeof parsed !== 'object' || parsed === null) return new Map([[path, JSON.stringify(parsed)]]);
  return new Map(Object.entries(parsed).flatMap(([key, member]) => [...leaves(member, `${path}/${key}`)]));
}

/** Paths whose content is not the same in both. */
function differences(before: unknown, after: unknown): string[] {
  const [left, right] = [leaves(before), leaves(after)];
  return [...new Set([...left.keys(), ...right.keys()])].filter((path) => left.get(path) !== right.get(path)).sort();
}

describe('a note', () => {
  it('has the types and restrictions of the published tables', async () => {
    for (const [name, ours] of [
      ['noteType', noteTypes],
      ['documentVisibility', visibilities],
    ] as const) {
      const { concepts } = await loadNomenclature(name);
      expect(Object.fromEntries(concepts.map(({ code, displayName }) => [code, displayName]))).toEqual(ours);
    }
  });

  it.skipIf(official.length === 0)('of each official example is read', () => {
    const read = official.map(
      ([name, resource]) => [name, isNote(resource), readNote({ id: 'n', ...resource })] as const,
    );
    expect(
      read.map(([name, is, note]) => [name, is, note?.type, note?.text, note?.isEmergency, note?.repliesTo]),
    ).toEqual([
      [
        'Bundle-cdl-bundle-creation-note.json',
        true,
        'DEM-AVIS',
        "Maman est fatiguée. Elle n'a pas voulu sortir ce matin.",
        null,
        [],
      ],
      ['cdl-note.json', true, 'OBS', 'Pansement refait, plaie propre.', false, []],
      ['cdl-reply.json', true, 'OBS', 'Pansement refait, plaie propre.', false, ['note-9']],
    ]);
    expect(read[0]?.[2]).toMatchObject({
      date: '2019-03-03T21:30:00Z',
      uniqueId: null,
      visibility: null,
      attachments: [],
    });
  });

  it('is written and read back as it was', () => {
    const { content, ...resource } = writeNote(written, references);
    expect(resource).toMatchObject({
      masterIdentifier: { system: 'urn:ietf:rfc:3986', value: `urn:uuid:${written.uniqueId}` },
      securityLabel: [{ coding: [{ code: 'MASQUE_PS' }] }],
      relatesTo: [{ code: 'appends', target: { reference: 'DocumentReference/note-9' } }],
    });
    expect(Object.keys(resource)).not.toEqual(expect.arrayContaining(['docStatus', 'authenticator', 'custodian']));
    const [, file] = content as { attachment: Json }[];
    const bytes = written.files[0]!.bytes;
    expect(file?.attachment).toMatchObject({
      size: bytes.length,
      hash: createHash('sha1').update(bytes).digest('base64'),
    });

    expect(readNote({ ...resource, id: 'n', content })).toEqual({
      id: 'n',
      uniqueId: written.uniqueId,
      status: 'current',
      type: 'OBS',
      typeLabel: "Note d'observation",
      title: 'Pansement',
      text: written.text,
      attachments: [{ index: 1, title: 'Photo de la plaie', mimeType: 'application/pdf', size: bytes.length }],
      isEmergency: true,
      visibility: 'MASQUE_PS',
      otherLabels: [],
      date: written.date,
      updatedAt: null,
      repliesTo: ['note-9'],
    });
  });

  it('without a restriction has no label: `N` is none', () => {
    const resource = writeNote({ ...written, visibility: null, repliesTo: null }, { ...references, parent: null });
    expect(Object.keys(resource)).not.toContain('securityLabel');
    expect(Object.keys(resource)).not.toContain('relatesTo');
    const confidentiality = 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality';
    const labelled = { ...resource, id: 'n', securityLabel: [{ coding: [{ system: confidentiality, code: 'N' }] }] };
    expect(readNote(labelled)).toMatchObject({ visibility: null, otherLabels: ['N'] });
  });

  it.each<[string, object, object | null]>([
    ['no id', { id: undefined }, null],
    ['an id with a path in it', { id: '../Patient' }, null],
    ['another status', { status: 'draft' }, null],
    [
      'a type that nobody knows',
      { type: { coding: [{ ...typeSystem(), code: 'X', display: 'Autre' }] } },
      { type: null, typeLabel: 'Autre' },
    ],
    [
      'a text elsewhere',
      { content: [{ attachment: { contentType: 'text/plain', url: 'Binary/1' } }] },
      { text: null, attachments: [{ index: 0, title: null, mimeType: 'text/plain', size: null }] },
    ],
    [
      'a text in another charset',
      { content: [{ attachment: { contentType: 'text/plain; charset=iso-8859-1', data: base64('é', 'latin1') } }] },
      { text: 'é' },
    ],
    [
      'bytes that are not in their charset',
      { content: [{ attachment: { contentType: 'text/plain; charset=utf-8', data: base64('é', 'latin1') } }] },
      { text: null, attachments: [{ index: 0, title: null, mimeType: 'text/plain; charset=utf-8', size: 1 }] },
    ],
    [
      'a text of no charset that is no UTF-8',
      { content: [{ attachment: { contentType: 'text/plain', data: base64('é', 'latin1') } }] },
      { text: 'é', attachments: [] },
    ],
    ['a page', { content: [{ attachment: { contentType: 'text/html', data: base64('<b>') } }] }, { text: null }],
    ['no content at all', { content: undefined }, { text: null, attachments: [] }],
    ['a time without its zone', { date: '2026-03-01T10:00:00' }, { date: null }],
    [
      'a reply to something else',
      { relatesTo: [{ code: 'replaces', target: { reference: 'DocumentReference/a' } }] },
      { repliesTo: [] },
    ],
    [
      'wrong JSON types',
      { description: 3, securityLabel: 'N', extension: {}, masterIdentifier: [], type: [] },
      { title: null, type: null, visibility: null, isEmergency: null },
    ],
  ])('with %s', (_, change, expected) => {
    const read = readNote({ ...writeNote(written, references), id: 'n', ...change });
    if (expected === null) expect(read).toBeNull();
    else expect(read).toMatchObject(expected);
  });

  it('that no table has is no note', () => {
    expect(isNote({ type: { coding: [{ system: 'http://loinc.org', code: 'OBS' }] } })).toBe(false);
  });
});

function typeSystem(): object {
  return { system: 'https://mos.esante.gouv.fr/NOS/TRE_R234-TypeNote/FHIR/TRE-R234-TypeNote' };
}

/** What nobody here knows: elements and extensions, with numbers that must keep their digits. */
const foreign = readJson(
  Buffer.from(
    '{"url":"https://editeur.example/x","valueDecimal":1.10,"extension":[{"url":"y","valueString":"z"}],"_k":{"n":1E2}}',
  ),
) as Json;

/** Puts what nobody knows beside every member of a tree, and at the end of every list of extensions. */
function strange(value: unknown, at: (path: string) => boolean, path = ''): unknown {
  if (Array.isArray(value)) return value.map((item: unknown, index) => strange(item, at, `${path}/${String(index)}`));
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).map(([key, member]) => [key, strange(member, at, `${path}/${key}`)] as const);
  const known = Object.fromEntries(members) as { extension?: unknown };
  if (!at(path)) return known;
  const extensions = Array.isArray(known.extension) ? (known.extension as unknown[]) : [];
  return { ...known, inconnu: foreign, _status: { extension: [foreign] }, extension: [...extensions, foreign] };
}

describe.skipIf(official.length === 0)('read, changed and written', () => {
  const changes = fc.record<NoteChanges>(
    {
      type: fc.constantFrom<NoteTypeCode>('GEN', 'INST', 'INTERV'),
      title: fc.constantFrom(null, 'Titre'),
      text: fc.constantFrom('Nouveau texte', 'é↘'),
      isEmergency: fc.boolean(),
      visibility: fc.constantFrom(null, 'INVISIBLE_PATIENT' as const),
    },
    { requiredKeys: [] },
  );
  /** Where each change may show, and nowhere else. */
  const places: Readonly<Record<keyof NoteChanges, RegExp>> = {
    type: /^\/type\/coding\/0\/(?:code|display)$/,
    title: /^\/description$/,
    text: /^\/content\/0\/attachment\/(?:data|size|hash|creation|url)$/,
    isEmergency: /^\/extension\/\d+\/(?:url|valueBoolean)$/,
    visibility: /^\/securityLabel\/0\//,
    files: /^\/content\/1\//,
  };

  it('loses nothing that is unknown, and changes what is asked for alone', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...official),
        changes,
        fc.integer({ min: 1, max: 1023 }),
        ([, resource], asked, seed) => {
          const at = (path: string): boolean =>
            createHash('sha1')
              .update(`${path}${String(seed)}`)
              .digest()[0]! < 100;
          const before = strange(resource, at) as Json;
          const after = changedNote(before, asked, now);
          const allowed = Object.keys(asked).map((key) => places[key as keyof NoteChanges]);
          expect(differences(before, after).filter((path) => !allowed.some((place) => place.test(path)))).toEqual([]);
          expect(readNote({ ...after, id: 'n' })).toMatchObject(Object.fromEntries(Object.entries(asked)));
          // Digits of numbers too, through the wire.
          const again = readJson(Buffer.from(writeJson(after)));
          expect(writeJson(again)).toBe(writeJson(after));
          expect((writeJson(after).match(/1\.10/g) ?? []).length).toBe(
            (writeJson(before).match(/1\.10/g) ?? []).length,
          );
        },
      ),
      { numRuns: 40 },
    );
  });

  it('without a change, and taken back, is the same but for its status', () => {
    for (const [, resource] of official) {
      expect(writeJson(changedNote(resource, {}, now))).toBe(writeJson(resource));
      expect(differences(resource, retractedNote(resource))).toEqual(['/status']);
    }
  });

  it('drops the words that a server made out of the old content, and the address of the old text', () => {
    const div = '<div>Pansement refait</div>';
    const narrated = (status: string): Json => ({
      ...example,
      text: { status, div },
      type: { ...(example['type'] as Json), text: 'Avis' },
    });
    expect(differences(narrated('generated'), changedNote(narrated('generated'), { text: 'x' }, now))).toContain(
      '/text/div',
    );
    expect(changedNote(narrated('additional'), { text: 'x' }, now)['text']).toEqual({ status: 'additional', div });
    expect((changedNote(narrated('additional'), { type: 'GEN' }, now)['type'] as Json)['text']).toBeUndefined();

    const elsewhere = { contentType: 'text/plain', data: base64('ancien'), url: 'Binary/1' };
    const changed = changedNote({ ...example, content: [{ attachment: elsewhere }] }, { text: 'nouveau' }, now);
    expect((changed['content'] as { attachment: Json }[])[0]?.attachment['url']).toBeUndefined();
  });

  it('gains a text where it had none, and files beside those it has', () => {
    const pdf = { attachment: { contentType: 'application/pdf', url: 'Binary/1' } };
    const file = { bytes: Buffer.from('x'), mimeType: 'text/plain', title: null };
    const after = changedNote({ ...example, content: [pdf] }, { text: 'x', files: [file] }, now);
    expect((after['content'] as Json[]).map((content) => (content['attachment'] as Json)['contentType'])).toEqual([
      'text/plain',
      'application/pdf',
      'text/plain',
    ]);
    expect((after['content'] as Json[])[1]).toEqual(pdf);
  });
});
