import { element, type Xml } from '../../internal/xml/index.ts';
import { oids } from '../cda/oids.ts';
import { invalid, line } from '../cda/values.ts';
import { code } from '../cda/write-parts.ts';
import type { VsmAllergy, VsmProblem } from './content.ts';
import { effectiveTime, frenchDay, period } from './dates.ts';
import {
  codedValue,
  codeElement,
  completed,
  concern,
  diagnosis,
  entryId,
  labelled,
  templateIds,
  type NewId,
  type SectionContent,
} from './entry-parts.ts';
import { originalText, table, textReference } from './narrative.ts';

type Status = NonNullable<VsmProblem['status']>;

const statusLabels: Readonly<Record<Status, string>> = {
  active: 'Actif',
  suspended: 'Suspendu',
  aborted: 'Interrompu',
  completed: 'Terminé',
};

const isEnded = (status: Status): boolean => status === 'completed' || status === 'aborted';

function checkStatus(status: Status, end: string | undefined, field: string): void {
  if (!Object.hasOwn(statusLabels, status)) throw invalid(`${field}.status`, 'active, suspended, aborted ou completed');
  if (!isEnded(status) && end !== undefined) {
    throw invalid(`${field}.end`, "un état actif ou suspendu n'a pas de date de fin");
  }
}

type ProblemField = 'problems' | 'medicalHistory';

/** What tells current problems from medical history. */
const problemKinds = {
  problems: { heading: 'Pathologie en cours', prefix: 'pathologie', status: 'active' },
  medicalHistory: { heading: 'Antécédent médical', prefix: 'antecedent-medical', status: 'completed' },
} as const;

/** One diagnosis: a concern around its observation. */
function problemEntry(item: VsmProblem, index: number, field: ProblemField, newId: NewId): Xml {
  const kind = problemKinds[field];
  const where = `content.${field}[${index}]`;
  const id = `${kind.prefix}-${index + 1}`;
  const status = item.status ?? kind.status;
  checkStatus(status, item.end, where);
  const when = period(item.start, item.end, where);

  const observation = element(
    'observation',
    { classCode: 'OBS', moodCode: 'EVN', negationInd: 'false' },
    templateIds('2.16.840.1.113883.10.20.1.28', '1.3.6.1.4.1.19376.1.5.3.1.4.5', '1.2.250.1.213.1.1.3.37'),
    entryId(newId),
    code('code', diagnosis),
    textReference(id),
    completed,
    effectiveTime(when, when.high !== null),
    item.code ? codedValue(labelled(item.code, oids.cim10, `${where}.code`), id) : uncoded(id),
  );

  return concern(
    [
      '2.16.840.1.113883.10.20.1.27',
      '1.3.6.1.4.1.19376.1.5.3.1.4.5.1',
      '1.3.6.1.4.1.19376.1.5.3.1.4.5.2',
      '1.2.250.1.213.1.1.3.39',
    ],
    newId,
    status,
    effectiveTime(when, isEnded(status)),
    observation,
  );
}

/** Current problems or medical history: the same entries. */
export function problemSection(items: readonly VsmProblem[], field: ProblemField, newId: NewId): SectionContent {
  const { heading, prefix } = problemKinds[field];
  const entries = items.map((item, index) => problemEntry(item, index, field, newId));

  const rows = items.map((item, index) => [
    { text: frenchDay(item.start) },
    { text: frenchDay(item.end) },
    { text: line(item.text, `content.${field}[${index}].text`), id: `${prefix}-${index + 1}` },
    { text: item.status === undefined ? '' : statusLabels[item.status] },
  ]);

  return { narrative: table(['Début', 'Fin', heading, 'État'], rows), entries };
}

const uncoded = (id: string): Xml => element('value', { 'xsi:type': 'CD' }, originalText(id));

function agent(value: NonNullable<VsmAllergy['agent']>, id: string, field: string): Xml {
  return element(
    'participant',
    { typeCode: 'CSM' },
    element(
      'participantRole',
      { classCode: 'MANU' },
      element(
        'playingEntity',
        { classCode: 'MMAT' },
        value.code &&
          codeElement(
            'code',
            { ...value.code, code: line(value.code.code, `${field}.agent.code`) },
            undefined,
            originalText(id),
          ),
      ),
    ),
  );
}

/** One allergy: a concern around its observation. */
function allergyEntry(item: VsmAllergy, index: number, newId: NewId): Xml {
  const where = `content.allergies[${index}]`;
  const id = `allergie-${index + 1}`;
  const status = item.status ?? 'active';
  checkStatus(status, item.end, where);
  const when = period(item.start, item.end, where);
  if (!item.kind) throw invalid(`${where}.kind`, "type d'allergie obligatoire");

  const observation = element(
    'observation',
    { classCode: 'OBS', moodCode: 'EVN', negationInd: 'false' },
    templateIds(
      '2.16.840.1.113883.10.20.1.18',
      '2.16.840.1.113883.10.20.1.28',
      '1.3.6.1.4.1.19376.1.5.3.1.4.5',
      '1.3.6.1.4.1.19376.1.5.3.1.4.6',
      '1.2.250.1.213.1.1.3.41',
    ),
    entryId(newId),
    code('code', labelled(item.kind, oids.snomedCt, `${where}.kind`)),
    textReference(id),
    completed,
    effectiveTime(when, when.high !== null),
    uncoded(id),
    item.agent && agent(item.agent, `${id}-agent`, where),
  );

  return concern(
    [
      '2.16.840.1.113883.10.20.1.27',
      '1.3.6.1.4.1.19376.1.5.3.1.4.5.1',
      '1.3.6.1.4.1.19376.1.5.3.1.4.5.3',
      '1.2.250.1.213.1.1.3.40',
    ],
    newId,
    status,
    effectiveTime(when, isEnded(status)),
    observation,
  );
}

export function allergySection(items: readonly VsmAllergy[], newId: NewId): SectionContent {
  const entries = items.map((item, index) => allergyEntry(item, index, newId));

  const rows = items.map((item, index) => {
    const where = `content.allergies[${index}]`;

    return [
      { text: frenchDay(item.start) },
      { text: frenchDay(item.end) },
      { text: item.kind?.displayName ?? '' },
      { text: line(item.text, `${where}.text`), id: `allergie-${index + 1}` },
      item.agent
        ? { text: line(item.agent.text, `${where}.agent.text`), id: `allergie-${index + 1}-agent` }
        : { text: '' },
      { text: statusLabels[item.status ?? 'active'] },
    ];
  });

  return { narrative: table(['Début', 'Fin', 'Type', 'Allergie', 'Agent', 'État'], rows), entries };
}
