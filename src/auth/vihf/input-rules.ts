import { TerrESanteError, type Finding } from '../../errors.ts';
import { matriculeParts } from '../../identity/ins/key.ts';
import { longestClockSkewMs } from '../../internal/clock-skew.ts';
import { parseCx } from '../../internal/hl7.ts';
import { isOid } from '../../internal/oid.ts';
import { professionsWithSpecialty } from './codes.ts';
import type { VihfInput } from './model.ts';
import { vihfAttribute, vihfVersions } from './names.ts';

const profile = 'CI-SIS, Volet Transport synchrone pour client lourd';

/**
 * National identifier of a person as `NameID` takes it: `8` + RPPS, `0` + ADELI, or structure
 * identifier, `/`, local identifier.
 */
export const personIdentifier = /^(?:8\d{11}|0[0-9A-Z]{9}|[1-6][0-9A-Z]{8,20}\/[0-9A-Za-z]{1,40})$/;
/** National identifier of a structure (table TRE_G07: first digit is the kind). */
export const structureIdentifier = /^(?:[0-6][0-9A-Z]{8,20}|4[01][0-9A-Z]{1,30})$/;
const elementName = /^[A-Za-z_][A-Za-z0-9_]*$/;
export const sectorShape = /^[A-Z]{2}[0-9A-Z]{2}$/;

/** Attributes that every VIHF of ours carries by itself. */
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

/** What is missing or malformed in the input, without a single value of it. */
export function inputFindings(input: VihfInput): Finding[] {
  const out: Finding[] = [];
  const report = (path: string, message: string, messageEn: string, expected: string, reference = profile): void => {
    out.push({
      rule: 'VIHF-INPUT',
      severity: 'error',
      path,
      message,
      messageEn,
      found: null,
      expected,
      fix: null,
      reference,
    });
  };
  // A record of the host may lack a whole part, although the types ask for it.
  for (const part of ['professional', 'structure', 'authentication', 'software', 'target'] as const) {
    const value: unknown = input[part];
    if (typeof value !== 'object' || value === null) {
      report(part, `Il manque une partie obligatoire : ${part}.`, `A mandatory part is missing: ${part}.`, 'un objet');
    }
  }
  if (out.length > 0) return out;
  const { professional, structure, patient, authentication, software, target } = input;
  const mode = authentication.mode ?? 'direct';
  const version = target.version ?? '3.0';
  if (!Object.hasOwn(vihfVersions, version)) {
    report(
      'target.version',
      'Version de VIHF inconnue.',
      'Unknown VIHF version.',
      Object.keys(vihfVersions).join(', '),
    );
  }
  if (!personIdentifier.test(professional.nationalId)) {
    report(
      'professional.nationalId',
      "L'identifiant national du professionnel n'a pas la forme attendue.",
      'The national identifier of the professional is malformed.',
      '8 + RPPS, 0 + ADELI, ou structure/identifiant local',
    );
  }
  if (!structureIdentifier.test(structure.nationalId)) {
    report(
      'structure.nationalId',
      "L'identifiant national de la structure n'a pas la forme attendue.",
      'The national identifier of the structure is malformed.',
      '1 + FINESS, 3 + SIRET, 4 + RPPS + rang…',
    );
  }
  if (!sectorShape.test(structure.activitySector)) {
    report(
      'structure.activitySector',
      "Secteur d'activité absent ou mal formé.",
      'Malformed activity sector.',
      'SA07 (TRE_R02)',
    );
  }
  if (patient && (matriculeParts(patient.value) === null || !isOid(patient.oid))) {
    report(
      'patient',
      "L'INS du patient (matricule et OID) est mal formée.",
      'Malformed INS (value and OID).',
      '15 caractères et un OID',
    );
  }
  if (input.localPatient !== undefined && (patient || !parseCx(input.localPatient))) {
    report(
      'localPatient',
      "L'identifiant local du patient est mal formé, ou donné en plus de l'INS.",
      'Malformed local identifier, or given beside the INS.',
      'id^^^domain&oid&ISO^PI',
    );
  }
  if (!input.roles && professionsWithSpecialty.has(professional.professionCode) && !professional.specialtyCode) {
    report(
      'professional.specialtyCode',
      'Spécialité obligatoire pour les médecins et les pharmaciens.',
      'A specialty is required for physicians and pharmacists.',
      'un code de TRE_R01',
    );
  }
  if (input.roles && (input.roles.length === 0 || input.roles.length > 2)) {
    report('roles', 'Un ou deux rôles attendus.', 'One or two roles expected.', '1 ou 2');
  }
  if (!authentication.means && !authentication.contextClass) {
    report(
      'authentication.means',
      "Le moyen d'authentification est absent.",
      'The means of authentication is absent.',
      'means ou contextClass',
    );
  }
  if (!isMoment(authentication.instant)) {
    report(
      'authentication.instant',
      "L'heure de connexion est absente.",
      'The login time is absent.',
      'millisecondes depuis 1970',
    );
  }
  if (target.lifetimeMs !== null && !isDuration(target.lifetimeMs, longestLifetimeMs)) {
    report(
      'target.lifetimeMs',
      'La durée de validité est absente ou hors bornes.',
      'The lifetime is no number or out of range.',
      `0..${longestLifetimeMs}`,
    );
  }
  if (!isDuration(target.skewMs, longestClockSkewMs)) {
    report(
      'target.skewMs',
      "La tolérance d'horloge est absente ou hors bornes.",
      'The clock skew is no number or out of range.',
      `0..${longestClockSkewMs}`,
    );
  }
  if (
    mode !== 'direct' &&
    (input.subjectName === null || (input.subjectName === undefined && blank(professional.familyName)))
  ) {
    report(
      'subjectName',
      "Le nom de l'utilisateur est obligatoire en mode indirect.",
      'subject-id is required in indirect modes.',
      'un nom',
    );
  }
  if (blank(software.name) || blank(software.version)) {
    report(
      'software',
      'Nom et version du logiciel obligatoires.',
      'Software name and version are required.',
      'nom et version',
    );
  }
  if (blank(target.resourceUrn)) {
    report(
      'target.resourceUrn',
      'Ressource_URN absente de la configuration.',
      'Ressource_URN is not configured.',
      'un URN donné par la plateforme',
    );
  }
  const given = new Set<string>();
  for (const { name, values } of input.attributes ?? []) {
    if (written.has(name) || given.has(name) || blank(name) || values.length === 0) {
      report(
        'attributes',
        'Un attribut supplémentaire est vide ou déjà écrit par le VIHF.',
        'An extra attribute is empty or already there.',
        'a new name',
      );
    }
    given.add(name);
    if (
      values.some(
        (value) => typeof value === 'object' && (!elementName.test(value.element) || !isOid(value.codeSystem)),
      )
    ) {
      report(
        'attributes',
        "Une valeur codée porte un nom d'élément ou un OID mal formé.",
        'A coded value has a malformed element name or OID.',
        'a name of letters and digits, and an OID',
      );
    }
  }
  for (const name of Object.hasOwn(vihfVersions, version) ? vihfVersions[version].alsoRequired : []) {
    if (!given.has(name)) {
      report(
        'attributes',
        `Attribut ${name} obligatoire en version ${version}.`,
        `Attribute ${name} is required by version ${version}.`,
        name,
      );
    }
  }
  return out;
}

/** @throws TerrESanteError `TE_INPUT_INVALID` */
export function checkInput(input: VihfInput): void {
  const findings = inputFindings(input);
  if (findings.length > 0) {
    throw new TerrESanteError('TE_INPUT_INVALID', `VIHF impossible : ${findings[0]?.message ?? ''}`, {
      findings,
      details: { paths: findings.map(({ path }) => path) },
    });
  }
}
