import { describe, expect, it } from 'vitest';
import { memorySource, readZip } from '../../src/internal/zip/index.ts';
import { safeName } from '../../src/internal/zip/names.ts';
import { rawZip } from '../attack/zip/raw-zip.ts';

const named = (name: string): string | null => safeName(Buffer.from(name, 'utf8'), true);

/** The Info-ZIP field that gives an entry a second name. */
function unicodePath(name: string): Uint8Array {
  const bytes = Buffer.from(name, 'utf8');
  const out = Buffer.alloc(9);
  out.writeUInt16LE(0x7075, 0);
  out.writeUInt16LE(5 + bytes.length, 2);
  out.writeUInt8(1, 4);
  return Buffer.concat([out, bytes]);
}

const traversals = [
  '../evil',
  '..\\evil',
  'a/../../evil',
  'a/..',
  '..',
  '/etc/passwd',
  '\\windows',
  'C:\\evil',
  'C:evil',
];

const notOnWindows = [
  'CON',
  'con.txt',
  'IHE_XDM/Aux.xml',
  'nul/DOC0001.XML',
  'prn .txt',
  'com1',
  'LPT9.a.b',
  'COM\u00B2.txt',
  'CONIN$',
  'fin.',
  'fin...',
  'fin ',
  'dossier./DOC0001.XML',
  'dossier /DOC0001.XML',
];

describe('names that Windows takes for another thing', () => {
  it.each(notOnWindows)('%j is no safe name', (name) => {
    expect(named(name)).toBeNull();
  });

  it.each(notOnWindows)('%j is refused by its name in an archive', async (name) => {
    const archive = rawZip({ entries: [{ name, data: 'x' }] });
    await expect(readZip(memorySource(archive))).rejects.toMatchObject({
      code: 'TE_ARCHIVE_INVALID',
      details: { reason: 'forbidden-name' },
    });
  });

  it.each(['console.txt', 'CONTENT', 'com.txt', 'COM10.txt', 'nulle', 'a.con', 'auxiliaire.pdf', '.nul', ' x'])(
    '%j is a file like another',
    (name) => {
      expect(named(name)).toBe(name);
    },
  );
});

describe('path traversal (zip slip)', () => {
  it.each(traversals)('%j is no safe name', (name) => {
    expect(named(name)).toBeNull();
  });

  // The reason is that of our own guard: the library would refuse some of these by itself.
  it.each(traversals)('%j is refused by its name in an archive', async (name) => {
    const archive = rawZip({
      entries: [
        { name: 'good.txt', data: 'x' },
        { name, data: 'x' },
      ],
    });
    await expect(readZip(memorySource(archive))).rejects.toMatchObject({
      code: 'TE_ARCHIVE_INVALID',
      details: { reason: 'forbidden-name' },
    });
  });

  it.each(['../evil', '/evil'])('%j is refused as the second name of an entry', async (name) => {
    const extra = unicodePath(name);
    const archive = rawZip({ entries: [{ name: 'good.txt', data: 'x', extra, local: { extra } }] });
    await expect(readZip(memorySource(archive))).rejects.toMatchObject({
      details: { reason: 'forbidden-name' },
    });
  });

  it('lets safe names through, with one separator and one composition', async () => {
    expect(named('IHE_XDM\\SUBSET01\\e\u0301.xml')).toBe('IHE_XDM/SUBSET01/é.xml');
    expect(named('..a/b..c')).toBe('..a/b..c');
    const extra = unicodePath('été.txt');
    const archive = rawZip({
      entries: [
        { name: 'folder/', data: '' },
        { name: 'folder/a.txt', data: 'x', extra },
      ],
    });
    expect((await readZip(memorySource(archive))).map(({ name }) => name)).toEqual(['folder/a.txt']);
  });
});
