import { textOf, type ReadElement } from '../../internal/xml/index.ts';
import { hl7Namespace } from '../cda/oids.ts';
import type { Coded } from '../model/document.ts';
import { child, children } from './parse.ts';
import { attribute, coded, words } from './parts.ts';

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
    if (namespace !== 'http://www.w3.org/2000/xmlns/') attributes[name] = value;
  }
  return {
    tag: node.localName,
    attributes,
    children: node.children.map((one) => (typeof one === 'string' ? one : narrative(one))),
  };
}

/** Cells and lines do not run into each other when the markup is left out. */
function plain(node: ReadElement): string {
  return node.children
    .map((one) => (typeof one === 'string' ? one : `${plain(one)} `))
    .join('')
    .replaceAll(/[ \t\r\n]+/g, ' ');
}

function section(node: ReadElement): ReadSection {
  const text = child(node, 'text');
  const flat = text ? plain(text).trim() : '';
  return {
    templateIds: children(node, 'templateId').flatMap((one) => attribute(one, 'root') ?? []),
    id: attribute(child(node, 'id'), 'root'),
    code: coded(child(node, 'code')),
    title: words(child(node, 'title')),
    narrative: text ? narrative(text) : null,
    text: flat === '' ? null : flat,
    entryCount: children(node, 'entry').length,
    sections: sectionsOf(node),
  };
}

/** The sections under a `structuredBody` or a section. */
export function sectionsOf(parent: ReadElement | undefined): ReadSection[] {
  return children(parent, 'component').flatMap((component) => children(component, 'section').map(section));
}

/** Elements that hold encoded bytes, with the section each is in. */
export function* encodedElements(
  node: ReadElement,
  sectionTitle: string | null = null,
): Generator<{ readonly node: ReadElement; readonly parent: ReadElement; readonly sectionTitle: string | null }> {
  const inSection = node.localName === 'section' && node.namespace === hl7Namespace;
  const title = inSection ? words(child(node, 'title')) : sectionTitle;
  for (const one of node.children) {
    if (typeof one === 'string') continue;
    const body = node.localName === 'nonXMLBody' && one.localName === 'text';
    if ((attribute(one, 'representation') === 'B64' || body) && textOf(one).trim() !== '') {
      yield { node: one, parent: node, sectionTitle: title };
    }
    yield* encodedElements(one, title);
  }
}
