import { oids } from '../../../cda/oids.ts';
import { place, places, type CheckContext, type Place } from '../context.ts';
import { get } from '../tools.ts';
import { holdsTemplateBelow, templatesOf } from './templates.ts';

/** What a model asks of the section that claims it. */
interface SectionModel {
  /** LOINC code; `''` when the model leaves it open. */
  readonly code: string;
  /** Templates of its parent models. */
  readonly parents?: readonly string[];
  /** Fewest templateId, its own included. */
  readonly minTemplates?: number;
  /** How many identifiers it has, where the model fixes it. */
  readonly id?: '1..1' | '1..*';
  /** Template of the entries it must hold, anywhere below. */
  readonly entry?: string;
  /** Templates of sub-sections: one of them when there are sub-sections at all. */
  readonly parts?: readonly string[];
  /** How many sub-sections exclude the text. */
  readonly fullAt?: number;
  /** Templates of sub-sections that it always has. */
  readonly requires?: readonly string[];
  /** It takes no entry of its own. */
  readonly noEntry?: boolean;
}

const pcc = '1.3.6.1.4.1.19376.1.5.3.1';

/** The sections of the summary by their template; a map, since templates come from the document. */
const models: ReadonlyMap<string, SectionModel> = new Map(
  Object.entries({
    '1.2.250.1.213.1.1.2.29': {
      code: '46612-8',
      id: '1..1',
      requires: ['1.2.250.1.213.1.1.2.30', '1.2.250.1.213.1.1.2.31'],
    },
    '1.2.250.1.213.1.1.2.30': {
      code: '34117-2',
      id: '1..1',
      parts: [`${pcc}.3.6`, `${pcc}.3.8`, `${pcc}.3.12`, `${pcc}.3.13`],
      fullAt: 4,
    },
    '1.2.250.1.213.1.1.2.31': {
      code: '57207-3',
      id: '1..1',
      parts: [`${pcc}.3.16.1`, `${pcc}.1.5.3.1`, `${pcc}.3.15`],
      fullAt: 3,
    },
    '1.2.250.1.213.1.1.2.32': { code: '18776-5', id: '1..1', parts: [`${pcc}.3.19`], fullAt: 1 },
    '1.2.250.1.213.1.1.2.74': { code: '10161-8', id: '1..1' },
    [`${pcc}.3.6`]: { code: '', parents: ['2.16.840.1.113883.10.20.1.11'], minTemplates: 2, entry: `${pcc}.4.5.2` },
    [`${pcc}.3.8`]: { code: '11348-0', entry: `${pcc}.4.5.2` },
    [`${pcc}.3.11`]: { code: '47519-4', parents: ['2.16.840.1.113883.10.20.1.12'], minTemplates: 2 },
    [`${pcc}.3.12`]: {
      code: '47519-4',
      parents: [`${pcc}.3.11`, '2.16.840.1.113883.10.20.1.12'],
      minTemplates: 3,
      id: '1..*',
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
    [`${pcc}.3.19`]: {
      code: '10160-0',
      parents: ['2.16.840.1.113883.10.20.1.8'],
      minTemplates: 2,
      entry: `${pcc}.4.7`,
    },
    [`${pcc}.3.27`]: { code: '30954-2', noEntry: true },
  } satisfies Record<string, SectionModel>),
);

const topSections = ['1.2.250.1.213.1.1.2.29', '1.3.6.1.4.1.19376.1.5.3.1.3.27', '1.2.250.1.213.1.1.2.32'];

const subSections = (section: Place): Place[] =>
  places(section, 'component').flatMap((component) => places(component, 'section'));

/** Checks that the three top sections are there, and every section against the models it claims. */
export function checkSections(body: Place, context: CheckContext): void {
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

function checkSection(section: Place, context: CheckContext): void {
  for (const template of templatesOf(section)) {
    const model = models.get(template);
    if (!model) continue;

    checkIdentity(section, model, context);
    checkEntry(section, model, context);
    checkSubSections(section, model, context);
    if (model.parts) checkText(section, model, context);
  }
}

/** Code, identifier and templates. */
function checkIdentity(section: Place, model: SectionModel, context: CheckContext): void {
  const code = place(section, 'code');
  const wrongCode = model.code !== '' && get(code, 'code') !== model.code;
  if (wrongCode || get(code, 'codeSystem') !== oids.loinc) {
    const expected = model.code === '' ? oids.loinc : model.code;
    context.add('VSM-SECTION-CODE', `${section.path}/code`, get(code, 'code') ?? null, expected);
  }

  const ids = places(section, 'id').length;
  if ((model.id === '1..1' && ids !== 1) || (model.id === '1..*' && ids === 0)) {
    context.add('VSM-SECTION-ID', `${section.path}/id`, null, `id ${model.id}`);
  }

  const own = templatesOf(section);
  const missing = (model.parents ?? []).filter((parent) => !own.includes(parent));
  const minTemplates = model.minTemplates ?? 1;
  if (missing.length > 0) context.add('VSM-SECTION-TEMPLATE', section.path, null, missing.join(', '));
  else if (own.length < minTemplates) {
    context.add('VSM-SECTION-TEMPLATE', section.path, null, `templateId ${minTemplates}..*`);
  }
}

function checkEntry(section: Place, model: SectionModel, context: CheckContext): void {
  if (model.entry !== undefined && !holdsTemplateBelow(section, model.entry)) {
    context.add('VSM-SECTION-ENTRY', section.path, null, model.entry);
  }
  if (model.noEntry && place(section, 'entry')) {
    context.add('VSM-SECTION-ENTRY', `${section.path}/entry`, null, 'entry 0..0');
  }
}

function checkSubSections(section: Place, model: SectionModel, context: CheckContext): void {
  const parts = subSections(section).map(templatesOf);
  for (const required of model.requires ?? []) {
    if (!parts.some((part) => part.includes(required))) context.add('VSM-SECTION', section.path, null, required);
  }

  if (!model.parts || parts.length === 0) return;
  if (!model.parts.some((template) => parts.some((part) => part.includes(template)))) {
    context.add('VSM-SECTION', section.path, null, model.parts.join(' | '));
  }
}

/** A section has a text, unless it has all its sub-sections. */
function checkText(section: Place, model: SectionModel, context: CheckContext): void {
  const count = subSections(section).length;
  const hasText = place(section, 'text') !== undefined;
  const full = model.fullAt ?? Number.POSITIVE_INFINITY;

  const missing = count === 0 && !hasText;
  const excess = (count === full && hasText) || count > full;
  if (missing || excess) context.add('VSM-SECTION-TEXT', section.path);
}
