import { PdfSyntaxError, type Token } from './lexer.ts';

const maxDepth = 256;
const maxTokens = 65_536;

/**
 * Direct entries of the dictionary that stands before a stream. A nested dictionary counts as
 * `<<>>`.
 */
export type StreamDictionary = ReadonlyMap<string, readonly string[]>;

/** Remembers the tokens of open dictionaries, so that the one before `stream` can be asked. */
export class DictionaryStack {
  readonly #open: string[][] = [];
  #closed: readonly string[] | null = null;

  push(token: Token): void {
    this.#closed = null;
    switch (token.kind) {
      case 'open-dict':
        if (this.#open.length >= maxDepth) throw new PdfSyntaxError('dictionaries nested too deep');
        this.#open.push([]);
        return;
      case 'close-dict': {
        const closed = this.#open.pop();
        if (!closed) throw new PdfSyntaxError('dictionary closed twice');
        this.#add('<<>>');
        if (this.#open.length === 0) this.#closed = closed;
        return;
      }
      case 'open-array':
        this.#add('[');
        return;
      case 'close-array':
        this.#add(']');
        return;
      case 'name':
        this.#add(`/${token.text}`);
        return;
      case 'string':
        this.#add('()');
        return;
      case 'word':
        if (token.text === 'endobj') this.#open.length = 0;
        else this.#add(token.text);
    }
  }

  #add(text: string): void {
    const top = this.#open[this.#open.length - 1];
    if (!top) return;
    if (top.length >= maxTokens) throw new PdfSyntaxError('dictionary too long');
    top.push(text);
  }

  /** The dictionary closed just before the last token, or `null`. */
  closed(): StreamDictionary | null {
    const tokens = this.#closed;
    if (!tokens) return null;
    const entries = new Map<string, readonly string[]>();
    let at = 0;
    while (at < tokens.length) {
      const key = tokens[at] ?? '';
      if (!key.startsWith('/')) throw new PdfSyntaxError('dictionary key is not a name');
      at += 1;
      const value: string[] = [];
      let depth = 0;
      while (at < tokens.length) {
        const token = tokens[at] ?? '';
        if (depth === 0 && value.length > 0 && token.startsWith('/')) break;
        if (token === '[') depth += 1;
        else if (token === ']') depth -= 1;
        value.push(token);
        at += 1;
      }
      entries.set(key.slice(1), value);
    }
    return entries;
  }
}
