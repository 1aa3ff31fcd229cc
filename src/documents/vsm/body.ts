import { element, text, type Xml } from '../../internal/xml/index.ts';
import { oids } from '../cda/oids.ts';
import { line } from '../cda/values.ts';
import { code } from '../cda/write-parts.ts';
import type { Coded } from '../model/document.ts';
import { sectionTitles, type VsmContent, type VsmFamilyHistory, type VsmList, type VsmSection } from './content.ts';
import { entryId, templateIds, type NewId, type SectionContent } from './entry-parts.ts';
import { familySection, habitSection, procedureSection } from './history.ts';
import { paragraphs } from './narrative.ts';
import { allergySection, problemSection } from './problems.ts';
import { treatmentSection } from './treatments.ts';

/** Relations looked up beforehand: the body itself is written without waiting. */
export type ResolvedContent = Omit<VsmContent, 'familyHistory'> & {
  readonly familyHistory?: VsmList<VsmFamilyHistory & { readonly relationCode: Coded }> | undefined;
};

const loinc = (value: string, displayName: string): Coded => ({ code: value, codeSystem: oids.loinc, displayName });

interface SectionShape {
  readonly templates: readonly string[];
  readonly code: Coded;
  readonly title: string;
}

function section(shape: SectionShape, newId: NewId, content: readonly (Xml | null)[]): Xml {
  return element(
    'component',
    null,
    element(
      'section',
      null,
      templateIds(...shape.templates),
      entryId(newId),
      code('code', shape.code),
      element('title', null, text(shape.title)),
      ...content,
    ),
  );
}

const shapes: Readonly<Record<Exclude<VsmSection, 'vigilance'>, SectionShape>> = {
  problems: {
    templates: ['2.16.840.1.113883.10.20.1.11', '1.3.6.1.4.1.19376.1.5.3.1.3.6', '1.2.250.1.213.1.1.2.132'],
    code: loinc('11450-4', 'Liste des problèmes actifs'),
    title: sectionTitles.problems.title,
  },
  medicalHistory: {
    templates: ['1.3.6.1.4.1.19376.1.5.3.1.3.8', '1.2.250.1.213.1.1.2.134'],
    code: loinc('11348-0', 'Antécédents médicaux'),
    title: sectionTitles.medicalHistory.title,
  },
  surgicalHistory: {
    templates: [
      '2.16.840.1.113883.10.20.1.12',
      '1.3.6.1.4.1.19376.1.5.3.1.3.11',
      '1.3.6.1.4.1.19376.1.5.3.1.3.12',
      '1.2.250.1.213.1.1.2.136',
    ],
    code: loinc('47519-4', 'Historique des actes'),
    title: sectionTitles.surgicalHistory.title,
  },
  allergies: {
    templates: ['2.16.840.1.113883.10.20.1.2', '1.3.6.1.4.1.19376.1.5.3.1.3.13', '1.2.250.1.213.1.1.2.137'],
    code: loinc('48765-2', 'Allergies et hypersensibilités'),
    title: sectionTitles.allergies.title,
  },
  habits: {
    templates: [
      '2.16.840.1.113883.10.20.1.15',
      '1.3.6.1.4.1.19376.1.5.3.1.3.16',
      '1.3.6.1.4.1.19376.1.5.3.1.3.16.1',
      '1.2.250.1.213.1.1.2.141',
    ],
    code: loinc('29762-2', 'Habitus, Mode de vie'),
    title: sectionTitles.habits.title,
  },
  occupationalRisks: {
    templates: ['1.3.6.1.4.1.19376.1.5.3.1.1.5.3.1', '1.2.250.1.213.1.1.2.74'],
    code: loinc('10161-8', 'Facteurs de risques professionnels'),
    title: sectionTitles.occupationalRisks.title,
  },
  familyHistory: {
    templates: [
      '2.16.840.1.113883.10.20.1.4',
      '1.3.6.1.4.1.19376.1.5.3.1.3.14',
      '1.3.6.1.4.1.19376.1.5.3.1.3.15',
      '1.2.250.1.213.1.1.2.139',
    ],
    code: loinc('10157-6', 'Historique des pathologies familiales'),
    title: sectionTitles.familyHistory.title,
  },
  treatments: {
    templates: ['2.16.840.1.113883.10.20.1.8', '1.3.6.1.4.1.19376.1.5.3.1.3.19', '1.2.250.1.213.1.1.2.143'],
    code: loinc('10160-0', 'Traitements'),
    title: 'Traitements',
  },
};

/** A list that has something to write. */
function filled<T>(list: VsmList<T> | undefined): readonly T[] | null {
  return list === undefined || list === 'none' || list.length === 0 ? null : list;
}

/**
 * What is said of a list that has nothing to write: the absence only when the caller asserts it.
 */
const said = (name: VsmSection, content: ResolvedContent): string =>
  content[name] === 'none' ? sectionTitles[name].none : `${sectionTitles[name].title} : non renseigné.`;

function subSection<T>(
  name: Exclude<VsmSection, 'vigilance'>,
  list: VsmList<T> | undefined,
  make: (items: readonly T[]) => SectionContent,
  newId: NewId,
): Xml | null {
  const items = filled(list);
  if (!items) return null;

  const { narrative, entries } = make(items);

  return section(shapes[name], newId, [element('text', null, narrative), ...entries]);
}

const textLines = (items: readonly string[], field: string): SectionContent => ({
  narrative: paragraphs(items.map((item, index) => line(item, `content.${field}[${index}]`))),
  entries: [],
});

/** A composite section: text for the sub-sections that are not there, none when they all are. */
function composite(
  shape: SectionShape,
  newId: NewId,
  content: ResolvedContent,
  parts: readonly (readonly [VsmSection, Xml | null])[],
): Xml {
  const absent = parts.filter(([, part]) => part === null).map(([name]) => said(name, content));

  return section(shape, newId, [
    absent.length > 0 ? element('text', null, paragraphs(absent)) : null,
    ...parts.map(([, part]) => part),
  ]);
}

/** A part of a composite section, and the name of its data. */
type Part = readonly [VsmSection, Xml | null];

/** Current problems, medical and surgical history, allergies. */
function pathologiesSection(content: ResolvedContent, newId: NewId): Xml {
  const { problems, medicalHistory, surgicalHistory, allergies } = content;
  const diagnoses = (name: 'problems' | 'medicalHistory', list: typeof problems): Part => [
    name,
    subSection(name, list, (items) => problemSection(items, name, newId), newId),
  ];

  return composite(
    {
      templates: ['1.2.250.1.213.1.1.2.30'],
      code: loinc('34117-2', 'Historique et physique'),
      title: 'Pathologies en cours, antécédents et allergies',
    },
    newId,
    content,
    [
      diagnoses('problems', problems),
      diagnoses('medicalHistory', medicalHistory),
      [
        'surgicalHistory',
        subSection('surgicalHistory', surgicalHistory, (items) => procedureSection(items, newId), newId),
      ],
      ['allergies', subSection('allergies', allergies, (items) => allergySection(items, newId), newId)],
    ],
  );
}

/** Habits, occupational risks, family history. */
function risksSection(content: ResolvedContent, newId: NewId): Xml {
  const { habits, occupationalRisks, familyHistory } = content;
  const occupational = (items: readonly string[]): SectionContent => textLines(items, 'occupationalRisks');

  return composite(
    {
      templates: ['1.2.250.1.213.1.1.2.31'],
      code: loinc('57207-3', "Facteurs de risque présents ou passés affectant l'état de santé et/ou une circonstance"),
      title: 'Facteurs de risque',
    },
    newId,
    content,
    [
      ['habits', subSection('habits', habits, (items) => habitSection(items, newId), newId)],
      ['occupationalRisks', subSection('occupationalRisks', occupationalRisks, occupational, newId)],
      ['familyHistory', subSection('familyHistory', familyHistory, (items) => familySection(items, newId), newId)],
    ],
  );
}

/** Points to watch, in words only. */
function vigilanceSection(content: ResolvedContent, newId: NewId): Xml {
  const vigilance = filled(content.vigilance);
  const narrative = vigilance ? textLines(vigilance, 'vigilance').narrative : paragraphs([said('vigilance', content)]);

  return section(
    {
      templates: ['1.3.6.1.4.1.19376.1.5.3.1.3.27', '1.2.250.1.213.1.1.2.150'],
      code: loinc('30954-2', "Résultats d'examens"),
      title: sectionTitles.vigilance.title,
    },
    newId,
    [element('text', null, narrative)],
  );
}

function treatmentPlan(content: ResolvedContent, newId: NewId): Xml {
  const { treatments } = content;

  return composite(
    {
      templates: ['1.2.250.1.213.1.1.2.32'],
      code: loinc('18776-5', 'Plan de traitement'),
      title: sectionTitles.treatments.title,
    },
    newId,
    content,
    [['treatments', subSection('treatments', treatments, (items) => treatmentSection(items, newId), newId)]],
  );
}

/**
 * Body of the structured summary: every section of the model, narrative and entries from the same
 * data.
 *
 * @see CI-SIS, volet Synthèse médicale (VSM) 2023.01
 */
export function vsmBody(content: ResolvedContent, newId: NewId): Xml {
  const conclusions = {
    templates: ['1.2.250.1.213.1.1.2.29'],
    code: loinc('46612-8', 'Conclusions de synthèse'),
    title: 'Pathologies, antécédents, allergies et facteurs de risque',
  };

  return element(
    'structuredBody',
    null,
    section(conclusions, newId, [pathologiesSection(content, newId), risksSection(content, newId)]),
    vigilanceSection(content, newId),
    treatmentPlan(content, newId),
  );
}
