import { finding } from '../internal/finding.ts';
import { refusal } from './refusal.ts';
import { twoDigits } from './text.ts';
import { traitRules } from './trait-rules.ts';

/**
 * A text of the form of a date as one number, `YYYYMMDD`, be it in the calendar or not; -1 for any
 * other.
 */
export function dateDigits(text: string): number {
  if (text.length !== 10 || text.charCodeAt(4) !== 0x2d || text.charCodeAt(7) !== 0x2d) return -1;
  const century = twoDigits(text, 0);
  const year = century * 100 + twoDigits(text, 2);
  const month = twoDigits(text, 5);
  const day = twoDigits(text, 8);
  return century < 0 || year < 0 || month < 0 || day < 0 ? -1 : (year * 100 + month) * 100 + day;
}

/** Month of a date that is one number. */
export function monthOf(date: number): number {
  return Math.floor(date / 100) % 100;
}

/**
 * A plain date of the calendar as one number, `YYYYMMDD`; -1 when the text is not one. No `Date` is
 * involved.
 */
export function plainDate(text: string): number {
  const date = dateDigits(text);
  return isCalendarDate(Math.floor(date / 10_000), monthOf(date), date % 100) ? date : -1;
}

function isCalendarDate(year: number, month: number, day: number): boolean {
  if (year < 1 || month < 1 || month > 12 || day < 1) return false;
  if (day <= 28) return true;
  if (month === 2) return day === 29 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  if (month === 4 || month === 6 || month === 9 || month === 11) return day <= 30;
  return day <= 31;
}

/**
 * Whether a day (`YYYYMMDD`) has begun nowhere on Earth yet, not even at UTC+14: a birth date has
 * no time zone.
 */
export function isFuture(date: number, epochMs: number): boolean {
  const year = Math.floor(date / 10_000);
  // Two-digit years would be taken for those of the twentieth century.
  return year > 99 && Date.UTC(year, monthOf(date) - 1, date % 100) > epochMs + 14 * 3_600_000;
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

function pad(value: number, length: number): string {
  return String(value).padStart(length, '0');
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
  const { year } = partial;
  const missing = (value: number | null | undefined): boolean => value === undefined || value === null;
  const yearOnly = missing(partial.month) && missing(partial.day);
  const month = partial.month ?? (yearOnly ? 12 : 1);
  const day = partial.day ?? (yearOnly ? 31 : 1);
  const whole = Number.isInteger(year) && Number.isInteger(month) && Number.isInteger(day);
  if (!whole || year > 9999 || !isCalendarDate(year, month, day)) {
    throw refusal('TE_DATE_INVALID', [finding(traitRules, 'IDENTITY-DATE', { path: 'birthDate' })]);
  }
  return {
    date: [pad(year, 4), pad(month, 2), pad(day, 2)].join('-'),
    interpreted: missing(partial.month) || missing(partial.day),
  };
}
