import { refuseArgument } from '../../internal/border.ts';
import { isoUtc, parisInstant, parseInstant } from '../../internal/hl7-time.ts';
import type { DocumentPeriod, DocumentRecord } from '../../transport/index.ts';
import type { DocumentFilters } from './search-model.ts';

/** Milliseconds; the second is not included. */
interface Range {
  readonly from: number;
  readonly to: number;
}

/** A day, or an instant with its offset. */
export function isBound(name: string, value: unknown): string {
  const isRead = typeof value === 'string' && rangeOf(value, /^\d{4}-\d{2}-\d{2}$/) !== null;
  return isRead ? value : refuseArgument(name, 'jour (2026-03-01) ou instant avec décalage attendu');
}

/**
 * The bounds of a search in UTC: `to` includes its day, and excludes its instant.
 *
 * @throws TerrESanteError `TE_INPUT_INVALID` for bounds that nothing is between
 */
export function boundsOf({ axis, from, to }: NonNullable<DocumentFilters['period']>): DocumentPeriod {
  const start = from === undefined ? null : rangeOf(from)?.from;
  const until = to === undefined ? null : rangeOf(to);
  const end = to?.length === 10 ? until?.to : until?.from;
  if (typeof start === 'number' && typeof end === 'number' && end <= start) {
    refuseArgument('period', 'borne de fin après la borne de début attendue');
  }
  return { axis, from: iso(start), to: iso(end) };
}

const iso = (time: number | null | undefined): string | null =>
  time === null || time === undefined ? null : isoUtc(time);

/** Whether the time of a document meets the bounds; `null` when it is not told. */
export function isWithin(record: DocumentRecord, { axis, from, to }: DocumentPeriod): boolean | null {
  const range = timeOf(record, axis);
  if (range === null) return null;
  const isAfter = from === null || range.to > Date.parse(from);
  return isAfter && (to === null || range.from < Date.parse(to));
}

function timeOf({ act, createdAt, submittedAt }: DocumentRecord, axis: DocumentPeriod['axis']): Range | null {
  if (axis === 'submission') return rangeOf(submittedAt);
  if (axis === 'creation') return createdAt === null ? null : rangeOf(createdAt);

  const [start, end] = [act?.start, act?.end].map((time) => (time ? rangeOf(time) : null));
  const known = start ?? end;
  return known ? { from: known.from, to: Math.max(known.to, end?.to ?? 0) } : null;
}

/** All of a year, month or day of France; the moment of an instant. `null` for what is no time. */
function rangeOf(time: string, shape = /^\d{4}(?:-\d{2}){0,2}$/): Range | null {
  if (!shape.test(time)) return momentOf(time);

  const [year = 0, month, day] = time.split('-').map(Number);
  const first = Date.UTC(year, (month ?? 1) - 1, day ?? 1);
  if (!new Date(first).toISOString().startsWith(time)) return null;
  const next = Date.UTC(
    year + (month === undefined ? 1 : 0),
    (month ?? 1) - 1 + (month !== undefined && day === undefined ? 1 : 0),
    (day ?? 1) + (day === undefined ? 0 : 1),
  );
  return { from: midnight(first), to: midnight(next) };
}

function momentOf(time: string): Range | null {
  try {
    const { epochMs } = parseInstant(time);
    return { from: epochMs, to: epochMs + 1 };
  } catch {
    return null;
  }
}

/** The beginning of a day of France: the offset changes in the night, after it. */
function midnight(utc: number): number {
  return utc - parisInstant(utc).offsetMinutes * 60_000;
}
