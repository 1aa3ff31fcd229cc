import { place, places } from '../context.ts';
import { get, isNull } from '../tools.ts';
import { hasStatus, pcc, xsiType, type EntryCheck } from './entry-tools.ts';
import { templatesOf } from './templates.ts';

/** The models of dosing: normal, tapered, split, conditional, combined. */
const dosings = ['.7.1', '.8', '.9', '.10', '.11'].map((suffix) => `${pcc}${suffix}`);

/** HL7 routes of administration, and those of the EDQM. */
const routeSystems: ReadonlySet<string> = new Set(['2.16.840.1.113883.5.112', '0.4.0.127.0.16.1.1.2.1']);

/** Medicines by their CIS code. */
const cisCodes = '1.2.250.1.213.2.3.1';

/** Checks one treatment: its act, templates, text and status, its dose, its route and its drug. */
export const medication: EntryCheck = (entry, fail) => {
  if (get(entry, 'classCode') !== 'SBADM' || !/^(?:INT|EVN)$/.test(get(entry, 'moodCode') ?? '')) {
    fail('VSM-MEDICATION', 'SBADM/EVN | SBADM/INT');
  }
  const own = templatesOf(entry);
  if (!dosings.some((dosing) => own.includes(dosing)) || own.length < 3) {
    fail('VSM-ENTRY-TEMPLATE', dosings.join(' | '));
  }

  if (places(entry, 'id').length !== 1) fail('VSM-MEDICATION', 'id 1..1');
  if (places(place(entry, 'text'), 'reference').length !== 1) fail('VSM-MEDICATION', 'text/reference 1..1');
  if (!hasStatus(entry, 'completed')) fail('VSM-MEDICATION', 'statusCode[@code="completed"]');

  dosage(entry, fail);
  route(entry, fail);

  const drug = place(entry, 'consumable', 'manufacturedProduct');
  const templates = drug ? templatesOf(drug) : [];
  if (!templates.includes(`${pcc}.7.2`) || templates.length < 2) {
    fail('VSM-MEDICATION', `manufacturedProduct/templateId[@root="${pcc}.7.2"]`);
  }
};

/** Duration, frequency, dose and rate. */
const dosage: EntryCheck = (entry, fail) => {
  const [duration, frequency] = places(entry, 'effectiveTime');
  if (duration) {
    const interval = xsiType(duration).includes('IVL_TS') && place(duration, 'low') && place(duration, 'high');
    if (!interval && !place(duration, 'width')) {
      fail('VSM-MEDICATION', 'effectiveTime[@xsi:type="IVL_TS"]/low effectiveTime/high');
    }
  }
  if (frequency && get(frequency, 'operator') !== 'A' && !isNull(frequency)) {
    fail('VSM-MEDICATION', 'effectiveTime[2]/@operator="A"');
  }

  for (const name of ['doseQuantity', 'rateQuantity']) {
    const quantity = place(entry, name);
    if (quantity && !isNull(quantity) && !(place(quantity, 'low') && place(quantity, 'high'))) {
      fail('VSM-MEDICATION', `${name}/low ${name}/high`);
    }
  }
};

const route: EntryCheck = (entry, fail) => {
  const code = place(entry, 'routeCode');
  if (!code) return;

  const system = get(code, 'codeSystem');
  const unknown = isNull(code) && system === undefined;
  if (!unknown && !routeSystems.has(system ?? '')) fail('VSM-MEDICATION', [...routeSystems].join(' | '));
};

/** The drug of a treatment: coded, with its text. */
export const product: EntryCheck = (entry, fail) => {
  const material = place(entry, 'manufacturedMaterial');
  const code = place(material, 'code');
  if (!code || !(isNull(code) || place(code, 'originalText', 'reference'))) {
    fail('VSM-ORIGINAL-TEXT', 'manufacturedMaterial/code/originalText/reference');
  }

  // FR-Produit-de-sante: a code is one of the CIS list, the brand name is there or said absent.
  const system = get(code, 'codeSystem');
  if (system !== undefined && system !== cisCodes) {
    fail('VSM-MEDICATION', `manufacturedMaterial/code[@codeSystem="${cisCodes}"]`);
  }
  const names = places(material, 'name');
  if (names.length !== 1 && !names.some((name) => get(name, 'nullFlavor') === 'NA')) {
    fail('VSM-MEDICATION', 'manufacturedMaterial/name 1..1');
  }
};

/** A link from a treatment to another entry, for example its reason. */
export const internalReference: EntryCheck = (entry, fail) => {
  if (places(entry, 'id').length !== 1) fail('VSM-MEDICATION', 'id 1..1');

  const code = place(entry, 'code');
  const coded = get(code, 'code') !== undefined && get(code, 'codeSystem') !== undefined;
  if (!coded && get(code, 'nullFlavor') !== 'NA') fail('VSM-MEDICATION', 'code/@code code/@codeSystem');
};
