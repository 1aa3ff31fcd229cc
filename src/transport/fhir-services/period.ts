import { parisInstant } from '../../internal/hl7-time.ts';
import { isObject } from '../../internal/json/index.ts';

/** When something began and ended, in milliseconds; `null`: not said. */
export interface Period {
  readonly since: number | null;
  /** The first instant that it does not hold any more. */
  readonly until: number | null;
  /** A time that cannot be read: nothing can be said of now. */
  readonly isUnreadable: boolean;
}

const shape = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/;

/**
 * A period of FHIR. An end that is a day includes that day, in the zone of the practice; so does a
 * month or a year. One that ends at the instant of its beginning is empty: who is added and removed
 * within one second, which is as fine as a server tells its time, is a former member at once.
 *
 * @see HL7 FHIR R4, datatypes, Period: "the end includes any matching date/time"
 */
export function readPeriod(value: unknown): Period {
  const { start, end } = isObject(value) ? value : {};
  const since = start === undefined ? null : startOf(start);
  const isEmpty = isInstant(end) && startOf(end) === since;
  const until = end === undefined ? null : endOf(end) - Number(isEmpty);
  return {
    since: Number.isNaN(since) ? null : since,
    until: Number.isNaN(until) ? null : until,
    isUnreadable: Number.isNaN(since) || Number.isNaN(until),
  };
}

/** Whether a period holds at an instant; `null` when that cannot be said. */
export function holdsAt({ since, until, isUnreadable }: Period, now: number): boolean | null {
  if (isUnreadable) return null;
  return (since === null || since <= now) && (until === null || until > now);
}

/** The instant of a dateTime, its first one when it is a day; `NaN` for what is none. */
export function startOf(value: unknown): number {
  const [, year, month = '01', day = '01'] = shape.exec(String(value)) ?? [];
  return year === undefined ? instantOf(value) : midnight(Number(year), Number(month), Number(day));
}

function endOf(value: unknown): number {
  const [, year, month, day] = shape.exec(String(value)) ?? [];
  if (year === undefined) return instantOf(value) + 1;
  if (month === undefined) return midnight(Number(year) + 1, 1, 1);
  return day === undefined
    ? midnight(Number(year), Number(month) + 1, 1)
    : midnight(Number(year), Number(month), Number(day) + 1);
}

/** A time of day without its zone is none. */
const instantOf = (value: unknown): number => (isInstant(value) ? Date.parse(value) : Number.NaN);

const isInstant = (value: unknown): value is string =>
  typeof value === 'string' && /T\d{2}:\d{2}.*(?:Z|[+-]\d{2}:\d{2})$/.test(value);

/** The beginning of a day in France; a day or a month beyond the last counts on. */
function midnight(year: number, month: number, day: number): number {
  const utc = Date.UTC(year, month - 1, day);
  return utc - parisInstant(utc).offsetMinutes * 60_000;
}
