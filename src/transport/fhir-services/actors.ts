import { createHash } from 'node:crypto';

import type { Professional, Structure } from '../../identity/index.ts';
import type { Json } from '../../internal/json/index.ts';
import { formOf, oidUri, tokenOf } from '../fhir/address.ts';
import type { FhirBindingOptions } from './model.ts';
import { identifierTypes, nationalIdOid, professionSystem, profiles, rppsSystem } from './names.ts';

/** An entry of a transaction. */
export interface TransactionEntry {
  readonly fullUrl: string;
  readonly resource: Json;
  readonly request: {
    readonly method: 'POST' | 'PUT';
    readonly url: string;
    readonly ifNoneExist?: string;
    readonly ifMatch?: string;
  };
}

/**
 * An entry that creates once: a retry finds what the first attempt made. Every POST of a
 * transaction needs its own key, without a chain in it.
 *
 * @see HL7 FHIR R4, RESTful API, conditional create
 */
export function creating(
  fullUrl: string,
  resource: Json,
  key: { readonly system: string; readonly value: string },
): TransactionEntry {
  const url = String(resource['resourceType']);
  return { fullUrl, resource, request: { method: 'POST', url, ifNoneExist: formOf([['identifier', tokenOf(key)]]) } };
}

/**
 * The role of a professional in the structure, under an identifier of ours, and the professional.
 * An entry of a directory is never overwritten.
 *
 * @see ANS, Annuaire 1.1.0, as-practitionerrole and as-practitioner
 */
export function roleEntries(
  options: FhirBindingOptions,
  professional: Professional,
  urls: { readonly role: string; readonly practitioner: string },
): readonly [TransactionEntry, TransactionEntry] {
  const { services, structure } = options;
  const roleKey = { system: services.roleSystem, value: roleNumber(professional, structure) };
  const role = {
    resourceType: 'PractitionerRole',
    meta: { profile: [profiles.role] },
    identifier: [{ system: oidUri(roleKey.system), value: roleKey.value }],
    active: true,
    practitioner: { reference: urls.practitioner },
    organization: structureReference(options),
  };

  const practitioner = practitionerResource(professional);
  const [first] = practitioner.identifier;
  const key = first ?? { system: oidUri(nationalIdOid), value: professional.nationalId };
  return [creating(urls.practitioner, practitioner, key), creating(urls.role, role, roleKey)];
}

/** The same role at each creation, and not the number of the professional itself. */
function roleNumber({ nationalId }: Professional, structure: Structure): string {
  return createHash('sha256')
    .update(JSON.stringify([nationalId, structure.nationalId]))
    .digest('hex')
    .slice(0, 32);
}

interface Identified {
  readonly use: 'official';
  readonly type: Json;
  readonly system: string;
  readonly value: string;
}

function practitionerResource({ nationalId, familyName, givenName, professionCode }: Professional): Json & {
  readonly identifier: readonly Identified[];
} {
  const rpps = /^8(\d{11})$/.exec(nationalId)?.[1];
  const identifier = [
    ...(rpps === undefined ? [] : [identified('RPPS', rppsSystem, rpps)]),
    identified('IDNPS', oidUri(nationalIdOid), nationalId),
  ];
  return {
    resourceType: 'Practitioner',
    meta: { profile: [profiles.practitioner] },
    identifier,
    name: [{ family: familyName, ...(givenName !== undefined && givenName !== '' && { given: [givenName] }) }],
    qualification: [{ code: { coding: [{ system: professionSystem, code: professionCode }] } }],
  };
}

function identified(code: string, system: string, value: string): Identified {
  return { use: 'official', type: { coding: [{ system: identifierTypes, code }] }, system, value };
}

/** National identifiers of structures (CI-SIS, NOS): of any kind but FINESS. */
export const structureOid = '1.2.250.1.71.4.2.2';

/** The structure, which is not created: it is named by its national identifier. */
export function structureReference({ services, structure }: FhirBindingOptions): Json {
  const { nationalId, name } = structure;
  const isFiness = /^1\w{9}$/.test(nationalId);
  const identifier = isFiness
    ? { system: services.structureSystem, value: nationalId.slice(1) }
    : { system: oidUri(structureOid), value: nationalId };
  return { type: 'Organization', identifier, ...(name && { display: name }) };
}

/** A UUID that is the same for the same act: a retry has the same keys. */
export function sameUuid(...parts: readonly string[]): string {
  const hex = createHash('sha256').update(JSON.stringify(parts)).digest('hex');
  // Version 8 is the one of values that are made otherwise (RFC 9562, section 5.8).
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
