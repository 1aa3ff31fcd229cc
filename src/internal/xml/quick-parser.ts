import { SaxesParser } from 'saxes';
import { codeAt, plain, runEnd } from './plain-runs.ts';
import { PlainTag } from './plain-tag.ts';

/** What the parser keeps while it reads, and its steps: its types hide them. */
interface ParserParts extends Pick<SaxesParser, 'on' | 'write' | 'close' | 'position' | 'xmlDecl'> {
  readonly chunk: string;
  /** Place in the chunk of what is read next. */
  i: number;
  /** What was read of a text, a comment or a section, and not given yet. */
  text: string;
  /** How much of `]]>` was just read, 0 for nothing. */
  readonly forbiddenState: number;
  /** The open elements, the innermost last. */
  readonly tags: { readonly name: string }[];
  /** The root element is over. */
  closedRoot: boolean;

  /** What follows a tag, a comment or the like. */
  sText(): void;
  /** Comments, sections and instructions. @returns `false` when the chunk ends before `char` */
  captureToChar(char: number): boolean;
}

const Parser = SaxesParser as unknown as new (options: { readonly position: false }) => ParserParts;

/** Who is told what the parser meets. */
export interface XmlEvents {
  /** Its references are resolved. Nobody has looked whether its name comes twice. */
  addAttribute(name: string, value: string): void;
  /** After its attributes. */
  openElement(name: string, selfClosing: boolean): void;
  closeElement(): void;
  /** Of a text or a section, maybe a part of it. */
  addText(text: string): void;
}

const [slash, less, greater] = [0x2f, 0x3c, 0x3e];

/**
 * The parser, with what is plain read at once. It takes one step for each character, and looks at
 * each whether a name, a value or a text could end there. Here a tag that is plain, and the text
 * before it, are taken in one piece. Everything else is left where it stands: the parser reads it
 * and judges it as always, also what is not well formed.
 *
 * This counts on steps and members that are the parser's own business: its version is exact in
 * `package.json`. The list of attributes that it would make for each tag is not made.
 *
 * The parser turns slow, by a factor of five, with an eighth handler: it keeps them as properties
 * added one by one, of which the engine takes that many before it falls back to a dictionary.
 */
export class QuickParser extends Parser {
  readonly #events: XmlEvents;
  readonly #tag = new PlainTag();

  constructor(events: XmlEvents) {
    super({ position: false });
    this.#events = events;

    this.on('opentag', ({ name, isSelfClosing }) => events.openElement(name, isSelfClosing));
    this.on('closetag', () => events.closeElement());
    this.on('text', (text) => events.addText(text));
    this.on('cdata', (text) => events.addText(text));
  }

  override sText(): void {
    const isAtStart = this.text === '' && this.forbiddenState === 0;
    if (isAtStart) while (this.tags.length > 0 && this.#readPlain());

    if (this.i < this.chunk.length) super.sText();
  }

  override captureToChar(char: number): boolean {
    const end = runEnd(this.chunk, this.i, plain.section);
    if (end > this.i) {
      this.text += this.chunk.slice(this.i, end);
      this.i = end;
    }
    return super.captureToChar(char);
  }

  /** In place of the parser's list of the attributes of a tag. */
  pushAttribPlain(name: string, value: string): void {
    this.#events.addAttribute(name, value);
  }

  /** In place of the search of that list for names that come twice. */
  processAttribsPlain(): void {
    // There is no list.
  }

  /** A text and the tag behind it. @returns `false` when they are not plain: nothing was taken */
  #readPlain(): boolean {
    const { chunk, i: start } = this;
    const end = runEnd(chunk, start, plain.text);
    if (codeAt(chunk, end) !== less) return false;

    return codeAt(chunk, end + 1) === slash ? this.#readEndTag(start, end) : this.#readStartTag(start, end);
  }

  #readEndTag(textStart: number, start: number): boolean {
    const { chunk, tags } = this;
    const name = tags.at(-1)?.name ?? '';
    const end = start + 2 + name.length;
    if (codeAt(chunk, end) !== greater || !chunk.startsWith(name, start + 2)) return false;

    if (start > textStart) this.#events.addText(chunk.slice(textStart, start));
    this.i = end + 1;
    tags.pop();
    this.#events.closeElement();
    if (tags.length === 0) this.closedRoot = true;
    return true;
  }

  #readStartTag(textStart: number, start: number): boolean {
    const tag = this.#tag;
    if (!tag.read(this.chunk, start)) return false;

    // The place is that of what is told: an error names it.
    const { name, isSelfClosing } = tag;
    if (start > textStart) this.#events.addText(this.chunk.slice(textStart, start));
    for (let index = 0; index < tag.count; index += 1) {
      this.i = tag.ends[index] ?? start;
      this.#events.addAttribute(tag.names[index] ?? '', tag.values[index] ?? '');
    }
    this.i = tag.end;
    this.#events.openElement(name, isSelfClosing);
    if (isSelfClosing) this.#events.closeElement();
    else this.tags.push({ name });
    return true;
  }
}
