import { PdfSyntaxError, type Token } from './lexer.ts';

const maxDepth = 256;
const maxTokens = 65_536;

/**
 * Direct entries of the dictionary that stands before a stream. A nested dictionary counts as
 * `<<>>`.
 */
export type StreamDictionary = ReadonlyMap<string, readonly string[]>;

/** Remembers the tokens of open dictionaries, so that the one before `stream` can be read. */
export class DictionaryStack {
  readonly #open: string[][] = [];
  #closed: readonly string[] | null = null;

  push(token: Token): void {
    this.#closed = null;
    if (token.kind === 'open-dict') this.#enter();
    else if (token.kind === 'close-dict') this.#leave();
    // The end of an object ends its dictionaries too, whether they were closed or not.
    else if (token.kind === 'word' && token.text === 'endobj') this.#open.length = 0;
    else this.#add(written(token));
  }

  /** The dictionary closed just before the last token, or `null`. */
  closed(): StreamDictionary | null {
    return this.#closed && entriesOf(this.#closed);
  }

  #enter(): void {
    if (this.#open.length >= maxDepth) throw new PdfSyntaxError('dictionaries nested too deep');
    this.#open.push([]);
  }

  #leave(): void {
    const closed = this.#open.pop();
    if (!closed) throw new PdfSyntaxError('dictionary closed twice');

    this.#add('<<>>');
    if (this.#open.length === 0) this.#closed = closed;
  }

  #add(text: string): void {
    const top = this.#open[this.#open.length - 1];
    if (!top) return;

    if (top.length >= maxTokens) throw new PdfSyntaxError('dictionary too long');
    top.push(text);
  }
}

/** A token as an entry holds it; the content of a string is of no use here. */
function written({ kind, text }: Token): string {
  switch (kind) {
    case 'open-array':
      return '[';
    case 'close-array':
      return ']';
    case 'name':
      return `/${text}`;
    case 'string':
      return '()';
    case 'word':
    case 'open-dict':
    case 'close-dict':
      return text;
  }
}

/** Names and the tokens of their values. */
function entriesOf(tokens: readonly string[]): StreamDictionary {
  const entries = new Map<string, readonly string[]>();
  let at = 0;
  while (at < tokens.length) {
    const key = tokens[at];
    if (key === undefined || !key.startsWith('/')) throw new PdfSyntaxError('dictionary key is not a name');

    const end = endOfValue(tokens, at + 1);
    entries.set(key.slice(1), tokens.slice(at + 1, end));
    at = end;
  }
  return entries;
}

/** Where a value ends: at the next name outside an array, unless the value is a name itself. */
function endOfValue(tokens: readonly string[], from: number): number {
  let depth = 0;
  for (let at = from; at < tokens.length; at += 1) {
    const token = tokens[at];
    if (depth === 0 && at > from && token?.startsWith('/')) return at;

    if (token === '[') depth += 1;
    else if (token === ']') depth -= 1;
  }
  return tokens.length;
}
