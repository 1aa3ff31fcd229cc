import { TerrESanteError } from '../../errors.ts';
import type { LocalIdentifier } from '../../identity/index.ts';
import { hl7Local, parseInstant } from '../../internal/hl7-time.ts';
import { isOid } from '../../internal/oid.ts';
import { invisible } from '../../internal/text.ts';
import type { HeaderAddress, HeaderName, HeaderTelecom } from '../model/document.ts';
import type { Address, PersonName, Telecom } from './input.ts';

const control = /[\0-\x1F\x7F-\x9F]/;

/** An error about one member of the input; never quotes the value. */
export function invalid(field: string, reason: string): TerrESanteError {
  return new TerrESanteError('TE_INPUT_INVALID', `${field} : ${reason}.`, { details: { field } });
}

/** One line of text that is not blank. */
export function line(value: unknown, field: string, maxLength = 1024): string {
  if (typeof value !== 'string' || value.trim() === '') throw invalid(field, 'valeur obligatoire');
  if (control.test(value)) throw invalid(field, 'caractère de contrôle interdit');
  if (invisible.test(value)) throw invalid(field, "caractère invisible ou de sens d'écriture interdit");
  if (value.length > maxLength) throw invalid(field, `au plus ${maxLength} caractères`);
  return value.trim();
}

export function optionalLine(value: unknown, field: string, maxLength?: number): string | null {
  return value === undefined || value === '' ? null : line(value, field, maxLength);
}

/** An OID without extension, at most 64 characters. */
export function oid(value: unknown, field: string): string {
  if (typeof value !== 'string' || !isOid(value)) throw invalid(field, 'OID attendu (64 caractères au plus)');
  return value;
}

export function identifier(value: LocalIdentifier, field: string): LocalIdentifier {
  return { system: oid(value.system, `${field}.system`), value: line(value.value, `${field}.value`, 64) };
}

/** ISO 8601 with offset to an HL7 local date-time with offset. */
export function dateTime(value: string, field: string): string {
  try {
    return hl7Local(parseInstant(value));
  } catch {
    throw new TerrESanteError(
      'TE_DATE_INVALID',
      `${field} : date et heure attendues au format ISO 8601 avec décalage, par exemple 2026-03-15T11:10:00+01:00.`,
      { details: { field } },
    );
  }
}

/** `low` must come before `high`: equal ends are refused by the data type rules of the CI-SIS. */
export function interval(
  start: string | null,
  stop: string | undefined,
  field: string,
): { start: string | null; stop: string | null } {
  if (stop === undefined) return { start, stop: null };

  const end = dateTime(stop, `${field}.stop`);
  if (start !== null && hl7Epoch(end) <= hl7Epoch(start)) throw invalid(`${field}.stop`, 'la fin doit suivre le début');

  return { start, stop: end };
}

function hl7Epoch(value: string): number {
  const match = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)([+-]\d\d)(\d\d)$/.exec(value);
  if (!match) return Number.NaN;
  const [, year, month, day, hour, minute, second, zoneHour, zoneMinute] = match;
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}${zoneHour}:${zoneMinute}`);
}

const telecomShape = /^(?:tel|fax|mailto|http|ftp|mllp):[^\s<>"\\^`{|}\0-\x20\x7F]+$/;

export function telecoms(values: readonly Telecom[] | undefined, field: string): HeaderTelecom[] {
  return (values ?? []).map(({ value, use }, index) => {
    if (typeof value !== 'string' || value.length > 256 || !telecomShape.test(value)) {
      throw invalid(`${field}[${index}]`, 'préfixe tel:, fax:, mailto:, http:, ftp: ou mllp:, sans espace');
    }
    return { value, use: use ?? null };
  });
}

export function address(value: Address | undefined, field: string): HeaderAddress | null {
  if (value === undefined) return null;

  const lines = (value.lines ?? []).map((text, index) => line(text, `${field}.lines[${index}]`));
  const parts = Object.fromEntries(
    Object.entries(value.parts ?? {})
      .filter(([, part]) => Boolean(part))
      .map(([name, part]) => [name, line(part, `${field}.parts.${name}`)]),
  );
  if (lines.length > 7) throw invalid(`${field}.lines`, 'au plus sept lignes');
  if ((lines.length === 0) === (Object.keys(parts).length === 0)) {
    throw invalid(field, 'lignes libres ou éléments, jamais les deux ni aucun');
  }

  return { use: value.use ?? null, lines, parts };
}

export function personName(value: PersonName, field: string): HeaderName {
  return {
    family: line(value.family, `${field}.family`),
    given: optionalLine(value.given, `${field}.given`),
    prefix: value.civility ?? null,
    suffix: null,
  };
}
