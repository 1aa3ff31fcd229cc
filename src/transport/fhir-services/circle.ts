import { TerrESanteError } from '../../errors.ts';
import { utf8Bytes } from '../../internal/bytes.ts';
import { isoUtc } from '../../internal/hl7-time.ts';
import { objects, writeJson, type Json } from '../../internal/json/index.ts';
import type { CareCircleAddition, CareCircleJoining, CareCircleRecord } from '../binding/care-circle.ts';
import type { Answered, BindingCall, BoundPatient } from '../binding/model.ts';
import { askFhir, type FhirAnswer } from '../fhir/exchange.ts';
import { roleEntries, sameUuid, type TransactionEntry } from './actors.ts';
import { requireCareTeam, type CareTeam } from './care-team.ts';
import { consentEntry, saysConsent } from './consent.ts';
import { participant } from './create.ts';
import { FhirCall } from './exchange.ts';
import { requirePatientAt, type KnownPatient } from './identity.ts';
import { circleOf, referenceOf } from './members.ts';
import type { FhirBindingOptions } from './model.ts';
import { profiles, roleClassSystem } from './names.ts';
import { isProfessional, participantsOf, requireBelonging, type Participant } from './participants.ts';
import { holdsAt } from './period.ts';
import { relativeEntry } from './relative.ts';
import { isLost, isStale, matchOf, requireNext, sendTransaction, versionOf } from './transaction.ts';

type Team = CareTeam & { readonly id: string };

/** What is written into a circle; `null`: it is so already. */
interface Change {
  readonly participants: readonly unknown[];
  /** What the new entry refers to, and the consent to it. */
  readonly actors: readonly TransactionEntry[];
}

type Decide = (team: Team, participants: readonly Participant[], call: FhirCall) => Change | null;

/** @throws TerrESanteError `TE_DOSSIER_ABSENT`, `TE_DOSSIER_CLOSED`, `TE_NOT_IN_CIRCLE` */
export async function getCircle(
  options: FhirBindingOptions,
  patient: BoundPatient,
  bound: BindingCall,
): Promise<Answered<CareCircleRecord>> {
  const call = new FhirCall(options, bound);
  const team = await requireCareTeam(call, await requirePatientAt(call, patient));
  requireBelonging(await participantsOf(team), options.professional, call.now);
  return call.answered(await circleOf(team, null));
}

/**
 * The professional who asks joins. Who comes back has another entry: the old one keeps its dates.
 */
export function joinCircle(
  options: FhirBindingOptions,
  patient: BoundPatient,
  { consent, role }: CareCircleJoining,
  bound: BindingCall,
): Promise<Answered<CareCircleRecord>> {
  return changeCircle(options, patient, bound, (team, participants, call) => {
    const own = participants.filter((each) => isProfessional(each, options.professional) === true);
    if (own.some(({ period }) => holdsAt(period, call.now) === true)) return null;

    // The entry of a role that the circle knows is not made anew.
    const known = own.map(({ entry }) => referenceOf(entry)).find((reference) => reference !== null);
    const url = (name: string): string => `urn:uuid:${sameUuid(consent.id, name)}`;
    const entries = known
      ? []
      : roleEntries(options, options.professional, {
          role: url('PractitionerRole'),
          practitioner: url('Practitioner'),
        });
    const member = known ?? url('PractitionerRole');
    return {
      participants: [...written(team), participant(member, role, isoUtc(call.now))],
      actors: [...entries, ...consentTo(options, team, consent)],
    };
  });
}

/** The professional who asks leaves: the entry that holds ends, none is deleted. */
export function leaveCircle(
  options: FhirBindingOptions,
  patient: BoundPatient,
  bound: BindingCall,
): Promise<Answered<CareCircleRecord>> {
  return endEntries(options, patient, bound, (participants) =>
    participants.filter((each) => isProfessional(each, options.professional) === true),
  );
}

/** @param reference - as `members` of a circle give it */
export function removeMember(
  options: FhirBindingOptions,
  patient: BoundPatient,
  reference: string,
  bound: BindingCall,
): Promise<Answered<CareCircleRecord>> {
  return endEntries(options, patient, bound, (participants, call) => {
    requireBelonging(participants, options.professional, call.now);
    return participants.filter(({ entry }) => referenceOf(entry) === reference);
  });
}

/** What makes a structure belongs to the directory of the server: it is added by its name there. */
export const isAddable = ({ reference, kind }: Pick<CareCircleAddition, 'kind' | 'reference'>): boolean =>
  reference !== null || kind !== 'structure';

/**
 * Adds a member that the server knows, a professional of this structure, or a relative.
 *
 * @throws TerrESanteError `TE_UNSUPPORTED` for a structure that the server does not know
 */
export async function addMember(
  options: FhirBindingOptions,
  patient: BoundPatient,
  addition: CareCircleAddition,
  bound: BindingCall,
): Promise<Answered<CareCircleRecord>> {
  const { reference, kind, role, consent } = addition;
  if (!isAddable(addition)) {
    throw new TerrESanteError('TE_UNSUPPORTED', "Une structure s'ajoute par le nom que la plateforme lui donne.", {
      details: { operation: 'careCircle.addMember', kind },
    });
  }
  const system = kind === 'relative' ? roleClassSystem : undefined;
  const url = (name: string): string => `urn:uuid:${sameUuid(consent.id, name)}`;

  return changeCircle(options, patient, bound, (team, participants, call) => {
    requireBelonging(participants, options.professional, call.now);
    const same = participants.filter(({ entry }) => reference !== null && referenceOf(entry) === reference);
    if (same.some(({ period }) => holdsAt(period, call.now) === true)) return null;

    const actors = reference === null ? newActors(options, addition, team, url) : [];
    const member = reference ?? url(kind === 'relative' ? 'RelatedPerson' : 'PractitionerRole');
    return {
      participants: [...written(team), participant(member, role, isoUtc(call.now), system)],
      // A member that is known is added by an update alone, as the guide has it.
      actors: reference === null ? [...actors, ...consentTo(options, team, consent)] : [],
    };
  });
}

function newActors(
  options: FhirBindingOptions,
  addition: CareCircleAddition,
  team: Team,
  url: (name: string) => string,
): readonly TransactionEntry[] {
  if (addition.kind === 'relative') {
    const subject = team.resource['subject'];
    return [relativeEntry(options, addition, { fullUrl: url('RelatedPerson'), subject })];
  }
  const professional = {
    ...options.professional,
    nationalId: addition.ids[0]?.value ?? '',
    familyName: addition.familyName ?? '',
    givenName: addition.givenName ?? undefined,
  };
  return roleEntries(options, professional, { role: url('PractitionerRole'), practitioner: url('Practitioner') });
}

function consentTo(
  options: FhirBindingOptions,
  team: Team,
  consent: CareCircleJoining['consent'],
): readonly TransactionEntry[] {
  const subject = team.resource['subject'] as Json | undefined;
  const patient = subject?.['reference'];
  if (typeof patient !== 'string' || !saysConsent(options, consent)) return [];
  const fullUrl = `urn:uuid:${sameUuid(consent.id, 'Consent')}`;
  return [consentEntry(options, consent, { fullUrl, patient, recipient: { reference: `CareTeam/${team.id}` } })];
}

/** Entries as they were read, unknown elements included. */
const written = ({ resource }: Team): readonly Json[] => objects(resource['participant']);

/**
 * The last second of a period that does not hold any more: an end is part of its period, so that
 * one who left now would still be a member. Never before its beginning.
 *
 * @see HL7 FHIR R4, datatypes, Period, and its rule per-1
 */
function endOf({ period: { since } }: Participant, now: number): string {
  return isoUtc(Math.max(now - 1_000, since ?? 0));
}

function endEntries(
  options: FhirBindingOptions,
  patient: BoundPatient,
  bound: BindingCall,
  meant: (participants: readonly Participant[], call: FhirCall) => readonly Participant[],
): Promise<Answered<CareCircleRecord>> {
  return changeCircle(options, patient, bound, (_team, participants, call) => {
    const ended = meant(participants, call).filter((each) => holdsAt(each.period, call.now) !== false);
    if (ended.length === 0) return null;

    const participantsAfter = participants.map((each) => {
      if (!ended.includes(each)) return each.entry;
      const period = each.entry['period'] as Json | undefined;
      const end = endOf(each, call.now);
      // A period has a beginning: where the entry says none, that of the end.
      return { ...each.entry, period: { start: end, ...period, end } };
    });
    return { participants: participantsAfter, actors: [] };
  });
}

/**
 * Reads the circle, applies the change to what was read, and writes the whole of it back under its
 * version. A version that is not the last any more is read again, once.
 *
 * @throws TerrESanteError `TE_CONFLICT` when others keep writing, or wrote between without being
 *   noticed
 */
async function changeCircle(
  options: FhirBindingOptions,
  patient: BoundPatient,
  bound: BindingCall,
  decide: Decide,
): Promise<Answered<CareCircleRecord>> {
  const call = new FhirCall(options, bound);
  const known = await requirePatientAt(call, patient);

  for (let attempt = 0; ; attempt += 1) {
    const team = await requireCareTeam(call, known);
    const change = decide(team, await participantsOf(team), call);
    if (change === null) return call.answered(await circleOf(team, null));

    try {
      return call.answered(await write(call, { known, team }, change));
    } catch (error) {
      if (attempt > 0 || !isStale(error) || isLost(error)) throw error;
    }
  }
}

interface Circle {
  readonly known: KnownPatient;
  readonly team: Team;
}

async function write(call: FhirCall, { known, team }: Circle, change: Change): Promise<CareCircleRecord> {
  const version = versionOf(team.resource, null) ?? (await etagOf(call, team.id));
  const ifMatch = matchOf(call, version);
  const resource = { ...team.resource, id: team.id, participant: change.participants };

  if (change.actors.length > 0) {
    const url = `CareTeam/${team.id}`;
    const request = { method: 'PUT' as const, url, ...(ifMatch !== undefined && { ifMatch }) };
    const fullUrl = new URL(url, call.partner.base).href;
    const [circle] = await sendTransaction(call, profiles.change, [{ fullUrl, resource, request }, ...change.actors]);
    requireNext(version, circle?.version ?? null, jumped);
    return circleOf(await requireCareTeam(call, known), circle?.version);
  }

  const { resource: answered, headers } = await put(call, resource, ifMatch);
  requireNext(version, versionOf(answered ?? {}, headers['etag']), jumped);
  const after = answered?.['resourceType'] === 'CareTeam' ? answered : { ...resource, meta: undefined };
  return circleOf({ ...team, resource: after }, headers['etag']);
}

function put({ partner, limits }: FhirCall, resource: Json, ifMatch: string | undefined): Promise<FhirAnswer> {
  return askFhir(partner, {
    ...limits,
    method: 'PUT',
    url: new URL(`CareTeam/${String(resource['id'])}`, partner.base).href,
    body: utf8Bytes(writeJson(resource)),
    headers: ifMatch === undefined ? {} : { 'If-Match': ifMatch },
    writes: true,
  });
}

/** A search set has no ETag of its resources: they are asked for one. */
async function etagOf({ partner, limits }: FhirCall, id: string): Promise<string | null> {
  const url = new URL(`CareTeam/${id}`, partner.base).href;
  const { resource, headers } = await askFhir(partner, { ...limits, method: 'GET', url, writes: false });
  return versionOf(resource ?? {}, headers['etag']);
}

const jumped =
  "Le cercle de soins a été écrit, mais d'autres l'avaient changé entre-temps : relisez-le avec le patient.";
