import { attributeOf, childElement, type ReadElement } from '../../internal/xml/index.ts';
import { TerrESanteError } from '../../errors.ts';
import type { RegistryObjects } from '../model/metadata.ts';
import { ns } from './constants.ts';
import { locateRegistry } from './locate.ts';
import { registryObjects } from './read.ts';

/** Objects with what they were read from, in the same order. */
export interface ReadObjects {
  readonly objects: RegistryObjects;
  /** The elements of `objects.documents`. */
  readonly documentNodes: readonly ReadElement[];
}

/** What stands in an object, or beside it and names it. */
const belonging: ReadonlyMap<string, string> = new Map([
  ['Classification', 'classifiedObject'],
  ['ExternalIdentifier', 'registryObject'],
]);

/** Objects that are held at once because something of them may still come. */
const maxHeld = 20_000;

/**
 * Reads the objects of a list one after the other, while it comes.
 *
 * An object that holds its own classifications and identifiers is given at once. One that lacks
 * them is held to the end of the list: they may stand elsewhere and name it.
 */
export class ObjectReader {
  readonly #given = new Set<string>();
  #strays: ReadElement[] = [];
  #held: ReadElement[] = [];

  /** Whether an identifier was given before. */
  hasGiven(id: string): boolean {
    return this.#given.has(id);
  }

  /**
   * @returns `null` when nothing can be given yet
   * @throws TerrESanteError `TE_PROTOCOL` for a classification of an object that was given without
   *   it, or too many that are incomplete
   */
  read(node: ReadElement): ReadObjects | null {
    const reference = belonging.get(node.localName);
    if (reference !== undefined) {
      if (this.#given.has(attributeOf(node, reference) ?? '')) throw unorderly('late');
      this.#strays.push(node);
    } else if (this.#strays.length === 0 && isSelfContained(node)) {
      return this.#give(node);
    } else {
      this.#held.push(node);
    }

    if (this.#strays.length + this.#held.length > maxHeld) throw unorderly('incomplete');
    return null;
  }

  /** What was held: the list is over. */
  rest(): ReadObjects | null {
    if (this.#held.length === 0) return null;

    const children = [...this.#held, ...this.#strays];
    this.#held = [];
    this.#strays = [];
    return this.#give({ localName: 'RegistryObjectList', prefix: '', namespace: ns.rim, attributes: [], children });
  }

  #give(node: ReadElement): ReadObjects {
    const registry = locateRegistry(node);
    for (const list of [registry.objects, registry.packages, registry.associations]) {
      for (const object of list) {
        const id = attributeOf(object, 'id');
        if (id !== undefined) this.#given.add(detached(id));
      }
    }
    return { objects: registryObjects(registry), documentNodes: registry.objects };
  }
}

/**
 * A copy of a text that was cut out of a larger one. The engine keeps the larger one as long as the
 * piece: ten thousand kept identifiers would keep the whole answer.
 */
export function detached(text: string): string {
  return Buffer.from(text, 'utf16le').toString('utf16le');
}

function isSelfContained(node: ReadElement): boolean {
  if (node.localName === 'Association') return true;
  return childElement(node, 'Classification') !== undefined && childElement(node, 'ExternalIdentifier') !== undefined;
}

function unorderly(reason: 'late' | 'incomplete'): TerrESanteError {
  const what = reason === 'late' ? 'complète une fiche déjà lue' : 'contient trop de fiches incomplètes';
  return new TerrESanteError('TE_PROTOCOL', `La réponse du registre ${what}.`, { details: { reason } });
}
