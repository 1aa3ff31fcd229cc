import { findInsOid, type LocalIdentifier } from '../../identity/index.ts';
import { readFhirPatient } from '../../identity/wire/index.ts';
import { isTerrESanteError } from '../../errors.ts';
import { isObject, objects, type Json } from '../../internal/json/index.ts';
import { oidUri } from '../../transport/fhir/address.ts';
import type { KnownPerson } from '../sri/registry.ts';
import { sameFiveTraits, sameStrictTraits } from '../state/people.ts';
import { split } from './match.ts';
import { fhirNames, referenceTo } from './names.ts';
import { refused } from './refusal.ts';
import type { FhirView } from './view.ts';
import type { FhirWorld } from './world.ts';

const bare = (system: string): string => system.replace(/^urn:oid:/, '');

/** An identifier of FHIR; `null` without a domain or a value. */
export function identifierOf(value: unknown): LocalIdentifier | null {
  if (!isObject(value)) return null;
  const { system, value: text } = value;
  if (typeof system !== 'string' || typeof text !== 'string' || system === '' || text === '') return null;
  return { system: bare(system), value: text };
}

/** `system|value`, as a parameter has it. */
function tokenIdentifier(text: string | undefined): LocalIdentifier | null {
  const [system = '', value = '', ...others] = split(text ?? '', '|').map((part) => part.replaceAll(/\\(.)/g, '$1'));
  return system === '' || value === '' || others.length > 0 ? null : { system: bare(system), value };
}

/**
 * ITI-83.
 *
 * @see IHE ITI PIXm, section 2:3.83.4.2
 * @throws FhirRefusal
 */
export function crossReference(world: FhirWorld, parameters: URLSearchParams): Json {
  const { identities } = world;
  const asked = parameters.getAll('sourceIdentifier');
  const source = asked.length === 1 ? tokenIdentifier(asked[0]) : null;
  if (!source) throw refused('SIM-FHIR-SOURCE-IDENTIFIER', 'sourceIdentifier');
  if (!identities.hasDomain(source.system)) throw refused('SIM-FHIR-SOURCE-DOMAIN-UNKNOWN', 'sourceIdentifier');

  const targets = parameters.getAll('targetSystem').map(bare);
  if (!targets.every((target) => identities.hasDomain(target))) {
    throw refused('SIM-FHIR-TARGET-DOMAIN-UNKNOWN', 'targetSystem');
  }
  const person = identities.byId(source);
  if (!person) throw refused('SIM-FHIR-PATIENT-UNKNOWN', 'sourceIdentifier');

  const isSource = ({ system, value }: LocalIdentifier): boolean => system === source.system && value === source.value;
  const wanted = person.ids.filter((id) => !isSource(id) && (targets.length === 0 || targets.includes(id.system)));
  const id = world.patientId(person);
  return {
    resourceType: 'Parameters',
    parameter: [
      ...wanted.map(({ system, value }) => ({
        name: 'targetIdentifier',
        valueIdentifier: { system: oidUri(system), value },
      })),
      ...(id === null ? [] : [{ name: 'targetId', valueReference: referenceTo('Patient', id) }]),
    ],
  };
}

type Grade = 'certain' | 'probable' | 'possible';
const scores: Readonly<Record<Grade, number>> = { certain: 1, probable: 0.8, possible: 0.5 };

/**
 * ITI-119. An identifier with the strict traits is certain; the five traits are probable, the name
 * and the date of birth possible.
 *
 * @see IHE ITI PDQm, section 2:3.119.4
 * @throws FhirRefusal
 */
export function matchPatient(view: FhirView, body: Json): Json {
  const { resource, isCertainOnly, count } = readMatch(body);
  const asked = toldPerson(resource);
  const { identities } = view.world;

  const found = identities
    .search({ id: null, family: null, given: null, birthDate: null, sex: null })
    .flatMap((person) => {
      const grade = gradeOf(asked, person);
      const id = view.world.patientId(person);
      const patient = id === null ? undefined : view.byId('Patient', id);
      return grade && patient ? [{ grade, patient }] : [];
    })
    .sort((a, b) => scores[b.grade] - scores[a.grade]);
  const [first] = found;
  const isAmbiguous = found.length > 1 || first?.grade !== 'certain';
  const shown = isCertainOnly && isAmbiguous ? [] : found.slice(0, count ?? found.length);

  return {
    resourceType: 'Bundle',
    id: view.world.runtime.ids.uuid(),
    type: 'searchset',
    total: shown.length,
    ...(shown.length > 0 && {
      entry: shown.map(({ grade, patient }) => ({
        fullUrl: `${view.base}/Patient/${String(patient['id'])}`,
        resource: patient,
        search: {
          extension: [{ url: fhirNames.matchGrade, valueCode: grade }],
          mode: 'match',
          score: scores[grade],
        },
      })),
    }),
  };
}

function gradeOf(asked: Told, person: KnownPerson): Grade | null {
  const isSame = (id: LocalIdentifier): boolean =>
    asked.ids.some(({ system, value }) => id.system === system && id.value === value);
  const { birthName, birthDate } = asked.traits;
  if (person.ids.some(isSame) && sameStrictTraits(asked.traits, person.traits)) return 'certain';
  if (sameFiveTraits(asked.traits, person.traits)) return 'probable';

  const isNamesake = birthName?.toUpperCase() === person.traits.birthName?.toUpperCase();
  return birthName !== undefined && birthDate !== undefined && isNamesake && birthDate === person.traits.birthDate
    ? 'possible'
    : null;
}

function readMatch(body: Json): { resource: Json; isCertainOnly: boolean; count: number | null } {
  const parameters = objects(body['parameter']);
  const names = parameters.map(({ name }) => name);
  const isKnown = names.every((name) => ['resource', 'onlyCertainMatches', 'count'].includes(String(name)));
  const of = (name: string): Json | undefined => parameters.find((parameter) => parameter['name'] === name);
  const resource = of('resource')?.['resource'];
  const certain = of('onlyCertainMatches')?.['valueBoolean'] ?? false;
  const count = of('count')?.['valueInteger'] ?? null;

  const isCount = count === null || (typeof count === 'number' && Number.isSafeInteger(count) && count > 0);
  const isWhole = isKnown && new Set(names).size === names.length && typeof certain === 'boolean' && isCount;
  if (body['resourceType'] !== 'Parameters' || !isWhole || !isObject(resource)) {
    throw refused('SIM-FHIR-MATCH-PARAMETERS', 'Parameters.parameter');
  }
  return { resource, isCertainOnly: certain, count };
}

interface Told extends KnownPerson {
  readonly isActive: boolean;
}

/**
 * A person as a Patient tells of it: the local identifier first, then the INS, then the others.
 *
 * @throws FhirRefusal
 */
export function toldPerson(resource: Json): Told {
  const { patient, otherIdentifiers } = readPatient(resource);
  const { ins, localId, traits } = patient;
  const others = otherIdentifiers.map(({ domain, value }) => ({ system: domain, value }));
  const all = [
    ...(localId ? [localId] : []),
    ...(ins ? [{ system: ins.oid, value: ins.value }] : []),
    ...others.filter(({ system, value }) => system !== '' && value !== '' && findInsOid(system) === null),
  ];
  return { ids: all, traits, isActive: resource['active'] !== false };
}

function readPatient(resource: Json): ReturnType<typeof readFhirPatient> {
  try {
    return readFhirPatient(resource, { dialect: 'v2-0445' });
  } catch (error) {
    if (!isTerrESanteError(error)) throw error;
    throw refused('SIM-FHIR-RESOURCE', 'Patient');
  }
}
