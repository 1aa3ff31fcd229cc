/** DER of a few types: enough to write test certificates and PKCS#12 files. */

export function tlv(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) size.unshift(rest & 0xff);
  const header = length < 0x80 ? [tag, length] : [tag, 0x80 | size.length, ...size];
  return Buffer.concat([Uint8Array.from(header), content]);
}

export const sequence = (...parts: readonly Uint8Array[]): Uint8Array => tlv(0x30, ...parts);
/** A SET OF, its members sorted as DER asks. */
export const set = (...parts: readonly Uint8Array[]): Uint8Array =>
  tlv(0x31, ...[...parts].sort((a, b) => Buffer.compare(a, b)));
/** A SET OF in the order given: cards are known to hold their multi-valued names so. */
export const setAsGiven = (...parts: readonly Uint8Array[]): Uint8Array => tlv(0x31, ...parts);
export const octets = (...parts: readonly Uint8Array[]): Uint8Array => tlv(0x04, ...parts);
export const bits = (content: Uint8Array, unused = 0): Uint8Array => tlv(0x03, Uint8Array.of(unused), content);
export const explicit = (number: number, ...parts: readonly Uint8Array[]): Uint8Array => tlv(0xa0 | number, ...parts);
export const nothing: Uint8Array = tlv(0x05);
export const yes: Uint8Array = tlv(0x01, Uint8Array.of(0xff));

export function oid(dotted: string): Uint8Array {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const bytes: number[] = [];
  for (const arc of [first * 40 + second, ...rest]) {
    const group = [arc & 0x7f];
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128)) group.unshift((left & 0x7f) | 0x80);
    bytes.push(...group);
  }
  return tlv(0x06, Uint8Array.from(bytes));
}

export function integer(value: number | Uint8Array): Uint8Array {
  if (typeof value !== 'number') {
    return tlv(0x02, (value[0] ?? 0) >= 0x80 ? Buffer.concat([Uint8Array.of(0), value]) : value);
  }
  const bytes: number[] = [];
  for (let rest = value; rest > 0 || bytes.length === 0; rest = Math.floor(rest / 256)) bytes.unshift(rest & 0xff);
  return integer(Uint8Array.from(bytes));
}

/** String types by the name certificates use. */
export type StringType = 'utf8' | 't61' | 'printable' | 'ia5';

export function string(value: string, type: StringType = 'utf8'): Uint8Array {
  const tags = { utf8: 0x0c, t61: 0x14, printable: 0x13, ia5: 0x16 } as const;
  return tlv(tags[type], Buffer.from(value, type === 'utf8' ? 'utf8' : 'latin1'));
}

export function time(epochMs: number): Uint8Array {
  const digits = new Date(epochMs).toISOString().slice(0, 19).replaceAll(/[-T:]/g, '');
  const year = Number(digits.slice(0, 4));
  const short = year >= 1950 && year < 2050;
  return tlv(short ? 0x17 : 0x18, Buffer.from(`${short ? digits.slice(2) : digits}Z`, 'latin1'));
}
