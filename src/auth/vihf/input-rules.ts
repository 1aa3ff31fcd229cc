import { TerrESanteError, type Finding } from '../../errors.ts';
import { matriculeParts } from '../../identity/ins/key.ts';
import { longestClockSkewMs } from '../../internal/clock-skew.ts';
import { finding } from '../../internal/finding.ts';
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

function fault(path: string, fr: string, en: string, expected: string): Finding {
  return finding(vihfRules, 'VIHF-INPUT', { path, expected, values: { fr, en } });
}

const parts = ['professional', 'structure', 'authentication', 'software', 'target'] as const;

/** A record of the host may lack a whole part, although the types ask for it. */
function partFindings(input: VihfInput): Finding[] {
  const isAbsent = (part: (typeof parts)[number]): boolean => {
    const value: unknown = input[part];
    return typeof value !== 'object' || value === null;
  };
  return parts
    .filter(isAbsent)
    .map((part) => fault(part, `il manque la partie ${part}`, `the part ${part} is missing`, 'object'));
}

/** Identifiers of the professional and the structure, and what goes with the profession. */
function peopleFindings({ professional, structure, roles }: VihfInput): Finding[] {
  const findings: Finding[] = [];
  if (!personIdentifier.test(professional.nationalId)) {
    const fr = "l'identifiant national du professionnel n'a pas la forme attendue";
    findings.push(fault('professional.nationalId', fr, 'malformed identifier of the professional', '8 + RPPS'));
  }
  if (!structureIdentifier.test(structure.nationalId)) {
    const fr = "l'identifiant national de la structure n'a pas la forme attendue";
    findings.push(fault('structure.nationalId', fr, 'malformed identifier of the structure', '1 + FINESS'));
  }
  if (!sectorShape.test(structure.activitySector)) {
    const fr = "le secteur d'activité est absent ou mal formé";
    findings.push(fault('structure.activitySector', fr, 'malformed activity sector', 'TRE_R02'));
  }

  if (!roles && professionsWithSpecialty.has(professional.professionCode) && !professional.specialtyCode) {
    const fr = 'la spécialité est obligatoire pour les médecins et les pharmaciens';
    const en = 'a specialty is required for physicians and pharmacists';
    findings.push(fault('professional.specialtyCode', fr, en, 'TRE_R01'));
  }
  if (roles && (roles.length === 0 || roles.length > 2)) {
    findings.push(fault('roles', 'un ou deux rôles sont attendus', 'one or two roles are expected', '1..2'));
  }
  return findings;
}

/** The patient: an INS or a local identifier, never both. */
function patientFindings({ patient, localPatient }: VihfInput): Finding[] {
  const findings: Finding[] = [];
  if (patient && (matriculeParts(patient.value) === null || !isOid(patient.oid))) {
    const fr = "l'INS du patient (matricule et OID) est mal formée";
    findings.push(fault('patient', fr, 'malformed INS (value and OID)', '[0-9AB]{15}'));
  }
  if (localPatient !== undefined && (patient || !parseCx(localPatient))) {
    const fr = "l'identifiant local du patient est mal formé, ou donné en plus de l'INS";
    const en = 'malformed local identifier, or given beside the INS';
    findings.push(fault('localPatient', fr, en, 'id^^^domain&oid&ISO^PI'));
  }
  return findings;
}

/** How and when the user logged in. */
function authenticationFindings({ authentication, professional, subjectName }: VihfInput): Finding[] {
  const findings: Finding[] = [];
  if (!authentication.means && !authentication.contextClass) {
    const fr = "le moyen d'authentification est absent";
    findings.push(fault('authentication.means', fr, 'the means of authentication is absent', 'means, contextClass'));
  }
  if (!isMoment(authentication.instant)) {
    const fr = "l'heure de connexion est absente";
    findings.push(fault('authentication.instant', fr, 'the login time is absent', 'ms since 1970'));
  }

  const isIndirect = (authentication.mode ?? 'direct') !== 'direct';
  const isNameless = subjectName === null || (subjectName === undefined && blank(professional.familyName));
  if (isIndirect && isNameless) {
    const fr = "le nom de l'utilisateur est obligatoire en mode indirect";
    findings.push(fault('subjectName', fr, 'subject-id is required in indirect modes', 'subject-id'));
  }
  return findings;
}

/** The software, and what the platform wants. */
function targetFindings({ software, target }: VihfInput): Finding[] {
  const findings: Finding[] = [];
  if (!Object.hasOwn(vihfVersions, target.version ?? defaultVersion)) {
    const expected = Object.keys(vihfVersions).join(', ');
    findings.push(fault('target.version', 'la version de VIHF est inconnue', 'unknown VIHF version', expected));
  }
  if (blank(software.name) || blank(software.version)) {
    const fr = 'le nom et la version du logiciel sont obligatoires';
    findings.push(fault('software', fr, 'software name and version are required', 'name, version'));
  }
  if (blank(target.resourceUrn)) {
    const fr = 'Ressource_URN est absente de la configuration';
    findings.push(fault('target.resourceUrn', fr, 'Ressource_URN is not configured', 'URN'));
  }
  if (target.lifetimeMs !== null && !isDuration(target.lifetimeMs, longestLifetimeMs)) {
    const fr = "la durée de validité n'est pas un nombre, ou est hors bornes";
    const en = 'the lifetime is no number or out of range';
    findings.push(fault('target.lifetimeMs', fr, en, `0..${longestLifetimeMs}`));
  }
  if (!isDuration(target.skewMs, longestClockSkewMs)) {
    const fr = "la tolérance d'horloge n'est pas un nombre, ou est hors bornes";
    const en = 'the clock skew is no number or out of range';
    findings.push(fault('target.skewMs', fr, en, `0..${longestClockSkewMs}`));
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
      const fr = 'un attribut supplémentaire est vide ou déjà écrit par le VIHF';
      findings.push(fault('attributes', fr, 'an extra attribute is empty or already there', '1'));
    }
    names.add(name);

    if (
      values.some((value) => typeof value === 'object' && !(elementName.test(value.element) && isOid(value.codeSystem)))
    ) {
      const fr = "une valeur codée porte un nom d'élément ou un OID mal formé";
      findings.push(fault('attributes', fr, 'a coded value has a malformed element name or OID', 'NCName, OID'));
    }
  }

  const version = target.version ?? defaultVersion;
  for (const name of Object.hasOwn(vihfVersions, version) ? vihfVersions[version].alsoRequired : []) {
    if (names.has(name)) continue;
    const fr = `l'attribut ${name} est obligatoire en version ${version}`;
    findings.push(fault('attributes', fr, `attribute ${name} is required by version ${version}`, name));
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
