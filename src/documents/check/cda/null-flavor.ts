import type { ReadElement } from '../../../internal/xml/index.ts';
import { xsiNamespace } from '../../cda/oids.ts';
import { placeOf, type CheckContext, type Place } from './context.ts';
import { isDataType } from './data-types/check.ts';
import { elements, get, hasNull, text } from './data-types/shared.ts';

/**
 * Parts of the header that the CI-SIS binds to the type ANY, so that the rule holds for all that
 * they contain and not for their values alone.
 */
const wholeParts =
  /\/(?:patientRole|dataEnterer|informant(?:\[\d+\])?\/(?:assigned|related)Entity|scopingOrganization|asOrganizationPartOf)\b/;

/** Attributes that say nothing about the value: what the schema fixes, or sets by default. */
const silentAttributes: ReadonlySet<string> = new Set(
  'nullFlavor classCode typeCode determinerCode moodCode partType'.split(' '),
);
const defaults: ReadonlyMap<string, string> = new Map([
  ['codeSystem', '2.16.840.1.113883.5.139'],
  ['codeSystemName', 'TimingEvent'],
  ['integrityCheckAlgorithm', 'SHA-1'],
  ['inverted', 'false'],
  ['mediaType', 'text/plain'],
  ['operator', 'I'],
  ['representation', 'TXT'],
  ['inclusive', 'true'],
  ['unit', '1'],
]);

/** What may stand beside `OTH`, `NA` and `UNC`: where the value would have come from. */
const otherFlavors: ReadonlySet<string> = new Set(['OTH', 'NA', 'UNC']);
const sourceAttributes: ReadonlySet<string> = new Set(
  'nullFlavor partType valueSet valueSetVersion codeSystem codeSystemName codeSystemVersion extension'.split(' '),
);
const sourceDefaults: ReadonlySet<string> = new Set(
  'integrityCheckAlgorithm mediaType operator representation inclusive unit'.split(' '),
);

/** Whether nothing stands beside the nullFlavor: no other attribute, no element, no text. */
function isAlone(node: ReadElement): boolean {
  if (elements(node).length > 0 || text(node) !== '') return false;

  return node.attributes.every(
    ({ name, namespace, value }) =>
      namespace === xsiNamespace || silentAttributes.has(name) || defaults.get(name) === value,
  );
}

/** A value outside of the code system, or in no code at all, with its system or its own words. */
function isOtherwiseSaid(node: ReadElement): boolean {
  if (!otherFlavors.has(get(node, 'nullFlavor') ?? '')) return false;

  const named = get(node, 'extension') !== undefined || get(node, 'codeSystem') !== undefined;
  const told = elements(node).some(({ localName }) => localName === 'originalText' || localName === 'translation');
  return (
    (named || told) &&
    node.attributes.every(
      ({ name, namespace, value }) =>
        namespace === xsiNamespace ||
        sourceAttributes.has(name) ||
        (sourceDefaults.has(name) && defaults.get(name) === value),
    )
  );
}

function checkOne(place: Place, context: CheckContext): void {
  if (!hasNull(place.node) || isAlone(place.node) || isOtherwiseSaid(place.node)) return;

  context.add('CDA-NULL-FLAVOR', place.path);
}

function checkAll(place: Place, context: CheckContext): void {
  checkOne(place, context);
  for (const child of elements(place.node)) checkAll(placeOf(place, child), context);
}

/**
 * Checks that an element of the header with a `nullFlavor` holds nothing else: a value that is
 * absent cannot be given beside (HL7 V3 data types release 1, ANY, as the Schematron of the CI-SIS
 * header states it). The rule holds for every value, and for the whole of some parts.
 *
 * @param type - of the element, in the content models
 */
export function checkNullFlavor(place: Place, type: string, context: CheckContext): void {
  if (place.inBody) return;

  if (isDataType(type)) checkAll(place, context);
  else if (hasNull(place.node) || type === 'Any') {
    if (!wholeParts.test(place.path)) return;

    if (type === 'Any') checkAll(place, context);
    else checkOne(place, context);
  }
}
