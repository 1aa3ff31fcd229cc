import type { Finding, TerrESanteError } from '../../errors.ts';
import { finding, hasError, type FindingPlace } from '../../internal/finding.ts';
import { isCog, isCountryCog } from '../birth-place.ts';
import { checkMatricule } from '../ins/matricule.ts';
import { findInsOid, type InsEnvironment } from '../ins/oid.ts';
import type { BirthPlace, IdentityAttribute, IdentityStatus, PatientInput, PatientIns } from '../patient.ts';
import { refusal } from '../refusal.ts';
import { factsOf } from '../status/check.ts';
import { traitRules } from '../trait-rules.ts';
import { requireTransmissible } from '../transmission.ts';
import { wireRules } from './rules.ts';

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
  /** A finding of severity `error` tells that something was left out. */
  readonly findings: readonly Finding[];
}

/** Options that every writer of a wire form takes. @group Wire forms */
export interface WireWriteOptions {
  /** When given, test and demonstration INS are refused in `production`. */
  readonly environment?: InsEnvironment | undefined;
}

/**
 * How statuses are coded. `pam-legacy`: `VALI` with an INS means qualified, as in the published HL7
 * v2 examples. `rniv2`: the four statuses of the Référentiel national d'identitovigilance, one to
 * one.
 *
 * @group Wire forms
 */
export type StatusDialect = 'pam-legacy' | 'rniv2';

const rules = { ...wireRules, ...traitRules };

export function wireFinding(rule: keyof typeof rules, path: string, values?: FindingPlace['values']): Finding {
  return finding(rules, rule, { path, values });
}

export function wireError(rule: keyof typeof rules, path: string, values?: FindingPlace['values']): TerrESanteError {
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

/** `YYYYMMDD` or `YYYY-MM-DD` to `YYYY-MM-DD`; a partial date is not completed, only reported. */
export function dateFromWire(value: string | undefined, findings: Finding[]): string | undefined {
  if (value === undefined || value === '') return undefined;

  const match = /^(?<year>\d{4})-?(?<month>\d{2})-?(?<day>\d{2})/.exec(value)?.groups;
  if (match) return [match['year'], match['month'], match['day']].join('-');

  findings.push(wireFinding('IDENTITY-WIRE-DATE', 'traits.birthDate'));
  return undefined;
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
  ins: PatientIns | null,
  comments: readonly string[],
  findings: readonly Finding[],
): WireIdentity {
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
    comments,
    findings: forbidden ? [...findings, wireFinding('IDENTITY-WIRE-UNVERIFIED-INS', 'ins')] : findings,
  };
}
