import { places, type CheckContext, type Place } from '../context.ts';
import { checkContent, checkPartAttributes, elements, get, hasNull, looseUid, nothing, oid, uuid } from './shared.ts';
import { ed, edAttributes } from './text.ts';

/** An identifier: in the header an OID or a UUID, with an extension that is not empty. */
export function ii(place: Place, context: CheckContext): void {
  const { node } = place;
  checkContent(place, context, nothing);

  const root = get(node, 'root');
  if (node.localName === 'templateId' && root === undefined) context.add('CDA-ID-SYNTAX', place.path, null, '@root');

  // The body takes what the schema takes; the header is stricter.
  if (place.inBody) {
    if (root === undefined ? !hasNull(node) : !looseUid.test(root)) {
      context.add('CDA-ID-SYNTAX', place.path, root ?? null);
    }
    return;
  }

  if (hasNull(node)) {
    if (root !== undefined) context.add('CDA-ID-SYNTAX', place.path, root);
    return;
  }
  if (root === undefined || !(oid.test(root) || uuid.test(root))) {
    context.add('CDA-ID-SYNTAX', place.path, root ?? null);
  }
  if (get(node, 'extension') === '') context.add('CDA-ID-EXTENSION', place.path);
}

/** The attributes of a code. */
export function code(place: Place, context: CheckContext): void {
  const { node } = place;
  for (const { name, namespace, value } of node.attributes) {
    if (namespace === '' && value === '') context.add('CDA-CODE-SYNTAX', place.path, name, `@${name}`);
  }

  const value = get(node, 'code');
  const system = get(node, 'codeSystem');
  if (value !== undefined && (/\s/.test(value) || value === '')) context.add('CDA-CODE-SYNTAX', place.path, value);
  if (system !== undefined && !oid.test(system) && !uuid.test(system)) {
    context.add('CDA-CODE-SYNTAX', place.path, system);
  }

  if (hasNull(node)) {
    const valued = value !== undefined || get(node, 'displayName') !== undefined;
    if (place.inBody && valued) context.add('CDA-NULL-FLAVOR', place.path, value ?? null);
  } else checkCodeParts(place, value, system, context);
}

/** Which attributes of a code need each other. */
function checkCodeParts(
  place: Place,
  value: string | undefined,
  system: string | undefined,
  context: CheckContext,
): void {
  const { node } = place;
  const original = elements(node).find(({ localName }) => localName === 'originalText');
  if (value === undefined && !(original && !hasNull(original))) {
    context.add('CDA-CODE-SYNTAX', place.path, null, '@code');
  }
  if (value !== undefined && system === undefined) context.add('CDA-CODE-SYNTAX', place.path, value, '@codeSystem');
  if (value === undefined && get(node, 'displayName') !== undefined) {
    context.add('CDA-CODE-SYNTAX', place.path, null, '@code');
  }

  const named = get(node, 'codeSystemName') ?? get(node, 'codeSystemVersion');
  if (system === undefined && named !== undefined) context.add('CDA-CODE-SYNTAX', place.path, null, '@codeSystem');
}

const codeParts = ['originalText', 'qualifier', 'translation'];
const codeChildren: ReadonlySet<string> = new Set(codeParts);
const codeAttributes: ReadonlySet<string> = new Set([
  'nullFlavor',
  'code',
  'codeSystem',
  'codeSystemName',
  'codeSystemVersion',
  'displayName',
]);

/** A code with its original text and its translations. */
export function codeWithChildren(place: Place, context: CheckContext): void {
  code(place, context);
  checkContent(place, context, codeChildren);

  const originals = places(place, 'originalText');
  if (originals.length > 1) context.add('CDA-SCHEMA-REPEATED', place.path, null, 'originalText 0..1');
  for (const original of originals) {
    checkPartAttributes(original, context, edAttributes);
    ed(original, context);
  }

  const ranks = elements(place.node).map(({ localName }) => codeParts.indexOf(localName));
  if (ranks.some((rank, index) => rank < (ranks[index - 1] ?? rank))) {
    context.add('CDA-SCHEMA-ORDER', place.path, null, codeParts.join(' '));
  }

  // A translation is a code itself, and may have a text and translations of its own.
  for (const translation of places(place, 'translation')) {
    checkPartAttributes(translation, context, codeAttributes);
    codeWithChildren(translation, context);
  }
}

/** A code alone, whose system the model fixes. */
export function cs(place: Place, context: CheckContext): void {
  const { node } = place;
  checkContent(place, context, nothing);

  const value = get(node, 'code');
  if (value === undefined ? !hasNull(node) : hasNull(node) || value === '' || /\s/.test(value)) {
    context.add('CDA-CODE-SYNTAX', place.path, value ?? null, '@code');
  }
  for (const name of ['codeSystem', 'codeSystemName', 'codeSystemVersion', 'displayName']) {
    if (get(node, name) !== undefined) context.add('CDA-CODE-SYNTAX', place.path, name, '@code');
  }
}

/** A whole number. */
export function int(place: Place, context: CheckContext): void {
  const { node } = place;
  checkContent(place, context, nothing);

  const value = get(node, 'value');
  if (value === undefined ? !hasNull(node) : hasNull(node) || !/^[+-]?\d+$/.test(value)) {
    context.add('CDA-NUMBER', place.path, value ?? null);
  }
}

/** A boolean. */
export function bl(place: Place, context: CheckContext): void {
  const { node } = place;
  checkContent(place, context, nothing);

  const value = get(node, 'value');
  if (value !== undefined && value !== 'true' && value !== 'false') {
    context.add('CDA-NUMBER', place.path, value, 'true | false');
  }
}
