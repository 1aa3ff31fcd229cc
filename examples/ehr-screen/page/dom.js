// Elements without a template: text is always text, whatever it holds.

/**
 * @param {string} name
 * @param {Record<string, unknown>} [attributes] `onclick` and the like are listeners; `false` and `null` leave one out
 * @param {...(Node | string | null | undefined | false)} children
 */
export function el(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(key.slice(2), value);
    else if (value === true) element.setAttribute(key, '');
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(key, String(value));
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

export const byId = (id) => document.getElementById(id);

/** A part of the screen with a heading of its own: a region that a reader of the screen can jump to. */
export function region(id, title, ...children) {
  const heading = el('h3', { id: `${id}-title` }, title);
  return el('section', { id, class: 'part', 'aria-labelledby': `${id}-title` }, heading, ...children);
}

/** Read by those who do not see the screen. */
export const hidden = (text) => el('span', { class: 'hidden' }, text);

let fields = 0;

/** A control with its label. */
export function field(label, control) {
  fields += 1;
  control.id = `field-${fields}`;
  return el('div', { class: 'field' }, el('label', { for: control.id }, label), control);
}

/** A box with its sentence, never ticked in advance. */
export function box(label) {
  fields += 1;
  const control = el('input', { type: 'checkbox', id: `field-${fields}` });
  const whole = el('div', { class: 'box' }, control, el('label', { for: control.id }, label));
  return { control, whole };
}

/** The options of a list; the first is the default. */
export function fill(select, options) {
  select.replaceChildren(...options.map(({ code, label }) => el('option', { value: code }, label)));
}
