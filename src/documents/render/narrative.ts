import type { NarrativeNode } from '../read/sections.ts';
import { escapeHtml, join, tag, type Html } from './html.ts';

/** Narrative elements and the HTML that shows them. What is not here is shown as its text alone. */
const names: Readonly<Record<string, string>> = {
  text: 'div',
  content: 'span',
  paragraph: 'p',
  item: 'li',
  table: 'table',
  caption: 'caption',
  colgroup: 'colgroup',
  col: 'col',
  thead: 'thead',
  tbody: 'tbody',
  tfoot: 'tfoot',
  tr: 'tr',
  th: 'th',
  td: 'td',
  sub: 'sub',
  sup: 'sup',
};

/** CDA style codes that the page's own style sheet knows. */
const styles: Readonly<Record<string, string>> = { Bold: 'b', Italics: 'i', Underline: 'u', Emphasis: 'i' };

const span = (value: string | undefined): string | undefined => (value && /^[1-9]\d?$/.test(value) ? value : undefined);

function styleClass(styleCode: string | undefined): string | undefined {
  if (styleCode === undefined) return undefined;

  const classes = styleCode.split(/\s+/).flatMap((code) => styles[code] ?? []);
  return classes.length > 0 ? classes.join(' ') : undefined;
}

/** What a `renderMultiMedia` shows: the page holds no image, so the attachment is named. */
function media({ attributes }: NarrativeNode): Html {
  const name = attributes['referencedObject'];
  return tag('em', null, escapeHtml(name ? `[Image ou document joint : ${name}]` : '[Image ou document joint]'));
}

/** The attributes that a page may keep: styles of its own, scope and spans of the cells. */
function keptAttributes(html: string, attributes: NarrativeNode['attributes']): Record<string, string | undefined> {
  const isCell = html === 'th' || html === 'td';
  return {
    class: styleClass(attributes['styleCode']),
    scope: html === 'th' ? 'col' : undefined,
    colspan: isCell ? span(attributes['colspan']) : undefined,
    rowspan: isCell ? span(attributes['rowspan']) : undefined,
  };
}

/**
 * Narrative as HTML: a closed list of elements and attributes, no link, no address, no style of the
 * document. Whatever a document holds, nothing in the page runs or loads.
 */
export function renderNarrative(node: NarrativeNode): Html {
  const children = join(
    node.children.map((child) => (typeof child === 'string' ? escapeHtml(child) : renderNarrative(child))),
  );
  const { tag: name, attributes } = node;

  // Elements that HTML writes otherwise.
  if (name === 'br') return '<br>' as Html;
  if (name === 'renderMultiMedia') return media(node);
  if (name === 'list') return tag(attributes['listType'] === 'ordered' ? 'ol' : 'ul', null, children);

  // What the list does not know is shown as its text; columns show nothing.
  const html = names[name];
  if (html === undefined) return children;
  if (html === 'col' || html === 'colgroup') return '' as Html;

  return tag(html, keptAttributes(html, attributes), children);
}
