import { placeOf, places, type CheckContext, type Place } from '../context.ts';
import { telecomChildren } from './contact.ts';
import { checkContent, checkPartAttributes, elements, get, hasNull, nothing, text } from './shared.ts';

/** A plain text: not empty, without elements. */
export function st(place: Place, context: CheckContext): void {
  if (!place.inBody && !hasNull(place.node) && text(place.node) === '' && elements(place.node).length === 0) {
    context.add('CDA-EMPTY', place.path);
  }

  // The title of a section has its own narrative model.
  const allowed = place.inBody && place.node.localName === 'title' ? titleChildren : nothing;
  for (const child of elements(place.node)) {
    if (!allowed.has(child.localName)) context.add('CDA-SCHEMA-UNKNOWN', placeOf(place, child).path, child.localName);
  }
}

const titleChildren: ReadonlySet<string> = new Set(['content', 'sub', 'sup', 'br', 'footnote', 'footnoteRef']);
const edChildren: ReadonlySet<string> = new Set(['reference', 'thumbnail']);

export const edAttributes: ReadonlySet<string> = new Set(
  'nullFlavor representation mediaType language compression integrityCheck integrityCheckAlgorithm'.split(' '),
);
const referenceAttributes: ReadonlySet<string> = new Set(['nullFlavor', 'value', 'use']);

/** Encapsulated data: text, or one link to the narrative. */
export function ed(place: Place, context: CheckContext): void {
  for (const child of elements(place.node)) {
    if (!edChildren.has(child.localName)) {
      context.add('CDA-SCHEMA-UNKNOWN', placeOf(place, child).path, child.localName);
    }
  }

  const references = places(place, 'reference');
  if (references.length > 1) context.add('CDA-SCHEMA-REPEATED', place.path, null, 'reference 0..1');
  for (const reference of references) {
    checkPartAttributes(reference, context, referenceAttributes);
    checkContent(reference, context, telecomChildren);
    const value = get(reference.node, 'value');
    if (value !== undefined && /\s/.test(value)) context.add('CDA-NARRATIVE-LINK-SYNTAX', reference.path);
  }
}
