import { deflateRawSync } from 'node:zlib';
import { rawZip, zip64End, zip64Extra, type RawEntry, type RawZip } from './raw-zip.ts';

/** A hostile archive, made when it is asked for. */
export interface ZipCase {
  readonly name: string;
  readonly make: () => Uint8Array;
  /**
   * The archive is read, and this rule says what is wrong. Without it the archive is refused whole.
   */
  readonly finding?: string;
}

const metadataName = 'IHE_XDM/SUBSET01/METADATA.XML';
const documentName = 'IHE_XDM/SUBSET01/DOC0001.XML';

/** @param metadata - A right METADATA.XML of one document. @param document - Its bytes. */
export function zipCases(metadata: Uint8Array, document: Uint8Array): ZipCase[] {
  const good: RawEntry[] = [
    { name: 'INDEX.HTM', data: '<html/>' },
    { name: 'README.TXT', data: 'Lisez-moi' },
    { name: metadataName, data: metadata },
    { name: documentName, data: document },
  ];
  const whole = rawZip({ entries: good });
  const cases: ZipCase[] = [];
  const add = (name: string, zip: RawZip | (() => Uint8Array), finding?: string): void => {
    const make = typeof zip === 'function' ? zip : (): Uint8Array => rawZip(zip);
    cases.push({ name, make, ...(finding === undefined ? {} : { finding }) });
  };
  const more = (name: string, ...entries: RawEntry[]): void => add(name, { entries: [...good, ...entries] });
  /** The document entry, changed. */
  const changed = (name: string, change: Partial<RawEntry>): void =>
    add(name, { entries: [...good.slice(0, 3), { ...good[3]!, ...change }] });

  const badNames: readonly (readonly [string, string | Uint8Array])[] = [
    ['parent with slashes', '../evil'],
    ['parent with backslashes', '..\\evil'],
    ['parent with both', '..\\../evil'],
    ['parent in the middle', 'a/../../evil'],
    ['parent in the middle, backslashes', 'a\\..\\..\\evil'],
    ['parent at the end', 'a/..'],
    ['parent alone', '..'],
    ['parent with the division slash', '..\u2215evil'],
    ['parent with the full-width slash', '..\uff0fevil'],
    ['parent with the fraction slash', '..\u2044evil'],
    ['parent with the full-width backslash', '..\uff3cevil'],
    ['absolute', '/etc/passwd'],
    ['absolute with a backslash', '\\windows'],
    ['drive letter', 'C:\\evil'],
    ['drive letter with a slash', 'C:/evil'],
    ['drive letter, relative', 'C:evil'],
    ['UNC path', '\\\\127.0.0.1\\share\\evil'],
    ['UNC path with slashes', '//127.0.0.1/share'],
    ['device path', '\\\\.\\C:\\evil'],
    ['alternate stream', 'README.TXT:evil'],
    ['empty', ''],
    ['current folder', '.'],
    ['current folder first', './evil'],
    ['current folder inside', 'a/./evil'],
    ['empty part', 'a//evil'],
    ['NUL inside', 'evil\0.xml'],
    ['NUL at the end', 'evil.xml\0'],
    ['line feed', 'evil\n.xml'],
    ['escape sequence', 'evil\u001b[2J'],
    ['delete character', 'evil\u007f'],
    ['C1 control', 'evil\u009b'],
    ['right-to-left override', 'evil\u202eLMX.exe'],
    ['isolate', 'evil\u2066x'],
    ['256 bytes', 'a'.repeat(256)],
    ['60,000 bytes', 'a'.repeat(60_000)],
    ['17 folders', `${'a/'.repeat(17)}x`],
    ['UTF-8 cut', Buffer.from([0x61, 0xe2, 0x82])],
    ['overlong slash', Buffer.from([0x2e, 0x2e, 0xc0, 0xaf, 0x61])],
    ['surrogate', Buffer.from([0xed, 0xa0, 0x80])],
  ];
  for (const [name, raw] of badNames) more(`name: ${name}`, { name: raw, data: 'x', flags: 0x800 });
  more('name: parent, without the UTF-8 flag', { name: '../evil', data: 'x' });
  more('name: parent as a folder', { name: '../', data: '' });

  more('the same name twice', { name: documentName, data: document });
  more('the same name in another case', { name: documentName.toLowerCase(), data: document });
  more('the same name with backslashes', { name: documentName.replaceAll('/', '\\'), data: document });
  more(
    'the same name, decomposed',
    { name: 'e\u0301.xml', data: 'x', flags: 0x800 },
    { name: '\u00e9.xml', data: 'x', flags: 0x800 },
  );
  more('the same name as a folder', { name: 'README.TXT/', data: '' });
  more('a file under a file', { name: 'README.TXT/evil', data: 'x' });
  more('a file under a file in another case', { name: 'readme.txt/evil', data: 'x' });
  more('two METADATA.XML in one folder', { name: 'IHE_XDM/SUBSET01/metadata.xml', data: metadata });
  more('a folder with a content', { name: 'folder/', data: 'x' });

  const unix = 3 << 8;
  for (const [name, mode] of [
    ['symbolic link', 0o120777],
    ['block device', 0o060644],
    ['character device', 0o020644],
    ['named pipe', 0o010644],
    ['socket', 0o140644],
  ] as const) {
    more(name, { name: 'evil', data: '/etc/passwd', madeBy: unix, attributes: mode * 0x10000 });
  }

  changed('encrypted', { flags: 1 });
  changed('encrypted in the local header only', { local: { flags: 1 } });
  changed('encrypted in the directory only', { flags: 1, local: { flags: 0 } });
  changed('strong encryption', { flags: 0x41 });
  changed('masked headers', { flags: 0x2001 });
  for (const method of [1, 6, 9, 12, 14, 93, 97, 98, 99]) {
    changed(`method ${String(method)}`, { method, body: document });
  }
  changed('method of the local header', { local: { method: 0 } });
  changed('name of the local header', { local: { name: 'IHE_XDM/SUBSET01/DOC0002.XML' } });
  changed('name of the local header, shorter', { local: { name: 'x' } });
  changed('CRC', { crc: 0x12345678 });
  changed('CRC of the directory only', { crc: 0x12345678, local: { crc: 0 } });
  changed('size too small', { size: document.length - 1 });
  changed('size too large', { size: document.length + 1 });
  changed('size of zero', { size: 0 });
  changed('size of the local header', { local: { size: 3 } });
  changed('compressed size too small', { compressedSize: 10 });
  changed('compressed size too large', { compressedSize: 100_000 });
  changed('compressed size of the local header', { local: { compressedSize: 3 } });
  changed('stored with two sizes', { method: 0, size: 5 });
  changed('stored, longer than the archive', { method: 0, size: 1_000_000, compressedSize: 1_000_000 });
  changed('deflate cut', { body: deflateRawSync(document).subarray(0, -6) });
  changed('deflate followed by bytes', { body: Buffer.concat([deflateRawSync(document), Buffer.alloc(100)]) });
  changed('deflate that is not', { body: Buffer.alloc(80, 0xff) });
  changed('deflate empty', { body: Buffer.alloc(0) });
  more('a wrong CRC in a file that nobody names', { name: 'OTHER.TXT', data: 'x', crc: 1 });

  const zeros = Buffer.alloc(8 * 1024 * 1024);
  more('a ratio of 1000', { name: 'BOMB.TXT', data: zeros });
  changed('a ratio of 1000 that says it is small', { body: deflateRawSync(zeros), size: document.length });
  more('a size of four gibibytes', { name: 'BOMB.TXT', data: zeros, size: 0xfffffff0 });
  more(
    'sizes of a gibibyte, three times',
    ...[1, 2, 3].map((index) => ({
      name: `BOMB${String(index)}.TXT`,
      method: 0,
      data: 'x',
      size: 0x3fffffff,
      compressedSize: 0x3fffffff,
      local: {},
    })),
  );
  add('1,001 files', {
    entries: [
      ...good,
      ...Array.from({ length: 998 }, (_, index) => ({ name: `F${String(index)}`, data: 'x', method: 0 })),
    ],
  });
  add('60,000 files', {
    entries: Array.from({ length: 60_000 }, (_, index) => ({ name: `F${String(index)}`, method: 0 })),
  });

  const at = (name: string): number => whole.indexOf(Buffer.from(name)) - 30;
  more('an entry over another', { name: 'README.TXT2', ghost: true, offset: at('README.TXT'), data: 'x' });
  more('the same data for two names', {
    name: documentName.replace('1', '2'),
    ghost: true,
    offset: at(documentName),
    data: document,
  });
  more(
    'an entry inside the data of another',
    { name: 'INNER.TXT', data: rawZip({ entries: [{ name: 'INNER.TXT', data: 'x' }] }), method: 0 },
    { name: 'INNER2.TXT', ghost: true, offset: at('INDEX.HTM') + 5, data: 'x' },
  );
  more('an entry inside the directory', { name: 'EVIL', ghost: true, offset: whole.length - 60, data: 'x' });
  more('an entry after the end', { name: 'EVIL', ghost: true, offset: 0x7fffffff, data: 'x' });
  more('an entry that runs into the directory', { name: 'EVIL', data: 'x', method: 0, size: 200, compressedSize: 200 });

  for (const [name, end] of Object.entries({
    'another disk': { disk: 1 },
    'a directory on another disk': { directoryDisk: 1 },
    'fewer entries than there are': { entries: 3, diskEntries: 3 },
    'more entries than there are': { entries: 9, diskEntries: 9 },
    'two counts': { diskEntries: 2 },
    'no entry': { entries: 0, diskEntries: 0 },
    'an offset past the end': { offset: 0x7fffffff },
    'an offset of zero': { offset: 0 },
    'an offset one too small': { offset: whole.readUInt32LE(whole.length - 6) - 1 },
    'a size past the end': { size: 0x7fffffff },
  })) {
    add(`end record: ${name}`, { entries: good, end });
  }
  add('bytes before', {
    entries: good.map((entry) => ({ ...entry })),
    prefix: 'MZ evil',
    end: { offset: whole.readUInt32LE(whole.length - 6) },
  });
  add('bytes after', { entries: good, suffix: 'evil' });
  add('bytes before the directory', {
    entries: good,
    gap: 'PK evil',
    end: { offset: whole.readUInt32LE(whole.length - 6) },
  });
  add('a comment length too large', { entries: good, comment: 'x', commentLength: 60_000 });
  add('a comment length too small', { entries: good, comment: 'evil', commentLength: 1 });
  add('two end records', { entries: good, comment: whole.subarray(-22).toString('latin1'), commentLength: 0 });
  add('two archives', () => Buffer.concat([whole, whole]));

  const full = 0xffffffff;
  changed('zip64 without its field', { size: full, compressedSize: full });
  changed('zip64 field too short', { size: full, compressedSize: full, extra: zip64Extra(1) });
  changed('zip64 size of an exbibyte', { size: full, extra: zip64Extra(1n << 60n) });
  changed('zip64 size past what a number holds', { size: full, extra: zip64Extra((1n << 64n) - 1n) });
  changed('zip64 offset past the end', { offset: full, extra: zip64Extra(1n << 40n) });
  changed('zip64 field that announces more than there is', {
    size: full,
    extra: Buffer.from([1, 0, 0xff, 0, 1, 2, 3]),
  });
  add('zip64 end record: too many entries', {
    entries: good,
    end: { entries: 0xffff, diskEntries: 0xffff, offset: full, size: full },
    beforeEnd: (offset, size, place) => zip64End(1n << 40n, size, offset, place),
  });
  add('zip64 end record: offset past the end', {
    entries: good,
    end: { entries: 0xffff, diskEntries: 0xffff, offset: full, size: full },
    beforeEnd: (_, size, place) => zip64End(4, size, 1n << 40n, place),
  });
  add('zip64 locator that points nowhere', {
    entries: good,
    end: { entries: 0xffff, diskEntries: 0xffff, offset: full, size: full },
    beforeEnd: (offset, size, place) => zip64End(4, size, offset, place, 7),
  });
  add('zip64 without its end record', {
    entries: good,
    end: { entries: 0xffff, diskEntries: 0xffff, offset: full, size: full },
  });

  add('empty', () => Buffer.alloc(0));
  add('end record only', () => whole.subarray(-22));
  add('not a zip', () => Buffer.from('%PDF-1.4\n'.repeat(10)));
  add('a gzip', () => Buffer.from([0x1f, 0x8b, 8, ...Array.from({ length: 60 }, () => 0)]));
  for (let tenth = 1; tenth < 10; tenth += 1) {
    add(`cut at ${String(tenth * 10)} %`, () => whole.subarray(0, Math.floor((whole.length * tenth) / 10)));
  }
  for (const missing of [1, 2, 21, 22, 23, 60]) {
    add(`${String(missing)} bytes missing`, () => whole.subarray(0, -missing));
  }

  const text = Buffer.from(metadata).toString();
  const withMetadata = (name: string, xml: string, finding?: string): void =>
    add(name, { entries: [...good.slice(0, 2), { name: metadataName, data: xml }, good[3]!] }, finding);
  add('no METADATA.XML', { entries: [good[0]!, good[1]!, good[3]!] });
  add('METADATA.XML is a folder', { entries: [good[0]!, { name: `${metadataName}/`, data: '' }, good[3]!] });
  withMetadata('metadata with a DOCTYPE', `<!DOCTYPE a [<!ENTITY b "c">]>${text.slice(text.indexOf('<lcm'))}`);
  withMetadata('metadata that is not XML', 'PK');
  withMetadata('metadata of nothing', '<a/>');
  withMetadata('a URI of the parent', text.replace('DOC0001.XML', '../../README.TXT'), 'XDM-FILE');
  withMetadata(
    'a URI of the parent with backslashes',
    text.replace('DOC0001.XML', String.raw`..\..\README.TXT`),
    'XDM-FILE',
  );
  withMetadata('an absolute URI', text.replace('DOC0001.XML', '/etc/passwd'), 'XDM-FILE');
  withMetadata('a URI that is an address', text.replace('DOC0001.XML', 'http://127.0.0.1/x'), 'XDM-FILE');
  withMetadata('a URI of a file address', text.replace('DOC0001.XML', 'file:///etc/passwd'), 'XDM-FILE');
  withMetadata('a hash of another document', text.replace(/>[0-9a-f]{40}</, `>${'0'.repeat(40)}<`), 'XDM-HASH');
  withMetadata('a size of another document', text.replace(`>${String(document.length)}<`, '>1<'), 'XDM-SIZE');
  add('two submission sets of two patients', {
    entries: [
      ...good,
      { name: 'IHE_XDM/SUBSET02/METADATA.XML', data: text.replaceAll(/value="\d{15}\^/g, 'value="255069999999934^') },
    ],
  });
  return cases;
}
