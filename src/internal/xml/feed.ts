import { isTerrESanteError } from '../../errors.ts';
import type { XmlFault } from './faults.ts';
import { xmlError, type XmlLimits } from './limits.ts';
import { QuickParser } from './quick-parser.ts';
import { TreeBuilder, type ItemPlace } from './tree-builder.ts';
import type { ReadElement } from './tree.ts';

/** Beginnings of the parser's messages, which may go on with the text at fault, and our codes. */
const reasons: readonly (readonly [string, XmlFault])[] = [
  ['disallowed character in tag name', 'tag'],
  ['disallowed character in closing tag', 'tag'],
  ['disallowed character in attribute name', 'tag'],
  ['disallowed character in entity name', 'reference'],
  ['disallowed character.', 'character'],
  ['attribute without value', 'tag'],
  ['unquoted attribute value', 'tag'],
  ['no whitespace between attributes', 'tag'],
  ['forward-slash in opening tag', 'tag'],
  ['weird empty close tag', 'tag'],
  ['duplicate attribute', 'duplicate-attribute'],
  ['empty entity name', 'reference'],
  ['undefined entity', 'reference'],
  ['malformed character entity', 'character-reference'],
  ['malformed comment', 'malformed-comment'],
  ['the string "]]>"', 'section-end'],
  ['text data outside', 'outside-root'],
  ['documents may contain only one root', 'several-roots'],
  ['document must contain a root', 'no-root'],
  ['unclosed tag', 'unclosed'],
  ['unexpected close tag', 'other-end-tag'],
  ['unmatched closing tag', 'stray-end-tag'],
  ['inappropriately located doctype', 'doctype'],
  ['incorrect syntax', 'doctype'],
];

function faultOf(message: string): XmlFault {
  return reasons.find(([beginning]) => message.startsWith(beginning))?.[1] ?? 'malformed';
}

/** Gives text to the parser, in one piece or in many, and what the parser meets to the builder. */
export class XmlFeed {
  readonly #parser: QuickParser;
  readonly #builder: TreeBuilder;
  #length = 0;
  #isChecked = false;

  /**
   * @param place - items to give as soon as they are whole; without it a DOCTYPE must have been
   *   refused before
   */
  constructor(limits: XmlLimits, place: ItemPlace | null = null) {
    const builder = new TreeBuilder(limits, () => parser.position, place);
    const parser: QuickParser = new QuickParser(builder);
    this.#builder = builder;
    this.#parser = parser;

    if (place) parser.on('doctype', () => this.#refuse('doctype'));
    if (!limits.allowComments) parser.on('comment', () => this.#refuse('comment'));
    if (!limits.allowProcessingInstructions) {
      parser.on('processinginstruction', () => this.#refuse('instruction'));
    }
  }

  /** The tree so far: it grows as long as text comes. */
  get root(): ReadElement | undefined {
    return this.#builder.root;
  }

  /**
   * @returns the items that this piece makes whole
   * @throws TerrESanteError `TE_XML_INVALID`
   */
  write(text: string): readonly ReadElement[] {
    this.#length += text.length;
    this.#parse(() => this.#parser.write(text));
    if (!this.#isChecked) this.#checkVersion();
    return this.#builder.takeItems();
  }

  /** The whole tree, without its items. @throws TerrESanteError `TE_XML_INVALID` when it is cut */
  close(): ReadElement {
    this.#parse(() => this.#parser.close());
    return this.#builder.root ?? this.#refuse('no-root');
  }

  /** The declaration is over with the first element. */
  #checkVersion(): void {
    if ((this.#parser.xmlDecl.version ?? '1.0') !== '1.0') throw xmlError('version', 0);
    this.#isChecked = this.#builder.root !== undefined;
  }

  #parse(step: () => unknown): void {
    try {
      step();
    } catch (error) {
      // The parser's own message may quote the text.
      if (isTerrESanteError(error)) throw error;
      this.#refuse(faultOf(error instanceof Error ? error.message : ''));
    }
  }

  #refuse(reason: XmlFault): never {
    throw xmlError(reason, Math.min(this.#parser.position, this.#length));
  }
}
