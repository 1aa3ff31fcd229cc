import type { LocalIdentifier } from '../../identity/index.ts';
import { isoUtc } from '../../internal/hl7-time.ts';
import { isObject, objects, type Json } from '../../internal/json/index.ts';
import type { AlertFacility, AlertType } from '../binding/alerts.ts';
import type { CareCircleContact } from '../binding/care-circle.ts';
import { mssAddressProblem } from '../mss/address.ts';
import { eventCodes, eventSystem, ndeNames } from './names.ts';

/** Text as the server has it, of a length that can be shown. */
export const textOf = (value: unknown): string | null =>
  typeof value === 'string' && value.trim() !== '' ? value.slice(0, 2_000) : null;

/** The first extension of this address; an empty one without it. */
export const extensionOf = (resource: Json, url: string): Json =>
  objects(resource['extension']).find((extension) => extension['url'] === url) ?? {};

/**
 * A date and time of FHIR: an instant in UTC, or the day, month or year that it is.
 *
 * @returns `null` for what is none, and for a time without its zone
 * @see HL7 FHIR R4, Data types, dateTime
 */
export function momentOf(value: unknown): string | null {
  const shape = /^\d{4}(?:-\d{2}(?:-\d{2}(T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2}))?)?)?$/;
  const found = typeof value === 'string' ? shape.exec(value) : null;
  const time = found ? Date.parse(found[0]) : Number.NaN;
  if (!found || Number.isNaN(time)) return null;
  return found[1] === undefined ? found[0] : isoUtc(time);
}

/** What a reference inside the resource leads to; `null` for any other reference. */
export function containedOf(resource: Json, reference: unknown): Json | null {
  const named = isObject(reference) ? reference['reference'] : null;
  if (typeof named !== 'string' || !named.startsWith('#')) return null;
  return objects(resource['contained']).find(({ id }) => id === named.slice(1)) ?? null;
}

/** The type of an event; `null` for one that is no stay in hospital. A code has its system. */
export function eventTypeOf(resource: Json): AlertType | null {
  const concept = extensionOf(resource, ndeNames.eventType)['valueCodeableConcept'];
  const codings = isObject(concept) ? objects(concept['coding']) : [];
  const types = (Object.keys(eventCodes) as AlertType[]).filter((type) =>
    codings.some(({ system, code }) => system === eventSystem && code === eventCodes[type]),
  );
  return types.length === 1 ? (types[0] ?? null) : null;
}

/** Identifiers with a domain; an OID without its prefix. */
export function identifiersOf(resource: Json): LocalIdentifier[] {
  return objects(resource['identifier']).flatMap(({ system, value }) => {
    const [domain, text] = [textOf(system), textOf(value)];
    return domain === null || text === null ? [] : [{ system: domain.replace(/^urn:oid:/, ''), value: text }];
  });
}

/** The hospital, or the professional who declares; `null` when nothing of it is told. */
export function facilityOf(resource: Json, reference: unknown): AlertFacility | null {
  const contained = containedOf(resource, reference);
  const display = isObject(reference) ? textOf(reference['display']) : null;
  const logical = isObject(reference) && isObject(reference['identifier']) ? [reference['identifier']] : [];
  const ids = contained ? identifiersOf(contained) : identifiersOf({ identifier: logical });
  const name = (contained && nameOf(contained)) ?? display;
  const contacts = contained ? contactsOf(contained) : [];
  const address = contained && addressOf(contained);

  const isTold = ids.length > 0 || name !== null || contacts.length > 0 || address !== null;
  return isTold ? { ids, name, contacts, address } : null;
}

/** An organisation has a text, a person parts. */
function nameOf({ name }: Json): string | null {
  if (!Array.isArray(name)) return textOf(name);
  const [first] = objects(name);
  const given = Array.isArray(first?.['given']) ? (first['given'] as unknown[]) : [];
  const parts = [...given, first?.['family']].flatMap((part) => textOf(part) ?? []);
  return parts.length > 0 ? parts.join(' ') : textOf(first?.['text']);
}

function contactsOf({ telecom }: Json): CareCircleContact[] {
  return objects(telecom).flatMap(({ system, value }) => {
    const text = textOf(value);
    return text === null ? [] : [{ system: contactSystem(system, text), value: text }];
  });
}

function contactSystem(system: unknown, value: string): CareCircleContact['system'] {
  if (system === 'phone') return 'phone';
  if (system !== 'email') return 'other';
  return mssAddressProblem(value) === null ? 'mss' : 'email';
}

function addressOf({ address }: Json): string | null {
  const [first] = Array.isArray(address) ? objects(address) : [address].filter(isObject);
  if (!first) return null;
  const lines = Array.isArray(first['line']) ? (first['line'] as unknown[]) : [];
  const town = [first['postalCode'], first['city']].flatMap((part) => textOf(part) ?? []).join(' ');
  const parts = [...lines, town].flatMap((part) => textOf(part) ?? []);
  return textOf(first['text']) ?? (parts.length > 0 ? parts.join(', ') : null);
}
