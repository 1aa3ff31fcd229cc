import { places, type Place } from '../context.ts';
import { get } from '../tools.ts';

/** The models that an element claims. */
export const templatesOf = (node: Place): string[] =>
  places(node, 'templateId').map((template) => get(template, 'root') ?? '');

/** Whether a template is claimed by an element or by anything below it. */
export function holdsTemplateBelow({ node }: Place, template: string): boolean {
  const claimed = (current: Place['node']): boolean =>
    current.children.some((child) => {
      if (typeof child === 'string') return false;
      if (child.localName !== 'templateId') return claimed(child);
      return child.attributes.some(({ name, value }) => name === 'root' && value === template);
    });
  return claimed(node);
}
