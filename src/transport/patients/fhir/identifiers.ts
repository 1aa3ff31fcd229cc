import type { LocalIdentifier } from '../../../identity/index.ts';
import type { CallOptions } from '../../../internal/abort.ts';
import { isTerrESanteError, type TerrESanteError } from '../../../errors.ts';
import { isObject, objects, type Json } from '../../../internal/json/index.ts';
import { formOf, oidUri, readReference, tokenOf } from '../../fhir/address.ts';
import { askFhir, type FhirAnswer, type FhirPartner } from '../../fhir/exchange.ts';
import { isUnknownAddress, noService, recoded } from '../../fhir/refusal.ts';
import { protocolFailure } from '../../http/protocol-failure.ts';
import { eachOnce, keyOf, severalIn, type ReadIdentifiers } from '../identifiers.ts';
import type { CrossReference, PatientIdentifier } from '../model.ts';

/**
 * ITI-83. The identifiers of a patient in other domains; the one asked for is never given back.
 *
 * @see IHE ITI PIXm, section 2:3.83
 */
export async function askIdentifiers(
  partner: FhirPartner,
  asked: LocalIdentifier,
  domains: readonly string[],
  call: CallOptions,
): Promise<CrossReference> {
  const { resource, told } = await askPix(partner, asked, domains, call);
  return crossReference(resource, told, asked, domains);
}

/** The answer to ITI-83, whose address names the patient. */
async function askPix(
  partner: FhirPartner,
  asked: LocalIdentifier,
  domains: readonly string[],
  call: CallOptions,
): Promise<FhirAnswer> {
  const parameters = [
    ['sourceIdentifier', tokenOf(asked)] as const,
    ...domains.map((domain) => ['targetSystem', oidUri(domain)] as const),
  ];
  const url = `${new URL('Patient/$ihe-pix', partner.base).href}?${formOf(parameters)}`;

  try {
    return await askFhir(partner, { ...call, method: 'GET', url, writes: false });
  } catch (error) {
    throw isTerrESanteError(error) ? pixRefusal(error) : error;
  }
}

/** What one answer to ITI-83 says: identifiers elsewhere, and records at the server itself. */
export interface KnownByPix {
  readonly identifiers: CrossReference;
  readonly ids: readonly string[];
}

/** ITI-83, read whole. */
export async function askPixWhole(
  partner: FhirPartner,
  asked: LocalIdentifier,
  domains: readonly string[],
  call: CallOptions,
): Promise<KnownByPix> {
  const { resource, told } = await askPix(partner, asked, domains, call);
  return { identifiers: crossReference(resource, told, asked, domains), ids: patientIdsIn(resource) };
}

/** Ids of the records of a patient at the server itself, by ITI-83. */
export async function askPatientIds(
  partner: FhirPartner,
  asked: LocalIdentifier,
  call: CallOptions,
): Promise<readonly string[]> {
  const { resource } = await askPix(partner, asked, [], call);
  return patientIdsIn(resource);
}

function patientIdsIn(resource: Json | null): readonly string[] {
  const targets = objects(resource?.['parameter']).filter(({ name }) => name === 'targetId');
  const references = targets.map(({ valueReference }) =>
    readReference(isObject(valueReference) ? valueReference['reference'] : null),
  );
  return [...new Set(references.flatMap((found) => (found?.type === 'Patient' ? [found.id] : [])))];
}

function crossReference(
  resource: Json | null,
  told: readonly string[],
  asked: LocalIdentifier,
  domains: readonly string[],
): CrossReference {
  if (resource?.['resourceType'] !== 'Parameters') {
    throw protocolFailure('no-parameters', "La réponse ne dit pas si le patient a d'autres identifiants.");
  }

  const given = objects(resource['parameter']).filter(({ name }) => name === 'targetIdentifier');
  const read = readIdentifiers(given.map(({ valueIdentifier }) => valueIdentifier));
  const isAsked = (found: PatientIdentifier): boolean => keyOf(found) === keyOf(asked);
  const identifiers = read.identifiers.filter((found) => !isAsked(found));
  const isElsewhere = ({ system }: PatientIdentifier): boolean => domains.length > 0 && !domains.includes(system);

  return {
    identifiers,
    ambiguous: severalIn([asked, ...identifiers]),
    told: [
      ...told,
      ...read.told,
      ...(identifiers.some(isElsewhere) ? ['domain'] : []),
      ...(identifiers.length < read.identifiers.length ? ['source'] : []),
    ],
  };
}

/**
 * Identifiers of FHIR, each once. One without a domain or a value is left out and told: it is never
 * completed, since it would name somebody else. One that is no longer in use names nobody today.
 */
export function readIdentifiers(values: readonly unknown[]): ReadIdentifiers {
  return eachOnce(values, identifierOf);
}

/** A domain that is no OID stays the address it is. */
function identifierOf(value: unknown): PatientIdentifier | 'id' | 'old-id' {
  if (!isObject(value)) return 'id';
  const [system, text] = [textOf(value['system']).replace(/^urn:oid:/, ''), textOf(value['value'])];
  if (system === '' || text === '') return 'id';
  if (value['use'] === 'old') return 'old-id';

  const assigner = isObject(value['assigner']) ? value['assigner'] : {};
  return { system, value: text, authority: textOf(assigner['display']) || null };
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value.trim().slice(0, 1_000) : '');

/**
 * What a refusal of this question means: a patient that is unknown, a domain, or the service.
 *
 * @see IHE ITI PIXm, section 2:3.83.4.2.2
 */
function pixRefusal(error: TerrESanteError): TerrESanteError {
  const { status, issueCodes } = error.details;
  const codes: readonly unknown[] = Array.isArray(issueCodes) ? issueCodes : [];
  if (isUnknownAddress(error)) {
    return codes.includes('not-found')
      ? recoded(error, 'TE_NOT_FOUND', 'unknown-patient', "Le serveur d'identités ne connaît pas ce patient.")
      : noService(error);
  }

  const isDomain = (status === 400 || status === 403) && codes.includes('code-invalid');
  if (!isDomain) return error;
  const sentence = "Le serveur d'identités ne connaît pas un des domaines demandés.";
  return recoded(error, 'TE_CONFIG_INVALID', 'unknown-domain', sentence);
}
