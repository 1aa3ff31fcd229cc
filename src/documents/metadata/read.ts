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
  readonly classifications: readonly ReadElement[];
  readonly identifiers: readonly ReadElement[];
}

function slots(node: ReadElement): Record<string, string[]> {
  // The names come from outside: one may be a member of every object.
  const out = new Map<string, string[]>();
  for (const slot of childElements(node, 'Slot')) {
    const name = attributeOf(slot, 'name') ?? '';
    const values = childElements(slot, 'ValueList').flatMap((list) =>
      childElements(list, 'Value').map((value) => textOf(value).trim()),
    );
    out.set(name, [...(out.get(name) ?? []), ...values]);
  }

  return Object.fromEntries(out);
}

/** A text; of several languages the French one, or the first. */
function localized(node: ReadElement, name: 'Name' | 'Description'): string | null {
  const parent = childElement(node, name);
  if (!parent) return null;

  const texts = childElements(parent, 'LocalizedString').filter((text) => attributeOf(text, 'value') !== undefined);
  const isFrench = (text: ReadElement): boolean => /^fr\b/i.test(attributeOf(text, 'lang', xmlNamespace) ?? '');
  return attributeOf(texts.find(isFrench) ?? texts[0], 'value') ?? null;
}

function byScheme({ classifications }: Parts, schemeId: string): readonly ReadElement[] {
  return classifications.filter((node) => attributeOf(node, 'classificationScheme')?.toLowerCase() === schemeId);
}

function codes(parts: Parts, schemeId: string): Coded[] {
  return byScheme(parts, schemeId).map((node) => ({
    code: attributeOf(node, 'nodeRepresentation') ?? '',
    codeSystem: slots(node)['codingScheme']?.[0]?.replace(/^urn:oid:/, '') ?? '',
    displayName: localized(node, 'Name') ?? '',
  }));
}

function code(parts: Parts, schemeId: string): Coded {
  return codes(parts, schemeId)[0] ?? noCode;
}

function external({ identifiers }: Parts, schemeId: string): string {
  const node = identifiers.find(
    (candidate) => attributeOf(candidate, 'identificationScheme')?.toLowerCase() === schemeId,
  );
  return attributeOf(node, 'value') ?? '';
}

const nobody: XdsPerson = { id: '', family: '', given: '', authority: '', nameType: 'D', idType: '' };

function authors(parts: Parts, schemeId: string): XdsAuthor[] {
  return byScheme(parts, schemeId).flatMap((node) => {
    const values = slots(node);
    const valuesOf = (name: string): string[] => (values[name] ?? []).flatMap(repetitions);

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
  const first = (name: string): string | null => values[name]?.[0] ?? null;
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
    sourcePatientInfo: values['sourcePatientInfo'] ?? [],

    // The bytes and where they are.
    hash: first('hash')?.toLowerCase() ?? null,
    size: sizeOf(values['size']?.[0]),
    uri: uriOf(values['URI']),
    repositoryUniqueId: first('repositoryUniqueId'),
    uniqueId: external(parts, identifier.document.uniqueId.scheme),
    referenceIds: (values['urn:ihe:iti:xds:2013:referenceIdList'] ?? []).map(parseReferenceId),
  };
}

function submissionSet(parts: Parts): SubmissionSet {
  const values = slots(parts.node);

  return {
    id: parts.id,
    submissionTime: values['submissionTime']?.[0] ?? '',
    title: localized(parts.node, 'Name'),
    comments: localized(parts.node, 'Description'),
    authors: authors(parts, scheme.submissionSet.author),
    contentTypeCode: code(parts, scheme.submissionSet.contentTypeCode),
    patientId: external(parts, identifier.submissionSet.patientId.scheme),
    sourceId: external(parts, identifier.submissionSet.sourceId.scheme),
    uniqueId: external(parts, identifier.submissionSet.uniqueId.scheme),
    intendedRecipients: values['intendedRecipient'] ?? [],
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
    lastUpdateTime: slots(parts.node)['lastUpdateTime']?.[0] ?? null,
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
    slots: slots(node),
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
    return { node, id, classifications: classifications(node, id), identifiers: identifiers(node, id) };
  };
  const nodes = packages.map(partsOf).map((parts) => ({
    parts,
    marks: parts.classifications.map((node) => attributeOf(node, 'classificationNode')?.toLowerCase()),
  }));
  const marked = (node: string): Parts[] => nodes.filter(({ marks }) => marks.includes(node)).map(({ parts }) => parts);

  return {
    submissionSets: marked(classificationNode.submissionSet).map(submissionSet),
    documents: objects.map(partsOf).map(documentEntry),
    folders: marked(classificationNode.folder).map(folder),
    associations: associations.map(associationOf),
  };
}
