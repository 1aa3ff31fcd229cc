// RC2-CBC decryption (RFC 2268): OpenSSL 3 keeps it in a provider that Node does not load, and the
// certificate part of older PKCS#12 files is under RC2 with 40 bits. Only ever used to read;
// nothing is encrypted with it.

const table = Buffer.from(
  'd978f9c419ddb5ed28e9fd794aa0d89dc67e37832b76538e624c6488448bfba2179a59f587b34f1361456d8d09817d32bd8f40eb86b77b0bf09521225c6b4e82' +
    '54d66593ce60b21c7356c014a78cf1dc1275ca1f3bbee4d1423dd430a33cb6266fbf0eda4669075727f21d9bbc944303f811c7f690ef3ee706c3d52fc8661ed7' +
    '08e8eade8052eef784aa72ac354d6a2a961ad2715a1549744b9fd05e0418a4ecc2e0416e0f51cbcc2491af50a1f47039997c3a8523b8b47afc02365b25559731' +
    '2d5dfa98e38a92ae05df2910676cbac9d300e6cfe19ea82c6316013f58e289a90d38341bab33ffb0bb480c5fb9b1cd2ec5f3db47e5a59c770aa62068fe7fc1ad',
  'hex',
);

const at = (index: number): number => table[index & 0xff] ?? 0;

function expandKey(key: Uint8Array, effectiveBits: number): Uint16Array {
  const bytes = new Uint8Array(128);
  bytes.set(key);

  for (let i = key.length; i < 128; i += 1) bytes[i] = at((bytes[i - 1] ?? 0) + (bytes[i - key.length] ?? 0));
  const size = (effectiveBits + 7) >> 3;
  bytes[128 - size] = at((bytes[128 - size] ?? 0) & (0xff >> (8 * size - effectiveBits)));
  for (let i = 127 - size; i >= 0; i -= 1) bytes[i] = at((bytes[i + 1] ?? 0) ^ (bytes[i + size] ?? 0));
  return Uint16Array.from({ length: 64 }, (_, i) => (bytes[2 * i] ?? 0) | ((bytes[2 * i + 1] ?? 0) << 8));
}

/** Rotations of a mixing round, by word. */
const shifts = [1, 2, 3, 5] as const;
const wordAt = (words: Uint16Array, i: number): number => words[i & 3] ?? 0;

/** One mixing round backwards (RFC 2268, section 4), with the key words from `last` down. */
function unmix(k: Uint16Array, words: Uint16Array, last: number): void {
  for (let i = 3; i >= 0; i -= 1) {
    const shift = shifts[i] ?? 0;
    const word = wordAt(words, i);
    const rotated = (word >>> shift) | (word << (16 - shift));

    const choice = wordAt(words, i + 3);
    const mixed = (choice & wordAt(words, i + 2)) + (~choice & wordAt(words, i + 1));
    words[i] = rotated - (k[last - (3 - i)] ?? 0) - mixed;
  }
}

/** One mashing round backwards (RFC 2268, section 4). */
function unmash(k: Uint16Array, words: Uint16Array): void {
  for (let i = 3; i >= 0; i -= 1) words[i] = wordAt(words, i) - (k[wordAt(words, i + 3) & 63] ?? 0);
}

/** Sixteen mixing rounds, with a mashing round after the fifth and the eleventh. */
function decryptBlock(k: Uint16Array, words: Uint16Array): void {
  for (let round = 0; round < 16; round += 1) {
    unmix(k, words, 63 - 4 * round);
    if (round === 4 || round === 10) unmash(k, words);
  }
}

/** Decrypts whole blocks; padding is the caller's part. */
export function rc2CbcDecrypt(key: Uint8Array, effectiveBits: number, iv: Uint8Array, data: Uint8Array): Uint8Array {
  const expanded = expandKey(key, effectiveBits);
  const out = new Uint8Array(data.length);
  const words = new Uint16Array(4);

  for (let offset = 0; offset + 8 <= data.length; offset += 8) {
    for (let i = 0; i < 4; i += 1) words[i] = (data[offset + 2 * i] ?? 0) | ((data[offset + 2 * i + 1] ?? 0) << 8);
    decryptBlock(expanded, words);

    for (let i = 0; i < 8; i += 1) {
      const clear = ((words[i >> 1] ?? 0) >> (8 * (i & 1))) & 0xff;
      out[offset + i] = clear ^ ((offset === 0 ? iv[i] : data[offset - 8 + i]) ?? 0);
    }
  }

  return out;
}
