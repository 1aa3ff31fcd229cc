/** From the first millisecond to the one after the last. */
export interface TimeRange {
  readonly from: number;
  readonly to: number;
}

const shape =
  /^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(Z|[+-]\d{2}:\d{2})?)?)?)?$/;

/**
 * A date, dateTime or instant of any precision; one without a zone is in UTC.
 *
 * @returns `null` for what is none
 * @see HL7 FHIR R4, datatypes, dateTime
 */
export function timeRange(text: string): TimeRange | null {
  const [, year, month, day, hour, minute, second, fraction, zone] = shape.exec(text) ?? [];
  if (year === undefined) return null;

  const date = `${year}-${month ?? '01'}-${day ?? '01'}`;
  const from = Date.parse(`${date}T${hour ?? '00'}:${minute ?? '00'}:${second ?? '00'}${zoneOf(fraction, zone)}`);
  // A day that is not in the calendar comes back as another one.
  const isReal = new Date(Date.parse(`${date}T00:00:00Z`) || 0).toISOString().startsWith(date);
  if (Number.isNaN(from) || !isReal) return null;

  if (month === undefined) return { from, to: Date.UTC(Number(year) + 1, 0) };
  if (day === undefined) return { from, to: Date.UTC(Number(year), Number(month)) };
  return { from, to: from + widthOf(hour, second, fraction) };
}

function zoneOf(fraction: string | undefined, zone: string | undefined): string {
  return `${fraction === undefined ? '' : `.${fraction.slice(0, 3)}`}${zone ?? 'Z'}`;
}

function widthOf(hour: string | undefined, second: string | undefined, fraction: string | undefined): number {
  if (hour === undefined) return 86_400_000;
  if (second === undefined) return 60_000;
  return fraction === undefined ? 1_000 : 1;
}

/** Comparisons of a search by date. */
const prefixes: Readonly<Record<string, (found: TimeRange, wanted: TimeRange) => boolean>> = {
  eq: (found, wanted) => found.from >= wanted.from && found.to <= wanted.to,
  ne: (found, wanted) => found.from < wanted.from || found.to > wanted.to,
  gt: (found, wanted) => found.to > wanted.to,
  lt: (found, wanted) => found.from < wanted.from,
  ge: (found, wanted) => found.to > wanted.from,
  le: (found, wanted) => found.from < wanted.to,
  sa: (found, wanted) => found.from >= wanted.to,
  eb: (found, wanted) => found.to <= wanted.from,
};

/**
 * Reads the value of a search by date: a prefix and a time.
 *
 * @returns `null` for a value that is none
 * @see HL7 FHIR R4, Search, prefixes
 */
export function timeTest(value: string): ((found: TimeRange) => boolean) | null {
  const [, prefix = 'eq', text = ''] = /^([a-z]{2})?(.*)$/s.exec(value) ?? [];
  const wanted = timeRange(text);
  const compare = Object.hasOwn(prefixes, prefix) ? prefixes[prefix] : undefined;
  return wanted && compare ? (found) => compare(found, wanted) : null;
}
