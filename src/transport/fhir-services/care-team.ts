import { isTerrESanteError, TerrESanteError } from '../../errors.ts';
import { isObject, objects, type Json } from '../../internal/json/index.ts';
import { readReference, tokenOf } from '../fhir/address.ts';
import type { FhirEntry } from '../fhir/bundle.ts';
import { searchWhole } from '../fhir/search.ts';
import { protocolFailure } from '../http/protocol-failure.ts';
import type { FhirCall } from './exchange.ts';
import { bears, type KnownPatient } from './identity.ts';
import { Included } from './included.ts';

/** The care circle of a patient as the server keeps it, and who is in it. */
export interface CareTeam {
  /** `null` when it has none that may go into an address. */
  readonly id: string | null;
  readonly status: string;
  readonly resource: Json;
  /** The record of the patient; `null` when the server did not include it. */
  readonly patient: Json | null;
  readonly included: Included;
}

/** Statuses that are asked for: without `inactive` a closed circle could not be told from none. */
const statuses = ['proposed', 'active', 'suspended', 'inactive'];

/** What is included, path by path: many servers refuse `*`. */
const inclusions = [
  ['_include', 'CareTeam:subject'],
  ['_include', 'CareTeam:participant'],
  ['_include:iterate', 'PractitionerRole:practitioner'],
  ['_include:iterate', 'PractitionerRole:organization'],
] as const;

/**
 * The care circle of a patient: a person has one. One that is closed gives way to an open one.
 *
 * @returns `null` when there is none
 * @throws TerrESanteError `TE_PROTOCOL` when there are two, when the circle is somebody else's, or
 *   holds what may turn its meaning round
 * @see IHE PCC-46; ANS, Cercle de soins 2.0.1, cds-bundle-response-recherche
 */
export async function findCareTeam(call: FhirCall, known: KnownPatient): Promise<CareTeam | null> {
  const { entries, told } = await searchWhole(call.partner, {
    ...call.limits,
    type: 'CareTeam',
    parameters: [['patient.identifier', tokenOf(known.name)], ['status', statuses.join(',')], ...inclusions],
    allowsGet: call.options.services.patientInAddress,
    maxPages: 20,
  });
  // What cannot be understood may be the circle: it is not told as absent.
  if (told.includes('modifier')) {
    throw protocolFailure(
      'modifier',
      'Le cercle de soins contient une extension qui peut en changer le sens : refusé.',
    );
  }

  const included = new Included(call, entries);
  // The same circle may come as a match and as an inclusion: which one does not matter.
  const teams = entries
    .filter(({ type, resource }) => type === 'CareTeam' && statuses.includes(String(resource['status'])))
    .map((entry) => teamOf(entry, included));
  for (const team of teams) requireOwn(team, known);

  const open = teams.filter(({ status }) => status !== 'inactive');
  if (open.length > 1) {
    throw protocolFailure('two-circles', 'Le serveur FHIR donne deux cercles de soins pour un patient.');
  }
  return open[0] ?? teams[0] ?? null;
}

/** @throws TerrESanteError `TE_DOSSIER_ABSENT`, `TE_DOSSIER_CLOSED` and those of the search */
export async function requireCareTeam(
  call: FhirCall,
  known: KnownPatient,
): Promise<CareTeam & { readonly id: string }> {
  const team = await findCareTeam(call, known).catch((error: unknown) => {
    throw isTerrESanteError(error) ? notMember(error) : error;
  });
  if (!team) throw new TerrESanteError('TE_DOSSIER_ABSENT', "Le patient n'a pas de dossier sur la plateforme.");
  if (team.status === 'inactive') {
    throw new TerrESanteError('TE_DOSSIER_CLOSED', 'Le dossier du patient est fermé.');
  }

  const { id } = team;
  if (id === null) throw protocolFailure('id', "Le cercle de soins n'a pas d'identifiant utilisable.");
  return { ...team, id };
}

/** A circle that may not be read is one to which this professional does not belong. */
export function notMember(error: TerrESanteError): TerrESanteError {
  if (error.code !== 'TE_FORBIDDEN') return error;
  const sentence = 'Vous ne faites pas partie du cercle de soins du patient.';
  return new TerrESanteError('TE_NOT_IN_CIRCLE', sentence, { cause: error, details: error.details });
}

function teamOf({ id, resource }: FhirEntry, included: Included): CareTeam {
  return {
    id,
    status: String(resource['status']),
    resource,
    patient: included.held(subjectOf(resource), 'Patient'),
    included,
  };
}

const subjectOf = ({ subject }: Json): unknown => (isObject(subject) ? subject['reference'] : undefined);

/** A server that does not apply the condition gives the circle of somebody else. */
function requireOwn({ resource, patient }: CareTeam, known: KnownPatient): void {
  const { subject } = resource;
  const reference = readReference(subjectOf(resource));
  const logical = isObject(subject) && isObject(subject['identifier']) ? [subject['identifier']] : [];

  const isIt = known.id !== null && reference?.type === 'Patient' && reference.id === known.id;
  const said = [...(patient ? objects(patient['identifier']) : []), ...logical];
  const isNamed =
    bears({ identifier: said }, known.name) || (known.regionalId && bears({ identifier: said }, known.regionalId));
  // A patient of another id whom nothing names: the identity server may be another store.
  const isOpen = known.id === null && said.length === 0;
  if (isIt || isNamed || isOpen) return;

  throw protocolFailure('other-patient', "Le serveur FHIR donne le cercle de soins d'un autre patient.");
}
