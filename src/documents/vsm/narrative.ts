import { element, fragment, text, type Xml } from '../../internal/xml/index.ts';

/** A cell of the narrative; with an id when an entry points to it. */
export interface Cell {
  readonly text: string;
  readonly id?: string | undefined;
}

const cell = ({ text: value, id }: Cell): Xml =>
  element('td', null, id === undefined ? text(value) : element('content', { ID: id }, text(value)));

/** A table whose columns that are empty everywhere are left out. */
export function table(headings: readonly string[], rows: readonly (readonly Cell[])[]): Xml {
  const shown = headings.map((_, column) => rows.some((row) => (row[column]?.text ?? '') !== ''));
  const keep = <T>(items: readonly T[]): T[] => items.filter((_, column) => shown[column]);

  return element(
    'table',
    { border: '0' },
    element('thead', null, element('tr', null, ...keep(headings).map((heading) => element('th', null, text(heading))))),
    element('tbody', null, ...rows.map((row) => element('tr', null, ...keep(row).map(cell)))),
  );
}

export function paragraphs(lines: readonly string[]): Xml {
  return fragment(...lines.map((words) => element('paragraph', null, text(words))));
}

/** `text` of an entry: a link to its narrative. */
export function textReference(id: string): Xml {
  return element('text', null, element('reference', { value: `#${id}` }));
}

export function originalText(id: string): Xml {
  return element('originalText', null, element('reference', { value: `#${id}` }));
}
