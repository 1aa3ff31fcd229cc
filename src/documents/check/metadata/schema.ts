import type { Finding } from '../../../errors.ts';
import { finding } from '../../../internal/finding.ts';
import {
  attributeOf,
  childElements,
  descendants,
  xmlNamespace,
  type ReadElement,
} from '../../../internal/xml/index.ts';
import { ns } from '../../metadata/constants.ts';
import type { Registry } from '../../metadata/locate.ts';
import { xdsRules } from '../../rules/xds/index.ts';
import { isAnyUri } from './data-types.ts';
import { shownName } from './place.ts';

/** What the schema allows in an element: its attributes with their longest value, its children. */
interface Shape {
  readonly attributes: Readonly<Record<string, number | 'uri'>>;
  readonly required?: readonly string[];
  /** In this order; `true` when the child may be repeated. */
  readonly children: readonly (readonly [name: string, repeated: boolean])[];
  readonly text?: boolean;
}

const unlimited = Number.MAX_SAFE_INTEGER;
const long = 256;
const object = { id: 'uri', home: 'uri', lid: 'uri', objectType: 'uri', status: 'uri' } as const;
const parts: Shape['children'] = [
  ['Slot', true],
  ['Name', false],
  ['Description', false],
  ['VersionInfo', false],
  ['Classification', true],
  ['ExternalIdentifier', true],
];
const texts: Shape = { attributes: {}, children: [['LocalizedString', true]] };

/** The part of rim.xsd that XDS uses. */
const shapes: Readonly<Record<string, Shape>> = {
  ExtrinsicObject: {
    attributes: { ...object, mimeType: long, isOpaque: 5 },
    required: ['id'],
    children: [...parts, ['ContentVersionInfo', false]],
  },
  RegistryPackage: { attributes: object, required: ['id'], children: [...parts, ['RegistryObjectList', false]] },
  Association: {
    attributes: { ...object, associationType: 'uri', sourceObject: 'uri', targetObject: 'uri' },
    required: ['id', 'associationType', 'sourceObject', 'targetObject'],
    children: parts,
  },
  Classification: {
    attributes: {
      ...object,
      classificationScheme: 'uri',
      classifiedObject: 'uri',
      classificationNode: 'uri',
      nodeRepresentation: long,
    },
    required: ['id', 'classifiedObject'],
    children: parts,
  },
  ExternalIdentifier: {
    attributes: { ...object, registryObject: 'uri', identificationScheme: 'uri', value: long },
    required: ['id', 'registryObject', 'identificationScheme', 'value'],
    children: parts,
  },
  ObjectRef: {
    attributes: { id: 'uri', home: 'uri', createReplica: 5 },
    required: ['id'],
    children: [['Slot', true]],
  },
  Slot: { attributes: { name: long, slotType: 'uri' }, required: ['name'], children: [['ValueList', false]] },
  ValueList: { attributes: {}, children: [['Value', true]] },
  Value: { attributes: {}, children: [], text: true },
  Name: texts,
  Description: texts,
  LocalizedString: { attributes: { charset: unlimited, value: 1024 }, required: ['value'], children: [] },
  VersionInfo: { attributes: { versionName: 16, comment: unlimited }, children: [] },
  ContentVersionInfo: { attributes: { versionName: 16, comment: unlimited }, children: [] },
};

/** The objects that a list may hold. */
const listed: ReadonlySet<string> = new Set([
  'ExtrinsicObject',
  'RegistryPackage',
  'Association',
  'Classification',
  'ExternalIdentifier',
  'ObjectRef',
]);

const foreignToSchema: ReadonlySet<string> = new Set([
  'http://www.w3.org/2000/xmlns/',
  'http://www.w3.org/2001/XMLSchema-instance',
]);

/** Findings of the whole document: a hostile one breaks the schema in every element. */
const maxFindings = 20;

/**
 * What the elements break in the schema of ebRIM 3.0. Readers are tolerant, registries are not:
 * they validate before they read.
 */
export function schemaFindings({ root, objects, packages, associations }: Registry): Finding[] {
  const out: Finding[] = [];
  const report = (owner: ReadElement, found: string): void => {
    if (out.length < maxFindings) {
      const id = attributeOf(owner, 'id') ?? '';
      out.push(finding(xdsRules, 'XDS-SCHEMA', { path: `/${id === '' ? owner.localName : id}`, found }));
    }
  };

  requestFindings(root, report);
  for (const node of [...objects, ...packages, ...associations]) {
    for (const element of schemaElements(node)) elementFindings(element, (found) => report(node, found));
  }
  return out;
}

/** The elements of an object, those of objects within it left to themselves. */
function* schemaElements(node: ReadElement): Generator<ReadElement, void, undefined> {
  for (const element of descendants(node)) if (shapes[element.localName]) yield element;
}

/** The request and the list that hold the objects. */
function requestFindings(root: ReadElement, report: (owner: ReadElement, found: string) => void): void {
  for (const node of descendants(root)) {
    if (node.localName === 'SubmitObjectsRequest') {
      const lists = childElements(node, 'RegistryObjectList', ns.rim);
      if (node.namespace !== ns.lcm) report(node, 'SubmitObjectsRequest');
      const others = childElements(node).filter(({ localName }) => localName !== 'RequestSlotList');
      if (lists.length !== 1 || others.length !== 1) report(node, 'RegistryObjectList');
      if (attributeNames(node).some((name) => name !== 'id' && name !== 'comment')) report(node, '@');
    }

    if (node.localName === 'RegistryObjectList') {
      const foreign = childElements(node).find((child) => !listed.has(child.localName) || child.namespace !== ns.rim);
      if (foreign) report(node, shownName(foreign.localName));
      if (hasText(node)) report(node, 'text()');
      if (attributeNames(node).length > 0) report(node, '@');
    }
  }
}

function elementFindings(element: ReadElement, report: (found: string) => void): void {
  const shape = Object.hasOwn(shapes, element.localName) ? shapes[element.localName] : undefined;
  if (!shape) return;

  const name = element.localName;
  if (element.namespace !== ns.rim) report(name);
  if (shape.text !== true && hasText(element)) report(`${name}/text()`);
  if (name === 'Slot' && (childElements(element, 'ValueList').length !== 1 || attributeOf(element, 'name') === '')) {
    report('Slot/ValueList');
  }

  attributeFindings(element, shape, report);
  orderFindings(element, shape, report);
}

function attributeFindings(element: ReadElement, shape: Shape, report: (found: string) => void): void {
  const at = (name: string): string => `${element.localName}/@${shownName(name)}`;
  for (const name of shape.required ?? []) if (attributeOf(element, name) === undefined) report(at(name));

  for (const { localName, namespace, value } of element.attributes) {
    if (foreignToSchema.has(namespace)) continue;
    if (namespace === xmlNamespace && localName === 'lang' && element.localName === 'LocalizedString') {
      if (!/^(?:[a-zA-Z]{1,8}(?:-[a-zA-Z0-9]{1,8})*)?$/.test(value)) report(at('lang'));
      continue;
    }

    const limit = namespace === '' && Object.hasOwn(shape.attributes, localName) ? shape.attributes[localName] : 0;
    if (!fits(localName, value, limit)) report(at(localName));
  }
}

function fits(name: string, value: string, limit: number | 'uri' = 0): boolean {
  if (limit === 'uri') return isAnyUri(value);
  if (name === 'isOpaque' || name === 'createReplica') return /^(?:true|false|0|1)$/.test(value);
  return limit > 0 && value.length <= limit;
}

/** Children of the schema, in its order, none more often than it says. */
function orderFindings(element: ReadElement, { children }: Shape, report: (found: string) => void): void {
  let position = 0;
  let before: string | null = null;
  for (const { localName } of childElements(element)) {
    const rank = children.findIndex(([name]) => name === localName);
    const isAgain = before === localName && children[rank]?.[1] !== true;
    if (rank < position || isAgain) {
      report(`${element.localName}/${shownName(localName)}`);
      return;
    }
    [position, before] = [rank, localName];
  }
}

function attributeNames({ attributes }: ReadElement): readonly string[] {
  return attributes.filter(({ namespace }) => !foreignToSchema.has(namespace)).map(({ localName }) => localName);
}

function hasText({ children }: ReadElement): boolean {
  return children.some((child) => typeof child === 'string' && child.trim() !== '');
}
