import type { Finding } from '../../../errors.ts';
import { finding } from '../../../internal/finding.ts';
import { attributeOf, childElements, type ReadElement } from '../../../internal/xml/index.ts';
import type { Registry } from '../../metadata/locate.ts';
import { xdsRules } from '../../rules/xds/index.ts';
import { authorSlotFindings } from './authors.ts';
import { classificationFindings } from './classifications.ts';
import { identifierFindings } from './identifiers.ts';
import { objectFindings } from './objects.ts';
import { schemaFindings } from './schema.ts';
import { slotFindings } from './slots.ts';
import type { Place } from './place.ts';

/**
 * What only the text of the metadata shows, and their typed form no longer does: the form of the
 * elements, what is written twice, what names another object, the components of each value.
 */
export function writtenFindings(registry: Registry): Finding[] {
  const { objects, packages, associations } = registry;
  return [
    ...schemaFindings(registry),
    ...idFindings(registry),
    ...[...objects, ...packages, ...associations].flatMap((node) => nodeFindings(registry, node)),
  ];
}

function nodeFindings(registry: Registry, node: ReadElement): Finding[] {
  const out: Finding[] = [];
  const id = attributeOf(node, 'id') ?? '';
  const report: Place = (rule, attribute, found = null) =>
    out.push(finding(xdsRules, rule, { path: `/${id === '' ? '?' : id}/${attribute}`, found }));

  const classifications = registry.classifications(node, id);
  const identifiers = registry.identifiers(node, id);
  for (const owner of [node, ...classifications, ...identifiers]) slotFindings(owner, report);

  objectFindings(node, classifications, report);
  classificationFindings(node, classifications, report);
  identifierFindings(node, identifiers, report);
  authorSlotFindings(classifications, report);
  return out;
}

/** Ids of all elements, those of classifications and identifiers too, and logical ids. */
function idFindings({ objects, packages, associations }: Registry): Finding[] {
  const out: Finding[] = [];
  const nodes = [...objects, ...packages, ...associations];
  const inner = nodes.flatMap((node) => [
    ...childElements(node, 'Classification'),
    ...childElements(node, 'ExternalIdentifier'),
  ]);
  const objectIds = new Set(nodes.map((node) => attributeOf(node, 'id')));

  // Two objects of one id are found in the typed form.
  const seen = new Set<string>();
  for (const element of inner) {
    const id = attributeOf(element, 'id') ?? '';
    if (id !== '' && (seen.has(id) || objectIds.has(id))) out.push(finding(xdsRules, 'XDS-ID', { path: `/${id}` }));
    seen.add(id);
  }

  const logical = new Set<string>();
  for (const element of nodes) {
    const lid = attributeOf(element, 'lid') ?? '';
    if (lid !== '' && logical.has(lid)) out.push(finding(xdsRules, 'XDS-ID', { path: `/${lid}` }));
    logical.add(lid);
  }
  return out;
}
