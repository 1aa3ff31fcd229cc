import { attributeOf, childElements, type ReadElement } from '../../../internal/xml/index.ts';
import { scheme } from '../../metadata/constants.ts';
import { slotValues, type Place } from './place.ts';

/** Names of the attributes of classifications, by scheme. */
const names: ReadonlyMap<string, string> = new Map(
  [scheme.document, scheme.submissionSet, scheme.folder].flatMap((schemes) =>
    Object.entries(schemes).map(([name, uuid]): [string, string] => [uuid, name]),
  ),
);

/** Schemes that one object may use several times; the others occur once. */
const repeatable: ReadonlySet<string> = new Set(['author', 'confidentialityCode', 'eventCodeList', 'codeList']);

/** What the classifications of one object break. */
export function classificationFindings(
  node: ReadElement,
  classifications: readonly ReadElement[],
  report: Place,
): void {
  foreignFindings(node, 'Classification', 'classifiedObject', report);

  const seen = new Set<string>();
  for (const classification of classifications) {
    const written = attributeOf(classification, 'classificationScheme') ?? '';
    const uuid = written.toLowerCase();
    const name = names.get(uuid);
    if (name === undefined) continue;

    if (written !== uuid) report('XDS-SCHEME-CASE', name);
    if (seen.has(uuid) && !repeatable.has(name)) report('XDS-CLASSIFICATION-TWICE', name);
    seen.add(uuid);

    const hasCode = (attributeOf(classification, 'nodeRepresentation') ?? '') !== '';
    if (hasCode === (name === 'author')) report('XDS-CODE-VALUE', name);
    if (name !== 'author' && !hasCodingScheme(classification)) report('XDS-CODING-SCHEME', name);
  }
}

/** One slot with one value; which system it names is for the table of the code. */
function hasCodingScheme(classification: ReadElement): boolean {
  const slots = childElements(classification, 'Slot').filter((slot) => attributeOf(slot, 'name') === 'codingScheme');
  const values = slots.flatMap(slotValues);
  return slots.length === 1 && values.length === 1 && values[0]?.trim() !== '';
}

/** An element that stands in an object and names another one. */
export function foreignFindings(node: ReadElement, element: string, reference: string, report: Place): void {
  const id = attributeOf(node, 'id') ?? '';
  for (const child of childElements(node, element)) {
    const named = attributeOf(child, reference);
    if (named !== undefined && named !== id) report('XDS-OWNER', `${element}/@${reference}`);
  }
}
