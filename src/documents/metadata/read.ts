import {
  attributeOf,
  childElement,
  childElements,
  textOf,
  xmlNamespace,
  type ReadElement,
} from '../../internal/xml/index.ts';
import type { Coded } from '../model/document.ts';
import { association, classificationNode, identifier, scheme } from './constants.ts';
import { parseReferenceId, parseSpecialty, parseXcn, parseXon, repetitions } from './datatypes.ts';
import { parseRegistry, type Registry } from './locate.ts';
import type {
  Association,
  DocumentEntry,
  Folder,
  RegistryObjects,
  SubmissionSet,
  XdsAuthor,
  XdsPerson,
} from '../model/metadata.ts';
import { reading } from '../../internal/border.ts';

const noCode: Coded = { code: '', codeSystem: '', displayName: '' };

/**
 * One registry object with the classifications and identifiers that point at it, wherever they
 * stand.
 */
interface Parts {
  readonly node: ReadElement;
  readonly id: string;
  /** By their scheme, in small letters. */
  readonly classifications: ReadonlyMap<string, readonly ReadElement[]>;
  readonly identifiers: ReadonlyMap<string, readonly ReadElement[]>;
}

/** Elements by the value of an attribute, in small letters. */
function grouped(nodes: readonly ReadElement[], attribute: string): Map<string, ReadElement[]> {
  const out = new Map<string, ReadElement[]>();
  for (const node of nodes) {
    const scheme = attributeOf(node, attribute)?.toLowerCase();
    if (scheme === undefined) continue;

    const list = out.get(scheme);
    if (list) list.push(node);
    else out.set(scheme, [node]);
  }
  return out;
}

/** Values of the slots of an object; the names come from outside: one may be that of any member. */
function slots(node: ReadElement): Map<string, string[]> {
  const out = new Map<string, string[]>();
  for (const slot of node.children) {
    if (typeof slot === 'string' || slot.localName !== 'Slot') continue;

    const name = attributeOf(slot, 'name') ?? '';
    const values = out.get(name);
    if (values) addValues(slot, values);
    else out.set(name, addValues(slot, []));
  }
  return out;
}

/** First value of one slot. */
function slotValue(node: ReadElement, name: string): string | undefined {
  for (const slot of node.children) {
    if (typeof slot === 'string' || slot.localName !== 'Slot' || attributeOf(slot, 'name') !== name) continue;

    const value = addValues(slot, [])[0];
    if (value !== undefined) return value;
  }
  return undefined;
}

/** Most values have no blanks around them: to look at both ends is quicker than to cut. */
function trimmed(text: string): string {
  const isPlain = (code: number): boolean => code > 0x20 && code < 0x7f;
  return isPlain(text.charCodeAt(0)) && isPlain(text.charCodeAt(text.length - 1)) ? text : text.trim();
}

function addValues(slot: ReadElement, values: string[]): string[] {
  for (const list of childElements(slot, 'ValueList')) {
    for (const value of list.children) {
      if (typeof value !== 'string' && value.localName === 'Value') values.push(trimmed(textOf(value)));
    }
  }
  return values;
}

/** A text; of several languages the French one, or the first. */
function localized(node: ReadElement, name: 'Name' | 'Description'): string | null {
  const parent = childElement(node, name);
  if (!parent) return null;

  let first: string | null = null;
  for (const text of childElements(parent, 'LocalizedString')) {
    const value = attributeOf(text, 'value');
    if (value === undefined) continue;

    if (/^fr\b/i.test(attributeOf(text, 'lang', xmlNamespace) ?? '')) return value;
    first ??= value;
  }
  return first;
}

function byScheme({ classifications }: Parts, schemeId: string): readonly ReadElement[] {
  return classifications.get(schemeId) ?? [];
}

function codes(parts: Parts, schemeId: string): Coded[] {
  return byScheme(parts, schemeId).map((node) => ({
    code: attributeOf(node, 'nodeRepresentation') ?? '',
    codeSystem: slotValue(node, 'codingScheme')?.replace(/^urn:oid:/, '') ?? '',
    displayName: localized(node, 'Name') ?? '',
  }));
}

function code(parts: Parts, schemeId: string): Coded {
  return codes(parts, schemeId)[0] ?? noCode;
}

function external({ identifiers }: Parts, schemeId: string): string {
  return attributeOf(identifiers.get(schemeId)?.[0], 'value') ?? '';
}

const nobody: XdsPerson = { id: '', family: '', given: '', authority: '', nameType: 'D', idType: '' };

function authors(parts: Parts, schemeId: string): XdsAuthor[] {
  return byScheme(parts, schemeId).flatMap((node) => {
    const values = slots(node);
    const valuesOf = (name: string): string[] => (values.get(name) ?? []).flatMap(repetitions);

    const people = valuesOf('authorPerson').flatMap((value) => parseXcn(value) ?? []);
    const [institution = null, ...otherInstitutions] = valuesOf('authorInstitution').map(parseXon);
    const telecoms = valuesOf('authorTelecommunication');
    if (people.length === 0 && institution === null && telecoms.length === 0) return [];

    // A classification is one author; of several people in it none is lost.
    return (people.length === 0 ? [nobody] : people).map((person) => ({
      person,
      institution,
      ...(otherInstitutions.length === 0 ? {} : { otherInstitutions }),
      roles: valuesOf('authorRole'),
      specialties: valuesOf('authorSpecialty').map(parseSpecialty),
      ...(telecoms.length === 0 ? {} : { telecoms }),
    }));
  });
}

/**
 * The URI of a document. A long one is cut into numbered values, `1|…`, `2|…`, in any order; of
 * values without numbers the first is read.
 */
function uriOf(values: readonly string[] | undefined): string | null {
  const [first = null] = values ?? [];
  if (values === undefined || values.length < 2) return first?.replace(/^1\|/, '') ?? null;

  const parts = values.map((value) => /^([1-9]\d{0,3})\|([\s\S]*)$/.exec(value));
  const ordered = parts
    .flatMap((match) => (match ? [{ rank: Number(match[1]), text: match[2] ?? '' }] : []))
    .sort((before, after) => before.rank - after.rank);
  const isWhole = ordered.length === values.length && ordered.every(({ rank }, position) => rank === position + 1);
  return isWhole ? ordered.map(({ text }) => text).join('') : first;
}

function sizeOf(value: string | undefined): number | null {
  return value !== undefined && /^\d{1,15}$/.test(value) ? Number(value) : null;
}

function documentEntry(parts: Parts): DocumentEntry {
  const values = slots(parts.node);
  const first = (name: string): string | null => values.get(name)?.[0] ?? null;
  const codesOf = scheme.document;

  return {
    entryUuid: parts.id,
    logicalId: attributeOf(parts.node, 'lid') ?? null,
    version: attributeOf(childElement(parts.node, 'VersionInfo'), 'versionName') ?? null,
    mimeType: attributeOf(parts.node, 'mimeType') ?? '',
    availabilityStatus: attributeOf(parts.node, 'status') ?? null,

    // Who and what.
    authors: authors(parts, codesOf.author),
    legalAuthenticator: parseXcn(first('legalAuthenticator') ?? ''),
    title: localized(parts.node, 'Name') ?? '',
    comments: localized(parts.node, 'Description'),

    // When, and in which language.
    creationTime: first('creationTime') ?? '',
    serviceStartTime: first('serviceStartTime'),
    serviceStopTime: first('serviceStopTime'),
    languageCode: first('languageCode') ?? '',

    // Codes.
    classCode: code(parts, codesOf.classCode),
    typeCode: code(parts, codesOf.typeCode),
    confidentialityCodes: codes(parts, codesOf.confidentialityCode),
    formatCode: code(parts, codesOf.formatCode),
    healthcareFacilityTypeCode: code(parts, codesOf.healthcareFacilityTypeCode),
    practiceSettingCode: code(parts, codesOf.practiceSettingCode),
    eventCodes: codes(parts, codesOf.eventCodeList),

    // The patient.
    patientId: external(parts, identifier.document.patientId.scheme),
    sourcePatientId: first('sourcePatientId') ?? '',
    sourcePatientInfo: values.get('sourcePatientInfo') ?? [],

    // The bytes and where they are.
    hash: first('hash')?.toLowerCase() ?? null,
    size: sizeOf(values.get('size')?.[0]),
    uri: uriOf(values.get('URI')),
    repositoryUniqueId: first('repositoryUniqueId'),
    uniqueId: external(parts, identifier.document.uniqueId.scheme),
    referenceIds: (values.get('urn:ihe:iti:xds:2013:referenceIdList') ?? []).map(parseReferenceId),
  };
}

function submissionSet(parts: Parts): SubmissionSet {
  const values = slots(parts.node);

  return {
    id: parts.id,
    submissionTime: values.get('submissionTime')?.[0] ?? '',
    title: localized(parts.node, 'Name'),
    comments: localized(parts.node, 'Description'),
    authors: authors(parts, scheme.submissionSet.author),
    contentTypeCode: code(parts, scheme.submissionSet.contentTypeCode),
    patientId: external(parts, identifier.submissionSet.patientId.scheme),
    sourceId: external(parts, identifier.submissionSet.sourceId.scheme),
    uniqueId: external(parts, identifier.submissionSet.uniqueId.scheme),
    intendedRecipients: values.get('intendedRecipient') ?? [],
  };
}

function folder(parts: Parts): Folder {
  return {
    id: parts.id,
    title: localized(parts.node, 'Name') ?? '',
    comments: localized(parts.node, 'Description'),
    codes: codes(parts, scheme.folder.codeList),
    patientId: external(parts, identifier.folder.patientId.scheme),
    uniqueId: external(parts, identifier.folder.uniqueId.scheme),
    lastUpdateTime: slotValue(parts.node, 'lastUpdateTime') ?? null,
  };
}

const shortTypes: Readonly<Record<string, string>> = {
  hasmember: association.hasMember,
  rplc: association.replace,
  xfrm: association.transform,
  apnd: association.append,
  xfrm_rplc: association.transformAndReplace,
  signs: association.signs,
};

function associationOf(node: ReadElement): Association {
  const type = attributeOf(node, 'associationType') ?? '';

  return {
    id: attributeOf(node, 'id') ?? '',
    type: shortTypes[type.toLowerCase()] ?? type,
    source: attributeOf(node, 'sourceObject') ?? '',
    target: attributeOf(node, 'targetObject') ?? '',
    slots: Object.fromEntries(slots(node)),
  };
}

/**
 * Reads a METADATA.XML (or any XML around a `SubmitObjectsRequest`: ITI-41, ITI-57, a registry
 * answer).
 *
 * Tolerant of what French software writes: any prefix, also undeclared ones, slots after
 * classifications, any charset or language mark, classifications outside their object, short
 * association names, `urn:oid:` before an OID. What is absent is an empty string or `null`: {@link
 * checkMetadata} tells what must not be.
 *
 * @throws TerrESanteError `TE_XML_INVALID` (not XML, or above the limits), `TE_DOCUMENT_INVALID`
 *   (no registry object)
 * @see IHE ITI TF-3, section 4.2; OASIS ebXML RIM 3.0
 * @group Metadata
 */
export function readMetadata(input: Uint8Array | string): RegistryObjects {
  return reading('input', () => objectsOf(input));
}

function objectsOf(input: Uint8Array | string): RegistryObjects {
  return registryObjects(parseRegistry(input));
}

/** The typed form of what was found in a document. */
export function registryObjects(registry: Registry): RegistryObjects {
  const { objects, packages, associations, classifications, identifiers } = registry;
  const partsOf = (node: ReadElement): Parts => {
    const id = attributeOf(node, 'id') ?? '';
    return {
      node,
      id,
      classifications: grouped(classifications(node, id), 'classificationScheme'),
      identifiers: grouped(identifiers(node, id), 'identificationScheme'),
    };
  };
  const nodes = packages.map((node) => ({
    parts: partsOf(node),
    marks: grouped(classifications(node, attributeOf(node, 'id') ?? ''), 'classificationNode'),
  }));
  const marked = (node: string): Parts[] => nodes.filter(({ marks }) => marks.has(node)).map(({ parts }) => parts);

  return {
    submissionSets: marked(classificationNode.submissionSet).map(submissionSet),
    documents: objects.map(partsOf).map(documentEntry),
    folders: marked(classificationNode.folder).map(folder),
    associations: associations.map(associationOf),
  };
}
