import { oids } from '../../cda/oids.ts';
import { place, places, type CheckContext, type Place } from './context.ts';
import { get } from './tools.ts';

/** What a section model asks of the section that claims it. */
interface SectionRule {
  readonly code: string;
  /** Templates of its parent models. */
  readonly parents?: readonly string[];
  readonly minTemplates?: number;
  readonly id?: 'one' | 'some';
  /** Template of the entries it must hold, anywhere below. */
  readonly entry?: string;
  /** Templates of sub-sections: one of them when there are sub-sections at all. */
  readonly parts?: readonly string[];
  /** How many sub-sections exclude the text. */
  readonly fullAt?: number;
  readonly requires?: readonly string[];
  readonly noEntry?: boolean;
}

const pcc = '1.3.6.1.4.1.19376.1.5.3.1';

const rules: Readonly<Record<string, SectionRule>> = {
  '1.2.250.1.213.1.1.2.29': {
    code: '46612-8',
    id: 'one',
    requires: ['1.2.250.1.213.1.1.2.30', '1.2.250.1.213.1.1.2.31'],
  },
  '1.2.250.1.213.1.1.2.30': {
    code: '34117-2',
    id: 'one',
    parts: [`${pcc}.3.6`, `${pcc}.3.8`, `${pcc}.3.12`, `${pcc}.3.13`],
    fullAt: 4,
  },
  '1.2.250.1.213.1.1.2.31': {
    code: '57207-3',
    id: 'one',
    parts: [`${pcc}.3.16.1`, `${pcc}.1.5.3.1`, `${pcc}.3.15`],
    fullAt: 3,
  },
  '1.2.250.1.213.1.1.2.32': { code: '18776-5', id: 'one', parts: [`${pcc}.3.19`], fullAt: 1 },
  '1.2.250.1.213.1.1.2.74': { code: '10161-8', id: 'one' },
  [`${pcc}.3.6`]: { code: '', parents: ['2.16.840.1.113883.10.20.1.11'], minTemplates: 2, entry: `${pcc}.4.5.2` },
  [`${pcc}.3.8`]: { code: '11348-0', entry: `${pcc}.4.5.2` },
  [`${pcc}.3.11`]: { code: '47519-4', parents: ['2.16.840.1.113883.10.20.1.12'], minTemplates: 2 },
  [`${pcc}.3.12`]: {
    code: '47519-4',
    parents: [`${pcc}.3.11`, '2.16.840.1.113883.10.20.1.12'],
    minTemplates: 3,
    id: 'some',
    entry: `${pcc}.4.19`,
  },
  [`${pcc}.3.13`]: {
    code: '48765-2',
    parents: ['2.16.840.1.113883.10.20.1.2'],
    minTemplates: 2,
    entry: `${pcc}.4.5.3`,
  },
  [`${pcc}.3.16`]: { code: '29762-2', parents: ['2.16.840.1.113883.10.20.1.15'] },
  [`${pcc}.3.16.1`]: { code: '29762-2', parents: [`${pcc}.3.16`], minTemplates: 3, entry: `${pcc}.4.13.4` },
  [`${pcc}.3.14`]: { code: '10157-6' },
  [`${pcc}.3.15`]: { code: '10157-6', parents: [`${pcc}.3.14`], minTemplates: 2, entry: `${pcc}.4.15` },
  [`${pcc}.3.19`]: { code: '10160-0', parents: ['2.16.840.1.113883.10.20.1.8'], minTemplates: 2, entry: `${pcc}.4.7` },
  [`${pcc}.3.27`]: { code: '30954-2', noEntry: true },
};

const templatesOf = (node: Place): string[] => places(node, 'templateId').map((one) => get(one, 'root') ?? '');

/** Whether a template is claimed by an element or by anything below it. */
function holds(place_: Place, template: string): boolean {
  const below = (node: Place['node']): boolean =>
    node.children.some(
      (child) =>
        typeof child !== 'string' &&
        ((child.localName === 'templateId' &&
          child.attributes.some(({ name, value }) => name === 'root' && value === template)) ||
          below(child)),
    );
  return below(place_.node);
}

function subSections(section: Place): Place[] {
  return places(section, 'component').flatMap((component) => places(component, 'section'));
}

function checkText(section: Place, rule: SectionRule, context: CheckContext): void {
  const parts = subSections(section);
  const text = place(section, 'text') !== undefined;
  const full = rule.fullAt ?? Number.POSITIVE_INFINITY;
  if (parts.length === 0 ? !text : (parts.length === full && text) || parts.length > full) {
    context.add('VSM-SECTION-TEXT', section.path);
  }
}

function checkSection(section: Place, context: CheckContext): void {
  const own = templatesOf(section);
  for (const template of own) {
    const rule = rules[template];
    if (!rule) continue;
    if (section.node.localName !== 'section') context.add('VSM-SECTION-TEMPLATE', section.path, template, 'section');
    const code = place(section, 'code');
    const wrongCode = rule.code !== '' && get(code, 'code') !== rule.code;
    if (wrongCode || get(code, 'codeSystem') !== oids.loinc) {
      context.add('VSM-SECTION-CODE', `${section.path}/code`, get(code, 'code') ?? null, rule.code || 'LOINC');
    }
    const ids = places(section, 'id').length;
    if ((rule.id === 'one' && ids !== 1) || (rule.id === 'some' && ids === 0)) {
      context.add('VSM-SECTION-ID', `${section.path}/id`);
    }
    const missing = (rule.parents ?? []).filter((parent) => !own.includes(parent));
    if (missing.length > 0 || own.length < (rule.minTemplates ?? 1)) {
      context.add(
        'VSM-SECTION-TEMPLATE',
        section.path,
        null,
        missing.join(', ') || `${rule.minTemplates ?? 1} templateId`,
      );
    }
    if (rule.entry !== undefined && !holds(section, rule.entry)) {
      context.add('VSM-SECTION-ENTRY', section.path, null, rule.entry);
    }
    if (rule.noEntry && place(section, 'entry')) context.add('VSM-SECTION-ENTRY', `${section.path}/entry`);
    const parts = subSections(section).map(templatesOf);
    for (const required of rule.requires ?? []) {
      if (!parts.some((part) => part.includes(required))) context.add('VSM-SECTION', section.path, null, required);
    }
    if (rule.parts && parts.length > 0 && !rule.parts.some((part) => parts.some((one) => one.includes(part)))) {
      context.add('VSM-SECTION', section.path, null, rule.parts.join(' ou '));
    }
    if (rule.parts) checkText(section, rule, context);
  }
}

const topSections = ['1.2.250.1.213.1.1.2.29', '1.3.6.1.4.1.19376.1.5.3.1.3.27', '1.2.250.1.213.1.1.2.32'];

export function checkVsmSections(body: Place, context: CheckContext): void {
  const tops = subSections(body);
  for (const template of topSections) {
    if (!tops.some((section) => templatesOf(section).includes(template))) {
      context.add('VSM-SECTION', body.path, null, template);
    }
  }
  const walk = (section: Place): void => {
    checkSection(section, context);
    for (const part of subSections(section)) walk(part);
  };
  for (const top of tops) walk(top);
}
