/**
 * Place of a dictionary or an array among what runs by itself: an action, the list that follows an
 * action (`later`: an action of which it is not known yet), or the events of a page or of the
 * document.
 */
export type Role = 'none' | 'action' | 'actions' | 'later' | 'events';

/** Actions that open another file, or what a file holds (ISO 32000-1, section 12.6.4). */
const remote: ReadonlySet<string> = new Set(['GoToR', 'GoToE', 'Thread', 'Movie', 'Sound', 'Rendition']);

/** Events of a page, an annotation or the document; those of a click (`D`, `U`) are left out. */
const eventKeys: ReadonlySet<string> = new Set('O C E X PO PC PV PI WC WS DS WP DP'.split(' '));

/** What one object holds: actions, and the objects that run after or with them. */
interface ObjectActions {
  readonly kinds: Set<string>;
  readonly next: Set<number>;
}

/** A file on another machine, or behind an address. */
const networkPath = /^(?:[\\/]{2}|file:)/i;

/** What a PDF would do by itself when it is opened or shown. */
export interface AutomaticActions {
  /** An action that opens another file, or one whose kind is not said where it stands. */
  readonly opensFile: boolean;
  readonly opensAddress: boolean;
}

/** Gathers the actions of a PDF, and which of them nobody has to click on. */
export class PdfActions {
  /** A path names a file of the network (`\\host\share`), whoever opens it. */
  hasNetworkPath = false;
  readonly #objects = new Map<number, ObjectActions>();
  readonly #started = new Set<number>();
  readonly #automatic = new Set<string>();
  #hasBareNetworkPath = false;
  #hasBareAction = false;
  #hasRemote = false;

  /** The role of what stands under a key of a dictionary, or in an array (`null`). */
  roleOf(parent: Role, key: string | null, isArray: boolean): Role {
    if (key === 'OpenAction') return isArray ? 'none' : 'action';
    if (key === 'AA') return isArray ? 'none' : 'events';
    if (parent === 'events') return key !== null && eventKeys.has(key) && !isArray ? 'action' : 'none';
    if (parent === 'action' && key === 'Next') return isArray ? 'actions' : 'action';
    if (key === 'Next' && isArray) return 'later';
    return parent === 'actions' && !isArray ? 'action' : 'none';
  }

  /** A dictionary that is closed. */
  dictionary(object: number, entries: ReadonlyMap<string, readonly string[]>, role: Role): void {
    const kind = entries.get('S')?.[0];
    if (kind === undefined || !kind.startsWith('/')) return;

    const name = kind.slice(1);
    // A thread of this file, and a sound it holds, open nothing.
    if (name === 'Thread' && !entries.has('F')) return;
    if (!remote.has(name) && name !== 'URI') return;

    if (name !== 'URI') this.#hasRemote = true;
    if (role === 'action') this.#automatic.add(name);
    this.#of(object).kinds.add(name);
  }

  /** A reference under a key of a dictionary, or in an array (`null`). */
  reference(object: number, target: number, role: Role, key: string | null): void {
    const starts =
      key === 'OpenAction' ||
      key === 'AA' ||
      (role === 'events' && key !== null && eventKeys.has(key)) ||
      (role === 'action' && key === 'Next') ||
      role === 'actions';
    if (starts) this.#started.add(target);
    else if (role === 'later' || key === 'Next' || (key !== null && eventKeys.has(key))) {
      this.#of(object).next.add(target);
    }
  }

  /** An array that is an object of its own: of actions, unless it is a destination. */
  array(object: number, tokens: readonly string[]): void {
    if (tokens.some((token) => token.startsWith('/'))) return;
    for (let at = 2; at < tokens.length; at += 1) {
      if (tokens[at] === 'R') this.#of(object).next.add(Number(tokens[at - 2]));
    }
  }

  /** A name that is an object of its own may be the kind of an action. */
  bareName(name: string): void {
    if (remote.has(name)) this.#hasBareAction = true;
  }

  path(value: string): void {
    if (networkPath.test(value)) this.hasNetworkPath = true;
  }

  /** A text that is an object of its own may be a path. */
  barePath(value: string): void {
    if (networkPath.test(value)) this.#hasBareNetworkPath = true;
  }

  close(): AutomaticActions {
    this.#follow();
    if (this.#hasBareNetworkPath && this.#hasRemote) this.hasNetworkPath = true;
    return {
      opensFile: this.#hasBareAction || [...this.#automatic].some((kind) => remote.has(kind)),
      opensAddress: this.#automatic.has('URI'),
    };
  }

  /** What is reached from an opening or an event, through the objects that follow. */
  #follow(): void {
    const left = [...this.#started];
    const seen = new Set(left);
    for (let object = left.pop(); object !== undefined; object = left.pop()) {
      const { kinds = [], next = [] } = this.#objects.get(object) ?? {};
      for (const kind of kinds) this.#automatic.add(kind);
      for (const target of next) {
        if (seen.has(target)) continue;
        seen.add(target);
        left.push(target);
      }
    }
  }

  #of(object: number): ObjectActions {
    const known = this.#objects.get(object) ?? { kinds: new Set(), next: new Set() };
    this.#objects.set(object, known);
    return known;
  }
}
