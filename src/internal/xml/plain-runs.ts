/** Kinds of text that mean nothing but themselves, as bits. */
export const plain = { nameStart: 1, name: 2, value: 4, text: 8, section: 16 } as const;

/** The kinds of each character. Half of a pair, and what may be forbidden, is of none of them. */
const kinds = new Uint8Array(0x10000).fill(plain.value | plain.text | plain.section, 0x80, 0xd800);
for (let code = 0; code < 0x80; code += 1) {
  const char = String.fromCharCode(code);
  const isText = code >= 0x20 || char === '\t' || char === '\n';

  // A name beyond ASCII has rules of its own, and so has a blank in a value that is no space.
  kinds[code] =
    (/[A-Za-z_:]/.test(char) ? plain.nameStart : 0) |
    (/[\w.:-]/.test(char) ? plain.name : 0) |
    (code >= 0x20 && !'"\'&<'.includes(char) ? plain.value : 0) |
    (isText && !'&<]'.includes(char) ? plain.text : 0) |
    (isText && !'-]?"\''.includes(char) ? plain.section : 0);
}

/** The character there, 0 behind the end: to ask the engine for it costs what it has compiled. */
export function codeAt(text: string, at: number): number {
  return at < text.length ? text.charCodeAt(at) : 0;
}

/** The first place from `start` on where a text is not of a kind, or its length. */
export function runEnd(text: string, start: number, kind: number): number {
  const { length } = text;
  let at = start;
  while (at < length && ((kinds[text.charCodeAt(at)] ?? 0) & kind) !== 0) at += 1;
  return at;
}

/** Where the name that begins there ends; `start` when none begins. */
export function nameEnd(text: string, start: number): number {
  return ((kinds[codeAt(text, start)] ?? 0) & plain.nameStart) === 0 ? start : runEnd(text, start, plain.name);
}
