import { element, type Xml } from '../../internal/xml/index.ts';
import { checkCoded } from '../cda/codes.ts';
import { oids } from '../cda/oids.ts';
import { invalid, line } from '../cda/values.ts';
import { code, time } from '../cda/write-parts.ts';
import type { Coded } from '../model/document.ts';
import type { VsmFamilyHistory, VsmHabit, VsmProcedure } from './content.ts';
import { frenchDay, hl7Day } from './dates.ts';
import {
  codedValue,
  codeElement,
  completed,
  diagnosis,
  entryId,
  labelled,
  systems,
  templateIds,
  type NewId,
  type SectionContent,
} from './entry-parts.ts';
import { originalText, table, textReference } from './narrative.ts';

const unknownTime: Xml = element('effectiveTime', { nullFlavor: 'UNK' });

const day = (value: string | undefined, field: string): Xml =>
  (value === undefined ? null : time('effectiveTime', hl7Day(value, field))) ?? unknownTime;

export function procedureSection(items: readonly VsmProcedure[], newId: NewId): SectionContent {
  const entries = items.map((item, index): Xml => {
    const where = `content.surgicalHistory[${index}]`;
    if (!item.code) throw invalid(`${where}.code`, 'code CCAM obligatoire');

    return element(
      'entry',
      null,
      element(
        'procedure',
        { classCode: 'PROC', moodCode: 'EVN' },
        templateIds('1.3.6.1.4.1.19376.1.5.3.1.4.19', '2.16.840.1.113883.10.20.1.29', '1.2.250.1.213.1.1.3.62'),
        entryId(newId),
        codeElement('code', labelled(item.code, systems.ccam, `${where}.code`), undefined),
        textReference(`acte-${index + 1}`),
        completed,
        day(item.date, `${where}.date`),
      ),
    );
  });

  const rows = items.map((item, index) => [
    { text: frenchDay(item.date) },
    { text: line(item.text, `content.surgicalHistory[${index}].text`), id: `acte-${index + 1}` },
  ]);

  return { narrative: table(['Date', 'Antécédent chirurgical'], rows), entries };
}

function habitValue(value: NonNullable<VsmHabit['value']>, id: string, field: string): Xml {
  if ('coded' in value) {
    const coded = checkCoded(value.coded, field);
    if (coded) return codedValue(coded, id);
    throw invalid(field, 'code obligatoire');
  }

  if (!Number.isFinite(value.quantity)) throw invalid(`${field}.quantity`, 'nombre attendu');

  return element('value', {
    'xsi:type': 'PQ',
    value: String(value.quantity),
    unit: line(value.unit, `${field}.unit`, 40),
  });
}

function habitText(value: VsmHabit['value']): string {
  if (value === undefined) return '';
  return 'coded' in value ? value.coded.displayName : `${value.quantity} ${value.unit}`;
}

/** One habit with its value. */
function habitEntry(item: VsmHabit, index: number, newId: NewId): Xml {
  const where = `content.habits[${index}]`;
  const id = `mode-de-vie-${index + 1}`;
  if (!item.code || !item.value) throw invalid(where, 'code et valeur obligatoires');

  return element(
    'entry',
    null,
    element(
      'observation',
      { classCode: 'OBS', moodCode: 'EVN' },
      templateIds(
        '2.16.840.1.113883.10.20.1.33',
        '1.3.6.1.4.1.19376.1.5.3.1.4.13',
        '1.3.6.1.4.1.19376.1.5.3.1.4.13.4',
        '1.2.250.1.213.1.1.3.52',
      ),
      entryId(newId),
      code('code', labelled(item.code, oids.loinc, `${where}.code`)),
      textReference(id),
      completed,
      item.since === undefined
        ? unknownTime
        : element('effectiveTime', null, time('low', hl7Day(item.since, `${where}.since`))),
      habitValue(item.value, id, `${where}.value`),
    ),
  );
}

export function habitSection(items: readonly VsmHabit[], newId: NewId): SectionContent {
  const entries = items.map((item, index) => habitEntry(item, index, newId));

  const rows = items.map((item, index) => [
    { text: line(item.text, `content.habits[${index}].text`), id: `mode-de-vie-${index + 1}` },
    { text: habitText(item.value) },
    { text: frenchDay(item.since) },
  ]);

  return { narrative: table(['Mode de vie', 'Valeur', 'Depuis'], rows), entries };
}

/** One diagnosis of a relative: who, then what. */
function familyEntry(item: VsmFamilyHistory & { readonly relationCode: Coded }, index: number, newId: NewId): Xml {
  const where = `content.familyHistory[${index}]`;
  const id = `antecedent-familial-${index + 1}`;
  if (!item.code) throw invalid(`${where}.code`, 'code CIM-10 obligatoire');

  const relative = element(
    'relatedSubject',
    { classCode: 'PRS' },
    codeElement('code', item.relationCode, undefined, originalText(`${id}-lien`)),
  );
  const observation = element(
    'observation',
    { classCode: 'OBS', moodCode: 'EVN' },
    templateIds(
      '2.16.840.1.113883.10.20.1.22',
      '1.3.6.1.4.1.19376.1.5.3.1.4.13',
      '1.3.6.1.4.1.19376.1.5.3.1.4.13.3',
      '1.2.250.1.213.1.1.3.51',
    ),
    entryId(newId),
    code('code', diagnosis),
    textReference(id),
    completed,
    day(item.date, `${where}.date`),
    codedValue(labelled(item.code, oids.cim10, `${where}.code`), id),
  );

  const organizer = element(
    'organizer',
    { classCode: 'CLUSTER', moodCode: 'EVN' },
    templateIds('2.16.840.1.113883.10.20.1.23', '1.3.6.1.4.1.19376.1.5.3.1.4.15', '1.2.250.1.213.1.1.3.59'),
    completed,
    element(
      'subject',
      { typeCode: 'SBJ' },
      templateIds('1.3.6.1.4.1.19376.1.5.3.1.4.15.2', '1.2.250.1.213.1.1.3.60'),
      relative,
    ),
    element('component', { typeCode: 'COMP' }, observation),
  );
  return element('entry', null, organizer);
}

export function familySection(
  items: readonly (VsmFamilyHistory & { readonly relationCode: Coded })[],
  newId: NewId,
): SectionContent {
  const entries = items.map((item, index) => familyEntry(item, index, newId));

  const rows = items.map((item, index) => [
    { text: item.relationCode.displayName, id: `antecedent-familial-${index + 1}-lien` },
    {
      text: line(item.text, `content.familyHistory[${index}].text`),
      id: `antecedent-familial-${index + 1}`,
    },
    { text: frenchDay(item.date) },
  ]);

  return { narrative: table(['Lien de parenté', 'Antécédent', 'Date'], rows), entries };
}
