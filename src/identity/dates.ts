import { finding } from '../internal/finding.ts';
import { refusal } from './refusal.ts';
import { digitsAt } from './text.ts';
import { traitRules } from './trait-rules.ts';
import { reading } from '../internal/reading.ts';

/** A day, as the numbers of a date; in a lunar date the month or the day is 0. */
export interface DateParts {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/** The numbers of a text of the form `YYYY-MM-DD`, be it in the calendar or not. */
export function dateParts(text: string): DateParts | null {
  if (text.length !== 10 || text.charAt(4) !== '-' || text.charAt(7) !== '-') return null;

  const year = digitsAt(text, 0, 4);
  const month = digitsAt(text, 5, 2);
  const day = digitsAt(text, 8, 2);
  return year < 0 || month < 0 || day < 0 ? null : { year, month, day };
}

/**
 * The same for a day of the calendar only. No `Date` is involved: it would make 30 February a day
 * of March.
 */
export function plainDate(text: string): DateParts | null {
  const parts = dateParts(text);
  return parts !== null && isCalendarDate(parts) ? parts : null;
}

/** Whether a day exists in the calendar. */
export function isCalendarDate({ year, month, day }: DateParts): boolean {
  return year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month);
}

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** The first time zone in which a day begins, UTC+14. */
const earliestZoneMs = 14 * 3_600_000;

/**
 * Whether a day has begun nowhere on Earth yet: a birth date has no time zone.
 *
 * @param epochMs - The current time, in milliseconds since 1970.
 */
export function isFuture({ year, month, day }: DateParts, epochMs: number): boolean {
  // `Date.UTC` takes years of two digits for those of the twentieth century.
  return year > 99 && Date.UTC(year, month - 1, day) > epochMs + earliestZoneMs;
}

/** What is known of a birth date. @group Dates */
export interface PartialDate {
  readonly year: number;
  readonly month?: number | null | undefined;
  readonly day?: number | null | undefined;
}

/** A whole date, and whether part of it was made up. @group Dates */
export interface CompletedDate {
  /** `YYYY-MM-DD` */
  readonly date: string;
  /** True when the date is not fully known: keep it with the date, as `birthDateInterpreted`. */
  readonly interpreted: boolean;
}

/**
 * Proposes a whole date for a partly known birth date: first day of the month when the day is not
 * known, January when the month is not known, 31 December when only the year is. The result is a
 * proposal, marked as interpreted; never apply it to a date that comes from the INSi or from a
 * document.
 *
 * The year-only rule is that of the civil status instruction of 2 November 2004; the two others
 * come from secondary texts that cite the Référentiel national d'identitovigilance.
 *
 * @throws TerrESanteError `TE_DATE_INVALID` on a date that is not in the calendar.
 *
 * @example
 * ```ts
 * import { completeBirthDate } from 'terr-esante-sdk/identity';
 *
 * completeBirthDate({ year: 1950 }); // { date: '1950-12-31', interpreted: true }
 * completeBirthDate({ year: 1950, month: 7 }); // { date: '1950-07-01', interpreted: true }
 * ```
 *
 * @group Dates
 */
export function completeBirthDate(partial: PartialDate): CompletedDate {
  return reading('partial', () => completedDate(partial));
}

function completedDate(partial: PartialDate): CompletedDate {
  const { year, month, day } = complete(partial);
  const whole = Number.isInteger(year) && Number.isInteger(month) && Number.isInteger(day);
  if (!whole || year > 9999 || !isCalendarDate({ year, month, day })) {
    throw refusal('TE_DATE_INVALID', [finding(traitRules, 'IDENTITY-DATE', { path: 'birthDate' })]);
  }

  return {
    date: [pad(year, 4), pad(month, 2), pad(day, 2)].join('-'),
    interpreted: isUnknown(partial.month) || isUnknown(partial.day),
  };
}

function complete({ year, month, day }: PartialDate): DateParts {
  if (isUnknown(month) && isUnknown(day)) return { year, month: 12, day: 31 };
  return { year, month: month ?? 1, day: day ?? 1 };
}

function isUnknown(value: number | null | undefined): boolean {
  return value === undefined || value === null;
}

function pad(value: number, length: number): string {
  return String(value).padStart(length, '0');
}
