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
  const classes = (styleCode ?? '').split(/\s+/).flatMap((code) => styles[code] ?? []);
  return classes.length > 0 ? classes.join(' ') : undefined;
}

/** What a `renderMultiMedia` shows: the page holds no image, so the attachment is named. */
function media(node: NarrativeNode): Html {
  return tag(
    'em',
    null,
    escapeHtml(
      `[Image ou document joint${node.attributes['referencedObject'] ? ` : ${node.attributes['referencedObject']}` : ''}]`,
    ),
  );
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
  if (name === 'br') return '<br>' as Html;
  if (name === 'renderMultiMedia') return media(node);
  if (name === 'list') return tag(attributes['listType'] === 'ordered' ? 'ol' : 'ul', null, children);
  const html = names[name];
  if (html === undefined) return children;
  if (html === 'col' || html === 'colgroup') return '' as Html;
  return tag(
    html,
    {
      class: styleClass(attributes['styleCode']),
      ...(html === 'th' ? { scope: 'col' } : {}),
      ...(html === 'th' || html === 'td'
        ? { colspan: span(attributes['colspan']), rowspan: span(attributes['rowspan']) }
        : {}),
    },
    children,
  );
}
