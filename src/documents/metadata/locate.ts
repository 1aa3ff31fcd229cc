import { TerrESanteError } from '../../errors.ts';
import { faultOf } from '../../internal/fault.ts';
import {
  attributeOf,
  childElements,
  forEachElement,
  readXml,
  xmlFaults,
  type ReadElement,
} from '../../internal/xml/index.ts';

export interface Registry {
  /** The whole document. */
  readonly root: ReadElement;
  readonly objects: readonly ReadElement[];
  readonly packages: readonly ReadElement[];
  readonly associations: readonly ReadElement[];
  /** Classifications of an object: its children, and those elsewhere that name it. */
  readonly classifications: (node: ReadElement, id: string) => readonly ReadElement[];
  readonly identifiers: (node: ReadElement, id: string) => readonly ReadElement[];
}

const limits = { maxBytes: 32 * 1024 * 1024, maxDepth: 60, maxElements: 1_000_000, maxAttributes: 24 };
const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * The request cut out of what surrounds it, inside a wrapper that declares every prefix used:
 * published samples are remnants of a SOAP envelope whose prefixes were declared on a lost
 * ancestor. `null` when there is no request.
 */
function remnant(input: Uint8Array | string): string | null {
  let source: string;
  try {
    source = typeof input === 'string' ? input : utf8.decode(input);
  } catch {
    return null;
  }

  const open = /<(?:([A-Za-z_][\w.-]{0,40}):)?SubmitObjectsRequest[\s>]/.exec(source);
  if (!open) return null;

  const closing = `</${open[1] === undefined ? '' : `${open[1]}:`}SubmitObjectsRequest`;
  const end = source.indexOf(closing, open.index);
  const close = end < 0 ? -1 : source.indexOf('>', end);
  if (close < 0) return null;

  const body = source.slice(open.index, close + 1);
  const prefixes = new Set<string>();
  for (const [, prefix = ''] of body.matchAll(/[<\s]([A-Za-z_][\w.-]{0,40}):[A-Za-z_]/g)) prefixes.add(prefix);
  prefixes.delete('xml');
  prefixes.delete('xmlns');
  if (prefixes.size > 20) return null;

  const declarations = [...prefixes].map((prefix) => ` xmlns:${prefix}="urn:undeclared:${prefix}"`).join('');

  return `<remnant${declarations}>${body}</remnant>`;
}

function parse(input: Uint8Array | string): ReadElement {
  try {
    return readXml(input, limits);
  } catch (error) {
    // The fault of a fragment that was cut out of its envelope: a prefix that no ancestor declares.
    const cut = faultOf(error, xmlFaults) === 'undeclared-prefix' ? remnant(input) : null;
    if (cut === null) throw error;
    return readXml(cut, limits);
  }
}

function grouped(nodes: readonly ReadElement[], attribute: string): Map<string, ReadElement[]> {
  const out = new Map<string, ReadElement[]>();
  for (const node of nodes) {
    const owner = attributeOf(node, attribute) ?? '';
    const list = out.get(owner);
    if (list) list.push(node);
    else out.set(owner, [node]);
  }

  return out;
}

/** Those of a file. @throws TerrESanteError `TE_DOCUMENT_INVALID` when there is none */
export function parseRegistry(input: Uint8Array | string): Registry {
  const registry = locateRegistry(parse(input));
  if (registry.objects.length + registry.packages.length + registry.associations.length > 0) return registry;
  throw new TerrESanteError('TE_DOCUMENT_INVALID', 'Ce fichier ne contient aucune métadonnée XDS.');
}

const instance = 'http://www.w3.org/2001/XMLSchema-instance';

/** What an object is: its name, or its type where the schema's general name stands. */
function kindOf(node: ReadElement): string {
  if (node.localName !== 'Identifiable') return node.localName;
  const type = attributeOf(node, 'type', instance) ?? '';
  return type.slice(type.indexOf(':') + 1).replace(/Type$/, '');
}

/** Parts of an object that hold texts, and no object. */
const texts: ReadonlySet<string> = new Set(['Slot', 'Name', 'Description']);

/** Finds the registry objects at any depth, by local name. */
export function locateRegistry(root: ReadElement): Registry {
  const [objects, packages, associations]: [ReadElement[], ReadElement[], ReadElement[]] = [[], [], []];
  const [classifications, identifiers]: [ReadElement[], ReadElement[]] = [[], []];
  const lists = new Map([
    ['ExtrinsicObject', objects],
    ['RegistryPackage', packages],
    ['Association', associations],
    ['Classification', classifications],
    ['ExternalIdentifier', identifiers],
  ]);
  forEachElement(root, (node) => {
    if (texts.has(node.localName)) return false;
    lists.get(kindOf(node))?.push(node);
    return true;
  });

  const ids = new Set([...objects, ...packages, ...associations].map((node) => attributeOf(node, 'id')));
  const of = (name: string, nodes: readonly ReadElement[], reference: string): Registry['classifications'] => {
    let groups: Map<string, ReadElement[]> | null = null;
    return (node, id) => {
      // What names another object of the request belongs to that one, wherever it stands.
      const isOwn = (child: ReadElement): boolean => {
        const named = attributeOf(child, reference);
        return named === id || named === undefined || !ids.has(named);
      };
      const children = childElements(node, name).filter(isOwn);
      // Nothing stands elsewhere.
      if (children.length === nodes.length) return children;

      groups ??= grouped(nodes, reference);
      const own = new Set(children);
      if (id !== '') for (const named of groups.get(id) ?? []) own.add(named);
      return [...own];
    };
  };

  return {
    root,
    objects,
    packages,
    associations,
    classifications: of('Classification', classifications, 'classifiedObject'),
    identifiers: of('ExternalIdentifier', identifiers, 'registryObject'),
  };
}
