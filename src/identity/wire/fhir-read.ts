import type { Finding } from '../../errors.ts';
import { isOid } from '../../internal/oid.ts';
import type { PartialDate } from '../dates.ts';
import { findInsOid } from '../ins/oid.ts';
import type { BirthPlace, LocalIdentifier, PatientIns, PatientTraits, Sex } from '../patient.ts';
import { dialectCheck, type FrCoreDialect, statusDialect, url } from './fhir-core.ts';
import {
  assemble,
  dateFromWire,
  insType,
  leftFinding,
  otherIdentifierFindings,
  placeFromWire,
  readIns,
  sortStatusCodes,
  splitFirstNames,
  statusFromWire,
  wireError,
  wireFinding,
  type WireIdentity,
} from './model.ts';
import { reading } from '../../internal/reading.ts';
import { optionsOf } from '../../internal/border.ts';

const sexes: ReadonlyMap<string, Sex> = new Map([
  ['male', 'M'],
  ['female', 'F'],
  ['unknown', 'I'],
]);

type Json = Readonly<Record<string, unknown>>;

function record(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

function list(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value.slice(0, 1000).map(record) : [];
}

function string(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function extensionOf(node: Json, wanted: string): Json {
  return list(node['extension']).find((extension) => extension['url'] === wanted) ?? {};
}

/** The codes of a Coding, or of a CodeableConcept, which may say one thing in several systems. */
function codesOf(value: unknown): string[] {
  const node = record(value);
  return [node, ...list(node['coding'])].flatMap(({ code }) => string(code) ?? []);
}

function readPlace(resource: Json, findings: Finding[]): BirthPlace | undefined {
  const address = record(extensionOf(resource, url.birthPlace)['valueAddress']);
  // An early state of FR Core put the code in the district.
  const [code] = codesOf(extensionOf(address, url.inseeCode)['valueCoding']);
  const cog = code ?? string(address['district']);

  return placeFromWire(cog, { city: string(address['city']), postalCode: string(address['postalCode']) }, findings);
}

/**
 * Reads a FHIR R4 Patient of FR Core. An identifier is an INS by its type (`INS-NIR`, `INS-NIA`…),
 * never by its system alone: the social security number (`NH`) has the same OID. Statuses are
 * accepted by their code, in any code system; the dialect says what `VALI` means.
 *
 * @throws TerrESanteError `TE_WIRE_INVALID` when it is no Patient.
 *
 * @group Wire forms
 */
export function readFhirPatient(resource: unknown, options: { readonly dialect: FrCoreDialect }): WireIdentity {
  const given = optionsOf('options', options, { dialect: dialectCheck });
  return reading('resource', () => identityOf(resource, given));
}

function identityOf(resource: unknown, options: { readonly dialect: FrCoreDialect }): WireIdentity {
  const patient = record(resource);
  if (patient['resourceType'] !== 'Patient') {
    throw wireError('IDENTITY-WIRE-SHAPE', 'Patient', { form: 'FHIR Patient' });
  }

  const findings: Finding[] = [];
  const { ins, insHistory, localId, otherIdentifiers } = readIdentifiers(patient, findings);
  const { traits, partialBirthDate } = readTraits(patient, findings);

  const trust = list(extensionOf(patient, url.reliability)['extension']);
  const codes = sortStatusCodes(
    trust.flatMap((extension) => codesOf(extension['valueCoding'] ?? extension['valueCodeableConcept'])),
    findings,
  );
  return assemble(
    {
      localId,
      insHistory,
      traits,
      identityStatus: statusFromWire(codes.status, statusDialect(options.dialect), ins !== null),
      identityAttributes: codes.attributes,
    },
    { ins, comments: codes.comments, otherIdentifiers, findings, partialBirthDate },
  );
}

interface ReadIdentifiers {
  readonly ins: PatientIns | null;
  readonly insHistory: readonly PatientIns[];
  readonly localId: LocalIdentifier | undefined;
  readonly otherIdentifiers: WireIdentity['otherIdentifiers'];
}

interface Identifier {
  readonly types: readonly string[];
  readonly old: boolean;
  readonly oid: string;
  readonly value: string;
}

function isIns({ types }: Identifier): boolean {
  return types.some((type) => insType.test(type));
}

/**
 * The active INS, those of the history (`use` is `old`), and the local identifier in use; what is
 * left is told.
 */
function readIdentifiers(patient: Json, findings: Finding[]): ReadIdentifiers {
  const all = list(patient['identifier']).map((identifier) => ({
    types: codesOf(identifier['type']),
    old: identifier['use'] === 'old',
    oid: (string(identifier['system']) ?? '').replace(/^urn:oid:/, ''),
    value: string(identifier['value']) ?? '',
  }));
  const allIns = all.filter(isIns);
  const local = all.find(
    ({ types, old, oid, value }) => types.includes('PI') && !old && isOid(oid) && !findInsOid(oid) && value !== '',
  );
  const ins = readIns(
    allIns.filter(({ old }) => !old),
    findings,
  );

  const otherIdentifiers = all
    .filter((identifier) => identifier !== local && !isIns(identifier))
    .map(({ types, oid, value }) => ({ value, domain: oid, types }));
  findings.push(...otherIdentifierFindings(otherIdentifiers, local !== undefined));
  return {
    ins,
    insHistory: allIns.filter(({ old }) => old).flatMap((former) => readFormerIns(former, findings)),
    localId: local && { system: local.oid, value: local.value },
    otherIdentifiers,
  };
}

/** A former INS that cannot be read is told, and refuses nothing. */
function readFormerIns(former: Identifier, findings: Finding[]): PatientIns[] {
  const ins = readIns([former], []);
  if (ins === null) findings.push(leftFinding('former-ins', 'insHistory'));
  return ins === null ? [] : [ins];
}

function readTraits(
  patient: Json,
  findings: Finding[],
): { readonly traits: PatientTraits; readonly partialBirthDate: PartialDate | null } {
  const gender = string(patient['gender']);
  if (patient['gender'] !== undefined && gender !== 'male' && gender !== 'female') {
    findings.push(wireFinding('IDENTITY-SEX-UNKNOWN', 'traits.sex'));
  }

  // A date of another JSON type is no date, and is told like one that cannot be read.
  const date = patient['birthDate'];
  const { birthDate, partialBirthDate } = dateFromWire(isAbsent(date) ? undefined : (string(date) ?? '?'), findings);
  const interpreted = extensionOf(patient, url.dateIndicator)['valueBoolean'];
  const traits = {
    ...readNames(patient, findings),
    birthDate,
    birthDateInterpreted: typeof interpreted === 'boolean' ? interpreted : undefined,
    sex: gender === undefined ? undefined : sexes.get(gender),
    birthPlace: readPlace(patient, findings),
  };
  return { traits, partialBirthDate };
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}

type Names = Pick<PatientTraits, 'birthName' | 'firstName' | 'birthFirstNames' | 'usedName' | 'usedFirstName'>;

/**
 * The official name, else the first without a use; and the usual one. The list of birth given names
 * has an extension of its own; without it, several given names of the official name are that list.
 */
function readNames(patient: Json, findings: Finding[]): Names {
  const names = list(patient['name']);
  const official = names.find(({ use }) => use === 'official') ?? names.find(({ use }) => use === undefined) ?? {};
  const usual = names.find(({ use }) => use === 'usual') ?? {};

  const given = givenOf(official);
  const birthList = string(extensionOf(official, url.birthList)['valueString']) ?? given.join(' ');
  const read = {
    birthName: string(official['family']),
    firstName: given[0],
    birthFirstNames: splitFirstNames(given.length > 1 || hasBirthList(official) ? birthList : undefined),
    usedName: string(usual['family']),
    usedFirstName: givenOf(usual)[0],
  };

  for (const name of names) {
    const isTaken = name === official || name === usual;
    const parts = string(name['family']) !== undefined || givenOf(name).length > 0;
    // A further given name in use, a text without parts, a name of another use.
    const left = isTaken ? (name === usual && givenOf(usual).length > 1) || (!parts && string(name['text'])) : true;
    if (left) findings.push(leftFinding('name', 'traits', { found: useOf(name) }));
  }
  return read;
}

function hasBirthList(name: Json): boolean {
  return string(extensionOf(name, url.birthList)['valueString']) !== undefined;
}

const nameUses: readonly unknown[] = ['official', 'usual', 'temp', 'nickname', 'anonymous', 'old', 'maiden'];

function useOf({ use }: Json): string | null {
  return nameUses.includes(use) ? (use as string) : null;
}

function givenOf(name: Json): string[] {
  return Array.isArray(name['given']) ? name['given'].flatMap((given) => string(given) ?? []) : [];
}
