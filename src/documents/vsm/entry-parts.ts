import { element, fragment, type Xml, type XmlChild } from '../../internal/xml/index.ts';
import { oids } from '../cda/oids.ts';
import { line } from '../cda/values.ts';
import type { Coded } from '../model/document.ts';
import type { CodeLabel } from './content.ts';
import { originalText } from './narrative.ts';

/** Ids in the upper case that the data type rules want. */
export type NewId = () => string;

export function templateIds(...roots: readonly string[]): Xml {
  return fragment(...roots.map((root) => element('templateId', { root })));
}

export function entryId(newId: NewId): Xml {
  return element('id', { root: newId() });
}

export const systems = {
  ccam: '1.2.250.1.215.300.1',
  cis: '1.2.250.1.213.2.3.1',
  cip: '1.2.250.1.213.2.3.2',
  edqm: '0.4.0.127.0.16.1.1.2.1',
} as const;

const systemNames: Readonly<Record<string, string>> = {
  [oids.loinc]: 'LOINC',
  [oids.snomedCt]: 'SNOMED CT',
  [oids.cim10]: 'CIM10',
  [systems.ccam]: 'CCAM',
  [systems.cis]: 'CIS',
  [systems.cip]: 'CIP',
  [systems.edqm]: 'EDQM',
};

/** A code of a fixed system. */
export function labelled({ code: value, displayName }: CodeLabel, codeSystem: string, field: string): Coded {
  return {
    code: line(value, `${field}.code`, 64),
    codeSystem,
    displayName: line(displayName, `${field}.displayName`),
  };
}

/** A code of an entry with what it holds; `type` for a `value`. */
export function codeElement(name: string, value: Coded, type: string | undefined, ...children: XmlChild[]): Xml {
  return element(
    name,
    {
      'xsi:type': type,
      code: value.code,
      codeSystem: value.codeSystem,
      codeSystemName: systemNames[value.codeSystem],
      displayName: value.displayName,
    },
    ...children,
  );
}

/** `value xsi:type="CD"` that points to its words. */
export function codedValue(value: Coded, id: string): Xml {
  return codeElement('value', value, 'CD', originalText(id));
}

export const diagnosis: Coded = {
  code: '282291009',
  codeSystem: oids.snomedCt,
  displayName: 'interprétation diagnostique',
};

/** The concern around a problem or an allergy: ended states have an end, the others must not. */
export function concern(
  templates: readonly string[],
  newId: NewId,
  status: 'active' | 'suspended' | 'aborted' | 'completed',
  effectiveTime: Xml,
  observation: Xml,
): Xml {
  return element(
    'entry',
    null,
    element(
      'act',
      { classCode: 'ACT', moodCode: 'EVN' },
      templateIds(...templates),
      entryId(newId),
      element('code', { nullFlavor: 'NA' }),
      element('statusCode', { code: status }),
      effectiveTime,
      element('entryRelationship', { inversionInd: 'false', typeCode: 'SUBJ' }, observation),
    ),
  );
}

export const completed: Xml = element('statusCode', { code: 'completed' });

/** What one section gives: the table of its narrative and its entries, from the same data. */
export interface SectionContent {
  readonly narrative: Xml;
  readonly entries: readonly Xml[];
}

/** `RSON`: why a treatment is given. */
export function internalReason(newId: NewId, value: Coded, id: string): Xml {
  return element(
    'entryRelationship',
    { typeCode: 'RSON' },
    element(
      'act',
      { classCode: 'ACT', moodCode: 'EVN' },
      templateIds('1.3.6.1.4.1.19376.1.5.3.1.4.4.1', '1.2.250.1.213.1.1.3.36'),
      entryId(newId),
      codeElement('code', value, undefined, originalText(id)),
    ),
  );
}
