import type { Random } from './random.ts';

/** Larger inputs say nothing more and take longer. */
const maxLength = 300_000;

/** Tokens that trouble readers of every format. */
const troubles: readonly string[] = [
  '\0',
  '\r\n',
  '\n\n',
  '\r\n\r\n',
  '\u00e9',
  '\u202e',
  '\ufeff',
  '\ud83d\ude00',
  '-1',
  '0',
  '1e9',
  '2147483648',
  '9007199254740993',
  '99999999999999999999',
  'NaN',
  '%',
  '..',
  '/',
  '\\',
  '"',
  "'",
  '&',
  '<',
  '>',
  '^',
  '|',
  '~',
  ';',
  '__proto__',
  'constructor',
];

const bytes = (text: string): Buffer => Buffer.from(text, 'utf8');

const tokenOf = (dictionary: readonly string[], random: Random): string =>
  random.pick(dictionary.length > 0 && random.below(3) > 0 ? dictionary : troubles);

function cut(data: Buffer, random: Random): readonly [start: number, end: number] {
  const start = random.below(data.length + 1);
  const longest = random.below(4) === 0 ? data.length : 64;
  return [start, Math.min(data.length, start + random.below(longest + 1))];
}

const isWord = (byte: number | undefined): boolean =>
  byte !== undefined && ((byte >= 0x30 && byte <= 0x39) || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a));

/** A word of letters and digits, from some place on. */
function wordAt(data: Buffer, random: Random): readonly [start: number, end: number] | null {
  let start = random.below(data.length + 1);
  const limit = Math.min(data.length, start + 400);
  while (start < limit && !isWord(data[start])) start += 1;
  if (start >= limit) return null;
  let end = start;
  while (end < start + 60 && isWord(data[end])) end += 1;
  return [start, end];
}

type Mutation = (data: Buffer, random: Random, others: readonly Uint8Array[], dictionary: readonly string[]) => Buffer;

const mutations: readonly Mutation[] = [
  function flipBit(data, random) {
    if (data.length === 0) return data;
    const out = Buffer.from(data);
    const at = random.below(out.length);
    out[at] = (out[at] ?? 0) ^ (1 << random.below(8));
    return out;
  },
  function setByte(data, random) {
    if (data.length === 0) return data;
    const out = Buffer.from(data);
    out[random.below(out.length)] = random.pick([0, 9, 10, 13, 32, 0x22, 0x26, 0x3c, 0x3e, 0x7f, 0x80, 0xc3, 0xff]);
    return out;
  },
  function remove(data, random) {
    const [start, end] = cut(data, random);
    return Buffer.concat([data.subarray(0, start), data.subarray(end)]);
  },
  function truncate(data, random) {
    return random.below(2) === 0
      ? data.subarray(0, random.below(data.length + 1))
      : data.subarray(random.below(data.length + 1));
  },
  function duplicate(data, random) {
    const [start, end] = cut(data, random);
    const times = random.below(8) === 0 ? 1 + random.below(200) : 1;
    return Buffer.concat([
      data.subarray(0, end),
      ...Array<Buffer>(times).fill(data.subarray(start, end)),
      data.subarray(end),
    ]);
  },
  function swap(data, random) {
    const [start, end] = cut(data, random);
    const to = random.below(data.length + 1);
    const block = data.subarray(start, end);
    const rest = Buffer.concat([data.subarray(0, start), data.subarray(end)]);
    return Buffer.concat([rest.subarray(0, to), block, rest.subarray(to)]);
  },
  function splice(data, random, others) {
    if (others.length === 0) return data;
    const other = random.pick(others);
    // Half of the time at the same place: the two are often alike.
    const at = random.below(data.length + 1);
    const from = random.below(2) === 0 ? Math.min(at, other.length) : random.below(other.length + 1);
    const to = random.below(2) === 0 ? other.length : Math.min(other.length, from + random.below(2_000));
    const end = random.below(2) === 0 ? data.length : Math.min(data.length, at + (to - from));
    return Buffer.concat([data.subarray(0, at), other.subarray(from, to), data.subarray(end)]);
  },
  function insertToken(data, random, _others, dictionary) {
    const at = random.below(data.length + 1);
    return Buffer.concat([data.subarray(0, at), bytes(tokenOf(dictionary, random)), data.subarray(at)]);
  },
  function replaceToken(data, random, _others, dictionary) {
    if (dictionary.length === 0) return data;
    const token = bytes(random.pick(dictionary));
    const from = random.below(data.length + 1);
    const found = data.indexOf(token, from);
    const at = found < 0 ? data.indexOf(token) : found;
    if (at < 0) return data;
    const other = bytes(tokenOf(dictionary, random));
    return Buffer.concat([data.subarray(0, at), other, data.subarray(at + token.length)]);
  },
  function changeNumber(data, random) {
    if (data.length === 0) return data;
    const from = random.below(data.length);
    let start = -1;
    for (let at = from; at < Math.min(data.length, from + 400) && start < 0; at += 1) {
      if ((data[at] ?? 0) >= 0x30 && (data[at] ?? 0) <= 0x39) start = at;
    }
    if (start < 0) return data;
    let end = start;
    while (end < data.length && end < start + 30 && (data[end] ?? 0) >= 0x30 && (data[end] ?? 0) <= 0x39) end += 1;
    const digits = data.subarray(start, end).toString('latin1');
    const changed = random.pick([
      '0',
      '',
      '-1',
      `${digits}0`,
      digits.slice(1),
      '9'.repeat(digits.length),
      String(BigInt(digits) + 1n),
      '4294967296',
      '99999999999999999999',
    ]);
    return Buffer.concat([data.subarray(0, start), bytes(changed), data.subarray(end)]);
  },
  function changeLetter(data, random) {
    // Keeps the syntax: what is changed is a value or a name.
    const at = wordAt(data, random)?.[0];
    if (at === undefined) return data;
    const out = Buffer.from(data);
    out[at] = random.pick([...Buffer.from('0123456789AEZaez')]);
    return out;
  },
  function copyWord(data, random, others) {
    const to = wordAt(data, random);
    const other = Buffer.from(random.pick([data, ...others]));
    const from = wordAt(other, random);
    if (!to || !from) return data;
    return Buffer.concat([data.subarray(0, to[0]), other.subarray(...from), data.subarray(to[1])]);
  },
  function setWord(data, random) {
    // Lengths and offsets of binary formats.
    if (data.length < 4) return data;
    const out = Buffer.from(data);
    const at = random.below(out.length - 3);
    const value = random.pick([0, 1, 0x7f, 0x80, 0xff, 0xffff, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff, data.length]);
    if (random.below(2) === 0) out.writeUInt32LE(value >>> 0, at);
    else out.writeUInt32BE(value >>> 0, at);
    return out;
  },
];

/** One to some changes of a seed. */
export function mutate(seeds: readonly Uint8Array[], dictionary: readonly string[], random: Random): Buffer {
  let data = Buffer.from(random.pick(seeds));
  const changes = 1 + random.below(random.pick([1, 1, 3, 12]));
  for (let change = 0; change < changes; change += 1) {
    data = Buffer.from(random.pick(mutations)(data, random, seeds, dictionary).subarray(0, maxLength));
  }
  return data;
}
