import type { CheckReport, Finding } from '../../errors.ts';
import { dateDigits, monthOf } from '../dates.ts';
import { checkReport, finding } from '../../internal/finding.ts';
import type { Sex } from '../patient.ts';
import { addMatriculeFindings, charactersOf } from './matricule.ts';
import { insRules } from './rules.ts';

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

/** Options of {@link checkCoherence}. @group INS */
export interface CoherenceOptions {
  /**
   * Last birth year for which departments 91 to 94 may stand for Algeria: the year of independence.
   * @defaultValue `1962`
   */
  readonly algeriaUntil?: number | undefined;
  /**
   * Last birth year for which departments 95 and 96 may stand for Morocco and Tunisia. The year is
   * unverified.
   * @defaultValue `1964`
   */
  readonly moroccoTunisiaUntil?: number | undefined;
}

/**
 * Whether two COG codes are the same place at other times; the first may be that of a matricule.
 */
export function sameBirthPlace(
  place: string,
  trait: string,
  birthYear: number | null,
  options: CoherenceOptions,
): boolean {
  if (place === trait || place === '99999' || trait === '99999') return true;
  const sameSerial = place.slice(2) === trait.slice(2);
  const from = place.slice(0, 2);
  const to = trait.slice(0, 2);
  // Corsica was one department, 20, until 1976; the last three digits were kept.
  const corsica = (code: string): boolean => code === '2A' || code === '2B';
  if (sameSerial && ((from === '20' && corsica(to)) || (to === '20' && corsica(from)))) return true;
  if (birthYear === null) return false;
  // Seine and Seine-et-Oise were divided on 1 January 1968; most communes kept their last three
  // digits.
  const old = (code: string): boolean => code === '75' || code === '78';
  const divided = (code: string): boolean => code >= '91' && code <= '95';
  if (sameSerial && birthYear < 1968 && ((old(from) && divided(to)) || (old(to) && divided(from)))) return true;
  const { algeriaUntil = 1962, moroccoTunisiaUntil = 1964 } = options;
  if (trait === '99352') return from >= '91' && from <= '94' && birthYear <= algeriaUntil;
  if (trait === '99350') return from === '95' && birthYear <= moroccoTunisiaUntil;
  return trait === '99351' && from === '96' && birthYear <= moroccoTunisiaUntil;
}

/**
 * Year and month; the century of the number is not known. A lunar date of the INSi has month 00.
 */
function addDateFindings(head: number, birthDate: string, interpreted: boolean, findings: Finding[]): void {
  const date = dateDigits(birthDate);
  if (date < 0) return;
  const year = Math.floor(date / 10_000) % 100;
  const month = monthOf(date);
  if (year !== Math.floor(head / 100) % 100) {
    findings.push(finding(insRules, 'IDENTITY-BIRTH-YEAR-MISMATCH', { path: 'birthDate' }));
  }
  const ofNumber = head % 100;
  const comparable = ofNumber >= 1 && ofNumber <= 12 && month >= 1 && month <= 12;
  if (comparable && !interpreted && month !== ofNumber) {
    findings.push(finding(insRules, 'IDENTITY-BIRTH-MONTH-MISMATCH', { path: 'birthDate' }));
  }
}

/**
 * The same on a matricule that is already read.
 *
 * @param head - The first five digits of the matricule: sex, year, month.
 * @param date - The birth date as `YYYYMMDD`, when it is known to be one of the calendar; or -1.
 */
export function addCoherenceFindings(
  text: string,
  head: number,
  sex: unknown,
  date: number,
  birthDate: unknown,
  interpreted: boolean,
  birthPlace: string | null | undefined,
  options: CoherenceOptions,
  findings: Finding[],
): void {
  const first = Math.floor(head / 10_000);
  const male = first === 1 || first === 3 || first === 7;
  const female = first === 2 || first === 4 || first === 8;
  if (sex === 'M' ? female : sex === 'F' && male) {
    findings.push(finding(insRules, 'IDENTITY-SEX-MISMATCH', { path: 'sex' }));
  }
  const sameMonth = Math.floor(date / 100) % 10_000 === head % 10_000;
  if (!sameMonth && typeof birthDate === 'string') addDateFindings(head, birthDate, interpreted, findings);
  if (typeof birthPlace !== 'string' || birthPlace.length !== 5) return;
  // The usual case: typed without separators, the number has this very place.
  if (text.length === 15 && text.startsWith(birthPlace, 5)) return;
  const year = typeof birthDate === 'string' ? Number.parseInt(birthDate.slice(0, 4), 10) : NaN;
  const place = charactersOf(text)?.slice(5, 10);
  if (place !== undefined && !sameBirthPlace(place, birthPlace, Number.isNaN(year) ? null : year, options)) {
    findings.push(finding(insRules, 'IDENTITY-BIRTH-PLACE-MISMATCH', { path: 'birthPlace' }));
  }
}

/**
 * Compares a matricule INS with the traits of the person. Warnings only: an incoherence is a reason
 * to look, not an error. The number repeats the civil register of the time of birth, so Corsica
 * before 1976, the Seine and Seine-et-Oise before 1968 and the Maghreb before independence are
 * known not to differ. Special months (20 and above, or 13) and interpreted dates are not compared.
 *
 * A number that cannot be read gives no finding: {@link checkIns} says why.
 *
 * @example
 * ```ts
 * import { checkCoherence } from 'terr-esante-sdk/identity';
 *
 * const ins = { matricule: '185057800608491', oid: '1.2.250.1.213.1.4.8' };
 * const { findings } = checkCoherence(ins, { sex: 'F', birthDate: '1985-05-12', birthPlace: '78006' });
 * findings.map(({ rule }) => rule); // ['IDENTITY-SEX-MISMATCH']
 * ```
 *
 * @group INS
 */
export function checkCoherence(
  ins: { readonly matricule: string; readonly oid?: string | undefined },
  traits: CoherenceTraits,
  options: CoherenceOptions = {},
): CheckReport {
  const findings: Finding[] = [];
  const { matricule } = ins;
  const { sex, birthDate, birthDateInterpreted, birthPlace } = traits;
  const head = addMatriculeFindings(matricule, 'warning', []);
  const interpreted = birthDateInterpreted === true;
  if (head >= 0) addCoherenceFindings(matricule, head, sex, -1, birthDate, interpreted, birthPlace, options, findings);

  return checkReport(findings);
}
