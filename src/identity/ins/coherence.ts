import { warningIssue, type IdentityIssue } from '../issue.ts';
import type { Sex } from '../patient.ts';
import { readMatricule } from './matricule.ts';

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
   * Last birth year for which departments 95 and 96 may stand for Morocco and Tunisia. The year is unverified.
   * @defaultValue `1964`
   */
  readonly moroccoTunisiaUntil?: number | undefined;
}

/** Whether two COG codes are the same place at other times; the first may be that of a matricule. */
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
  // Seine and Seine-et-Oise were divided on 1 January 1968; most communes kept their last three digits.
  const old = (code: string): boolean => code === '75' || code === '78';
  const divided = (code: string): boolean => code >= '91' && code <= '95';
  if (sameSerial && birthYear < 1968 && ((old(from) && divided(to)) || (old(to) && divided(from)))) return true;
  const { algeriaUntil = 1962, moroccoTunisiaUntil = 1964 } = options;
  if (trait === '99352') return from >= '91' && from <= '94' && birthYear <= algeriaUntil;
  if (trait === '99350') return from === '95' && birthYear <= moroccoTunisiaUntil;
  return trait === '99351' && from === '96' && birthYear <= moroccoTunisiaUntil;
}

function digit(text: string, index: number): number {
  return text.charCodeAt(index) - 0x30;
}

/** Year and month; the century of the number is not known. A lunar date of the INSi has month 00. */
function addDateIssues(matricule: string, birthDate: string, interpreted: boolean, issues: IdentityIssue[]): void {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(birthDate)) return;
  if (matricule.slice(1, 3) !== birthDate.slice(2, 4))
    issues.push(
      warningIssue(
        'BIRTH_YEAR_MISMATCH',
        'birthDate',
        "L'année de naissance diffère de celle que porte le matricule INS.",
      ),
    );
  const ofNumber = Number(matricule.slice(3, 5));
  const month = Number(birthDate.slice(5, 7));
  const comparable = ofNumber >= 1 && ofNumber <= 12 && month >= 1 && month <= 12;
  if (comparable && !interpreted && month !== ofNumber)
    issues.push(
      warningIssue(
        'BIRTH_MONTH_MISMATCH',
        'birthDate',
        'Le mois de naissance diffère de celui que porte le matricule INS.',
      ),
    );
}

/** Whether year and month are those of the number, digit for digit: the usual case, without making a string. */
function sameYearAndMonth(matricule: string, birthDate: string): boolean {
  return (
    birthDate.length === 10 &&
    matricule.charCodeAt(1) === birthDate.charCodeAt(2) &&
    matricule.charCodeAt(2) === birthDate.charCodeAt(3) &&
    matricule.charCodeAt(3) === birthDate.charCodeAt(5) &&
    matricule.charCodeAt(4) === birthDate.charCodeAt(6)
  );
}

function samePlaceCode(matricule: string, place: string): boolean {
  for (let index = 0; index < 5; index += 1)
    if (matricule.charCodeAt(5 + index) !== place.charCodeAt(index)) return false;
  return true;
}

/** The same on a matricule that is already read: fifteen characters. */
export function addCoherenceIssues(
  matricule: string,
  sex: unknown,
  birthDate: unknown,
  interpreted: boolean,
  birthPlace: string | null | undefined,
  options: CoherenceOptions,
  issues: IdentityIssue[],
): void {
  const first = digit(matricule, 0);
  const male = first === 1 || first === 3 || first === 7;
  const female = first === 2 || first === 4 || first === 8;
  if ((sex === 'M' && female) || (sex === 'F' && male))
    issues.push(warningIssue('SEX_MISMATCH', 'sex', 'Le sexe diffère de celui que porte le matricule INS.'));
  if (typeof birthDate === 'string' && !sameYearAndMonth(matricule, birthDate))
    addDateIssues(matricule, birthDate, interpreted, issues);
  if (typeof birthPlace !== 'string' || birthPlace.length !== 5 || samePlaceCode(matricule, birthPlace)) return;
  const year = typeof birthDate === 'string' ? Number.parseInt(birthDate.slice(0, 4), 10) : NaN;
  if (!sameBirthPlace(matricule.slice(5, 10), birthPlace, Number.isNaN(year) ? null : year, options))
    issues.push(
      warningIssue(
        'BIRTH_PLACE_MISMATCH',
        'birthPlace',
        'Le lieu de naissance diffère de celui que porte le matricule INS.',
      ),
    );
}

/**
 * Compares a matricule INS with the traits of the person. Warnings only: an incoherence is a reason to look, not an
 * error. The number repeats the civil register of the time of birth, so Corsica before 1976, the Seine and
 * Seine-et-Oise before 1968 and the Maghreb before independence are known not to differ. Special months (20 and above,
 * or 13) and interpreted dates are not compared.
 *
 * A number that cannot be read gives an empty array: {@link checkIns} says why.
 *
 * @example
 * ```ts
 * import { checkCoherence } from 'terr-esante-sdk/identity';
 *
 * const ins = { matricule: '185057800608491', oid: '1.2.250.1.213.1.4.8' };
 * checkCoherence(ins, { sex: 'F', birthDate: '1985-05-12', birthPlace: '78006' }).map(({ code }) => code); // ['SEX_MISMATCH']
 * ```
 *
 * @group INS
 */
export function checkCoherence(
  ins: { readonly matricule: string; readonly oid?: string | undefined },
  traits: CoherenceTraits,
  options: CoherenceOptions = {},
): IdentityIssue[] {
  const issues: IdentityIssue[] = [];
  const { matricule } = readMatricule(ins.matricule, 'warning');
  const { sex, birthDate, birthDateInterpreted, birthPlace } = traits;
  if (matricule !== null)
    addCoherenceIssues(matricule, sex, birthDate, birthDateInterpreted === true, birthPlace, options, issues);
  return issues;
}
