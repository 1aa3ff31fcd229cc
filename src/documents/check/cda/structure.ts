import type { ReadElement } from '../../../internal/xml/index.ts';
import { hl7Namespace, sdtcNamespace, xsiNamespace } from '../../cda/oids.ts';
import { placeOf, type CheckContext, type Place } from './context.ts';
import { checkDataType, isDataType } from './data-types/check.ts';
import { checkNullFlavor } from './null-flavor.ts';
import { attributeModels, contentModels, nullFlavors } from './schema.ts';
import { attributeValues } from './schema-values.ts';

/** Extensions of the CI-SIS schema for laboratory, pharmacy and imaging: not examined. */
const extensions: ReadonlySet<string> = new Set([
  'urn:oid:1.3.6.1.4.1.19376.1.3.2',
  'urn:ihe:pharm',
  'urn:dicom-org:ps3-20',
]);

/** One element of a content model, or a choice of elements. */
interface Particle {
  readonly names: readonly string[];
  readonly types: readonly string[];
  readonly min: number;
  readonly max: number;
}

const infrastructure = 'realmCode*:CS typeId?:II templateId*:II';

/** Reads `title?:ST id+:II`: names with their number and type, in their order. */
function particlesOf(model: string): readonly Particle[] {
  return model.split(' ').map((part) => {
    const [head = '', types = ''] = part.split(':');
    const mark = /[?*+]$/.exec(head)?.[0] ?? '';
    const names = (mark === '' ? head : head.slice(0, -1)).split('|');
    return {
      names,
      types: types.split('|'),
      min: mark === '?' || mark === '*' ? 0 : 1,
      max: mark === '*' || mark === '+' ? Number.POSITIVE_INFINITY : 1,
    };
  });
}

// The document puts its typeId in its own model; every other class has the optional one.
const models: ReadonlyMap<string, readonly Particle[]> = new Map(
  Object.entries(contentModels).map(([name, model]) => [
    name,
    particlesOf(
      name === 'ClinicalDocument'
        ? `realmCode*:CS ${model.replace(' id:', ' templateId*:II id:')}`
        : `${infrastructure} ${model}`,
    ),
  ]),
);

interface AttributeModel {
  readonly allowed: ReadonlySet<string>;
  readonly required: readonly string[];
  readonly fixed: ReadonlyMap<string, string>;
  /** The values of the attributes that have a closed list. */
  readonly values: ReadonlyMap<string, ReadonlySet<string>>;
}

function valuesOf(type: string, attribute: string): [string, ReadonlySet<string>][] {
  const values = attributeValues[`${type}/${attribute}`];
  return values ? [[attribute, values]] : [];
}

const attributes: ReadonlyMap<string, AttributeModel> = new Map(
  Object.entries(attributeModels).map(([name, model]) => {
    const parts = model.split(' ');
    const names = parts.map((part) => part.replace(/[!=].*$/, ''));

    return [
      name,
      {
        allowed: new Set(['nullFlavor', ...names]),
        values: new Map(names.flatMap((attribute) => valuesOf(name, attribute))),
        required: parts.filter((part) => part.endsWith('!')).map((part) => part.slice(0, -1)),
        fixed: new Map(parts.filter((part) => part.includes('=')).map((part) => part.split('=') as [string, string])),
      },
    ];
  }),
);

/**
 * Checks the document against the schema: the header, and the body of a level 1. The sections and
 * entries are examined only on demand.
 */
export function checkStructure(root: Place, context: CheckContext, withSections: boolean): void {
  checkType(root, 'ClinicalDocument', context, withSections);
}

function checkType(place: Place, type: string, context: CheckContext, withSections: boolean): void {
  checkNullFlavor(place, type, context);
  if (type === 'Any' || (type === 'Component3' && !withSections)) return;
  if (extensions.has(place.node.namespace)) return;
  if (place.node.namespace !== hl7Namespace && place.node.namespace !== sdtcNamespace) {
    context.add('CDA-NAMESPACE', place.path, place.node.namespace);
    return;
  }

  checkAttributes(place, type, context);
  if (isDataType(type)) {
    checkDataType(place, type, context);
    return;
  }

  const particles = models.get(type);
  if (!particles) return;
  if (place.node.attributes.some(({ namespace, localName }) => namespace === xsiNamespace && localName === 'type')) {
    context.add('CDA-SCHEMA-ATTRIBUTE', place.path, 'xsi:type');
  }

  for (const [child, childType] of checkSequence(place, particles, context)) {
    checkType(placeOf(place, child), childType, context, withSections);
  }
}

function checkAttributes(place: Place, type: string, context: CheckContext): void {
  const model = attributes.get(type);
  if (!model) return;

  for (const { name, namespace, value } of place.node.attributes) {
    if (namespace !== '') continue;

    if (!model.allowed.has(name)) context.add('CDA-SCHEMA-ATTRIBUTE', place.path, name);
    // No attribute of a class may be empty; those of a data type have rules of their own.
    else if (value === '' && !isDataType(type) && !model.required.includes(name)) {
      context.add('CDA-SCHEMA-ATTRIBUTE', place.path, null, `@${name}`);
    }

    const fixed = model.fixed.get(name);
    if (fixed !== undefined && value !== fixed) {
      context.add('CDA-SCHEMA-ATTRIBUTE', place.path, value, `@${name}="${fixed}"`);
    }
    if (model.values.get(name)?.has(value) === false) {
      context.add('CDA-SCHEMA-ATTRIBUTE', place.path, value, `@${name}`);
    }
    if (name === 'nullFlavor' && !nullFlavors.has(value)) context.add('CDA-NULL-FLAVOR', place.path, value);
  }

  for (const required of model.required) {
    if (!place.node.attributes.some(({ name, value }) => name === required && value !== '')) {
      context.add('CDA-SCHEMA-ATTRIBUTE', place.path, null, `@${required}`);
    }
  }
}

/**
 * Checks order, number and names of the children against the content model.
 *
 * @returns The children that the model has, with the type of each.
 */
function checkSequence(place: Place, list: readonly Particle[], context: CheckContext): [ReadElement, string][] {
  const typed: [ReadElement, string][] = [];
  const counts = list.map(() => 0);
  let position = 0;

  for (const child of place.node.children) {
    if (typeof child === 'string') {
      if (child.trim() !== '') context.add('CDA-SCHEMA-TEXT', place.path);
      continue;
    }

    const index = list.findIndex(({ names }) => names.includes(child.localName));
    const particle = list[index];
    if (!particle) {
      // The schema of the CI-SIS lists the extensions of other namespaces that it allows.
      context.add('CDA-SCHEMA-UNKNOWN', placeOf(place, child).path, child.localName);
      continue;
    }

    if (index < position) context.add('CDA-SCHEMA-ORDER', placeOf(place, child).path, child.localName);
    else position = index;
    counts[index] = (counts[index] ?? 0) + 1;
    typed.push([child, particle.types[particle.names.indexOf(child.localName)] ?? 'Any']);
  }

  checkCounts(place, list, counts, context);
  return typed;
}

function checkCounts(place: Place, list: readonly Particle[], counts: readonly number[], context: CheckContext): void {
  list.forEach(({ names, min, max }, index) => {
    const count = counts[index] ?? 0;
    if (count >= min && count <= max) return;

    const expected = `${names.join(' | ')} ${min}..${max === Number.POSITIVE_INFINITY ? '*' : max}`;
    if (count < min) context.add('CDA-SCHEMA-MISSING', place.path, null, expected);
    else context.add('CDA-SCHEMA-REPEATED', place.path, String(count), expected);
  });
}
