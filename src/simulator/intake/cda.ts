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

function identifier(node: ReadElement): LocalIdentifier {
  return { system: attributeOf(node, 'root') ?? '', value: attributeOf(node, 'extension') ?? '' };
}

/** OID alone, or `root^extension`: the XDS form of a document identifier. */
function documentId(node: ReadElement | undefined): string {
  const root = attributeOf(node, 'root') ?? '';
  const extension = attributeOf(node, 'extension');
  return extension === undefined ? root : `${root}^${extension}`;
}

function named(name: ReadElement | undefined, part: string, qualifier: string | undefined): string {
  const found = name && childElements(name, part, hl7).find((one) => attributeOf(one, 'qualifier') === qualifier);
  return textOf(found).trim();
}

function date(value: string): string {
  const match = /^(\d{4})(\d{2})(\d{2})/.exec(value);
  return match ? `${match[1] ?? ''}-${match[2] ?? ''}-${match[3] ?? ''}` : '';
}

/** @throws TerrESanteError `TE_XML_INVALID` */
export function readSimulatedCda(bytes: Uint8Array): SimulatedCda | null {
  const root = readXml(bytes);
  if (root.localName !== 'ClinicalDocument' || root.namespace !== hl7) return null;
  const targets = childElements(root, 'recordTarget', hl7);
  if (targets.length !== 1) return null;
  const role = descend(targets[0], 'patientRole');
  const patient = childElement(role, 'patient');
  if (!role || !patient) return null;
  const name = childElement(patient, 'name');
  const gender = attributeOf(childElement(patient, 'administrativeGenderCode'), 'code');
  const place = descend(patient, 'birthplace', 'place', 'addr');
  const county = textOf(childElement(place, 'county')).trim();
  const code = childElement(root, 'code');
  const body = descend(root, 'component', 'nonXMLBody', 'text');
  const replaced = childElements(root, 'relatedDocument', hl7).find((one) => attributeOf(one, 'typeCode') === 'RPLC');
  return {
    uniqueId: documentId(childElement(root, 'id')),
    typeCode: attributeOf(code, 'code') ?? '',
    typeSystem: attributeOf(code, 'codeSystem') ?? '',
    typeLabel: attributeOf(code, 'displayName') ?? '',
    title: textOf(childElement(root, 'title')),
    confidentiality: attributeOf(childElement(root, 'confidentialityCode'), 'code') ?? '',
    effectiveTime: attributeOf(childElement(root, 'effectiveTime'), 'value') ?? '',
    patientIds: childElements(role, 'id', hl7).map(identifier),
    traits: {
      birthName: named(name, 'family', 'BR'),
      firstName: named(name, 'given', 'BR'),
      birthDate: date(attributeOf(childElement(patient, 'birthTime'), 'value') ?? ''),
      sex: gender === 'M' || gender === 'F' ? gender : 'I',
      ...(county !== '' && { birthPlace: { communeInsee: county } }),
    },
    birthFirstNames: named(name, 'given', undefined),
    authors: childElements(root, 'author', hl7).map(
      (one) => attributeOf(descend(one, 'assignedAuthor', 'id'), 'extension') ?? '',
    ),
    replaces: replaced ? documentId(descend(replaced, 'parentDocument', 'id')) : null,
    pdf:
      body && attributeOf(body, 'mediaType') === 'application/pdf' && attributeOf(body, 'representation') === 'B64'
        ? Buffer.from(textOf(body).replaceAll(/\s/g, ''), 'base64')
        : null,
  };
}
