import type { CheckReport, Finding } from '../../errors.ts';
import { dateParts, type DateParts } from '../dates.ts';
import { checkReport, finding } from '../../internal/finding.ts';
import { requireKnown, type Kinds } from '../known-options.ts';
import type { PatientIns, Sex } from '../patient.ts';
import { sameBirthPlace, type CoherenceOptions } from './former-places.ts';
import type { MatriculeParts } from './key.ts';
import { readMatricule } from './matricule.ts';
import { insRules } from './rules.ts';
import { reading, refuseArgument } from '../../internal/reading.ts';

/** Traits that a matricule repeats. A trait that is left out is not compared. @group INS */
export interface CoherenceTraits {
  readonly sex?: Sex | undefined;
  /** `YYYY-MM-DD` */
  readonly birthDate?: string | undefined;
  /** The date was completed because part of it is not known: the month is not compared. */
  readonly birthDateInterpreted?: boolean | undefined;
  /** COG code of the commune, or of the country. */
  readonly birthPlace?: string | undefined;
}

export type { CoherenceOptions };

/** Traits of a caller, of which nothing is known but the form of the birth date. */
interface LooseTraits {
  readonly sex: unknown;
  readonly birthDate: DateParts | null;
  readonly interpreted: boolean;
  readonly birthPlace: string | null;
}

/** Adds the findings of a matricule, whose key may be wrong, against the traits. */
export function addCoherenceFindings(
  matricule: MatriculeParts,
  { sex, birthDate, interpreted, birthPlace }: LooseTraits,
  findings: Finding[],
  options: CoherenceOptions = {},
): void {
  const sexOfNumber = sexOf(matricule);
  if (sexOfNumber !== null && (sex === 'M' || sex === 'F') && sex !== sexOfNumber) {
    findings.push(finding(insRules, 'IDENTITY-SEX-MISMATCH', { path: 'sex' }));
  }

  if (birthDate !== null) addDateFindings(matricule, birthDate, interpreted, findings);

  if (birthPlace !== null && birthPlace.length === 5) {
    const place = matricule.text.slice(5, 10);
    if (place !== birthPlace && !sameBirthPlace(place, birthPlace, birthDate?.year ?? null, options)) {
      findings.push(finding(insRules, 'IDENTITY-BIRTH-PLACE-MISMATCH', { path: 'birthPlace' }));
    }
  }
}

const kinds: Kinds<CoherenceOptions> = { algeriaUntil: 'number', moroccoTunisiaUntil: 'number', lookup: 'object' };

/** 1, 3 and 7 are numbers of men, 2, 4 and 8 of women. */
function sexOf({ firstDigit }: MatriculeParts): Sex | null {
  if (firstDigit === 1 || firstDigit === 3 || firstDigit === 7) return 'M';
  return firstDigit === 2 || firstDigit === 4 || firstDigit === 8 ? 'F' : null;
}

/**
 * Compares year and month; the number does not hold the century. The month is compared when both
 * sides have one, 01 to 12: a special month of the number, and month 00 of a lunar date of the
 * INSi, stand for a month that is not known. An interpreted date has no month of its own either.
 */
function addDateFindings(
  matricule: MatriculeParts,
  birthDate: DateParts,
  interpreted: boolean,
  findings: Finding[],
): void {
  if (birthDate.year % 100 !== matricule.year) {
    findings.push(finding(insRules, 'IDENTITY-BIRTH-YEAR-MISMATCH', { path: 'birthDate' }));
  }

  const comparable = isMonth(matricule.month) && isMonth(birthDate.month) && !interpreted;
  if (comparable && birthDate.month !== matricule.month) {
    findings.push(finding(insRules, 'IDENTITY-BIRTH-MONTH-MISMATCH', { path: 'birthDate' }));
  }
}

function isMonth(month: number): boolean {
  return month >= 1 && month <= 12;
}

/**
 * Compares a matricule INS with the traits of the person. Warnings only: an incoherence is a reason
 * to look, not an error. The number repeats the civil register of the time of birth, so Corsica
 * before 1976, the Seine and Seine-et-Oise before 1968 and the Maghreb before independence are
 * known not to differ. Special months (20 and above, or 13) and interpreted dates are not compared.
 *
 * A number that cannot be read gives no finding: {@link checkIns} says why.
 *
 * @param ins - that of a patient, or `{ value }` of a datamatrix
 * @throws TerrESanteError `TE_INPUT_INVALID` when `ins` has no `value`
 *
 * @example
 * ```ts
 * import { checkCoherence } from 'terr-esante-sdk/identity';
 *
 * const ins = { value: '185057800608491', oid: '1.2.250.1.213.1.4.8' };
 * const { findings } = checkCoherence(ins, { sex: 'F', birthDate: '1985-05-12', birthPlace: '78006' });
 * findings.map(({ rule }) => rule); // ['IDENTITY-SEX-MISMATCH']
 * ```
 *
 * @group INS
 */
export function checkCoherence(
  ins: { readonly value: string; readonly oid?: string | undefined },
  traits: CoherenceTraits,
  options?: CoherenceOptions,
): CheckReport {
  if (options !== undefined) requireKnown(options, kinds);
  return reading('ins', () => compareWithTraits(ins, traits, options ?? {}));
}

function compareWithTraits(
  ins: { readonly value: string; readonly oid?: string | undefined },
  traits: CoherenceTraits,
  options: CoherenceOptions,
): CheckReport {
  if (typeof (ins as Partial<PatientIns>).value !== 'string') refuseArgument('ins', 'value attendu');
  const findings: Finding[] = [];
  const matricule = readMatricule(ins.value);
  if (matricule !== null) {
    const { sex, birthDate, birthDateInterpreted: interpreted = false, birthPlace = null } = traits;
    const date = birthDate === undefined ? null : dateParts(birthDate);
    addCoherenceFindings(matricule, { sex, birthDate: date, interpreted, birthPlace }, findings, options);
  }

  return checkReport(findings);
}
