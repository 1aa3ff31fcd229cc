import type { LocalIdentifier, PatientTraits } from '../../identity/index.ts';
import {
  attributeOf,
  childElement,
  childElements,
  descend,
  readXml,
  textOf,
  type ReadElement,
} from '../../internal/xml/index.ts';

const hl7 = 'urn:hl7-org:v3';

/**
 * What the far side reads of a CDA, by itself: it shares nothing with the reader of the library.
 */
export interface SimulatedCda {
  readonly uniqueId: string;
  readonly typeCode: string;
  readonly typeSystem: string;
  readonly typeLabel: string;
  readonly title: string;
  readonly confidentiality: string;
  readonly effectiveTime: string;
  readonly patientIds: readonly LocalIdentifier[];
  readonly traits: PatientTraits;
  readonly birthFirstNames: string;
  readonly authors: readonly string[];
  readonly replaces: string | null;
  readonly pdf: Uint8Array | null;
}

/** The value of an attribute, or `''` when it is not there: such a value equals no expected one. */
function valueOf(node: ReadElement | undefined, name: string): string {
  return attributeOf(node, name) ?? '';
}

function identifier(node: ReadElement): LocalIdentifier {
  return { system: valueOf(node, 'root'), value: valueOf(node, 'extension') };
}

/** OID alone, or `root^extension`: the XDS form of a document identifier. */
function documentId(node: ReadElement | undefined): string {
  const root = valueOf(node, 'root');
  const extension = attributeOf(node, 'extension');
  return extension === undefined ? root : `${root}^${extension}`;
}

/** One part of a name; without qualifier, the part that bears none. */
function namePart(name: ReadElement | undefined, part: string, qualifier: string | undefined): string {
  const found = name && childElements(name, part, hl7).find((node) => attributeOf(node, 'qualifier') === qualifier);
  return textOf(found).trim();
}

/** `1979-03-28` from `19790328`, `''` when it is not a whole date. */
function isoDate(value: string): string {
  const { year, month, day } = /^(?<year>\d{4})(?<month>\d{2})(?<day>\d{2})/.exec(value)?.groups ?? {};
  return year === undefined ? '' : [year, month, day].join('-');
}

function traitsOf(patient: ReadElement): PatientTraits {
  const name = childElement(patient, 'name');
  const gender = attributeOf(childElement(patient, 'administrativeGenderCode'), 'code');
  const birthAddress = descend(patient, 'birthplace', 'place', 'addr');
  const communeInsee = textOf(childElement(birthAddress, 'county')).trim();

  return {
    birthName: namePart(name, 'family', 'BR'),
    firstName: namePart(name, 'given', 'BR'),
    birthDate: isoDate(valueOf(childElement(patient, 'birthTime'), 'value')),
    sex: gender === 'M' || gender === 'F' ? gender : 'I',
    ...(communeInsee !== '' && { birthPlace: { communeInsee } }),
  };
}

/** The PDF of an unstructured body. */
function pdfOf(root: ReadElement): Uint8Array | null {
  const body = descend(root, 'component', 'nonXMLBody', 'text');
  if (attributeOf(body, 'mediaType') !== 'application/pdf' || attributeOf(body, 'representation') !== 'B64') {
    return null;
  }

  return Buffer.from(textOf(body).replaceAll(/\s/g, ''), 'base64');
}

/** The document that this one replaces. */
function replacedId(root: ReadElement): string | null {
  const replaced = childElements(root, 'relatedDocument', hl7).find((node) => attributeOf(node, 'typeCode') === 'RPLC');
  return replaced ? documentId(descend(replaced, 'parentDocument', 'id')) : null;
}

/**
 * Reads a CDA; `null` when it is not one, or not about one patient.
 *
 * @throws TerrESanteError `TE_XML_INVALID`
 */
export function readSimulatedCda(bytes: Uint8Array): SimulatedCda | null {
  const root = readXml(bytes);
  return isCda(root) ? simulatedCdaOf(root) : null;
}

/** Whether an XML document is a CDA, of one patient or not. */
export function isCda({ localName, namespace }: ReadElement): boolean {
  return localName === 'ClinicalDocument' && namespace === hl7;
}

/** Reads a CDA; `null` when it is not about one patient. */
export function simulatedCdaOf(root: ReadElement): SimulatedCda | null {
  const [target, ...otherTargets] = childElements(root, 'recordTarget', hl7);
  const role = descend(target, 'patientRole');
  const patient = childElement(role, 'patient');
  if (otherTargets.length > 0 || !role || !patient) return null;

  const code = childElement(root, 'code');
  const authors = childElements(root, 'author', hl7);
  return {
    uniqueId: documentId(childElement(root, 'id')),
    typeCode: valueOf(code, 'code'),
    typeSystem: valueOf(code, 'codeSystem'),
    typeLabel: valueOf(code, 'displayName'),
    title: textOf(childElement(root, 'title')),
    confidentiality: valueOf(childElement(root, 'confidentialityCode'), 'code'),
    effectiveTime: valueOf(childElement(root, 'effectiveTime'), 'value'),
    patientIds: childElements(role, 'id', hl7).map(identifier),
    traits: traitsOf(patient),
    birthFirstNames: namePart(childElement(patient, 'name'), 'given', undefined),
    authors: authors.map((author) => valueOf(descend(author, 'assignedAuthor', 'id'), 'extension')),
    replaces: replacedId(root),
    pdf: pdfOf(root),
  };
}
