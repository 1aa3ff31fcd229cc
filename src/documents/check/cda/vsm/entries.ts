import { placeOf, type CheckContext, type Place } from '../context.ts';
import { allergy, allergyConcern, concern, problem, problemConcern, status } from './concerns.ts';
import { ccd, pcc, type EntryCheck } from './entry-tools.ts';
import { familyObservation, familyOrganizer, habit, observation, procedure } from './history.ts';
import { templatesOf } from './templates.ts';
import { internalReference, medication, product } from './treatments.ts';

/** The models of entries by template: the parents each comes with, and its own rules. */
const entryModels: readonly (readonly [template: string, parents: readonly string[], check: EntryCheck])[] = [
  [`${pcc}.5.1`, [`${ccd}.27`], concern],
  [`${pcc}.5.2`, [`${pcc}.5.1`, `${ccd}.27`], problemConcern],
  [`${pcc}.5.3`, [`${pcc}.5.1`, `${ccd}.27`], allergyConcern],
  [`${pcc}.5`, [`${ccd}.28`], problem],
  [`${pcc}.6`, [`${pcc}.5`, `${ccd}.18`], allergy],
  [`${pcc}.1.1`, [`${ccd}.57`, `${ccd}.50`], status],
  [`${pcc}.19`, ['1.2.250.1.213.1.1.3.62'], procedure],
  [`${pcc}.13`, [], observation],
  [`${pcc}.13.4`, [`${pcc}.13`, `${ccd}.33`], habit],
  [`${pcc}.15`, [`${ccd}.23`], familyOrganizer],
  [`${pcc}.13.3`, [`${pcc}.13`, `${ccd}.22`], familyObservation],
  [`${pcc}.7`, [`${ccd}.24`], medication],
  [`${pcc}.7.2`, [`${ccd}.53`], product],
  [`${pcc}.4.1`, [], internalReference],
];

/** Checks every entry of the body against the models it claims. */
export function checkEntries(place: Place, context: CheckContext): void {
  const own = templatesOf(place);
  if (own.length > 0) checkModels(place, own, context);

  for (const child of place.node.children) {
    if (typeof child === 'string' || child.localName === 'templateId' || child.localName === 'text') continue;
    checkEntries(placeOf(place, child), context);
  }
}

function checkModels(place: Place, own: readonly string[], context: CheckContext): void {
  for (const [template, parents, check] of entryModels) {
    if (!own.includes(template)) continue;

    const missing = parents.filter((parent) => !own.includes(parent));
    if (missing.length > 0) context.add('VSM-ENTRY-TEMPLATE', place.path, null, missing.join(', '));
    check(place, (rule, expected) => context.add(rule, place.path, null, expected));
  }
}
