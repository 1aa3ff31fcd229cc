import { checkBirthPlace, unknownCogIssue } from './birth-place.ts';
import { isBlank } from './text.ts';
import { isFuture, plainDate } from './dates.ts';
import { addCoherenceIssues } from './ins/coherence.ts';
import { addMatriculeIssues } from './ins/matricule.ts';
import { checkInsOid, type InsEnvironment } from './ins/oid.ts';
import { addError, addWarning, hasError, unreadablePatient, type IdentityIssue } from './issue.ts';
import { isFirstGivenNameOf, isPlainlyRight, nameIssue, normalizeName } from './names.ts';
import { labels } from './labels.ts';
import type { PatientInput } from './patient.ts';
import type { CogLookup } from './reference/lookup.ts';

/**
 * A datum without which a platform refuses the patient: the five traits, and the local identifier
 * when asked for.
 *
 * @group Traits
 */
export type Trait = 'birthName' | 'firstName' | 'birthDate' | 'sex' | 'birthPlace' | 'localId';

/** A trait that is absent, with its French label. @group Traits */
export interface MissingTrait {
  readonly trait: Trait;
  readonly label: string;
}

/** Result of {@link checkCompleteness}. @group Traits */
export interface CompletenessReport {
  /** Nothing is missing and no issue is an error. */
  readonly complete: boolean;
  /** In the order in which a form shows them. */
  readonly missing: readonly MissingTrait[];
  readonly issues: readonly IdentityIssue[];
}

/** Options of {@link checkCompleteness}. @group Traits */
export interface CompletenessOptions {
  /** The current time, in milliseconds since 1970. @defaultValue the clock of the machine */
  readonly now?: number | undefined;
  /** When given, test and demonstration INS are refused in `production`. */
  readonly environment?: InsEnvironment | undefined;
  /** Places of birth: with them an unknown code gives the warning `COG_UNKNOWN`. */
  readonly lookup?: CogLookup | undefined;
  /**
   * Whether the local identifier is required too, as every call to the platform does.
   *
   * @defaultValue `false`
   */
  readonly requireLocalId?: boolean | undefined;
}

const noOptions = {};

const nothingWrong: CompletenessReport = Object.freeze({
  complete: true,
  missing: Object.freeze([]),
  issues: Object.freeze([]),
});

// Seen in practice software; no text lists them, so they are only a warning.
const placeholders: readonly string[] = ['SANS NOM', 'SANS PRENOM', 'INCONNU'];

type Loose = Readonly<Record<string, unknown>>;

function asRecord(value: unknown): Loose | undefined {
  return typeof value === 'object' && value !== null ? (value as Loose) : undefined;
}

function isPlaceholder(name: string): boolean {
  const { length } = name;
  // Most names are told apart by their length and first letter, I or S.
  if (length !== 7 && length !== 8 && length !== 11) return false;
  const first = name.charCodeAt(0) | 0x20;
  if (first !== 0x69 && first !== 0x73) return false;
  const normal = normalizeName(name, false);
  return typeof normal === 'string' && placeholders.includes(normal);
}

/** The usual case, in one pass and without a string: a right name, no placeholder. */
function isRightName(value: unknown, given: boolean): boolean {
  return typeof value === 'string' && isPlainlyRight(value, given) && !isPlaceholder(value);
}

function addNameIssues(value: unknown, trait: keyof typeof labels, issues: IdentityIssue[]): void {
  const path = `traits.${trait}`;
  const result = typeof value === 'string' ? normalizeName(value, trait !== 'birthName') : ({ code: 'INPUT' } as const);
  if (typeof result !== 'string') issues.push(nameIssue(result, trait, path));
  else if (placeholders.includes(result)) {
    addWarning(issues, 'NAME_PLACEHOLDER', path, `${labels[trait]} : semble tenir lieu de valeur inconnue.`);
  }
}

function addFirstNamesIssues(first: unknown, list: unknown, issues: IdentityIssue[]): void {
  if (list === undefined || list === null) return;
  if (!Array.isArray(list) || list.length > 100) {
    addError(issues, 'INPUT', 'traits.birthFirstNames', 'Prénoms de naissance : tableau de textes attendu.');
    return;
  }
  const before = issues.length;
  const names = list as readonly unknown[];
  // The first given name was looked at already: the same text is not looked at twice.
  const same = typeof first === 'string' && names[0] === first;
  for (let index = same ? 1 : 0; index < names.length; index += 1) {
    if (!isRightName(names[index], true)) addNameIssues(names[index], 'birthFirstNames', issues);
  }
  if (same || issues.length > before || list.length === 0 || typeof first !== 'string') return;
  if (!isFirstGivenNameOf(first, list as readonly string[])) {
    addWarning(
      issues,
      'FIRST_NAME_NOT_IN_LIST',
      'traits.firstName',
      'Prénoms de naissance : ne commencent pas par le premier prénom.',
    );
  }
}

function addDateIssue(date: number, now: number | undefined, issues: IdentityIssue[]): void {
  const path = 'traits.birthDate';
  if (date < 0) {
    addError(issues, 'DATE', path, 'Date de naissance : absente du calendrier, ou pas au format AAAA-MM-JJ.');
  }
  // The clock is not asked about a day that was past when this was written.
  else if ((now !== undefined || date > 20_260_101) && isFuture(date, now ?? Date.now())) {
    addError(issues, 'DATE_FUTURE', path, 'Date de naissance : dans le futur.');
  }
}

function lack(missing: MissingTrait[], trait: Trait): void {
  missing.push({ trait, label: labels[trait] });
}

function examine(patient: Loose, options: CompletenessOptions): CompletenessReport {
  const missing: MissingTrait[] = [];
  const issues: IdentityIssue[] = [];
  const traits = asRecord(patient['traits']) ?? {};
  const { birthName, firstName, birthDate, sex } = traits;
  // What is right is told first; only then is blank told from wrong.
  if (!isRightName(birthName, false)) {
    if (isBlank(birthName)) lack(missing, 'birthName');
    else addNameIssues(birthName, 'birthName', issues);
  }
  if (!isRightName(firstName, true)) {
    if (isBlank(firstName)) lack(missing, 'firstName');
    else addNameIssues(firstName, 'firstName', issues);
  }
  addFirstNamesIssues(firstName, traits['birthFirstNames'], issues);
  const date = typeof birthDate === 'string' ? plainDate(birthDate) : -1;
  if (date < 0 && isBlank(birthDate)) lack(missing, 'birthDate');
  else addDateIssue(date, options.now, issues);
  if (sex === 'I') {
    addWarning(issues, 'SEX_UNKNOWN', 'traits.sex', 'Sexe : indéterminé, peut être refusé par la plateforme.');
  } else if (sex !== 'M' && sex !== 'F') {
    if (isBlank(sex)) lack(missing, 'sex');
    else addError(issues, 'SEX_INVALID', 'traits.sex', 'Sexe : M, F ou I attendu.');
  }
  const place = asRecord(traits['birthPlace']);
  const code = place && checkBirthPlace(place, issues);
  if (code === undefined) lack(missing, 'birthPlace');
  else if (options.lookup && code !== null) {
    const unknown = unknownCogIssue(code, typeof birthDate === 'string' ? birthDate : undefined, options.lookup);
    if (unknown) issues.push(unknown);
  }
  if (options.requireLocalId === true) {
    const localId = asRecord(patient['localId']);
    if (isBlank(localId?.['value']) || isBlank(localId?.['system'])) lack(missing, 'localId');
  }
  const status = patient['identityStatus'];
  if (status !== 'VALI' && status !== 'RECUP' && status !== 'QUAL') {
    addWarning(
      issues,
      'IDENTITY_NOT_VALIDATED',
      'identityStatus',
      'Identité provisoire : peut être refusée par la plateforme.',
    );
  }
  const ins = patient['ins'];
  if (ins === undefined || ins === null) addWarning(issues, 'NO_INS', 'ins', 'Matricule INS : inconnu.');
  else {
    const { value, oid } = asRecord(ins) ?? {};
    const oidIssue = checkInsOid(oid, options.environment, 'ins.oid');
    if (oidIssue) issues.push(oidIssue);
    const head = addMatriculeIssues(value, 'error', issues);
    const interpreted = traits['birthDateInterpreted'] === true;
    if (head >= 0) {
      addCoherenceIssues(value as string, head, sex, date, birthDate, interpreted, code, noOptions, issues);
    }
  }
  if (missing.length === 0 && issues.length === 0) return nothingWrong;
  return { complete: missing.length === 0 && !hasError(issues), missing, issues };
}

/**
 * Lists what is missing or wrong in the identity of a patient: the five traits that Terr-eSanté
 * asks for (birth name, first given name, birth date, sex, birth place), and the INS when there is
 * one. The INS and the carte Vitale are not required.
 *
 * For a birth in France the commune or the postal code is needed, abroad the country is enough.
 * Whatever it is given, it never throws: odd input is reported.
 *
 * @example
 * ```ts
 * import { checkCompleteness } from 'terr-esante-sdk/identity';
 *
 * const report = checkCompleteness({ traits: { birthName: 'MARTIN', firstName: 'Zoé', sex: 'F', birthDate: '1985-05-12' } });
 * report.complete; // false
 * report.missing; // [{ trait: 'birthPlace', label: 'Lieu de naissance' }]
 * ```
 *
 * @see Terr-eSanté integration guide for practice software, creation of the patient file
 * @group Traits
 */
export function checkCompleteness(patient: PatientInput, options: CompletenessOptions = {}): CompletenessReport {
  try {
    return examine(asRecord(patient) ?? {}, options);
  } catch {
    return { complete: false, missing: [], issues: [unreadablePatient()] };
  }
}
