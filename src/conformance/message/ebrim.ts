import { classificationNode, identifier } from '../../documents/metadata/constants.ts';
import {
  attributeOf,
  childElement,
  childElements,
  descendants,
  textOf,
  type ReadElement,
} from '../../internal/xml/index.ts';
import { xdsNames } from '../../transport/registry/names.ts';
import { attributes, facts, firstText, type Facts } from './values.ts';

const { rim } = xdsNames;

/** The registry objects anywhere in a message, as written. Another version of ebRIM has none. */
export function registryFacts(root: ReadElement): Facts {
  const found = [...descendants(root)].filter(({ namespace }) => namespace === rim);
  const named = (name: string): ReadElement[] => found.filter(({ localName }) => localName === name);
  const packages = named('RegistryPackage');
  const folders = packages.filter((node) => isClassified(node, classificationNode.folder, named('Classification')));
  const sets = packages.filter((node) => !folders.includes(node));
  const references = found.filter(isReference);

  return facts({
    ...some('documentEntries', named('ExtrinsicObject').map(entryFacts)),
    ...some('submissionSets', sets.map(setFacts)),
    ...some('folders', folders.map(folderFacts)),
    ...some('associations', named('Association').map(associationFacts)),
    ...some(
      'objectRefs',
      references.flatMap((node) => attributeOf(node, 'id') ?? []),
    ),
  });
}

/** The list, unless there is nothing in it. */
function some(name: string, list: readonly unknown[]): Facts {
  return list.length === 0 ? {} : { [name]: list };
}

function isReference({ localName }: ReadElement): boolean {
  return localName === 'ObjectRef';
}

/** Whether a classification, in the object or beside it, says what it is. */
function isClassified(node: ReadElement, classNode: string, everywhere: readonly ReadElement[]): boolean {
  const id = attributeOf(node, 'id');
  const own = childElements(node, 'Classification', rim);
  const beside = everywhere.filter((item) => attributeOf(item, 'classifiedObject') === id);
  return [...own, ...beside].some((item) => attributeOf(item, 'classificationNode')?.toLowerCase() === classNode);
}

function entryFacts(node: ReadElement): Facts {
  const { patientId, uniqueId } = identifier.document;
  return {
    ...objectFacts(node),
    ...attributes(node, ['mimeType']),
    ...facts({
      patientId: external(node, patientId.scheme),
      uniqueId: external(node, uniqueId.scheme),
      title: titleOf(node),
    }),
    ...slotFacts(node, [
      'hash',
      'size',
      'repositoryUniqueId',
      'creationTime',
      'languageCode',
      'sourcePatientId',
      'URI',
    ]),
  };
}

function setFacts(node: ReadElement): Facts {
  const { patientId, sourceId, uniqueId } = identifier.submissionSet;
  return {
    ...objectFacts(node),
    ...facts({
      uniqueId: external(node, uniqueId.scheme),
      sourceId: external(node, sourceId.scheme),
      patientId: external(node, patientId.scheme),
      title: titleOf(node),
    }),
    ...slotFacts(node, ['submissionTime']),
  };
}

function folderFacts(node: ReadElement): Facts {
  const { patientId, uniqueId } = identifier.folder;
  return {
    ...objectFacts(node),
    ...facts({
      uniqueId: external(node, uniqueId.scheme),
      patientId: external(node, patientId.scheme),
      title: titleOf(node),
    }),
  };
}

const objectFacts = (node: ReadElement): Facts => attributes(node, ['id', 'lid', 'home', 'status', 'objectType']);

function associationFacts(node: ReadElement): Facts {
  return facts({
    type: attributeOf(node, 'associationType'),
    source: attributeOf(node, 'sourceObject'),
    target: attributeOf(node, 'targetObject'),
  });
}

function external(node: ReadElement, scheme: string): string | undefined {
  const found = childElements(node, 'ExternalIdentifier', rim).find(
    (item) => attributeOf(item, 'identificationScheme')?.toLowerCase() === scheme,
  );
  return attributeOf(found, 'value');
}

function titleOf(node: ReadElement): string | undefined {
  const name = childElement(node, 'Name', rim);
  return attributeOf(name && childElement(name, 'LocalizedString', rim), 'value');
}

/** First values of some slots. */
function slotFacts(node: ReadElement, names: readonly string[]): Facts {
  const slots = childElements(node, 'Slot', rim);
  const first = (name: string): string | undefined =>
    valuesOf(slots.find((slot) => attributeOf(slot, 'name') === name))[0];
  return facts(Object.fromEntries(names.map((name) => [name, first(name)])));
}

function valuesOf(slot: ReadElement | undefined): string[] {
  if (!slot) return [];
  return childElements(slot, 'ValueList', rim).flatMap((list) =>
    childElements(list, 'Value', rim).map((value) => textOf(value).trim()),
  );
}

/** A stored query: which one, and its parameters as written. */
export function queryFacts(request: ReadElement): Facts {
  const option = childElement(request, 'ResponseOption', xdsNames.query);
  const query = childElement(request, 'AdhocQuery', rim);
  const slots = new Map<string, string[]>();
  for (const slot of query ? childElements(query, 'Slot', rim) : []) {
    const name = attributeOf(slot, 'name') ?? '';
    slots.set(name, [...(slots.get(name) ?? []), ...valuesOf(slot)]);
  }

  return facts({
    id: attributeOf(query, 'id'),
    returnType: attributeOf(option, 'returnType'),
    composed: attributeOf(option, 'returnComposedObjects'),
    slots: Object.fromEntries(slots),
  });
}

/** The documents that a retrieve asks for. */
export function requestedDocuments(request: ReadElement): Facts[] {
  return childElements(request, 'DocumentRequest', xdsNames.xds).map((document) => placeFacts(document));
}

/** Where a document is, in the words of the schema. */
export function placeFacts(document: ReadElement): Facts {
  return facts({
    HomeCommunityId: firstText(document, 'HomeCommunityId', xdsNames.xds),
    RepositoryUniqueId: firstText(document, 'RepositoryUniqueId', xdsNames.xds),
    DocumentUniqueId: firstText(document, 'DocumentUniqueId', xdsNames.xds),
    mimeType: firstText(document, 'mimeType', xdsNames.xds),
  });
}
