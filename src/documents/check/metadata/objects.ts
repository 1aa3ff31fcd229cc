import { attributeOf, childElement, childElements, type ReadElement } from '../../../internal/xml/index.ts';
import { association, classificationNode, stableDocument } from '../../metadata/constants.ts';
import { valueRules } from './authors.ts';
import { personRules, referenceRules } from './data-types.ts';
import { shownName, slotValues, type Place } from './place.ts';
import { isHome } from './slots.ts';

const slotRules = new Map([
  ['legalAuthenticator', personRules],
  ['urn:ihe:iti:xds:2013:referenceIdList', referenceRules],
]);
const approved = 'urn:oasis:names:tc:ebxml-regrep:StatusType:Approved';
const fullTypes: ReadonlySet<string> = new Set(Object.values(association));

/** The attributes and the texts of one registry object. */
export function objectFindings(node: ReadElement, classifications: readonly ReadElement[], report: Place): void {
  const home = attributeOf(node, 'home');
  if (home !== undefined && !isHome(home)) report('XDS-HOME', '@home');

  switch (node.localName) {
    case 'ExtrinsicObject':
      if (attributeOf(node, 'objectType') !== stableDocument) report('XDS-OBJECT-TYPE', '@objectType');
      valueFindings(node, report);
      break;
    case 'RegistryPackage':
      packageFindings(node, classifications, report);
      break;
    case 'Association':
      associationFindings(node, report);
      break;
  }

  for (const owner of [node, ...classifications]) textFindings(owner, report);
}

/** Values whose components the typed form does not keep. */
function valueFindings(node: ReadElement, report: Place): void {
  for (const slot of childElements(node, 'Slot')) {
    const name = attributeOf(slot, 'name') ?? '';
    const rules = slotRules.get(name);
    if (rules) for (const rule of valueRules(slotValues(slot), rules)) report(rule, shownName(name));
  }
}

/** The status is the registry's to set, and a package has only one. */
function packageFindings(node: ReadElement, classifications: readonly ReadElement[], report: Place): void {
  const status = attributeOf(node, 'status');
  if (status !== undefined && status !== approved) report('XDS-STATUS', '@status');

  const marks: readonly string[] = Object.values(classificationNode);
  const written = classifications.flatMap((child) => attributeOf(child, 'classificationNode') ?? []);
  if (written.some((mark) => !marks.includes(mark) && marks.includes(mark.toLowerCase()))) {
    report('XDS-SCHEME-CASE', '@classificationNode');
  }
}

/** Readers know the short names of types, registries do not. */
function associationFindings(node: ReadElement, report: Place): void {
  const type = attributeOf(node, 'associationType') ?? '';
  if (!fullTypes.has(type)) report('XDS-ASSOCIATION', '@associationType');
}

function textFindings(owner: ReadElement, report: Place): void {
  for (const name of ['Name', 'Description']) {
    const parent = childElement(owner, name);
    const texts = parent ? childElements(parent, 'LocalizedString') : [];
    if (texts.length > 1) report('XDS-SEVERAL-TEXTS', name);

    // The schema's default is UTF-8.
    const charsets = texts.map((text) => attributeOf(text, 'charset') ?? 'UTF-8');
    if (!charsets.every((charset) => charset === 'UTF-8' || charset === 'UTF8')) report('XDS-CHARSET', name);
  }
}
