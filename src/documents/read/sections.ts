import { textOf, type ReadElement } from '../../internal/xml/index.ts';
import { hl7Namespace } from '../cda/oids.ts';
import type { Coded } from '../model/document.ts';
import { child, children } from './parse.ts';
import { attribute, coded, words } from './parts.ts';

const xmlnsNamespace = 'http://www.w3.org/2000/xmlns/';

/**
 * An element of a narrative, as it is in the document. Never put it in a page as it is.
 *
 * @group Reading
 */
export interface NarrativeNode {
  readonly tag: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly (NarrativeNode | string)[];
}

/** A section, with its sub-sections. @group Reading */
export interface ReadSection {
  readonly templateIds: readonly string[];
  readonly id: string | null;
  readonly code: Coded | null;
  readonly title: string | null;
  readonly narrative: NarrativeNode | null;
  /** The words of the narrative in one line. */
  readonly text: string | null;
  readonly entryCount: number;
  readonly sections: readonly ReadSection[];
}

function narrative(node: ReadElement): NarrativeNode {
  const attributes: Record<string, string> = {};
  for (const { name, namespace, value } of node.attributes) {
    if (namespace !== xmlnsNamespace) attributes[name] = value;
  }

  return {
    tag: node.localName,
    attributes,
    children: node.children.map((child) => (typeof child === 'string' ? child : narrative(child))),
  };
}

/** Text without its markup; a space keeps cells and lines from running into each other. */
function spacedText(node: ReadElement): string {
  let out = '';
  for (const child of node.children) out += typeof child === 'string' ? child : `${spacedText(child)} `;
  return out;
}

function plainText(node: ReadElement): string | null {
  const text = spacedText(node)
    .replaceAll(/[ \t\r\n]+/g, ' ')
    .trim();
  return text === '' ? null : text;
}

function section(node: ReadElement): ReadSection {
  const text = child(node, 'text');
  return {
    templateIds: children(node, 'templateId').flatMap((template) => attribute(template, 'root') ?? []),
    id: attribute(child(node, 'id'), 'root'),
    code: coded(child(node, 'code')),
    title: words(child(node, 'title')),
    narrative: text ? narrative(text) : null,
    text: text ? plainText(text) : null,
    entryCount: children(node, 'entry').length,
    sections: sectionsOf(node),
  };
}

/** The sections under a `structuredBody` or a section. */
export function sectionsOf(parent: ReadElement | undefined): ReadSection[] {
  return children(parent, 'component').flatMap((component) => children(component, 'section').map(section));
}

/** An element that holds encoded bytes. */
export interface EncodedElement {
  readonly node: ReadElement;
  readonly parent: ReadElement;
  /** Title of the section it is in. */
  readonly sectionTitle: string | null;
}

/** The elements under `node` that hold encoded bytes, in document order. */
export function encodedElements(node: ReadElement): EncodedElement[] {
  const found: EncodedElement[] = [];
  collectEncoded(node, null, found);
  return found;
}

function collectEncoded(parent: ReadElement, outerTitle: string | null, found: EncodedElement[]): void {
  const isSection = parent.localName === 'section' && parent.namespace === hl7Namespace;
  const sectionTitle = isSection ? words(child(parent, 'title')) : outerTitle;

  for (const node of parent.children) {
    if (typeof node === 'string') continue;

    const isBody = parent.localName === 'nonXMLBody' && node.localName === 'text';
    const isEncoded = isBody || attribute(node, 'representation') === 'B64';
    if (isEncoded && textOf(node).trim() !== '') found.push({ node, parent, sectionTitle });
    collectEncoded(node, sectionTitle, found);
  }
}
