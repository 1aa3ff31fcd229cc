import { element, text, type Xml } from '../../internal/xml/index.ts';
import { oids } from '../cda/oids.ts';
import { invalid, line } from '../cda/values.ts';
import type { Coded } from '../model/document.ts';
import type { VsmTreatment } from './content.ts';
import { effectiveTime, frenchDay, period } from './dates.ts';
import {
  codeElement,
  completed,
  entryId,
  internalReason,
  labelled,
  systems,
  templateIds,
  type NewId,
  type SectionContent,
} from './entry-parts.ts';
import { originalText, table, textReference } from './narrative.ts';

const drug: Coded = { code: 'DRUG', codeSystem: '2.16.840.1.113883.5.4', displayName: 'Médicament' };

function positive(value: number, field: string): string {
  if (!Number.isFinite(value) || value <= 0) throw invalid(field, 'nombre positif attendu');
  return String(value);
}

function dose({ low, high, unit }: NonNullable<VsmTreatment['dose']>, field: string): Xml {
  const quantity = (name: string, value: number): Xml =>
    element(name, { unit: line(unit, `${field}.unit`, 40), value: positive(value, field) });
  if (high !== undefined && high < low) throw invalid(`${field}.high`, 'au moins égal à low');
  return element('doseQuantity', null, quantity('low', low), quantity('high', high ?? low));
}

function product(item: VsmTreatment, id: string, field: string): Xml {
  if (!item.product) throw invalid(`${field}.product`, 'code CIS obligatoire');

  const { cip } = item.product;

  return element(
    'consumable',
    null,
    element(
      'manufacturedProduct',
      null,
      templateIds('2.16.840.1.113883.10.20.1.53', '1.3.6.1.4.1.19376.1.5.3.1.4.7.2', '1.2.250.1.213.1.1.3.43'),
      element(
        'manufacturedMaterial',
        null,
        codeElement(
          'code',
          labelled(item.product, systems.cis, `${field}.product`),
          undefined,
          originalText(id),
          cip && codeElement('translation', labelled(cip, systems.cip, `${field}.product.cip`), undefined),
        ),
        element('name', null, text(line(item.name, `${field}.name`))),
      ),
    ),
  );
}

/** A quantity at a regular interval. */
function regularly(every: NonNullable<VsmTreatment['every']>, field: string): Xml {
  return element(
    'effectiveTime',
    { 'xsi:type': 'PIVL_TS', operator: 'A' },
    element('period', { unit: every.unit, value: positive(every.value, field) }),
  );
}

/** One long-term treatment. */
function treatmentEntry(item: VsmTreatment, index: number, newId: NewId): Xml {
  const where = `content.treatments[${index}]`;
  const id = `traitement-${index + 1}`;
  const { every, route, reason } = item;

  const administration = element(
    'substanceAdministration',
    { classCode: 'SBADM', moodCode: 'EVN' },
    templateIds(
      '2.16.840.1.113883.10.20.1.24',
      '1.3.6.1.4.1.19376.1.5.3.1.4.7',
      '1.2.250.1.213.1.1.3.42',
      '1.3.6.1.4.1.19376.1.5.3.1.4.7.1',
    ),
    entryId(newId),
    codeElement('code', drug, undefined),
    textReference(id),
    completed,

    // When, how, how much.
    effectiveTime(period(item.start, item.end, where), true, 'IVL_TS'),
    every && regularly(every, `${where}.every`),
    route &&
      codeElement('routeCode', labelled(route, systems.edqm, `${where}.route`), undefined, originalText(`${id}-voie`)),
    item.dose && dose(item.dose, `${where}.dose`),

    // What, and why.
    product(item, id, where),
    reason && internalReason(newId, labelled(reason.code, oids.cim10, `${where}.reason.code`), `${id}-motif`),
  );
  return element('entry', null, administration);
}

/**
 * Long-term treatments. The dosing is the normal one: one quantity at a regular interval, or in
 * words only.
 */
export function treatmentSection(items: readonly VsmTreatment[], newId: NewId): SectionContent {
  const entries = items.map((item, index) => treatmentEntry(item, index, newId));

  const rows = items.map((item, index) => {
    const where = `content.treatments[${index}]`;
    const id = `traitement-${index + 1}`;

    return [
      { text: frenchDay(item.start) },
      { text: frenchDay(item.end) },
      { text: line(item.name, `${where}.name`), id },
      { text: item.dosage === undefined ? dosageText(item) : line(item.dosage, `${where}.dosage`) },
      item.route ? { text: item.route.displayName, id: `${id}-voie` } : { text: '' },
      item.reason ? { text: line(item.reason.text, `${where}.reason.text`), id: `${id}-motif` } : { text: '' },
    ];
  });

  return { narrative: table(['Début', 'Fin', 'Médicament', 'Posologie', 'Voie', 'Motif'], rows), entries };
}

const periods: Readonly<Record<'h' | 'd' | 'wk' | 'mo', string>> = {
  h: 'h',
  d: 'jour(s)',
  wk: 'semaine(s)',
  mo: 'mois',
};

function dosageText({ dose: quantity, every }: VsmTreatment): string {
  const parts: string[] = [];
  if (quantity) {
    const range = quantity.high === undefined ? `${quantity.low}` : `${quantity.low} à ${quantity.high}`;
    parts.push(`${range} ${quantity.unit}`);
  }
  if (every) parts.push(`toutes les ${every.value} ${periods[every.unit]}`);
  return parts.join(' ');
}
