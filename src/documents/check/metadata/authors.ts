import { attributeOf, childElements, type ReadElement } from '../../../internal/xml/index.ts';
import { repetitions } from '../../metadata/datatypes.ts';
import { scheme } from '../../metadata/constants.ts';
import { institutionRules, personRules, roleRules, specialtyRules, telecomRules } from './data-types.ts';
import { slotValues, type Place } from './place.ts';
import type { XdsRuleId } from '../../rules/xds/index.ts';

/** What a value of a slot breaks. */
type ValueRules = (value: string) => readonly XdsRuleId[];

const authorSlots: ReadonlyMap<string, ValueRules> = new Map([
  ['authorPerson', personRules],
  ['authorInstitution', institutionRules],
  ['authorRole', roleRules],
  ['authorSpecialty', specialtyRules],
  ['authorTelecommunication', telecomRules],
]);

/** The parts of each author, as they are written. */
export function authorSlotFindings(classifications: readonly ReadElement[], report: Place): void {
  const schemes: readonly string[] = [scheme.document.author, scheme.submissionSet.author];
  const authors = classifications.filter((node) =>
    schemes.includes((attributeOf(node, 'classificationScheme') ?? '').toLowerCase()),
  );

  authors.forEach((author, index) => {
    const at = `author[${String(index + 1)}]`;
    const slots = childElements(author, 'Slot');
    const names = new Set(slots.map((slot) => attributeOf(slot, 'name')));
    if (!names.has('authorPerson')) report('XDS-REQUIRED', `${at}/authorPerson`);

    for (const slot of slots) {
      const name = attributeOf(slot, 'name') ?? '';
      const rules = authorSlots.get(name);
      if (rules) for (const rule of valueRules(slotValues(slot), rules)) report(rule, `${at}/${name}`);
    }
  });
}

/** What the values of one slot break, each rule once. */
export function valueRules(values: readonly string[], rulesOf: ValueRules): ReadonlySet<XdsRuleId> {
  const broken = new Set<XdsRuleId>();
  for (const value of values) {
    const parts = repetitions(value.trim());
    if (parts.length !== 1 || value.includes('~')) broken.add('XDS-REPETITION');
    for (const part of parts) for (const rule of rulesOf(part)) broken.add(rule);
  }
  return broken;
}
