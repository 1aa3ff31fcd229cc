import { TerrESanteError } from '../errors.ts';

const isoShape = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/;

/** A moment with the offset it is to be written in. */
export interface ZonedInstant {
  readonly epochMs: number;
  readonly offsetMinutes: number;
}

function bad(): never {
  throw new TerrESanteError(
    'TE_DATE_INVALID',
    'Date et heure attendues au format ISO 8601 avec décalage, par exemple 2026-03-15T11:10:00+01:00.',
  );
}

function parisOffsetMinutes(epochMs: number): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone: 'Europe/Paris',
    timeZoneName: 'longOffset',
  }).formatToParts(epochMs);
  const match = /GMT([+-])(\d{2}):(\d{2})/.exec(parts.find(({ type }) => type === 'timeZoneName')?.value ?? '');
  if (!match) return 0;

  const minutes = Number(match[2]) * 60 + Number(match[3]);
  return match[1] === '-' ? -minutes : minutes;
}

/** The moment as French wall-clock time. */
export function parisInstant(epochMs: number): ZonedInstant {
  const wholeSeconds = Math.floor(epochMs / 1000) * 1000;
  return { epochMs: wholeSeconds, offsetMinutes: parisOffsetMinutes(wholeSeconds) };
}

/** The date-time as if it were UTC, and its zone. */
function readIso(iso: string): { readonly local: number; readonly zone: string } {
  const match = isoShape.exec(iso);
  if (!match) bad();

  const [, year = '', month = '', day = '', hour = '', minute = '', second = '00', zone = ''] = match;
  const local = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second));

  // Date.UTC carries a 31 April over to May.
  const check = new Date(local);
  const isReal =
    check.getUTCMonth() === Number(month) - 1 &&
    check.getUTCDate() === Number(day) &&
    Number(hour) < 24 &&
    Number(minute) < 60 &&
    Number(second) < 60;
  if (!isReal) bad();
  return { local, zone };
}

/** Reads a date-time in UTC, `Z` written, in milliseconds: no zone is looked up. */
export function parseUtc(iso: string): number {
  const { local, zone } = readIso(iso);
  return zone === 'Z' ? local : bad();
}

/**
 * Reads an ISO 8601 date-time with offset. A numeric offset is kept as given; `Z` is shown in
 * French time, because the CI-SIS wants local time with its offset in the CDA.
 */
export function parseInstant(iso: string): ZonedInstant {
  const { local, zone } = readIso(iso);
  if (zone === 'Z') return parisInstant(local);

  const offset = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4));
  if (offset > 14 * 60 || Number(zone.slice(4)) > 59) bad();

  const offsetMinutes = zone.startsWith('-') ? -offset : offset;
  return { epochMs: local - offsetMinutes * 60_000, offsetMinutes };
}

function digits(epochMs: number): string {
  return new Date(epochMs).toISOString().slice(0, 19).replaceAll(/[-T:]/g, '');
}

/** `YYYYMMDDhhmmss±ZZzz`, local time (CI-SIS Structuration minimale, section 3.5.4). */
export function hl7Local({ epochMs, offsetMinutes }: ZonedInstant): string {
  const size = Math.abs(offsetMinutes);
  const hours = String(Math.floor(size / 60)).padStart(2, '0');
  return `${digits(epochMs + offsetMinutes * 60_000)}${offsetMinutes < 0 ? '-' : '+'}${hours}${String(size % 60).padStart(2, '0')}`;
}

/** `YYYYMMDDhhmmss` in UTC (XDS metadata, IHE ITI TF-3 table 4.2.3.1.7-2, type DTM). */
export function hl7Utc(epochMs: number): string {
  return digits(epochMs);
}

const dayMs = 86_400_000;
let knownDay = Number.NaN;
let knownDate = '';

const two = (value: number): string => (value < 10 ? `0${value}` : String(value));

/** `YYYY-MM-DDThh:mm:ssZ` */
export function isoUtc(epochMs: number): string {
  // An assertion carries four instants, mostly of one day: its date is written once.
  const day = Math.floor(epochMs / dayMs);
  if (day !== knownDay) {
    knownDate = new Date(epochMs).toISOString().slice(0, -13);
    knownDay = day;
  }

  const seconds = Math.floor((epochMs - day * dayMs) / 1000);
  return `${knownDate}${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}Z`;
}

const hl7Shape = /^(\d{4})(?:(\d{2})(?:(\d{2})(?:(\d{2})(?:(\d{2})(?:(\d{2})(?:\.\d+)?)?)?([+-])(\d{2})(\d{2}))?)?)?$/;

/**
 * HL7 date-time with offset to UTC digits of the same precision; a value of eight digits or fewer
 * stays as it is. `null` when the value is no HL7 date-time.
 */
export function hl7ToUtc(value: string): string | null {
  const match = hl7Shape.exec(value);
  if (!match) return /^\d{10,14}$/.test(value) ? value : null;

  const [, year = '', month, day, hour, minute, second, sign, offsetHours, offsetMinutes] = match;
  if (hour === undefined) return value;

  const local = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour),
    Number(minute ?? 0),
    Number(second ?? 0),
  );
  if (Number.isNaN(local)) return null;

  const offset = (Number(offsetHours) * 60 + Number(offsetMinutes)) * (sign === '-' ? -1 : 1);
  const writtenParts = 4 + [minute, second].filter((part) => part !== undefined).length;
  return digits(local - offset * 60_000).slice(0, 2 + 2 * writtenParts);
}
