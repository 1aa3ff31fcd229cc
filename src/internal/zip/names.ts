const utf8 = new TextDecoder('utf-8', { fatal: true });

function decoded(raw: Uint8Array, isUtf8: boolean): string | null {
  if (!isUtf8 && raw.every((byte) => byte < 0x80)) return Buffer.from(raw).toString('latin1');
  try {
    return utf8.decode(raw);
  } catch {
    return isUtf8 ? null : Buffer.from(raw).toString('latin1');
  }
}

/**
 * A name that stays inside its folder, with `/` as separator (some software writes `\`). `null`
 * when it does not: absolute, drive letter, `.` or `..`, empty part, control or bidirectional
 * character, more than 255 bytes.
 */
export function safeName(raw: Uint8Array, isUtf8: boolean): string | null {
  if (raw.length === 0 || raw.length > 255) return null;
  const name = decoded(raw, isUtf8)?.replaceAll('\\', '/').normalize('NFC');
  if (
    name === undefined ||
    /[\0-\x1F\x7F-\x9F\u200E\u200F\u202A-\u202E\u2044\u2066-\u2069\u2215\uFF0F\uFF3C:]/.test(name)
  ) {
    return null;
  }
  const parts = name.split('/');
  if (parts[parts.length - 1] === '') parts.pop();
  const inside = parts.length > 0 && parts.every((part) => part !== '' && part !== '.' && part !== '..');
  return inside && parts.length <= 16 ? name : null;
}
