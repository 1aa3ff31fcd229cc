import type { CheckReport, Finding } from '../errors.ts';
import { checkReport, finding } from '../internal/finding.ts';
import { checkBirthPlace, unknownCogFinding } from './birth-place.ts';
import { isBlank } from './text.ts';
import { isFuture, plainDate } from './dates.ts';
import { addCoherenceFindings } from './ins/coherence.ts';
import { addMatriculeFindings } from './ins/matricule.ts';
import { checkInsOid, type InsEnvironment } from './ins/oid.ts';
import { isFirstGivenNameOf, isPlainlyRight, nameFinding, normalizeName } from './names.ts';
import { labelled, labels } from './labels.ts';
import type { PatientInput } from './patient.ts';
import type { CogLookup } from './reference/lookup.ts';
import { traitRules } from './trait-rules.ts';

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
export interface CompletenessReport extends CheckReport {
  /**
   * In the order in which a form shows them. Each has an error `IDENTITY-TRAIT-MISSING` in
   * `findings` too.
   */
  readonly missing: readonly MissingTrait[];
}

/** Options of {@link checkCompleteness}. @group Traits */
export interface CompletenessOptions {
  /** The current time, in milliseconds since 1970. @defaultValue the clock of the machine */
  readonly now?: number | undefined;
  /** When given, test and demonstration INS are refused in `production`. */
  readonly environment?: InsEnvironment | undefined;
  /** Places of birth: with them an unknown code gives the warning `IDENTITY-COG-UNKNOWN`. */
  readonly lookup?: CogLookup | undefined;
  /**
   * Whether the local identifier is required too, as every call to the platform does.
   *
   * @defaultValue `false`
   */
  readonly requireLocalId?: boolean | undefined;
}

const noOptions = {};

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

function addNameFindings(value: unknown, trait: keyof typeof labels, findings: Finding[]): void {
  const path = `traits.${trait}`;
  const result =
    typeof value === 'string' ? normalizeName(value, trait !== 'birthName') : ({ rule: 'IDENTITY-INPUT' } as const);
  if (typeof result !== 'string') findings.push(nameFinding(result, trait, path));
  else if (placeholders.includes(result)) {
    findings.push(finding(traitRules, 'IDENTITY-NAME-PLACEHOLDER', { path, values: labelled(trait) }));
  }
}

function addFirstNamesFindings(first: unknown, list: unknown, findings: Finding[]): void {
  if (list === undefined || list === null) return;
  if (!Array.isArray(list) || list.length > 100) {
    findings.push(
      finding(traitRules, 'IDENTITY-INPUT', {
        path: 'traits.birthFirstNames',
        values: labelled('birthFirstNames'),
      }),
    );
    return;
  }
  const before = findings.length;
  const names = list as readonly unknown[];
  // The first given name was looked at already: the same text is not looked at twice.
  const same = typeof first === 'string' && names[0] === first;
  for (let index = same ? 1 : 0; index < names.length; index += 1) {
    if (!isRightName(names[index], true)) addNameFindings(names[index], 'birthFirstNames', findings);
  }
  if (same || findings.length > before || list.length === 0 || typeof first !== 'string') return;
  if (!isFirstGivenNameOf(first, list as readonly string[])) {
    findings.push(finding(traitRules, 'IDENTITY-FIRST-NAME-NOT-IN-LIST', { path: 'traits.firstName' }));
  }
}

function addDateFinding(date: number, now: number | undefined, findings: Finding[]): void {
  const path = 'traits.birthDate';
  if (date < 0) {
    findings.push(finding(traitRules, 'IDENTITY-DATE', { path }));
  }
  // The clock is not asked about a day that was past when this was written.
  else if ((now !== undefined || date > 20_260_101) && isFuture(date, now ?? Date.now())) {
    findings.push(finding(traitRules, 'IDENTITY-DATE-FUTURE', { path }));
  }
}

class Draft {
  readonly findings: Finding[] = [];
  readonly missing: MissingTrait[] = [];

  lack(trait: Trait): void {
    this.missing.push({ trait, label: labels[trait] });
    const path = trait === 'localId' ? trait : `traits.${trait}`;
    this.findings.push(finding(traitRules, 'IDENTITY-TRAIT-MISSING', { path, values: labelled(trait) }));
  }

  close(): CompletenessReport {
    return { ...checkReport(this.findings), missing: this.missing };
  }
}

/** A getter or a proxy of the caller failed. */
export function unreadablePatient(): Finding {
  return finding(traitRules, 'IDENTITY-INPUT', { path: '', values: { label: 'Patient', field: 'patient' } });
}

function examine(patient: Loose, options: CompletenessOptions): CompletenessReport {
  const draft = new Draft();
  const { findings } = draft;
  const traits = asRecord(patient['traits']) ?? {};
  const { birthName, firstName, birthDate, sex } = traits;
  // What is right is told first; only then is blank told from wrong.
  if (!isRightName(birthName, false)) {
    if (isBlank(birthName)) draft.lack('birthName');
    else addNameFindings(birthName, 'birthName', findings);
  }
  if (!isRightName(firstName, true)) {
    if (isBlank(firstName)) draft.lack('firstName');
    else addNameFindings(firstName, 'firstName', findings);
  }
  addFirstNamesFindings(firstName, traits['birthFirstNames'], findings);
  const date = typeof birthDate === 'string' ? plainDate(birthDate) : -1;
  if (date < 0 && isBlank(birthDate)) draft.lack('birthDate');
  else addDateFinding(date, options.now, findings);
  if (sex === 'I') {
    findings.push(finding(traitRules, 'IDENTITY-SEX-UNKNOWN', { path: 'traits.sex' }));
  } else if (sex !== 'M' && sex !== 'F') {
    if (isBlank(sex)) draft.lack('sex');
    else findings.push(finding(traitRules, 'IDENTITY-SEX-INVALID', { path: 'traits.sex' }));
  }
  const place = asRecord(traits['birthPlace']);
  const code = place && checkBirthPlace(place, findings);
  if (code === undefined) draft.lack('birthPlace');
  else if (options.lookup && code !== null) {
    const unknown = unknownCogFinding(code, typeof birthDate === 'string' ? birthDate : undefined, options.lookup);
    if (unknown) findings.push(unknown);
  }
  if (options.requireLocalId === true) {
    const localId = asRecord(patient['localId']);
    if (isBlank(localId?.['value']) || isBlank(localId?.['system'])) draft.lack('localId');
  }
  const status = patient['identityStatus'];
  if (status !== 'VALI' && status !== 'RECUP' && status !== 'QUAL') {
    findings.push(finding(traitRules, 'IDENTITY-IDENTITY-NOT-VALIDATED', { path: 'identityStatus' }));
  }
  const ins = patient['ins'];
  if (ins === undefined || ins === null) findings.push(finding(traitRules, 'IDENTITY-NO-INS', { path: 'ins' }));
  else {
    const { value, oid } = asRecord(ins) ?? {};
    const oidFinding = checkInsOid(oid, options.environment, 'ins.oid');
    if (oidFinding) findings.push(oidFinding);
    const head = addMatriculeFindings(value, 'error', findings);
    const interpreted = traits['birthDateInterpreted'] === true;
    if (head >= 0) {
      addCoherenceFindings(value as string, head, sex, date, birthDate, interpreted, code, noOptions, findings);
    }
  }

  return draft.close();
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
 * report.ok; // false
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
    return { ...checkReport([unreadablePatient()]), missing: [] };
  }
}
