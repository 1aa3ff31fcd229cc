import { crc32 } from 'node:zlib';
import type { Entry } from 'yauzl';
import { fromCodePage } from './code-pages.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true });
const utf8Flag = 0x0800;
/** Info-ZIP Unicode path: a version and a CRC, then the name in UTF-8. */
const unicodePathField = 0x7075;
const unicodePathHeader = 5;

const longestName = 255;
const deepestName = 16;
/**
 * Names that Windows gives to a device, whatever comes after the first dot: `CON.xml` is no file
 * there. It also drops dots and blanks at the end of a name, so that two names become one.
 *
 * @see Microsoft Learn, "Naming Files, Paths, and Namespaces", naming conventions
 */
const deviceName =
  /^(?:CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|COM[0-9\u00B9\u00B2\u00B3]|LPT[0-9\u00B9\u00B2\u00B3]) *(?:\.|$)/i;
const droppedEnd = /[. ]$/;

/** Whether a name can be that of a file or folder on every system; separators are not looked at. */
export function isPortableName(name: string): boolean {
  return name !== '' && !deviceName.test(name) && !droppedEnd.test(name);
}

/** Controls, marks of direction, and characters that some system takes for a separator. */
const forbidden = /[\0-\x1F\x7F-\x9F\u200E\u200F\u202A-\u202E\u2044\u2066-\u2069\u2215\uFF0F\uFF3C:]/;

function decoded(raw: Uint8Array, isUtf8: boolean): string | null {
  if (!isUtf8 && raw.every((byte) => byte < 0x80)) return Buffer.from(raw).toString('latin1');

  try {
    return utf8.decode(raw);
  } catch {
    return isUtf8 ? null : fromCodePage(raw);
  }
}

/**
 * The guard against path traversal (zip slip): a name whose `..`, leading `/` or drive letter would
 * put the file outside of the folder where the archive is unpacked is refused. So is one that
 * Windows would take for a device or write under another name.
 *
 * @returns the name with `/` as separator (some software writes `\`); `null` when it is absolute,
 *   has a drive letter, a part that is empty, `.` or `..`, the name of a device, a dot or a blank
 *   at its end, a control or bidirectional character, or more than 255 bytes
 */
export function safeName(raw: Uint8Array, isUtf8: boolean): string | null {
  if (raw.length === 0 || raw.length > longestName) return null;
  const name = decoded(raw, isUtf8)?.replaceAll('\\', '/').normalize('NFC');
  if (name === undefined || forbidden.test(name)) return null;

  const parts = name.split('/');
  if (parts[parts.length - 1] === '') parts.pop();
  // `.` and `..` end with a dot.
  const isInside = parts.length > 0 && parts.every(isPortableName);
  return isInside && parts.length <= deepestName ? name : null;
}

/**
 * The name of an entry, `null` when it is not safe. A Unicode path that belongs to the name (its
 * CRC says so) is the name; whichever name another reader uses, each has to be safe.
 *
 * @see APPNOTE.TXT, section 4.6.9
 */
export function entryName({ fileNameRaw, generalPurposeBitFlag, extraFields }: Entry): string | null {
  let name = safeName(fileNameRaw, (generalPurposeBitFlag & utf8Flag) !== 0);
  if (name === null) return null;

  for (const { id, data } of extraFields) {
    if (id !== unicodePathField) continue;

    const unicode = safeName(data.subarray(unicodePathHeader), true);
    if (unicode === null) return null;
    const isOfName = data[0] === 1 && data.readUInt32LE(1) === crc32(fileNameRaw);
    // A file stays a file, a folder a folder.
    if (isOfName && unicode.endsWith('/') === name.endsWith('/')) name = unicode;
  }
  return name;
}
