import { xsiNamespace } from '../../../cda/oids.ts';
import { attributeOf } from '../../../../internal/xml/index.ts';
import type { CdaRuleId } from '../../../rules/cda/index.ts';
import { place, placeOf, type Place } from '../context.ts';
import { get, withAttribute } from '../tools.ts';
import { templatesOf } from './templates.ts';

/** Roots of the entry models of IHE PCC and of their parents in HL7 CCD. */
export const pcc = '1.3.6.1.4.1.19376.1.5.3.1.4';
export const ccd = '2.16.840.1.113883.10.20.1';

/** Checks an entry of one model; `fail` takes the rule and the expected element or code. */
export type EntryCheck = (entry: Place, fail: (rule: CdaRuleId, expected: string) => void) => void;

export const xsiType = (node: Place | undefined): string => attributeOf(node?.node, 'type', xsiNamespace) ?? '';

export const isA = (node: Place, name: string, classCode: string, mood = 'EVN'): boolean =>
  node.node.localName === name && get(node, 'classCode') === classCode && get(node, 'moodCode') === mood;

export const hasReference = (node: Place): boolean => get(place(node, 'text', 'reference'), 'value') !== undefined;

export const hasStatus = (node: Place, status: string): boolean => get(place(node, 'statusCode'), 'code') === status;

export const subjects = (entry: Place): Place[] => withAttribute(entry, 'entryRelationship', 'typeCode', 'SUBJ');

/** Whether a child of an element claims one of these templates. */
export function holdsTemplate(parent: Place, ...templates: string[]): boolean {
  return parent.node.children.some(
    (child) =>
      typeof child !== 'string' &&
      child.localName !== 'templateId' &&
      templatesOf(placeOf(parent, child)).some((template) => templates.includes(template)),
  );
}
