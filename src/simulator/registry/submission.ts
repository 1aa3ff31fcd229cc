import { locateRegistry, type Registry } from '../../documents/metadata/locate.ts';
import { registryObjects } from '../../documents/metadata/read.ts';
import type { Association, DocumentEntry, Folder, SubmissionSet } from '../../documents/index.ts';
import { attributeOf, type ReadElement } from '../../internal/xml/index.ts';

/** An object of a submission: as it was read, and as it is written. */
export interface Submitted<T> {
  readonly value: T;
  /** Complete: what names it elsewhere in the request stands in it. */
  readonly node: ReadElement;
}

/** What a registry is asked to take. */
export interface SubmittedObjects {
  readonly sets: readonly Submitted<SubmissionSet>[];
  readonly entries: readonly Submitted<DocumentEntry>[];
  readonly folders: readonly Submitted<Folder>[];
  readonly associations: readonly Submitted<Association>[];
}

/** The objects of a request, wherever they and their classifications stand. */
export function readSubmission(root: ReadElement): SubmittedObjects {
  const registry = locateRegistry(root);
  const { submissionSets, documents, folders, associations } = registryObjects(registry);

  const packageOf = <T extends { readonly id: string }>(value: T): Submitted<T>[] => {
    const node = registry.packages.find((candidate) => attributeOf(candidate, 'id') === value.id);
    return node ? [{ value, node: completed(registry, node) }] : [];
  };
  const inPlace = <T>(values: readonly T[], nodes: readonly ReadElement[]): Submitted<T>[] =>
    values.flatMap((value, place) => {
      const node = nodes[place];
      return node ? [{ value, node: completed(registry, node) }] : [];
    });

  return {
    sets: submissionSets.flatMap(packageOf),
    entries: inPlace(documents, registry.objects),
    folders: folders.flatMap(packageOf),
    associations: inPlace(associations, registry.associations),
  };
}

const references = new Set(['Classification', 'ExternalIdentifier']);

/** An object with the classifications and identifiers that name it. */
function completed(registry: Registry, node: ReadElement): ReadElement {
  const id = attributeOf(node, 'id') ?? '';
  const own = node.children.filter((child) => typeof child !== 'string' && !references.has(child.localName));
  return { ...node, children: [...own, ...registry.classifications(node, id), ...registry.identifiers(node, id)] };
}
