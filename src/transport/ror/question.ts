import { refuseArgument } from '../../internal/border.ts';
import { escaped } from '../fhir/address.ts';
import { communeSystem, kinds, type KindCodes } from './codes.ts';
import type { RorCode, SupportStructureQuery } from './model.ts';

/** One search of the repository, and what its answer must be. */
export interface Question {
  readonly parameters: readonly (readonly [string, string])[];
  /** The kind that was asked for, by the offer or by the site; `null` when any kind will do. */
  readonly kind: { readonly by: 'offer' | 'site'; readonly code: RorCode } | null;
}

type Parameter = readonly [string, string];

/** What comes with each offer: who makes it, up to the legal entity, and where. */
const included: readonly Parameter[] = [
  ['_include', 'HealthcareService:organization'],
  ['_include:iterate', 'Organization:partof'],
  ['_include', 'HealthcareService:location'],
];

/**
 * The searches of a query, in the order in which they are asked. A list is a further try: it is
 * asked when those before it found nothing.
 *
 * @see ANS, documentation de l'API FHIR du ROR, recherche d'offres; IG ROR, paramètres de recherche
 */
export function questionsOf(query: SupportStructureQuery): readonly (readonly Question[])[] {
  const { kind, category } = query;
  if (kind !== undefined && category !== undefined) {
    refuseArgument('category', 'kind ou category attendu, pas les deux');
  }

  const codes: KindCodes | undefined = kind && kinds[kind];
  const tries: Question['kind'][] = [];
  if (category) tries.push({ by: 'offer', code: category });
  if (codes?.offer) tries.push({ by: 'offer', code: codes.offer });
  if (codes) tries.push({ by: 'site', code: codes.site });
  if (tries.length === 0) tries.push(null);

  const places = placesOf(query);
  return tries.map((asked) => places.map((place) => questionOf(query, asked, place)));
}

/**
 * Where: each area in turn. A search without a place would give the whole country.
 *
 * @throws TerrESanteError `TE_INPUT_INVALID`
 */
function placesOf({ commune, areas = [], postalCode, near }: SupportStructureQuery): readonly (readonly Parameter[])[] {
  const office: Parameter[] = [];
  if (postalCode !== undefined) office.push(['location.address-postalcode', postalCode]);
  if (near) office.push(['location.near-insee-code', `${near.commune}|${near.km}|km`]);

  const zones = areasOf({ commune, areas });
  if (zones.length > 0) return zones.map((zone) => [['intervention-zone', tokenOf(zone)], ...office]);
  if (office.length === 0) refuseArgument('query', 'commune, areas, postalCode ou near attendu');
  return [office];
}

/** The areas of a query, the smallest first. */
export function areasOf({ commune, areas = [] }: Pick<SupportStructureQuery, 'commune' | 'areas'>): readonly RorCode[] {
  return [...(commune === undefined ? [] : [{ system: communeSystem, code: commune }]), ...areas];
}

function questionOf(query: SupportStructureQuery, kind: Question['kind'], place: readonly Parameter[]): Question {
  const { specialties = [], patientTypes = [] } = query;
  const parameters: Parameter[] = [];
  if (kind?.by === 'offer') parameters.push(['service-category', tokenOf(kind.code)]);
  if (kind?.by === 'site') parameters.push(['organization.type:above', tokenOf(kind.code)]);
  parameters.push(...place);

  if (specialties.length > 0) parameters.push(['specialty', specialties.map(tokenOf).join(',')]);
  if (patientTypes.length > 0) parameters.push(['patient-type', patientTypes.map(tokenOf).join(',')]);
  return { parameters: [...parameters, ...included, ['_count', '200']], kind };
}

const tokenOf = ({ system, code }: RorCode): string => `${escaped(system)}|${escaped(code)}`;
