/**
 * Characters that a reader does not see, or that turn what follows: C0 and C1 controls, marks of
 * direction, zero-width characters, line separators, tags, unpaired surrogates. A name or a title
 * with one is not what it looks like.
 *
 * @see Unicode Standard Annex 9 (bidirectional algorithm) and Technical Report 36 (security)
 */
export const invisible: RegExp =
  /[\0-\x1F\x7F-\x9F\u061C\u180E\u200B-\u200F\u2028-\u202E\u2060-\u206F\uFEFF\uFFF9-\uFFFB\u{E0000}-\u{E007F}\p{Cs}]/u;

/** Encodings of a text that somebody wrote with an editor or a shell. */
export type TextEncodingName = 'utf-8' | 'utf-16le' | 'utf-16be';

/**
 * The encoding that the first bytes announce by their mark. Without one it is UTF-8. `>` of Windows
 * PowerShell and the "Unicode text" of a spreadsheet write UTF-16 with a mark.
 *
 * @see RFC 2781, section 4 (UTF-16 by its mark) and RFC 3629, section 6
 */
export function encodingOf(head: Uint8Array): TextEncodingName {
  const [first, second] = head;
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  return 'utf-8';
}

/** A decoder that refuses what is wrong in its encoding, and drops the mark. */
export function strictDecoder(encoding: TextEncodingName): InstanceType<typeof TextDecoder> {
  return new TextDecoder(encoding, { fatal: true });
}

/** A whole text, in UTF-8 or in UTF-16 with a mark; `null` when the bytes are neither. */
export function decodeText(bytes: Uint8Array): string | null {
  try {
    return strictDecoder(encodingOf(bytes)).decode(bytes);
  } catch {
    return null;
  }
}
