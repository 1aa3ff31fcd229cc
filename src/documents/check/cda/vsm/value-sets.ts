import { loadNomenclature, type Nomenclature } from '../../../../nomenclature/index.ts';
import { placeOf, type CheckContext, type Place } from '../context.ts';
import { get } from '../tools.ts';
import { pcc, xsiType } from './entry-tools.ts';
import { templatesOf } from './templates.ts';

/** The published value sets that the entries of a summary refer to. */
const names = [
  'administrativeGender',
  'advanceDirective',
  'adverseEffectCausality',
  'adverseEffectOrigin',
  'adverseEffectOutcome',
  'adverseEffectSeverity',
  'allergyKind',
  'allergyStatus',
  'authorSpecialty',
  'familyRelation',
  'healthStatus',
  'immunizationRoute',
  'immunizationSite',
  'problemKind',
  'problemStatus',
  'socialHistory',
  'vitalSign',
] as const;

type ValueSetName = (typeof names)[number];

export type ValueSets = Readonly<Record<ValueSetName, Nomenclature>>;

/** Loads the value sets together, before a check. */
export async function loadValueSets(): Promise<ValueSets> {
  const loaded = await Promise.all(names.map(async (name) => [name, await loadNomenclature(name)] as const));
  return Object.fromEntries(loaded) as ValueSets;
}

/** Entries of the French models without one of IHE. */
const french = '1.2.250.1.213.1.1.3';
const statusModel = `${pcc}.1.1`;
const allergyModels = [`${pcc}.6`, '2.16.840.1.113883.10.20.1.54'] as const;

/** Where a coded element stands: its owner, and the elements around that, the nearest first. */
type Owner = (owner: Place, around: readonly Place[]) => boolean;

const claims = (place: Place | undefined, ...templates: readonly string[]): boolean =>
  place !== undefined && templatesOf(place).some((template) => templates.includes(template));

const isNamed = (place: Place | undefined, name: string): boolean => place?.node.localName === name;

/** An element of that name that claims one of these models and none of those. */
const model =
  (name: string, templates: readonly string[], except: readonly string[] = []): Owner =>
  (owner) =>
    isNamed(owner, name) && claims(owner, ...templates) && !claims(owner, ...except);

const observation = (template: string, ...except: readonly string[]): Owner => model('observation', [template], except);

/** The status of a problem, or of an allergy: an observation related to another one. */
const statusOf =
  (allergy: boolean): Owner =>
  (owner, [relation, related]) =>
    isNamed(owner, 'observation') &&
    claims(owner, statusModel) &&
    isNamed(relation, 'entryRelationship') &&
    isNamed(related, 'observation') &&
    claims(related, ...allergyModels) === allergy;

const relative: Owner = (owner, [subject]) =>
  isNamed(owner, 'relatedSubject') && isNamed(subject, 'subject') && claims(subject, `${pcc}.15.2`);

/** A coded element that the models bind to a value set. */
interface Binding {
  readonly owner: Owner;
  readonly element: string;
  readonly set: ValueSetName;
  /** A nullFlavor may stand for the code. */
  readonly absent?: true;
}

/** Every binding of the CI-SIS content models to a value set, by the coded element. */
const bindings: readonly Binding[] = [
  // Problems and allergies.
  { owner: observation(`${pcc}.5`, `${french}.210`, `${pcc}.6`), element: 'code', set: 'problemKind' },
  { owner: observation(`${pcc}.6`), element: 'code', set: 'allergyKind' },
  { owner: statusOf(false), element: 'value', set: 'problemStatus' },
  { owner: statusOf(true), element: 'value', set: 'allergyStatus' },
  { owner: observation(`${pcc}.1.2`), element: 'value', set: 'healthStatus', absent: true },

  // Habits, relatives, measures, wishes.
  { owner: observation(`${french}.52`), element: 'code', set: 'socialHistory' },
  { owner: relative, element: 'code', set: 'familyRelation', absent: true },
  { owner: observation(`${pcc}.13.2`), element: 'code', set: 'vitalSign' },
  { owner: observation(`${pcc}.13.7`), element: 'code', set: 'advanceDirective' },

  // Treatments and vaccines.
  {
    owner: (owner) => isNamed(owner, 'substanceAdministration'),
    element: 'approachSiteCode',
    set: 'immunizationSite',
    absent: true,
  },
  {
    owner: model('substanceAdministration', [`${pcc}.12`, `${pcc}.12.2`]),
    element: 'routeCode',
    set: 'immunizationRoute',
    absent: true,
  },

  // Adverse effects.
  { owner: observation(`${french}.210`), element: 'code', set: 'adverseEffectOrigin' },
  { owner: observation(`${french}.211`), element: 'value', set: 'adverseEffectCausality' },
  { owner: observation(`${french}.212`), element: 'value', set: 'adverseEffectSeverity' },
  { owner: observation(`${french}.213`), element: 'value', set: 'adverseEffectOutcome' },

  // Persons of the body.
  { owner: () => true, element: 'administrativeGenderCode', set: 'administrativeGender', absent: true },
  {
    owner: (owner, [author]) => isNamed(owner, 'assignedAuthor') && isNamed(author, 'author'),
    element: 'code',
    set: 'authorSpecialty',
    absent: true,
  },
];

const bound: ReadonlySet<string> = new Set(bindings.map(({ element }) => element));

/** The reasons for the absence of a code that the models know. */
const absences: ReadonlySet<string> = new Set(
  ['UNK', 'NA', 'NASK', 'ASKU', 'NI', 'NAV', 'MSK', 'OTH', 'NINF', 'PINF', 'TRC'], // prettier-ignore
);

/** Checks the coded elements of the body against the value sets that their models name. */
export function checkValueSets(body: Place, context: CheckContext, sets: ValueSets): void {
  const walk = (owner: Place, around: readonly Place[]): void => {
    for (const node of owner.node.children) {
      if (typeof node === 'string' || node.localName === 'templateId' || node.localName === 'text') continue;

      const child = placeOf(owner, node);
      if (bound.has(node.localName)) checkCoded(child, owner, around, context, sets);
      walk(child, [owner, ...around.slice(0, 1)]);
    }
  };
  walk(body, []);
}

function checkCoded(
  coded: Place,
  owner: Place,
  around: readonly Place[],
  context: CheckContext,
  sets: ValueSets,
): void {
  for (const binding of bindings) {
    if (binding.element !== coded.node.localName || !binding.owner(owner, around)) continue;

    const set = sets[binding.set];
    if (!isMember(coded, set, binding.absent === true)) {
      context.add('VSM-VALUE-SET', coded.path, null, set.publishedName);
    }
  }
}

/** Whether an element holds a code of the set, or says why it has none. */
function isMember(coded: Place, set: Nomenclature, mayBeAbsent: boolean): boolean {
  const absence = get(coded, 'nullFlavor');
  if (absence !== undefined && !mayBeAbsent) return false;

  // A value of another type than a code has no set: a quantity, for example.
  const type = xsiType(coded);
  if (type !== '' && type !== 'CD' && type !== 'CE') return true;

  const code = get(coded, 'code');
  const system = get(coded, 'codeSystem');
  if (absence !== undefined) return absences.has(absence) || (code !== undefined && system !== undefined);

  return code !== undefined && system !== undefined && set.find(code, system) !== null;
}
