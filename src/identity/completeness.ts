import type { CheckReport, Finding } from '../errors.ts';
import { checkReport, finding, hasError } from '../internal/finding.ts';
import type { Runtime } from '../internal/runtime.ts';
import { checkBirthPlace, unknownCogFinding } from './birth-place.ts';
import { isBlank } from './text.ts';
import { dateParts, isCalendarDate, isFuture, type DateParts } from './dates.ts';
import { addCoherenceFindings } from './ins/coherence.ts';
import type { MatriculeParts } from './ins/key.ts';
import { checkMatricule } from './ins/matricule.ts';
import { checkInsOid, type InsEnvironment } from './ins/oid.ts';
import { hasLetterApostrophe, isFirstGivenNameOf, isPlainName, nameFinding, normalizeName, notText } from './names.ts';
import { environments, requireKnown, type Kinds } from './known-options.ts';
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

/** Result of {@link checkCompleteness}. @group Traits */
export interface CompletenessReport extends CheckReport {
  /**
   * In the order in which a form shows them. Each has an error `IDENTITY-TRAIT-MISSING` in
   * `findings` too.
   */
  readonly missing: readonly {
    readonly trait: Trait;
    readonly label: string;
  }[];
}

/** Options of {@link checkCompleteness}. @group Traits */
export interface CompletenessOptions {
  /** Gives the current time. @defaultValue the clock of the machine */
  readonly runtime?: Pick<Runtime, 'clock'> | undefined;
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

const none: CompletenessOptions = {};

const kinds: Kinds<CompletenessOptions> = {
  runtime: 'object',
  environment: environments,
  lookup: 'object',
  requireLocalId: 'boolean',
};

// Seen in practice software; no text lists them, so they are only a warning.
const placeholders: readonly string[] = ['SANS NOM', 'SANS PRENOM', 'INCONNU'];

/** Longest list of given names that is read. */
const maxFirstNames = 100;

type Loose = Readonly<Record<string, unknown>>;

function asRecord(value: unknown): Loose | null {
  return typeof value === 'object' && value !== null ? (value as Loose) : null;
}

/** The report of one patient, while its steps write it. */
class Draft {
  readonly findings: Finding[] = [];
  readonly missing: CompletenessReport['missing'][number][] = [];

  add(rule: keyof typeof traitRules, path: string, trait?: keyof typeof labels): void {
    this.findings.push(finding(traitRules, rule, { path, values: trait && labelled(trait) }));
  }

  lack(trait: Trait): void {
    this.missing.push({ trait, label: labels[trait] });
    this.add('IDENTITY-TRAIT-MISSING', trait === 'localId' ? trait : `traits.${trait}`, trait);
  }

  close(): CompletenessReport {
    const { findings, missing } = this;
    return { ok: !hasError(findings), findings, missing };
  }
}

/**
 * Judges one patient against the five mandatory traits and what the platform asks on top of them.
 */
function examine(patient: Loose, options: CompletenessOptions): CompletenessReport {
  const draft = new Draft();
  const traits = asRecord(patient['traits']) ?? {};

  // The five traits, in the order of the form.
  checkName(traits['birthName'], 'birthName', draft);
  checkName(traits['firstName'], 'firstName', draft);
  checkFirstNames(traits['firstName'], traits['birthFirstNames'], draft);
  const birthDate = typeof traits['birthDate'] === 'string' ? dateParts(traits['birthDate']) : null;
  checkBirthDate(traits['birthDate'], birthDate, options, draft);
  checkSex(traits['sex'], draft);
  const birthPlace = checkPlace(traits, options, draft);

  // What the platform asks on top of them.
  if (options.requireLocalId === true) checkLocalId(patient['localId'], draft);
  checkStatus(patient['identityStatus'], draft);

  // Last, because its coherence is that with the traits.
  const matricule = checkInsOf(patient['ins'], options, draft);
  if (matricule !== null) {
    const interpreted = traits['birthDateInterpreted'] === true;
    const { lookup } = options;
    addCoherenceFindings(matricule, { sex: traits['sex'], birthDate, interpreted, birthPlace }, draft.findings, {
      lookup,
    });
  }

  return draft.close();
}

function checkName(value: unknown, trait: 'birthName' | 'firstName', draft: Draft): void {
  if (isPlainName(value)) return;

  if (isBlank(value)) draft.lack(trait);
  else addNameFindings(value, trait, draft);
}

function addNameFindings(value: unknown, trait: 'birthName' | 'firstName' | 'birthFirstNames', draft: Draft): void {
  const path = `traits.${trait}`;
  const kind = trait === 'birthName' ? 'birth' : 'given';
  const normal = typeof value === 'string' ? normalizeName(value, kind) : notText;
  if (typeof normal !== 'string') {
    draft.findings.push(nameFinding(normal, trait, path));
    return;
  }

  if (hasLetterApostrophe(value as string)) draft.add('IDENTITY-NAME-APOSTROPHE', path, trait);
  if (placeholders.includes(normal)) draft.add('IDENTITY-NAME-PLACEHOLDER', path, trait);
}

/** The list of given names is optional; when it is there it begins with the first one. */
function checkFirstNames(first: unknown, list: unknown, draft: Draft): void {
  if (list === undefined || list === null) return;
  if (!Array.isArray(list) || list.length > maxFirstNames) {
    draft.add('IDENTITY-INPUT', 'traits.birthFirstNames', 'birthFirstNames');
    return;
  }

  // The usual case: the list begins with the very text of the first given name, judged already.
  const before = draft.findings.length;
  const sameText = typeof first === 'string' && list[0] === first;
  for (let index = sameText ? 1 : 0; index < list.length; index += 1) {
    if (!isPlainName(list[index])) addNameFindings(list[index], 'birthFirstNames', draft);
  }
  const readable = draft.findings.length === before;

  if (sameText || !readable || list.length === 0 || typeof first !== 'string') return;
  if (!isFirstGivenNameOf(first, list as readonly string[])) {
    draft.add('IDENTITY-FIRST-NAME-NOT-IN-LIST', 'traits.firstName');
  }
}

function checkBirthDate(value: unknown, date: DateParts | null, options: CompletenessOptions, draft: Draft): void {
  if (date !== null && isCalendarDate(date)) {
    if (mayBeFuture(date, options) && isFuture(date, options.runtime?.clock.now() ?? Date.now())) {
      draft.add('IDENTITY-DATE-FUTURE', 'traits.birthDate');
    }
    return;
  }

  if (isBlank(value)) draft.lack('birthDate');
  else draft.add('IDENTITY-DATE', 'traits.birthDate');
}

/**
 * The clock of the machine is asked from this year on only: it cannot show an earlier one, since
 * this was written then. It spares nearly every patient two calls, 0.15 µs of 0.8.
 */
const yearOfWriting = 2026;

function mayBeFuture({ year }: DateParts, { runtime }: CompletenessOptions): boolean {
  return runtime !== undefined || year >= yearOfWriting;
}

function checkSex(value: unknown, draft: Draft): void {
  if (value === 'M' || value === 'F') return;

  if (value === 'I') draft.add('IDENTITY-SEX-UNKNOWN', 'traits.sex');
  else if (isBlank(value)) draft.lack('sex');
  else draft.add('IDENTITY-SEX-INVALID', 'traits.sex');
}

/** @returns The COG code of the birth place, when there is one. */
function checkPlace(traits: Loose, { lookup }: CompletenessOptions, draft: Draft): string | null {
  const place = asRecord(traits['birthPlace']);
  const { present, code } = place ? checkBirthPlace(place, draft.findings) : { present: false, code: null };
  if (!present) draft.lack('birthPlace');

  if (lookup && code !== null) {
    const birthDate = traits['birthDate'];
    const unknown = unknownCogFinding(code, typeof birthDate === 'string' ? birthDate : undefined, lookup);
    if (unknown) draft.findings.push(unknown);
  }
  return code;
}

function checkLocalId(value: unknown, draft: Draft): void {
  const localId = asRecord(value);
  if (isBlank(localId?.['value']) || isBlank(localId?.['system'])) draft.lack('localId');
}

function checkStatus(status: unknown, draft: Draft): void {
  if (status === 'VALI' || status === 'RECUP' || status === 'QUAL') return;
  draft.add('IDENTITY-IDENTITY-NOT-VALIDATED', 'identityStatus');
}

/**
 * The INS is not required: without one there is a warning.
 *
 * @returns The matricule, when there is a readable one.
 */
function checkInsOf(ins: unknown, { environment }: CompletenessOptions, draft: Draft): MatriculeParts | null {
  if (ins === undefined || ins === null) {
    draft.add('IDENTITY-NO-INS', 'ins');
    return null;
  }

  const { value, oid } = asRecord(ins) ?? {};
  const wrongOid = checkInsOid(oid, environment, 'ins.oid');
  if (wrongOid) draft.findings.push(wrongOid);

  return checkMatricule(value, draft.findings);
}

/** A getter or a proxy of the caller failed. */
export function unreadablePatient(): Finding {
  return finding(traitRules, 'IDENTITY-INPUT', { path: '', values: { label: 'Patient', field: 'patient' } });
}

/**
 * Lists what is missing or wrong in the identity of a patient: the five traits that Terr-eSanté
 * asks for (birth name, first given name, birth date, sex, birth place), and the INS when there is
 * one. The INS and the carte Vitale are not required.
 *
 * For a birth in France the commune or the postal code is needed, abroad the country is enough.
 * Whatever the patient is, it never throws: odd input is reported.
 *
 * @throws TerrESanteError `TE_INPUT_INVALID` for an option that does not exist
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
export function checkCompleteness(patient: PatientInput, options: CompletenessOptions = none): CompletenessReport {
  if (options !== none) requireKnown(options, kinds);

  try {
    return examine(asRecord(patient) ?? {}, options);
  } catch {
    return { ...checkReport([unreadablePatient()]), missing: [] };
  }
}
