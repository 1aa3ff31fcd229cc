import type { Finding } from '../../errors.ts';
import { bytesSource, utf8Bytes, type ByteSource } from '../../internal/bytes.ts';
import { finding } from '../../internal/finding.ts';
import { textOf, type ReadElement } from '../../internal/xml/index.ts';
import type { CdaHeader } from '../model/document.ts';
import { cdaRules } from '../rules/cda/index.ts';
import { decodeBase64, decodedCut } from './base64-decode.ts';
import { readHeader } from './header.ts';
import { child, children, parseCda, parseCdaSource, path, type CdaEnvelope, type ParsedCda } from './parse.ts';
import { attribute, documentId, words } from './parts.ts';
import { encodedElements, sectionsOf, type ReadSection } from './sections.ts';
import { bytesOf, reading, readingLater } from '../../internal/border.ts';

/**
 * Bytes that a document holds: the body of a level 1, an image or a PDF of a section.
 *
 * @group Reading
 */
export interface ReadAttachment {
  readonly where: 'body' | 'section';
  readonly sectionTitle: string | null;
  /** `ID` that the narrative refers to. */
  readonly id: string | null;
  readonly mediaType: string | null;
  /** The decoded bytes, decoded at each reading; `null` when the base64 is broken. */
  readonly content: ByteSource | null;
}

/** A CDA document that was read. @group Reading */
export interface ReadCda {
  readonly header: CdaHeader;
  readonly envelope: CdaEnvelope;
  /** Top-level sections of a structured document; empty at level 1. */
  readonly sections: readonly ReadSection[];
  readonly attachments: readonly ReadAttachment[];
  /** What was read, but has no place in the header: a name of the patient, told as found. */
  readonly findings: readonly Finding[];
}

/** The bytes of an element: of a cut, of a text in the clear, or of a short base64. */
function contentOf(node: ReadElement, { cuts, source }: ParsedCda): ByteSource | null {
  const text = textOf(node).trim();
  const cut = cuts.get(text);
  if (cut) return decodedCut(source, cut);

  const isPlain = attribute(node, 'representation') === null && attribute(node, 'mediaType') === 'text/plain';
  if (isPlain) return bytesSource(utf8Bytes(text));

  const bytes = decodeBase64(text);
  return bytes && bytesSource(bytes);
}

function attachments(parsed: ParsedCda): ReadAttachment[] {
  const component = child(parsed.root, 'component');
  if (!component) return [];

  return encodedElements(component).map(({ node, parent, sectionTitle }) => ({
    where: parent.localName === 'nonXMLBody' ? 'body' : 'section',
    sectionTitle,
    id: attribute(parent, 'ID') ?? attribute(node, 'ID') ?? documentId(child(parent, 'id')),
    mediaType: attribute(node, 'mediaType'),
    content: contentOf(node, parsed),
  }));
}

/** Qualifiers that say what a name is: of birth, in use, and its older form. */
const knownQualifiers = /(?:^|\s)(?:BR|CL|SP)(?:\s|$)/;

/**
 * Names of the patient that are no trait, and those that are one only for want of another; none of
 * them is quoted.
 */
function leftNames(root: ReadElement, { patient: { otherNames = [] } }: CdaHeader): Finding[] {
  const names = children(path(root, 'recordTarget', 'patientRole', 'patient'), 'name');
  const qualified = names.flatMap((name) =>
    ['family', 'given'].flatMap((part) =>
      children(name, part).filter((node) => !knownQualifiers.test(attribute(node, 'qualifier') ?? 'BR')),
    ),
  );
  const left = otherNames.filter(({ text }) => !qualified.some((node) => words(node) === text));

  return [...left.map(({ part }) => part), ...qualified.map((node) => attribute(node, 'qualifier'))].map((found) =>
    finding(cdaRules, 'CDA-PATIENT-NAME-LEFT', {
      path: '/ClinicalDocument/recordTarget/patientRole/patient/name',
      found: found?.slice(0, 20),
    }),
  );
}

function assemble(parsed: ParsedCda): ReadCda {
  const header = readHeader(parsed.root);
  return {
    header,
    envelope: parsed.envelope,
    sections: sectionsOf(child(child(parsed.root, 'component'), 'structuredBody')),
    attachments: attachments(parsed),
    findings: leftNames(parsed.root, header),
  };
}

/**
 * Reads a CDA document of any CI-SIS type: header, sections with their narrative, attachments as
 * bytes.
 *
 * The document may stand alone, inside a signature or inside a style sheet (self-presenting); with
 * a byte order mark, prefixes, several authors, elements that the model does not know. What is
 * absent is `null`. It is not checked: {@link checkCda} does that.
 *
 * @throws TerrESanteError `TE_XML_INVALID` when it is not XML or over the limits,
 *   `TE_DOCUMENT_INVALID` when it holds no CDA document or more than one
 * @see CI-SIS, volet Structuration minimale de documents de santé
 * @group Reading
 */
export function readCda(bytes: Uint8Array): ReadCda {
  return reading('bytes', () => assemble(parseCda(bytesOf('bytes', bytes))));
}

/**
 * The same from a source that may be too large for the memory: contents of hundreds of megabytes
 * are left where they are and decoded when they are read.
 *
 * @throws TerrESanteError as {@link readCda}
 * @group Reading
 */
export async function readCdaSource(source: ByteSource): Promise<ReadCda> {
  return readingLater('source', async () => assemble(await parseCdaSource(source)));
}
