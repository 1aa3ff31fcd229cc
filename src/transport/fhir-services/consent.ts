import { TerrESanteError } from '../../errors.ts';
import { utf8Bytes } from '../../internal/bytes.ts';
import { isoUtc } from '../../internal/hl7-time.ts';
import { isObject, objects, writeJson, type Json } from '../../internal/json/index.ts';
import type { ConsentRecord, ConsentWithdrawal, StoredConsent } from '../binding/consent.ts';
import type { Answered, BindingCall, BoundPatient } from '../binding/model.ts';
import { readReference } from '../fhir/address.ts';
import { askFhir } from '../fhir/exchange.ts';
import { searchWhole } from '../fhir/search.ts';
import { protocolFailure } from '../http/protocol-failure.ts';
import { creating, structureReference, type TransactionEntry } from './actors.ts';
import { FhirCall } from './exchange.ts';
import type { FhirBindingOptions } from './model.ts';
import { recordId } from './documents.ts';
import { profiles } from './names.ts';
import { startOf } from './period.ts';
import { isStale, matchOf, versionOf } from './transaction.ts';

const urnSystem = 'urn:ietf:rfc:3986';

/** What this software is a consent for. @see LOINC 59284-0, consent document */
const category = { system: 'http://loinc.org', code: '59284-0' };

const modes = { oral: 'oral', written: 'écrit', electronic: 'électronique' } as const;

/** Whether a consent can be told to this platform: each of its acts has a policy there. */
export function saysConsent({ services }: FhirBindingOptions, { kinds }: Pick<ConsentRecord, 'kinds'>): boolean {
  return kinds.length > 0 && kinds.every((kind) => services.consentPolicies[kind] !== undefined);
}

/**
 * A consent as a resource, created once. The short trace stands where a signed paper would: it
 * holds no trait.
 *
 * @param patient - reference to the patient
 * @param recipient - whom it is agreed to: the care circle, or a structure
 * @see IHE ITI PCF 1.0.0, profile IHE.PCF.consentBasic; ANS, Cercle de soins 2.0.1 knows none
 */
export function consentEntry(
  options: FhirBindingOptions,
  consent: ConsentRecord,
  { fullUrl, patient, recipient }: { readonly fullUrl: string; readonly patient: string; readonly recipient: Json },
): TransactionEntry {
  const { consentPolicies } = options.services;
  const key = { system: urnSystem, value: `urn:uuid:${consent.id}` };
  const trace = `Consentement (${modes[consent.mode]}) recueilli le ${consent.collectedAt}, SHA-256 ${consent.hash}`;
  const giver =
    consent.givenBy === 'patient' ? { reference: patient } : { type: 'RelatedPerson', display: 'Représentant légal' };
  const resource = {
    resourceType: 'Consent',
    meta: { profile: [profiles.consent] },
    identifier: [key],
    status: 'active',
    scope: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/consentscope', code: 'patient-privacy' }] },
    category: [{ coding: [category] }],
    patient: { reference: patient },
    dateTime: consent.collectedAt,
    performer: [giver],
    organization: [structureReference(options)],
    sourceAttachment: {
      contentType: 'text/plain',
      language: 'fr-FR',
      data: Buffer.from(trace, 'utf8').toString('base64'),
      title: `Trace du recueil : ${modes[consent.mode]}`,
    },
    policy: consent.kinds.flatMap((kind) => {
      const uri = consentPolicies[kind];
      return uri === undefined ? [] : [{ uri }];
    }),
    provision: {
      type: 'permit',
      actor: [
        {
          role: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType', code: 'IRCP' }] },
          reference: recipient,
        },
      ],
      purpose: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActReason', code: 'TREAT' }],
    },
  };
  return creating(fullUrl, resource, key);
}

/**
 * The consents of a patient, those that were withdrawn too.
 *
 * @throws TerrESanteError `TE_DOSSIER_ABSENT`, `TE_IDENTITY_AMBIGUOUS`, `TE_PROTOCOL`
 */
export async function listConsents(
  options: FhirBindingOptions,
  patient: BoundPatient,
  bound: BindingCall,
): Promise<Answered<readonly StoredConsent[]>> {
  const call = new FhirCall(options, bound);
  const resources = await consentsOf(call, await recordId(call, patient));
  return call.answered(resources.flatMap((resource) => storedOf(options, resource) ?? []));
}

/**
 * Withdraws one: its status is changed, it is never deleted. The reason stays with the practice.
 *
 * @throws TerrESanteError `TE_NOT_FOUND`, `TE_CONFLICT` and those of the list
 */
export async function withdrawConsent(
  options: FhirBindingOptions,
  patient: BoundPatient,
  withdrawal: ConsentWithdrawal,
  bound: BindingCall,
): Promise<Answered<StoredConsent>> {
  const call = new FhirCall(options, bound);
  const id = await recordId(call, patient);

  for (let attempt = 0; ; attempt += 1) {
    const found = (await consentsOf(call, id)).filter((resource) => storedOf(options, resource)?.id === withdrawal.id);
    const [resource, ...others] = found;
    if (!resource) throw new TerrESanteError('TE_NOT_FOUND', 'La plateforme ne connaît pas ce consentement.');
    if (others.length > 0) throw protocolFailure('two-consents', 'Deux consentements portent cet identifiant.');
    if (resource['status'] !== 'active') return call.answered(requireStored(options, resource));

    try {
      return call.answered(requireStored(options, await putWithdrawn(call, resource, withdrawal)));
    } catch (error) {
      if (attempt > 0 || !isStale(error)) throw error;
    }
  }
}

async function putWithdrawn(call: FhirCall, resource: Json, { at }: ConsentWithdrawal): Promise<Json> {
  const provision = isObject(resource['provision']) ? resource['provision'] : {};
  const period = isObject(provision['period']) ? provision['period'] : {};
  const changed = { ...resource, status: 'inactive', provision: { ...provision, period: { ...period, end: at } } };
  const ifMatch = matchOf(call, versionOf(resource, null));

  const { resource: answered } = await askFhir(call.partner, {
    ...call.limits,
    method: 'PUT',
    url: new URL(`Consent/${String(resource['id'])}`, call.partner.base).href,
    body: utf8Bytes(writeJson(changed)),
    headers: ifMatch === undefined ? {} : { 'If-Match': ifMatch },
    writes: true,
  });
  return answered?.['resourceType'] === 'Consent' ? answered : changed;
}

/** Each is about this patient, and may be written to. */
async function consentsOf({ partner, limits, options }: FhirCall, patient: string): Promise<readonly Json[]> {
  const { entries, told } = await searchWhole(partner, {
    ...limits,
    type: 'Consent',
    parameters: [
      ['patient', `Patient/${patient}`],
      ['status', 'active,inactive'],
      ['category', `${category.system}|${category.code}`],
    ],
    allowsGet: options.services.patientInAddress,
    maxPages: 20,
  });
  if (told.includes('modifier')) {
    throw protocolFailure('modifier', 'Un consentement contient une extension qui peut en changer le sens : refusé.');
  }

  const found = entries.filter(({ type, mode, id }) => type === 'Consent' && mode === 'match' && id !== null);
  const isOwn = ({ resource }: (typeof found)[number]): boolean => {
    const reference = isObject(resource['patient']) ? readReference(resource['patient']['reference']) : null;
    return reference?.type === 'Patient' && reference.id === patient;
  };
  if (!found.every(isOwn)) {
    throw protocolFailure('other-patient', "Le serveur FHIR donne le consentement d'un autre patient.");
  }
  return found.map(({ resource, id }) => ({ ...resource, id }));
}

function requireStored(options: FhirBindingOptions, resource: Json): StoredConsent {
  const stored = storedOf(options, resource);
  if (stored) return stored;
  throw protocolFailure('consent', 'Le consentement que donne le serveur FHIR est incomplet.');
}

/** `null` for one without a date. An act whose policy is not known is given as that address. */
function storedOf({ services }: FhirBindingOptions, resource: Json): StoredConsent | null {
  const at = startOf(resource['dateTime']);
  if (Number.isNaN(at)) return null;

  const kindOf = (uri: string): string =>
    Object.entries(services.consentPolicies).find(([, address]) => address === uri)?.[0] ?? uri;
  const uris = objects(resource['policy']).flatMap(({ uri }) => (typeof uri === 'string' ? [uri] : []));
  const [performer] = objects(resource['performer']);
  const isRelative =
    performer?.['type'] === 'RelatedPerson' || readReference(performer?.['reference'])?.type === 'RelatedPerson';
  return {
    id: idOf(resource),
    kinds: uris.map(kindOf),
    givenBy: isRelative ? 'legal-representative' : 'patient',
    mode: modeOf(resource),
    collectedAt: isoUtc(at),
    status: resource['status'] === 'active' ? 'active' : 'withdrawn',
    withdrawnAt: resource['status'] === 'active' ? null : withdrawalOf(resource),
  };
}

/** The number of the receipt, when the consent has one; else that of the server. */
function idOf({ identifier, id }: Json): string {
  const own = objects(identifier).find(({ system }) => system === urnSystem)?.['value'];
  const other = objects(identifier)[0]?.['value'];
  const found = [own, other].find((value): value is string => typeof value === 'string' && value !== '');
  return found?.replace(/^urn:uuid:/, '') ?? String(id);
}

function modeOf({ sourceAttachment }: Json): StoredConsent['mode'] {
  const title = isObject(sourceAttachment) ? String(sourceAttachment['title']) : '';
  const said = /^Trace du recueil : (\S+)$/.exec(title)?.[1];
  const found = Object.entries(modes).find(([, word]) => word === said)?.[0];
  return (found as StoredConsent['mode'] | undefined) ?? null;
}

/** The end that was written, else when the server changed it last. */
function withdrawalOf({ provision, meta }: Json): string | null {
  const period = isObject(provision) && isObject(provision['period']) ? provision['period'] : {};
  const moments = [period['end'], isObject(meta) ? meta['lastUpdated'] : null].map(startOf);
  const found = moments.find((moment) => !Number.isNaN(moment));
  return found === undefined ? null : isoUtc(found);
}
