import type { Finding, TerrESanteError } from '../../errors.ts';
import { finding, hasError, type CaseOf, type FindingPlace } from '../../internal/finding.ts';
import { isCog, isCountryCog } from '../birth-place.ts';
import { isOid } from '../../internal/oid.ts';
import { isCalendarDate, type PartialDate } from '../dates.ts';
import { checkMatricule } from '../ins/matricule.ts';
import { findInsOid, type InsEnvironment } from '../ins/oid.ts';
import type { BirthPlace, IdentityAttribute, IdentityStatus, PatientInput, PatientIns } from '../patient.ts';
import { refusal } from '../refusal.ts';
import { factsOf } from '../status/check.ts';
import { traitRules } from '../trait-rules.ts';
import { requireTransmissible } from '../transmission.ts';
import { wireRules } from './rules.ts';
import { type Check, type Checks, needed } from '../../internal/border.ts';
import { choice } from '../../internal/option-checks.ts';

/**
 * An identity read from a message or a document. What is read is kept as it is written, and never
 * trusted more than the message says.
 *
 * @group Wire forms
 */
export interface WireIdentity {
  readonly patient: PatientInput;
  /**
   * INS that came with a status that does not allow keeping it (PROV or VALI): to be verified with
   * the INSi.
   */
  readonly unverifiedIns: PatientIns | null;
  /** Codes of table 0445 that are neither statuses nor attributes, for example `DPOT`. */
  readonly comments: readonly string[];
  /**
   * Identifiers that are neither the INS nor `localId`, as they came: those of other domains, of a
   * domain without an OID, a social security number.
   */
  readonly otherIdentifiers: readonly {
    readonly value: string;
    /** OID, else the name of the domain as it is written; empty when there is none. */
    readonly domain: string;
    /** Codes of its type, for example `PI` or `NH`; none in a document. */
    readonly types: readonly string[];
  }[];
  /**
   * What is known of a birth date that came incomplete, `null` otherwise. It is not completed on
   * behalf of the sender: `completeBirthDate` proposes a whole date for it.
   */
  readonly partialBirthDate: PartialDate | null;
  /**
   * What is wrong, and what was left out. A value that the sender asks to delete has the finding
   * `IDENTITY-WIRE-DELETE`, with its path.
   */
  readonly findings: readonly Finding[];
}

/** Options that every writer of a wire form takes. @group Wire forms */
export interface WireWriteOptions {
  /** When given, test and demonstration INS are refused in `production`. */
  readonly environment?: InsEnvironment | undefined;
}

export const writeChecks: Checks<WireWriteOptions> = { environment: choice('production', 'test', 'simulator') };

/**
 * How statuses are coded. `pam-legacy`: `VALI` with an INS means qualified, as in the published HL7
 * v2 examples. `rniv2`: the four statuses of the Référentiel national d'identitovigilance, one to
 * one.
 *
 * @group Wire forms
 */
export type StatusDialect = 'pam-legacy' | 'rniv2';

/** Which of the two codings a segment has: there is no right guess. */
export const pidDialect: { readonly needed: Check<StatusDialect> } = needed(choice('pam-legacy', 'rniv2'));

const rules = { ...wireRules, ...traitRules };
type Rules = typeof rules;
type PlainRule = { [R in keyof Rules]: Rules[R] extends { readonly cases: object } ? never : R }[keyof Rules];

export function wireFinding(rule: PlainRule, path: string, values?: FindingPlace['values']): Finding {
  return finding(rules, rule, { path, values });
}

/** Something of the message that is not taken: nothing is lost silently. */
export function leftFinding(
  what: CaseOf<Rules['IDENTITY-WIRE-LEFT']>,
  path: string,
  { found, severity }: Pick<FindingPlace, 'found' | 'severity'> = {},
): Finding {
  return finding(rules, 'IDENTITY-WIRE-LEFT', { path, case: what, found, severity });
}

/**
 * What is said of the identifiers that are not taken. A local one whose domain has no OID is only
 * kept apart: many a message of the field has one.
 */
export function otherIdentifierFindings(others: WireIdentity['otherIdentifiers'], withLocalId: boolean): Finding[] {
  return others.flatMap(({ domain, types }) => {
    const [first = ''] = types;
    const found = /^[A-Z][A-Z-]{0,15}$/.test(first) ? first : null;
    if (findInsOid(domain)) return [leftFinding('ins-oid', 'ins', { found })];
    if (types.includes('PI') && !isOid(domain)) return [];
    return [leftFinding('identifier', 'localId', { found, severity: withLocalId ? 'info' : 'warning' })];
  });
}

export function escapeFinding(doubt: CaseOf<Rules['IDENTITY-WIRE-ESCAPE']>, path: string): Finding {
  return finding(rules, 'IDENTITY-WIRE-ESCAPE', { path, case: doubt });
}

export function wireError(rule: PlainRule, path: string, values?: FindingPlace['values']): TerrESanteError {
  return refusal('TE_WIRE_INVALID', [wireFinding(rule, path, values)]);
}

/**
 * The INS to write: only a qualified identity has one, and a qualified identity whose INS is wrong
 * is not written at all (`TE_IDENTITY_STATUS`).
 */
export function insToWrite(patient: PatientInput, options: WireWriteOptions): PatientIns | null {
  if (patient.identityStatus !== 'QUAL') return null;
  return requireTransmissible(patient, { environment: options.environment }).ins;
}

export function statusToWire(status: IdentityStatus, dialect: StatusDialect): string {
  return dialect === 'pam-legacy' && status === 'QUAL' ? 'VALI' : status;
}

export function statusFromWire(
  code: string | undefined,
  dialect: StatusDialect,
  withIns: boolean,
): IdentityStatus | undefined {
  if (code === undefined || factsOf(code) === null) return undefined;

  return dialect === 'pam-legacy' && code === 'VALI' && withIns ? 'QUAL' : (code as IdentityStatus);
}

/**
 * Types of an INS, in PAM (`INS`) and in FR Core. The social security number shares the OID under
 * the type NH; the computed INS (`INS-C`) is obsolete.
 */
export const insType: RegExp = /^INS(?:-NI[AR](?:-(?:TEST|DEMO))?)?$/;

const attributes: readonly string[] = ['HOMA', 'HOMD', 'DOUT', 'FICT'];

/** Codes of table 0445, told apart: one status, attributes, comments. */
export function sortStatusCodes(
  codes: readonly string[],
  findings: Finding[],
): { readonly status: string | undefined; readonly attributes: IdentityAttribute[]; readonly comments: string[] } {
  const statuses = codes.filter((code) => factsOf(code) !== null);
  if (statuses.length > 1) {
    findings.push(wireFinding('IDENTITY-WIRE-SEVERAL-STATUSES', 'identityStatus'));
  }
  return {
    status: statuses.length === 1 ? statuses[0] : undefined,
    attributes: codes.filter((code): code is IdentityAttribute => attributes.includes(code)),
    comments: codes.filter((code) => /^[A-Z]{1,10}$/.test(code) && !attributes.includes(code) && !factsOf(code)),
  };
}

/**
 * The one INS among the candidates of a message. A wrong key is a warning here, because documents
 * of others are only read; the writers refuse it.
 */
export function readIns(
  candidates: readonly { readonly value: string; readonly oid: string }[],
  findings: Finding[],
): PatientIns | null {
  const distinct = new Map<string, PatientIns>();
  for (const { value, oid } of candidates) {
    const ins = readOneIns(value, oid, findings);
    if (ins) distinct.set(`${oid} ${ins.value}`, ins);
  }

  if (distinct.size > 1) {
    findings.push(wireFinding('IDENTITY-WIRE-SEVERAL-INS', 'ins'));
    return null;
  }
  return [...distinct.values()][0] ?? null;
}

function readOneIns(value: string, oid: string, findings: Finding[]): PatientIns | null {
  const entry = findInsOid(oid);
  if (!entry) {
    findings.push(wireFinding('IDENTITY-WIRE-OID', 'ins.oid'));
    return null;
  }

  const structure: Finding[] = [];
  const matricule = checkMatricule(value, structure, { wrongKey: 'warning' });
  findings.push(...structure);
  if (matricule === null || hasError(structure)) return null;

  return { value: matricule.text, oid, kind: entry.kind };
}

/** A birth date as a message has it: whole, or what is known of it. */
export interface WireDate {
  readonly birthDate: string | undefined;
  readonly partialBirthDate: PartialDate | null;
}

const noDate: WireDate = { birthDate: undefined, partialBirthDate: null };
/** `YYYY`, `YYYYMM` or `YYYYMMDD`, with or without hyphens; a time may follow a whole date. */
const wireDate = /^(\d{4})(?:-?(\d{2})(?:-?(\d{2})(?:T?\d[\d:.]*)?(?:Z|[+-]\d{2}:?\d{2})?)?)?$/;

/**
 * Reads a birth date. A month or a day that is absent or zero is not known: such a date is not
 * completed, and a date that is not in the calendar is none; both are told.
 */
export function dateFromWire(value: string | undefined, findings: Finding[]): WireDate {
  if (value === undefined || value === '') return noDate;

  const tell = (fault: CaseOf<Rules['IDENTITY-WIRE-DATE']>): void => {
    findings.push(finding(rules, 'IDENTITY-WIRE-DATE', { path: 'traits.birthDate', case: fault }));
  };
  const match = wireDate.exec(value);
  if (!match) {
    tell('unreadable');
    return noDate;
  }

  const [, year = '', month = '00', day = '00'] = match;
  const partial: PartialDate = {
    year: Number(year),
    month: month === '00' ? null : Number(month),
    day: day === '00' ? null : Number(day),
  };
  if (!isPossible(partial)) {
    tell('impossible');
    return noDate;
  }
  if (partial.month === null || partial.day === null) {
    tell('partial');
    return { birthDate: undefined, partialBirthDate: partial };
  }
  return { birthDate: [year, month, day].join('-'), partialBirthDate: null };
}

/**
 * Whether a day of the calendar may be this one: a month that is not known may have 31 days. Nobody
 * alive was born outside of these centuries; a year of two digits would make such a date (ours).
 */
function isPossible({ year, month, day }: PartialDate): boolean {
  return year >= 1800 && year < 2200 && isCalendarDate({ year, month: month ?? 1, day: day ?? 1 });
}

export function placeFromCog(cog: string): BirthPlace {
  return isCountryCog(cog) ? { countryInsee: cog } : { communeInsee: cog };
}

/**
 * The birth place of a message: the COG code when it is readable, else what names the place.
 */
export function placeFromWire(
  cog: string | null | undefined,
  { postalCode, city }: { readonly postalCode?: string | undefined; readonly city?: string | undefined },
  findings: Finding[],
): BirthPlace | undefined {
  const named = city === undefined ? {} : { city };
  if (isCog(cog)) return { ...placeFromCog(cog as string), ...named };

  if (cog) findings.push(wireFinding('IDENTITY-WIRE-COG', 'traits.birthPlace'));
  if (city === undefined && postalCode === undefined) return undefined;
  return { ...(postalCode !== undefined && { postalCode }), ...named };
}

/**
 * The list of birth given names travels as one string; it does not tell where a compound name ends.
 */
export function splitFirstNames(list: string | undefined): string[] | undefined {
  const names = (list ?? '').split(/[ \t\r\n]+/).filter((name) => name !== '');
  return names.length > 0 ? names : undefined;
}

type Draft = { -readonly [Key in keyof PatientInput]: PatientInput[Key] };

/** Puts a read identity together; members without a value are left out. */
export function assemble(
  draft: Draft,
  read: Omit<WireIdentity, 'patient' | 'unverifiedIns'> & { readonly ins: PatientIns | null },
): WireIdentity {
  const { ins, findings, ...rest } = read;

  // An INS with a status that does not allow it is kept apart.
  const facts = factsOf(draft.identityStatus);
  const forbidden = ins !== null && facts !== null && !facts.insi;

  const traits = Object.fromEntries(
    Object.entries(draft.traits).filter(([, value]) => value !== undefined && value !== ''),
  );

  const patient: Draft = { traits };
  if (draft.localId) patient.localId = draft.localId;
  if (ins && !forbidden) patient.ins = ins;
  if (draft.identityStatus) patient.identityStatus = draft.identityStatus;
  if (draft.insHistory && draft.insHistory.length > 0) patient.insHistory = draft.insHistory;
  if (draft.identityAttributes && draft.identityAttributes.length > 0) {
    patient.identityAttributes = draft.identityAttributes;
  }

  return {
    patient,
    unverifiedIns: forbidden ? ins : null,
    ...rest,
    findings: forbidden ? [...findings, wireFinding('IDENTITY-WIRE-UNVERIFIED-INS', 'ins')] : findings,
  };
}
