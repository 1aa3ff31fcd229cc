import { isObject, numberOf, objects, type Json } from '../../internal/json/index.ts';
import { mssAddressProblem, parseMssAddress } from '../mss/address.ts';
import type { RorCode, SupportStructure, SupportStructureContact } from './model.ts';

/** Longest text that is shown of a description. */
const longest = 500;

export function textOf(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value.trim().slice(0, longest) : null;
}

/** The codes of a list of concepts. */
export function codesOf(concepts: unknown): readonly RorCode[] {
  return objects(concepts).flatMap(({ coding }) => objects(coding).flatMap((each) => codeOf(each) ?? []));
}

export function codeOf({ system, code }: Json): RorCode | null {
  return typeof system === 'string' && typeof code === 'string' ? { system, code } : null;
}

/** An extension by the last part of its address. */
export function extensionOf(value: Json, name: string): Json | undefined {
  return objects(value['extension']).find(({ url }) => typeof url === 'string' && url.split('/').at(-1) === name);
}

/**
 * Areas whose inhabitants are taken (`zoneIntervention`).
 *
 * @see ANS, IG ROR, extension ror-territorial-division, codeTerritorialDivision
 */
export function areasServedBy(offer: Json): readonly RorCode[] {
  const divisions = objects(offer['extension']).filter(
    ({ url }) => typeof url === 'string' && url.endsWith('/ror-territorial-division'),
  );
  return divisions.flatMap((division) => {
    const concept = extensionOf(division, 'codeTerritorialDivision')?.['valueCodeableConcept'];
    return codesOf(isObject(concept) ? [concept] : []);
  });
}

/** Identifier of a resource in a system. */
export function identifierIn(resource: Json, system: string): string | null {
  const found = objects(resource['identifier']).find((each) => each['system'] === system);
  const value = textOf(found?.['value']);
  return value !== null && /^[0-9A-Za-z]{1,20}$/.test(value) ? value : null;
}

/** The address of an office, or of a site. */
export function addressOf(...places: readonly (Json | null)[]): SupportStructure['address'] {
  for (const place of places) {
    const address = place?.['address'];
    if (!isObject(address)) continue;

    const { line } = address;
    const lines = Array.isArray(line) ? line.flatMap((each: unknown) => textOf(each) ?? []) : [];
    return { lines, postalCode: textOf(address['postalCode']), city: textOf(address['city']) };
  }
  return null;
}

/**
 * MSSanté addresses: `telecom` of an offer and of an internal organisation. What is outside the
 * trusted space is no mailbox.
 *
 * @see ANS, IG ROR, profils RORHealthcareService et ROROrganization, boiteLettreMSS
 */
export function mailboxesOf(...resources: readonly (Json | null)[]): readonly string[] {
  const addresses = resources.flatMap((resource) =>
    objects(resource?.['telecom']).flatMap(({ value }) => {
      const address = textOf(value)?.replace(/^mailto:/i, '') ?? '';
      return mssAddressProblem(address) === null ? [parseMssAddress(address).address] : [];
    }),
  );
  return [...new Set(addresses)];
}

/** Contacts of a site, of an office and of an offer, mailboxes left out. */
export function contactsOf(...resources: readonly (Json | null)[]): readonly SupportStructureContact[] {
  const telecoms = resources.flatMap((resource) => [
    ...objects(resource?.['telecom']),
    ...objects(resource?.['contact']).flatMap(({ telecom }) => objects(telecom)),
  ]);
  const told = telecoms.flatMap(({ system, value }) => {
    const shown = textOf(value);
    const isMailbox = shown !== null && mssAddressProblem(shown.replace(/^mailto:/i, '')) === null;
    return shown === null || isMailbox ? [] : [{ system: textOf(system), value: shown }];
  });
  return [...new Map(told.map((contact) => [JSON.stringify(contact), contact])).values()];
}

/**
 * Distance of an office, in kilometres, which comes beside it; `null` in another unit.
 *
 * @see HL7 FHIR R4, extension location-distance
 */
export function distanceIn(search: Json): number | null {
  const distance = extensionOf(search, 'location-distance')?.['valueDistance'];
  if (!isObject(distance)) return null;

  const value = numberOf(distance['value']);
  const isKilometres = distance['code'] === 'km' || distance['unit'] === 'km';
  return isKilometres && value >= 0 ? value : null;
}
