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

/** The same on a matricule that is already read: fifteen characters. */
export function addCoherenceIssues(
  matricule: string,
  traits: CoherenceTraits,
  options: CoherenceOptions,
  issues: IdentityIssue[],
): void {
  const { sex, birthDate, birthPlace } = traits;
  const first = matricule.charCodeAt(0) - 0x30;
  const sexOfNumber =
    first === 1 || first === 3 || first === 7 ? 'M' : first === 2 || first === 4 || first === 8 ? 'F' : null;
  if (sexOfNumber !== null && (sex === 'M' || sex === 'F') && sex !== sexOfNumber)
    issues.push(warningIssue('SEX_MISMATCH', 'sex', 'Le sexe diffère de celui que porte le matricule INS.'));
  let birthYear: number | null = null;
  // A date received from the INSi may be lunar (month 00): it is compared as text.
  if (typeof birthDate === 'string' && birthDate.length === 10) {
    const year = digits(birthDate, 0, 4);
    const month = digits(birthDate, 5, 2);
    birthYear = year;
    if (year !== null && year % 100 !== digits(matricule, 1, 2))
      issues.push(
        warningIssue(
          'BIRTH_YEAR_MISMATCH',
          'birthDate',
          "L'année de naissance diffère de celle que porte le matricule INS.",
        ),
      );
    const monthOfNumber = digits(matricule, 3, 2) ?? 0;
    const comparable = monthOfNumber >= 1 && monthOfNumber <= 12 && month !== null && month >= 1 && month <= 12;
    if (comparable && traits.birthDateInterpreted !== true && month !== monthOfNumber)
      issues.push(
        warningIssue(
          'BIRTH_MONTH_MISMATCH',
          'birthDate',
          'Le mois de naissance diffère de celui que porte le matricule INS.',
        ),
      );
  }
  if (typeof birthPlace !== 'string' || birthPlace.length !== 5 || matricule.startsWith(birthPlace, 5)) return;
  if (!sameBirthPlace(matricule.slice(5, 10), birthPlace, birthYear, options))
    issues.push(
      warningIssue(
        'BIRTH_PLACE_MISMATCH',
        'birthPlace',
        'Le lieu de naissance diffère de celui que porte le matricule INS.',
      ),
    );
}

function digits(text: string, start: number, length: number): number | null {
  let value = 0;
  for (let index = start; index < start + length; index += 1) {
    const digit = text.charCodeAt(index) - 0x30;
    if (!(digit >= 0 && digit <= 9)) return null;
    value = value * 10 + digit;
  }
  return value;
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
  if (matricule !== null) addCoherenceIssues(matricule, traits, options, issues);
  return issues;
}
