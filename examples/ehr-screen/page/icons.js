// The icons of a dossier: a shape and a word for each state, so that colour says nothing alone.
import { el } from './dom.js';

const folder =
  'M2 5.5A1.5 1.5 0 0 1 3.5 4h4l2 2.5h7A1.5 1.5 0 0 1 18 8v7a1.5 1.5 0 0 1-1.5 1.5h-13A1.5 1.5 0 0 1 2 15z';

const marks = {
  exists: 'M6.5 11.5l2.5 2.5 4.5-5',
  absent: 'M10 8.5v6M7 11.5h6',
  incomplete: 'M10 8.5v3.2M10 13.9v.6',
  closed: 'M7.5 9l5 5M12.5 9l-5 5',
  ambiguous: 'M7 10.5h6M7 13h6',
  unknown: 'M8.3 10a1.8 1.8 0 1 1 2.6 1.6c-.6.3-.9.6-.9 1.2M10 14.6v.4',
};

const svg = (name, attributes) => {
  const element = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
};

/** The icon of a state with its word; a reader of the screen hears "Dossier : existe". */
export function stateIcon(state, label) {
  const drawing = svg('svg', { viewBox: '0 0 20 20', class: 'icon', 'aria-hidden': 'true' });
  drawing.append(svg('path', { d: folder, class: 'folder' }), svg('path', { d: marks[state], class: 'mark' }));
  return el('span', { class: `state ${state}`, role: 'img', 'aria-label': `Dossier : ${label}` }, drawing, label);
}
