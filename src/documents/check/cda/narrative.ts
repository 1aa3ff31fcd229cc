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

export function checkNarrative(place: Place, context: CheckContext): void {
  const walk = (current: Place): void => {
    const names = allowed[current.node.localName];
    if (!names) return;
    const { node, path } = current;
    for (const { name, namespace } of node.attributes) {
      if (namespace === '' && !attributes[node.localName]?.has(name)) context.add('CDA-NARRATIVE', path, name);
    }
    for (const child of node.children) {
      if (typeof child === 'string') {
        if (child.trim() !== '' && noText.has(node.localName)) context.add('CDA-NARRATIVE', path, node.localName);
      } else if (names.has(child.localName)) walk(placeOf(current, child));
      else context.add('CDA-NARRATIVE', placeOf(current, child).path, child.localName);
    }
    if (node.localName === 'table') {
      for (const name of ['caption', 'thead', 'tfoot']) {
        if (node.children.filter((one) => typeof one !== 'string' && one.localName === name).length > 1) {
          context.add('CDA-NARRATIVE', path, name, `un ${name} au plus`);
        }
      }
    }
    if (node.localName === 'tr' && !node.children.some((one) => typeof one !== 'string')) {
      context.add('CDA-NARRATIVE', path, 'tr', 'th ou td');
    }
    const wanted = { thead: 'tr', tbody: 'tr', tfoot: 'tr', list: 'item', table: 'tbody' }[node.localName];
    if (wanted !== undefined && !node.children.some((one) => typeof one !== 'string' && one.localName === wanted)) {
      context.add('CDA-NARRATIVE', path, node.localName, wanted);
    }
  };
  walk(place);
}

const idSyntax = /^[\p{L}_][\p{L}\p{N}._-]*$/u;

/**
 * Identifiers are unique in the whole document and have the form of a name; links point to one of
 * them.
 */
export function checkReferences(root: Place, context: CheckContext): void {
  const ids = new Set<string>();
  const links: { readonly target: string; readonly place: Place }[] = [];
  const walk = (current: Place): void => {
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

    for (const child of node.children) if (typeof child !== 'string') walk(placeOf(current, child));
  };
  walk(root);

  for (const link of links) {
    if (link.target !== '' && !ids.has(link.target)) context.add('CDA-NARRATIVE-LINK', link.place.path);
  }
}
