import { attributeOf } from '../../../internal/xml/index.ts';
import { oids, xsiNamespace } from '../../cda/oids.ts';
import { place, placeOf, places, type CheckContext, type Place } from './context.ts';
import type { CdaRuleId } from '../../rules/cda/index.ts';
import { get, isNull } from './tools.ts';

const pcc = '1.3.6.1.4.1.19376.1.5.3.1.4';
const ccd = '2.16.840.1.113883.10.20.1';

const xsiType = (node: Place | undefined): string => attributeOf(node?.node, 'type', xsiNamespace) ?? '';
const isA = (node: Place, name: string, classCode: string, mood = 'EVN'): boolean =>
  node.node.localName === name && get(node, 'classCode') === classCode && get(node, 'moodCode') === mood;
const hasReference = (node: Place): boolean => get(place(node, 'text', 'reference'), 'value') !== undefined;
const templatesOf = (node: Place): string[] => places(node, 'templateId').map((one) => get(one, 'root') ?? '');
const relations = (node: Place, typeCode: string): Place[] =>
  places(node, 'entryRelationship').filter((relation) => get(relation, 'typeCode') === typeCode);
const inner = (node: Place): Place[] =>
  node.node.children.flatMap((child) =>
    typeof child === 'string' || child.localName === 'templateId' ? [] : [placeOf(node, child)],
  );
const holdsTemplate = (node: Place, ...templates: string[]): boolean =>
  inner(node).some((child) => templatesOf(child).some((one) => templates.includes(one)));

type EntryCheck = (entry: Place, fail: (rule: CdaRuleId, what: string) => void) => void;

const states = new Set(['active', 'suspended', 'aborted', 'completed']);

const concern: EntryCheck = (entry, fail) => {
  if (!isA(entry, 'act', 'ACT')) fail('VSM-CONCERN', 'ACT/EVN');
  if (!place(entry, 'id')) fail('VSM-CONCERN', 'id');
  if (get(place(entry, 'code'), 'nullFlavor') !== 'NA') fail('VSM-CONCERN', 'code nullFlavor NA');
  const status = get(place(entry, 'statusCode'), 'code') ?? '';
  if (!states.has(status)) fail('VSM-CONCERN', 'statusCode');
  const time = place(entry, 'effectiveTime');
  if (!time || !(isNull(time) || place(time, 'low'))) fail('VSM-CONCERN', 'effectiveTime/low');
  const ended = status === 'completed' || status === 'aborted';
  if (time && !isNull(time) && ended !== (place(time, 'high') !== undefined)) {
    fail('VSM-CONCERN-END', 'effectiveTime/high');
  }
  if (
    !relations(entry, 'SUBJ').length ||
    !places(entry, 'entryRelationship').some((one) => holdsTemplate(one, `${pcc}.5`, `${pcc}.6`))
  ) {
    fail('VSM-CONCERN', 'entryRelationship SUBJ');
  }
};

const problemConcern: EntryCheck = (entry, fail) => {
  if (!relations(entry, 'SUBJ').some((one) => holdsTemplate(one, `${pcc}.5`))) {
    fail('VSM-CONCERN', 'entryRelationship SUBJ');
  }
};

const allergyConcern: EntryCheck = (entry, fail) => {
  if (places(entry, 'id').length !== 1) fail('VSM-CONCERN', 'un id');
  const time = place(entry, 'effectiveTime');
  const low = place(time, 'low');
  if (!low || (get(low, 'value') ?? get(low, 'nullFlavor')) === undefined) fail('VSM-CONCERN', 'effectiveTime/low');
  if (place(time, 'width') || place(time, 'center')) fail('VSM-CONCERN', 'effectiveTime sans width ni center');
  const subject = relations(entry, 'SUBJ').filter((one) => get(one, 'inversionInd') === 'false');
  if (!subject.some((one) => holdsTemplate(one, `${pcc}.6`))) fail('VSM-CONCERN', 'allergie');
};

const problem: EntryCheck = (entry, fail) => {
  if (!isA(entry, 'observation', 'OBS')) fail('VSM-PROBLEM', 'OBS/EVN');
  if (places(entry, 'id').length !== 1) fail('VSM-PROBLEM', 'un id');
  const code = place(entry, 'code');
  if (get(code, 'code') === undefined || get(code, 'codeSystem') === undefined) {
    fail('VSM-PROBLEM', 'code et codeSystem');
  }
  if (!hasReference(entry)) fail('VSM-PROBLEM', 'text/reference');
  if (get(place(entry, 'statusCode'), 'code') !== 'completed') fail('VSM-PROBLEM', 'statusCode completed');
  const time = place(entry, 'effectiveTime');
  const low = place(time, 'low');
  if (!low || (get(low, 'value') === undefined && !/^(?:UNK|NAV)$/.test(get(low, 'nullFlavor') ?? ''))) {
    fail('VSM-PROBLEM', 'effectiveTime/low');
  }
  if (place(time, 'width') || place(time, 'center')) fail('VSM-PROBLEM', 'effectiveTime sans width ni center');
  const values = places(entry, 'value');
  const [value] = values;
  if (values.length !== 1 || !value) {
    fail('VSM-PROBLEM', 'un value');
    return;
  }
  if (!isNull(value)) {
    if (!xsiType(value).includes('CD')) fail('VSM-PROBLEM', 'value xsi:type="CD"');
    if (places(value, 'originalText').length !== 1) fail('VSM-ORIGINAL-TEXT', 'value/originalText');
  } else if (get(value, 'nullFlavor') !== 'UNK' && !xsiType(value).includes('CD')) fail('VSM-PROBLEM', 'value');
  if ((get(value, 'code') === undefined) !== (get(value, 'codeSystem') === undefined)) {
    fail('VSM-PROBLEM', 'value : code et codeSystem');
  }
  for (const template of [`${pcc}.1`, `${pcc}.1.1`, `${pcc}.1.2`]) {
    if (places(entry, 'entryRelationship').filter((one) => holdsTemplate(one, template)).length > 1) {
      fail('VSM-PROBLEM', template);
    }
  }
};

const allergy: EntryCheck = (entry, fail) => {
  if (get(entry, 'classCode') !== 'OBS') fail('VSM-PROBLEM', 'OBS');
  if (get(place(entry, 'code'), 'codeSystem') !== oids.snomedCt) fail('VSM-PROBLEM', 'code SNOMED CT');
  const value = place(entry, 'value');
  if (!value || !xsiType(value).includes('CD')) fail('VSM-PROBLEM', 'value xsi:type="CD"');
  if (!place(value, 'originalText')) fail('VSM-ORIGINAL-TEXT', 'value/originalText');
  for (const participant of places(entry, 'participant')) {
    if (!place(participant, 'participantRole', 'playingEntity', 'code', 'originalText', 'reference')) {
      fail('VSM-ORIGINAL-TEXT', 'playingEntity/code/originalText');
    }
  }
};

const status: EntryCheck = (entry, fail) => {
  if (!isA(entry, 'observation', 'OBS')) fail('VSM-PROBLEM', 'OBS/EVN');
  const code = place(entry, 'code');
  if (get(code, 'code') !== '33999-4' || get(code, 'codeSystem') !== oids.loinc) fail('VSM-PROBLEM', '33999-4');
  if (!hasReference(entry)) fail('VSM-PROBLEM', 'text/reference');
  if (get(place(entry, 'statusCode'), 'code') !== 'completed') fail('VSM-PROBLEM', 'statusCode completed');
  if (xsiType(place(entry, 'value')) !== 'CE') fail('VSM-PROBLEM', 'value xsi:type="CE"');
};

const procedure: EntryCheck = (entry, fail) => {
  const done = isA(entry, 'procedure', 'PROC') && templatesOf(entry).includes(`${ccd}.29`);
  const planned = isA(entry, 'procedure', 'PROC', 'INT') && templatesOf(entry).includes(`${ccd}.25`);
  if (!done && !planned) fail('VSM-PROCEDURE', 'PROC/EVN');
  if (!place(entry, 'id')) fail('VSM-PROCEDURE', 'id');
  for (const name of ['code', 'text', 'statusCode']) {
    if (places(entry, name).length !== 1) fail('VSM-PROCEDURE', `un ${name}`);
  }
  if (!hasReference(entry)) fail('VSM-PROCEDURE', 'text/reference');
  if (!/^(?:completed|active|aborted|cancelled)$/.test(get(place(entry, 'statusCode'), 'code') ?? '')) {
    fail('VSM-PROCEDURE', 'statusCode');
  }
  if (planned && !place(entry, 'effectiveTime') && !place(entry, 'priorityCode')) {
    fail('VSM-PROCEDURE', 'effectiveTime');
  }
};

/** What the simple observation asks of its specialisations. */
const observation: EntryCheck = (entry, fail) => {
  if (!isA(entry, 'observation', 'OBS')) fail('VSM-HABIT', 'OBS/EVN');
  for (const name of ['id', 'code']) if (!place(entry, name)) fail('VSM-HABIT', name);
  if (!place(entry, 'text', 'reference')) fail('VSM-HABIT', 'text/reference');
  if (get(place(entry, 'statusCode'), 'code') !== 'completed') fail('VSM-HABIT', 'statusCode completed');
  const time = place(entry, 'effectiveTime');
  const low = place(time, 'low');
  const known = [get(time, 'value'), get(time, 'nullFlavor'), get(low, 'value'), get(low, 'nullFlavor')];
  if (known.every((one) => one === undefined)) fail('VSM-HABIT', 'effectiveTime');
};

const habit: EntryCheck = (entry, fail) => {
  if (places(entry, 'id').length > 1) fail('VSM-HABIT', 'un id');
  for (const name of ['code', 'statusCode', 'effectiveTime']) {
    if (places(entry, name).length !== 1) fail('VSM-HABIT', `un ${name}`);
  }
  if (!hasReference(entry)) fail('VSM-HABIT', 'text/reference');
  if (!place(entry, 'value')) fail('VSM-HABIT', 'value');
  for (const name of ['repeatNumber', 'interpretationCode', 'methodCode', 'targetSiteCode']) {
    if (place(entry, name)) fail('VSM-HABIT', `sans ${name}`);
  }
};

const familyOrganizer: EntryCheck = (entry, fail) => {
  if (!isA(entry, 'organizer', 'CLUSTER')) fail('VSM-FAMILY', 'CLUSTER/EVN');
  const subject = places(entry, 'subject').find((one) => get(one, 'typeCode') === 'SBJ');
  const related = places(subject, 'relatedSubject').find((one) => get(one, 'classCode') === 'PRS');
  if (!related) fail('VSM-FAMILY', 'subject SBJ, relatedSubject PRS');
  const code = place(related, 'code');
  if (
    !code ||
    !(isNull(code) || (get(code, 'code') !== undefined && get(code, 'codeSystem') === '2.16.840.1.113883.5.111'))
  ) {
    fail('VSM-FAMILY', 'relatedSubject/code');
  }
  const observed = places(entry, 'component').some(
    (one) => get(one, 'typeCode') === 'COMP' && holdsTemplate(one, `${pcc}.13.3`),
  );
  if (!observed) fail('VSM-FAMILY', 'component COMP');
};

const familyObservation: EntryCheck = (entry, fail) => {
  for (const name of ['id', 'code']) if (places(entry, name).length !== 1) fail('VSM-FAMILY', `un ${name}`);
  if (!hasReference(entry)) fail('VSM-FAMILY', 'text/reference');
  if (places(entry, 'effectiveTime').length > 1) fail('VSM-FAMILY', 'un effectiveTime');
  for (const name of ['interpretationCode', 'methodCode', 'targetSiteCode', 'author']) {
    if (places(entry, name).length > 1) fail('VSM-FAMILY', `au plus un ${name}`);
  }
};

const dosings = ['.7.1', '.8', '.9', '.10', '.11'].map((suffix) => `${pcc}${suffix}`);

const medication: EntryCheck = (entry, fail) => {
  if (get(entry, 'classCode') !== 'SBADM' || !/^(?:INT|EVN)$/.test(get(entry, 'moodCode') ?? '')) {
    fail('VSM-MEDICATION', 'SBADM, EVN ou INT');
  }
  const own = templatesOf(entry);
  if (!dosings.some((dosing) => own.includes(dosing)) || own.length < 3) fail('VSM-ENTRY-TEMPLATE', 'modèle de dosage');
  if (places(entry, 'id').length !== 1) fail('VSM-MEDICATION', 'un id');
  if (places(place(entry, 'text'), 'reference').length !== 1) fail('VSM-MEDICATION', 'text/reference');
  if (get(place(entry, 'statusCode'), 'code') !== 'completed') fail('VSM-MEDICATION', 'statusCode completed');
  const [first, second] = places(entry, 'effectiveTime');
  if (first) {
    const interval = xsiType(first).includes('IVL_TS') && place(first, 'low') && place(first, 'high');
    if (!interval && !place(first, 'width')) fail('VSM-MEDICATION', 'effectiveTime IVL_TS avec low et high');
  }
  if (second && get(second, 'operator') !== 'A' && !isNull(second)) {
    fail('VSM-MEDICATION', 'second effectiveTime : operator="A"');
  }
  const dose = place(entry, 'doseQuantity');
  if (dose && !isNull(dose) && !(place(dose, 'low') && place(dose, 'high'))) {
    fail('VSM-MEDICATION', 'doseQuantity low et high');
  }
  const rate = place(entry, 'rateQuantity');
  if (rate && !isNull(rate) && !(place(rate, 'low') && place(rate, 'high'))) {
    fail('VSM-MEDICATION', 'rateQuantity low et high');
  }
  const route = place(entry, 'routeCode');
  const system = get(route, 'codeSystem');
  if (
    route &&
    !['2.16.840.1.113883.5.112', '0.4.0.127.0.16.1.1.2.1'].includes(system ?? '') &&
    !(isNull(route) && system === undefined)
  ) {
    fail('VSM-MEDICATION', 'routeCode EDQM');
  }
  const product = place(entry, 'consumable', 'manufacturedProduct');
  if (!product || !templatesOf(product).includes(`${pcc}.7.2`) || templatesOf(product).length < 2) {
    fail('VSM-MEDICATION', 'manufacturedProduct');
  }
};

const product: EntryCheck = (entry, fail) => {
  const code = place(entry, 'manufacturedMaterial', 'code');
  if (!code || !(isNull(code) || place(code, 'originalText', 'reference'))) {
    fail('VSM-ORIGINAL-TEXT', 'manufacturedMaterial/code');
  }
};

const internalReference: EntryCheck = (entry, fail) => {
  if (places(entry, 'id').length !== 1) fail('VSM-MEDICATION', 'référence interne : un id');
  const code = place(entry, 'code');
  const coded = get(code, 'code') !== undefined && get(code, 'codeSystem') !== undefined;
  if (!coded && get(code, 'nullFlavor') !== 'NA') fail('VSM-MEDICATION', 'référence interne : code');
};

/** By template: the parents it must come with, and its own rules. */
const entryRules: readonly (readonly [template: string, parents: readonly string[], check: EntryCheck])[] = [
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

/** Every entry of the body against the models it claims. */
export function checkVsmEntries(body: Place, context: CheckContext): void {
  const walk = (current: Place): void => {
    const own = templatesOf(current);
    for (const [template, parents, check] of entryRules) {
      if (!own.includes(template)) continue;
      const missing = parents.filter((parent) => !own.includes(parent));
      if (missing.length > 0) context.add('VSM-ENTRY-TEMPLATE', current.path, null, missing.join(', '));
      check(current, (rule, what) => context.add(rule, current.path, null, what));
    }
    for (const child of current.node.children) {
      if (typeof child === 'string' || child.localName === 'templateId' || child.localName === 'text') continue;
      walk(placeOf(current, child));
    }
  };
  walk(body);
}
