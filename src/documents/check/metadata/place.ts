import { childElements, textOf, type ReadElement } from '../../../internal/xml/index.ts';
import type { XdsRuleId } from '../../rules/xds/index.ts';

/** Adds a finding about an attribute of the object that is checked. */
export type Place = (rule: XdsRuleId, attribute: string, found?: string | null) => void;

/** The values of a slot, as they are written. */
export function slotValues(slot: ReadElement): string[] {
  return childElements(slot, 'ValueList').flatMap((list) => childElements(list, 'Value').map(textOf));
}

/** A name of a slot or an element, unless it has a form that none has. */
export function shownName(name: string): string {
  return /^[\w$:.-]{1,80}$/.test(name) ? name : 'Slot';
}
