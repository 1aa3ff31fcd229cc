import { TerrESanteError, type Finding } from '../../errors.ts';
import { matriculeParts } from '../../identity/ins/key.ts';
import { longestClockSkewMs } from '../../internal/clock-skew.ts';
import { finding, type CaseOf, type FindingPlace } from '../../internal/finding.ts';
import { parseCx } from '../../internal/hl7.ts';
import { isOid } from '../../internal/oid.ts';
import { professionsWithSpecialty } from './codes.ts';
import type { VihfInput } from './model.ts';
import { vihfRules } from './rules/index.ts';
import { vihfAttribute, vihfVersions } from './names.ts';

const defaultVersion = '3.0';

/**
 * National identifier of a person as `NameID` takes it: `8` + RPPS, `0` + ADELI, or structure
 * identifier, `/`, local identifier.
 */
export const personIdentifier = /^(?:8\d{11}|0[0-9A-Z]{9}|[1-6][0-9A-Z]{8,20}\/[0-9A-Za-z]{1,40})$/;
/** National identifier of a structure (table TRE_G07: first digit is the kind). */
export const structureIdentifier = /^(?:[0-6][0-9A-Z]{8,20}|4[01][0-9A-Z]{1,30})$/;
const elementName = /^[A-Za-z_][A-Za-z0-9_]*$/;
export const sectorShape = /^[A-Z]{2}[0-9A-Z]{2}$/;

/** Attributes that `createVihf` writes by itself. */
const written: ReadonlySet<string> = new Set<string>(
  Object.values(vihfAttribute).filter((name) => name !== vihfAttribute.profile && name !== vihfAttribute.userProfile),
);

/** Milliseconds since 1970, up to the year 9999: what an assertion can write. */
function isMoment(value: unknown): boolean {
  return typeof value === 'number' && value >= 0 && value < 253_402_300_800_000;
}

/** Ten years: no assertion lives longer, and what is longer is a mistake of unit. */
const longestLifetimeMs = 315_360_000_000;

function isDuration(value: unknown, max: number): boolean {
  return value === undefined || (typeof value === 'number' && value >= 0 && value <= max);
}

function blank(value: unknown): boolean {
  return typeof value !== 'string' || value.trim() === '';
}

type InputCase = CaseOf<(typeof vihfRules)['VIHF-INPUT']>;

function fault(path: string, input: InputCase, expected: string, values?: FindingPlace['values']): Finding {
  return finding(vihfRules, 'VIHF-INPUT', { path, case: input, expected, values });
}

const parts = ['professional', 'structure', 'authentication', 'software', 'target'] as const;

/** A record of the host may lack a whole part, although the types ask for it. */
function partFindings(input: VihfInput): Finding[] {
  const isAbsent = (part: (typeof parts)[number]): boolean => {
    const value: unknown = input[part];
    return typeof value !== 'object' || value === null;
  };
  return parts.filter(isAbsent).map((part) => fault(part, 'part', 'object', { part }));
}

/** Identifiers of the professional and the structure, and what goes with the profession. */
function peopleFindings({ professional, structure, roles }: VihfInput): Finding[] {
  const findings: Finding[] = [];
  if (!personIdentifier.test(professional.nationalId)) {
    findings.push(fault('professional.nationalId', 'professional-id', '8 + RPPS'));
  }
  if (!structureIdentifier.test(structure.nationalId)) {
    findings.push(fault('structure.nationalId', 'structure-id', '1 + FINESS'));
  }
  if (!sectorShape.test(structure.activitySector)) {
    findings.push(fault('structure.activitySector', 'sector', 'TRE_R02'));
  }

  if (!roles && professionsWithSpecialty.has(professional.professionCode) && !professional.specialtyCode) {
    findings.push(fault('professional.specialtyCode', 'specialty', 'TRE_R01'));
  }
  if (roles && (roles.length === 0 || roles.length > 2)) {
    findings.push(fault('roles', 'roles', '1..2'));
  }
  return findings;
}

/** The patient: an INS or a local identifier, never both. */
function patientFindings({ patient, localPatient }: VihfInput): Finding[] {
  const findings: Finding[] = [];
  if (patient && (matriculeParts(patient.value) === null || !isOid(patient.oid))) {
    findings.push(fault('patient', 'ins', '[0-9AB]{15}'));
  }
  if (localPatient !== undefined && (patient || !parseCx(localPatient))) {
    findings.push(fault('localPatient', 'local-patient', 'id^^^domain&oid&ISO^PI'));
  }
  return findings;
}

/** How and when the user logged in. */
function authenticationFindings({ authentication, professional, subjectName }: VihfInput): Finding[] {
  const findings: Finding[] = [];
  if (!authentication.means && !authentication.contextClass) {
    findings.push(fault('authentication.means', 'means', 'means, contextClass'));
  }
  if (!isMoment(authentication.instant)) {
    findings.push(fault('authentication.instant', 'login-time', 'ms since 1970'));
  }

  const isIndirect = (authentication.mode ?? 'direct') !== 'direct';
  const isNameless = subjectName === null || (subjectName === undefined && blank(professional.familyName));
  if (isIndirect && isNameless) {
    findings.push(fault('subjectName', 'user-name', 'subject-id'));
  }
  return findings;
}

/** The software, and what the platform wants. */
function targetFindings({ software, target }: VihfInput): Finding[] {
  const findings: Finding[] = [];
  if (!Object.hasOwn(vihfVersions, target.version ?? defaultVersion)) {
    const expected = Object.keys(vihfVersions).join(', ');
    findings.push(fault('target.version', 'version', expected));
  }

  if (blank(software.name) || blank(software.version)) {
    findings.push(fault('software', 'software', 'name, version'));
  }
  if (blank(target.resourceUrn)) {
    findings.push(fault('target.resourceUrn', 'resource', 'URN'));
  }

  if (target.recipient !== undefined && blank(target.recipient)) {
    findings.push(fault('target.recipient', 'recipient', 'URL'));
  }

  // How long the assertion lives, and by how much clocks may differ.
  if (target.lifetimeMs !== null && !isDuration(target.lifetimeMs, longestLifetimeMs)) {
    findings.push(fault('target.lifetimeMs', 'lifetime', `0..${longestLifetimeMs}`));
  }
  if (!isDuration(target.skewMs, longestClockSkewMs)) {
    findings.push(fault('target.skewMs', 'skew', `0..${longestClockSkewMs}`));
  }
  return findings;
}

/**
 * The attributes that the host adds: new, filled, well-formed; and those that the version asks for.
 */
function attributeFindings({ attributes = [], target }: VihfInput): Finding[] {
  const findings: Finding[] = [];
  const names = new Set<string>();

  for (const { name, values } of attributes) {
    if (written.has(name) || names.has(name) || blank(name) || values.length === 0) {
      findings.push(fault('attributes', 'extra-attribute', '1'));
    }
    names.add(name);

    if (
      values.some((value) => typeof value === 'object' && !(elementName.test(value.element) && isOid(value.codeSystem)))
    ) {
      findings.push(fault('attributes', 'coded-value', 'NCName, OID'));
    }
  }

  const version = target.version ?? defaultVersion;
  for (const name of Object.hasOwn(vihfVersions, version) ? vihfVersions[version].alsoRequired : []) {
    if (names.has(name)) continue;
    findings.push(fault('attributes', 'required-attribute', name, { name, version }));
  }
  return findings;
}

/** What is missing or malformed in the input, without a single value of it. */
export function inputFindings(input: VihfInput): Finding[] {
  const absent = partFindings(input);
  if (absent.length > 0) return absent;

  return [
    ...peopleFindings(input),
    ...patientFindings(input),
    ...authenticationFindings(input),
    ...targetFindings(input),
    ...attributeFindings(input),
  ];
}

/** @throws TerrESanteError `TE_INPUT_INVALID` */
export function checkInput(input: VihfInput): void {
  const findings = inputFindings(input);
  const [first] = findings;
  if (!first) return;

  throw new TerrESanteError('TE_INPUT_INVALID', `VIHF impossible. ${first.message}`, {
    findings,
    details: { paths: findings.map(({ path }) => path) },
  });
}
