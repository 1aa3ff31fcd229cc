import { PdfActions, type Role } from './actions.ts';
import { PdfSyntaxError, stringText, type Token } from './lexer.ts';

const maxDepth = 256;

/** Tokens of one value that are kept: what a rule looks at is never longer. */
const maxValueTokens = 16;

/** Direct entries of a dictionary that rules look at. A nested dictionary counts as `<<>>`. */
export type PdfDictionary = ReadonlyMap<string, readonly string[]>;

/** Entries of a stream, and those of an action. */
const keptKeys: ReadonlySet<string> = new Set(
  'Type N First Length Filter DecodeParms DP F FFilter S Next FS URI'.split(' '),
);

/** Entries that name a file (ISO 32000-1, table 44) or an address. */
const pathKeys: ReadonlySet<string> = new Set(['F', 'UF', 'DOS', 'Unix', 'Mac', 'URI']);

interface Frame {
  readonly isArray: boolean;
  /** Part of an action that runs by itself. */
  readonly role: Role;
  /** Of a dictionary: the key whose value is read. */
  key: string | null;
  readonly value: string[];
  /** Whether the value has begun: then the next name is a key. */
  hasValue: boolean;
  readonly entries: Map<string, readonly string[]>;
  isMalformed: boolean;
}

/**
 * Follows dictionaries and arrays token by token, in the body of a PDF or in an object stream:
 * remembers the dictionary before a stream, and what actions do.
 */
export class PdfStructure {
  readonly actions: PdfActions;
  readonly #open: Frame[] = [];
  #closed: Frame | null = null;
  /** The last words: `12 0` before `obj` or `R`. */
  #words: readonly [string, string] = ['', ''];
  #object = -1;

  constructor(actions: PdfActions) {
    this.actions = actions;
  }

  /** Whether no dictionary or array is open. */
  get isTop(): boolean {
    return this.#open.length === 0;
  }

  /** Tells that an object begins, where no word does: in an object stream. */
  begin(object: number): void {
    this.#object = object;
    this.#words = ['', ''];
  }

  push(token: Token, bytes: Buffer): void {
    const previous = this.#closed;
    this.#closed = null;
    const words = this.#words;
    this.#words = token.kind === 'word' ? [words[1], token.text] : ['', ''];

    switch (token.kind) {
      case 'open-dict':
        this.#enter(false);
        break;
      case 'close-dict':
        this.#leave(false);
        break;
      case 'open-array':
        this.#enter(true);
        break;
      case 'close-array':
        this.#leave(true);
        break;
      case 'name':
        this.#name(token.text);
        break;
      case 'string':
        this.#string(token, bytes);
        break;
      case 'word':
        this.#word(token.text, words, previous);
        break;
    }
  }

  /** The dictionary closed just before the last token, or `null`. */
  closed(): PdfDictionary | null {
    if (this.#closed === null) return null;
    if (this.#closed.isMalformed) throw new PdfSyntaxError('dictionary key is not a name');
    return this.#closed.entries;
  }

  #enter(isArray: boolean): void {
    if (this.#open.length >= maxDepth) throw new PdfSyntaxError('dictionaries nested too deep');

    const parent = this.#open.at(-1);
    const role = parent ? this.actions.roleOf(parent.role, parent.isArray ? null : parent.key, isArray) : 'none';
    if (parent) this.#add(parent, isArray ? '[' : '<<>>');
    this.#open.push({
      isArray,
      role,
      key: null,
      value: [],
      hasValue: false,
      entries: new Map(),
      isMalformed: false,
    });
  }

  #leave(isArray: boolean): void {
    const frame = this.#open.pop();
    if (!frame || frame.isArray !== isArray) {
      // An array closed twice harms nobody; a dictionary hides what stands before a stream.
      if (isArray && !frame) return;
      throw new PdfSyntaxError(isArray ? 'array closed in a dictionary' : 'dictionary closed twice');
    }

    const parent = this.#open.at(-1);
    if (isArray) {
      if (!parent) this.actions.array(this.#object, frame.value);
      return;
    }

    endEntry(frame);
    this.actions.dictionary(this.#object, frame.entries, frame.role);
    if (!parent) this.#closed = frame;
  }

  #name(text: string): void {
    const frame = this.#open.at(-1);
    if (!frame) {
      this.actions.bareName(text);
      return;
    }

    if (frame.isArray || (frame.key !== null && !frame.hasValue)) this.#add(frame, `/${text}`);
    else {
      endEntry(frame);
      frame.key = text;
    }
  }

  #string(token: Token, bytes: Buffer): void {
    const frame = this.#open.at(-1);
    if (!frame) this.actions.barePath(stringText(bytes, token));
    else if (!frame.isArray && !frame.hasValue && frame.key !== null && pathKeys.has(frame.key)) {
      this.actions.path(stringText(bytes, token));
    }
    if (frame) this.#add(frame, '()');
  }

  #word(text: string, words: readonly [string, string], previous: Frame | null): void {
    // The end of an object ends its dictionaries too, whether they were closed or not.
    if (text === 'endobj') this.#open.length = 0;
    if (text === 'obj' && this.isTop) this.#object = numberOf(words[0]);
    if (text === 'stream') this.#closed = previous;

    const frame = this.#open.at(-1);
    if (!frame) return;

    this.#add(frame, text);
    if (text === 'R') {
      this.actions.reference(this.#object, numberOf(words[0]), frame.role, frame.isArray ? null : frame.key);
    }
  }

  #add(frame: Frame, text: string): void {
    if (!frame.isArray && frame.key === null) frame.isMalformed = true;
    frame.hasValue = true;
    if (frame.value.length < maxValueTokens) frame.value.push(text);
  }
}

function endEntry(frame: Frame): void {
  if (frame.key !== null && keptKeys.has(frame.key)) frame.entries.set(frame.key, [...frame.value]);
  frame.key = null;
  frame.value.length = 0;
  frame.hasValue = false;
}

const numberOf = (word: string): number => (/^[0-9]{1,10}$/.test(word) ? Number(word) : -1);
