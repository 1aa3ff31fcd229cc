import { isObject, type Json } from '../../internal/json/index.ts';

/**
 * Whether a resource is in force: `active` is not false, and its period, when it has one, holds the
 * given instant. What is not said is in force.
 *
 * @see HL7 FHIR R4, Practitioner, PractitionerRole, Organization: `active`, `period`
 */
export function isInForce(resource: Json, now: number): boolean {
  return resource['active'] !== false && holds(resource['period'], now);
}

/**
 * Whether an identifier, a name or a contact point is used at the given instant.
 *
 * @see HL7 FHIR R4, Identifier, HumanName, ContactPoint: `use`, `period`
 */
export function isUsed(value: Json, now: number): boolean {
  return value['use'] !== 'old' && holds(value['period'], now);
}

/** Whether a period holds. A bound that is absent, or that is no date, bounds nothing. */
export function holds(period: unknown, now: number): boolean {
  if (!isObject(period)) return true;

  const start = boundOf(period['start'], 'start');
  const end = boundOf(period['end'], 'end');
  return (start === null || start <= now) && (end === null || now <= end);
}

const partialDate = /^(?<year>\d{4})(?:-(?<month>\d{2})(?:-(?<day>\d{2}))?)?$/;

/**
 * Milliseconds since 1970 of a FHIR `dateTime`. A day, a month or a year lasts from its first
 * moment to its last one. Days of France begin, and end, up to two hours before those of UTC.
 */
function boundOf(value: unknown, side: 'start' | 'end'): number | null {
  if (typeof value !== 'string') return null;

  const parts = partialDate.exec(value)?.groups;
  if (!parts) {
    const instant = Date.parse(value);
    return Number.isNaN(instant) ? null : instant;
  }

  const [year, month, day] = [parts['year'], parts['month'], parts['day']].map((part) =>
    part === undefined ? null : Number(part),
  ) as [number, number | null, number | null];
  if (side === 'start') return Date.UTC(year, (month ?? 1) - 1, day ?? 1) - twoHoursMs;

  // The last moment before the next day, month or year.
  const next = month === null ? [year + 1, 0, 1] : [year, day === null ? month : month - 1, day === null ? 1 : day + 1];
  return Date.UTC(...(next as [number, number, number])) - 1;
}

const twoHoursMs = 7_200_000;
