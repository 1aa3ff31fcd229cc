import { errorIssue, IdentityError } from './issue.ts';
import { twoDigits } from './text.ts';

/** A plain date of the calendar as one number, `YYYYMMDD`; -1 when the text is not one. No `Date` is involved. */
export function plainDate(text: string): number {
  if (text.length !== 10 || text.charCodeAt(4) !== 0x2d || text.charCodeAt(7) !== 0x2d) return -1;
  const century = twoDigits(text, 0);
  const year = century * 100 + twoDigits(text, 2);
  const month = twoDigits(text, 5);
  const day = twoDigits(text, 8);
  // A pair that is no number is so far below zero that no sum brings it back.
  if (century < 0 || year < 0 || month < 0 || day < 0) return -1;
  return isCalendarDate(year, month, day) ? (year * 100 + month) * 100 + day : -1;
}

function isCalendarDate(year: number, month: number, day: number): boolean {
  if (year < 1 || month < 1 || month > 12 || day < 1) return false;
  if (day <= 28) return true;
  if (month === 2) return day === 29 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  if (month === 4 || month === 6 || month === 9 || month === 11) return day <= 30;
  return day <= 31;
}

/**
 * The latest day that has begun anywhere on Earth (UTC+14), as `YYYYMMDD`: a birth date is a plain date without a
 * time zone, so only a day that has begun nowhere is in the future.
 */
export function latestToday(epochMs: number): number {
  // Days to civil date, with years that begin on 1 March (H. Hinnant, "chrono-compatible low-level date algorithms").
  const days = Math.floor((epochMs + 14 * 3_600_000) / 86_400_000) + 719_468;
  const era = Math.floor(days / 146_097);
  const dayOfEra = days - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shifted = Math.floor((5 * dayOfYear + 2) / 153);
  const month = shifted < 10 ? shifted + 3 : shifted - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return year * 10_000 + month * 100 + dayOfYear - Math.floor((153 * shifted + 2) / 5) + 1;
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
 * Proposes a whole date for a partly known birth date: first day of the month when the day is not known, January when
 * the month is not known, 31 December when only the year is. The result is a proposal, marked as interpreted; never
 * apply it to a date that comes from the INSi or from a document.
 *
 * The year-only rule is that of the civil status instruction of 2 November 2004; the two others come from secondary
 * texts that cite the Référentiel national d'identitovigilance.
 *
 * @throws {@link IdentityError} `TE_DATE_INVALID` on a date that is not in the calendar.
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
  const known = { month: partial.month ?? undefined, day: partial.day ?? undefined };
  const yearOnly = known.month === undefined && known.day === undefined;
  const month = known.month ?? (yearOnly ? 12 : 1);
  const day = known.day ?? (yearOnly ? 31 : 1);
  const whole = Number.isInteger(year) && Number.isInteger(month) && Number.isInteger(day);
  if (!whole || year > 9999 || !isCalendarDate(year, month, day)) {
    throw new IdentityError('TE_DATE_INVALID', [
      errorIssue('DATE', 'birthDate', "La date de naissance n'existe pas dans le calendrier."),
    ]);
  }
  return {
    date: `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}`,
    interpreted: known.month === undefined || known.day === undefined,
  };
}
