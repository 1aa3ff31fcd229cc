import type { ReadElement } from '../../../internal/xml/index.ts';
import { placeOf, type CheckContext, type Place } from './context.ts';

const inline = 'content linkHtml sub sup br footnote footnoteRef renderMultiMedia';
const block = `${inline} paragraph list table`;

/** Which elements may stand in which (HL7 CDA R2, narrative block). */
const allowed: Readonly<Record<string, ReadonlySet<string>>> = Object.fromEntries(
  Object.entries({
    text: block,
    content: inline,
    paragraph: `caption ${inline}`,
    list: 'caption item',
    item: `caption ${block}`,
    table: 'caption col colgroup thead tfoot tbody',
    colgroup: 'col',
    thead: 'tr',
    tfoot: 'tr',
    tbody: 'tr',
    tr: 'th td',
    th: inline,
    td: `${inline} paragraph list`,
    caption: 'linkHtml sub sup footnote footnoteRef',
    footnote: block,
    linkHtml: 'footnote footnoteRef',
    renderMultiMedia: 'caption',
    sub: '',
    sup: '',
    br: '',
    col: '',
    footnoteRef: '',
  }).map(([name, names]) => [name, new Set(names.split(' '))]),
);

const common = 'ID language styleCode';
const cell = `${common} align char charoff valign`;

/** Attributes of each element. */
const attributes: Readonly<Record<string, ReadonlySet<string>>> = Object.fromEntries(
  Object.entries({
    text: `${common} mediaType`,
    content: `${common} revised`,
    paragraph: common,
    list: `${common} listType`,
    item: common,
    table: `${common} summary width border frame rules cellspacing cellpadding`,
    colgroup: `${cell} span width`,
    col: `${cell} span width`,
    thead: cell,
    tfoot: cell,
    tbody: cell,
    tr: cell,
    th: `${cell} abbr axis headers scope rowspan colspan`,
    td: `${cell} abbr axis headers scope rowspan colspan`,
    caption: common,
    footnote: common,
    footnoteRef: `${common} IDREF`,
    linkHtml: `${common} name href rel rev title`,
    renderMultiMedia: `${common} referencedObject`,
    sub: '',
    sup: '',
    br: '',
  }).map(([name, names]) => [name, new Set(names.split(' '))]),
);

/** Elements that hold no text of their own. */
const noText: ReadonlySet<string> = new Set([
  'list',
  'table',
  'colgroup',
  'thead',
  'tfoot',
  'tbody',
  'tr',
  'br',
  'col',
]);

/** Children that an element has at least once. */
const requiredChild: Readonly<Record<string, string>> = {
  thead: 'tr',
  tbody: 'tr',
  tfoot: 'tr',
  list: 'item',
  table: 'tbody',
};

const childrenOf = ({ node }: Place): readonly ReadElement[] =>
  node.children.filter((child): child is ReadElement => typeof child !== 'string');

const countOf = (parent: Place, name: string): number =>
  childrenOf(parent).filter(({ localName }) => localName === name).length;

/** Checks the text of a section against the narrative block of CDA R2. */
export function checkNarrative(place: Place, context: CheckContext): void {
  const { node } = place;
  const names = allowed[node.localName];
  if (!names) return;

  for (const { name, namespace } of node.attributes) {
    if (namespace === '' && !attributes[node.localName]?.has(name)) context.add('CDA-NARRATIVE', place.path, name);
  }

  for (const child of node.children) {
    if (typeof child === 'string') {
      if (child.trim() !== '' && noText.has(node.localName)) context.add('CDA-NARRATIVE', place.path, node.localName);
    } else if (names.has(child.localName)) checkNarrative(placeOf(place, child), context);
    else context.add('CDA-NARRATIVE', placeOf(place, child).path, child.localName);
  }

  checkCounts(place, context);
}

function checkCounts(place: Place, context: CheckContext): void {
  const { localName } = place.node;

  const names = childrenOf(place).map((child) => child.localName);
  if (names.lastIndexOf('caption') > 0) context.add('CDA-NARRATIVE', place.path, 'caption', 'caption 0..1, first');
  if (localName === 'table') checkTableParts(place, names, context);
  if (localName === 'tr' && childrenOf(place).length === 0) {
    context.add('CDA-NARRATIVE', place.path, 'tr', 'th | td');
  }

  const required = requiredChild[localName];
  if (required !== undefined && countOf(place, required) === 0) {
    context.add('CDA-NARRATIVE', place.path, localName, `${required} 1..*`);
  }
}

/** A table: what describes its columns, then its head, its foot, and only then its rows. */
const tableParts = ['caption', 'col', 'colgroup', 'thead', 'tfoot', 'tbody'];

function checkTableParts({ path }: Place, names: readonly string[], context: CheckContext): void {
  for (const name of ['thead', 'tfoot']) {
    if (names.indexOf(name) !== names.lastIndexOf(name)) context.add('CDA-NARRATIVE', path, name, `${name} 0..1`);
  }
  if (names.includes('col') && names.includes('colgroup')) {
    context.add('CDA-NARRATIVE', path, 'colgroup', 'col | colgroup');
  }

  const ranks = names.map((name) => tableParts.indexOf(name));
  const misplaced = names.find((_, index) => index > 0 && (ranks[index] ?? 0) < (ranks[index - 1] ?? 0));
  if (misplaced !== undefined) context.add('CDA-NARRATIVE', path, misplaced, tableParts.join(' '));
}

const idSyntax = /^[\p{L}_][\p{L}\p{N}._-]*$/u;

/**
 * Checks that identifiers have the form of a name and are unique in the whole document, and that
 * each link points to one of them.
 */
export function checkReferences(root: Place, context: CheckContext): void {
  const ids = new Set<string>();
  const links: { readonly target: string; readonly place: Place }[] = [];

  const collect = (current: Place): void => {
    const { node } = current;
    for (const { name, namespace, value } of node.attributes) {
      if (namespace !== '') continue;

      if (name === 'ID') {
        if (ids.has(value) || !idSyntax.test(value)) context.add('CDA-NARRATIVE-ID', current.path);
        ids.add(value);
      } else if (node.localName === 'reference' && name === 'value' && value.startsWith('#')) {
        links.push({ target: value.slice(1), place: current });
      }
    }

    for (const child of node.children) if (typeof child !== 'string') collect(placeOf(current, child));
  };
  collect(root);

  // A link may come before the text it points to.
  for (const link of links) {
    if (link.target !== '' && !ids.has(link.target)) context.add('CDA-NARRATIVE-LINK', link.place.path);
  }
}
