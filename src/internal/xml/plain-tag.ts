import { codeAt, nameEnd, plain, runEnd } from './plain-runs.ts';

const [space, quote, apostrophe, slash, equals, greater] = [0x20, 0x22, 0x27, 0x2f, 0x3d, 0x3e];

/**
 * A start tag as most are written: names in ASCII, one space before each attribute, values without
 * references. Its members are those of the last one that was read.
 */
export class PlainTag {
  name = '';
  isSelfClosing = false;
  /** Place behind it. */
  end = 0;
  /** How many attributes it has; what stands behind them in the lists is of other tags. */
  count = 0;
  readonly names: string[] = [];
  readonly values: string[] = [];
  /** Places behind the attributes. */
  readonly ends: number[] = [];

  /**
   * @param start - place of its `<`
   * @returns `false` when it is not whole, not plain or not well formed
   */
  read(text: string, start: number): boolean {
    let at = nameEnd(text, start + 1);
    if (at === start + 1) return false;

    this.name = text.slice(start + 1, at);
    this.count = 0;
    while (codeAt(text, at) === space) {
      const end = this.#readAttribute(text, at + 1);
      if (end === null) return false;
      at = end;
    }

    this.isSelfClosing = codeAt(text, at) === slash;
    if (this.isSelfClosing) at += 1;
    this.end = at + 1;
    return codeAt(text, at) === greater;
  }

  /** @returns the place behind it */
  #readAttribute(text: string, start: number): number | null {
    const equal = nameEnd(text, start);
    if (equal === start || codeAt(text, equal) !== equals) return null;

    const mark = codeAt(text, equal + 1);
    if (mark !== quote && mark !== apostrophe) return null;

    const close = runEnd(text, equal + 2, plain.value);
    if (codeAt(text, close) !== mark) return null;

    this.names[this.count] = text.slice(start, equal);
    this.values[this.count] = text.slice(equal + 2, close);
    this.ends[this.count] = close + 1;
    this.count += 1;
    return close + 1;
  }
}
