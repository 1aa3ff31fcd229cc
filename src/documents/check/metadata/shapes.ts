/** IHE ITI TF-3, section 4.2.3.2.25. */
export const maxTitleLength = 128;

/** ebRIM 3.0: the longest value of a slot. */
export const maxSlotLength = 256;

const dtm =
  /^(?<year>\d{4})(?:(?<month>\d{2})(?:(?<day>\d{2})(?:(?<hour>\d{2})(?:(?<minute>\d{2})(?<second>\d{2})?)?)?)?)?$/;

/** Whether a value is a real date, of any precision of the DTM type. */
export function isDtm(value: string): boolean {
  const groups = dtm.exec(value)?.groups;
  if (!groups) return false;

  const part = (name: string, absent: number): number => Number(groups[name] ?? absent);
  const [month, day] = [part('month', 1), part('day', 1)];

  // A day that does not exist (31 February) moves the date to another month.
  const date = new Date(Date.UTC(part('year', 0), month - 1, day));
  const isRealDay = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return isRealDay && part('hour', 0) < 24 && part('minute', 0) < 60 && part('second', 0) < 60;
}
