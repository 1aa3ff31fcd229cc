import type { Finding } from '../../errors.ts';
import { isOid } from '../../internal/oid.ts';
import type { BirthPlace, LocalIdentifier, PatientIns, PatientTraits, Sex } from '../patient.ts';
import { statusDialect, url, type FrCoreDialect } from './fhir-core.ts';
import {
  assemble,
  dateFromWire,
  placeFromWire,
  readIns,
  sortStatusCodes,
  splitFirstNames,
  statusFromWire,
  wireError,
  wireFinding,
  type WireIdentity,
} from './model.ts';

// The social security number shares the OID under the type NH; the computed INS (INS-C) is
// obsolete.
const insType = /^INS-NI[AR]/;

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

function codeOf(value: unknown): string | undefined {
  const node = record(value);
  return string(node['code']) ?? string(list(node['coding'])[0]?.['code']);
}

function readPlace(resource: Json, findings: Finding[]): BirthPlace | undefined {
  const address = record(extensionOf(resource, url.birthPlace)['valueAddress']);
  // An early state of FR Core put the code in the district.
  const cog = codeOf(extensionOf(address, url.inseeCode)['valueCoding']) ?? string(address['district']);

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
  const patient = record(resource);
  if (patient['resourceType'] !== 'Patient') {
    throw wireError('IDENTITY-WIRE-SHAPE', 'Patient', { form: 'FHIR Patient' });
  }

  const findings: Finding[] = [];
  const { ins, insHistory, localId } = readIdentifiers(patient, findings);
  const traits = readTraits(patient, findings);

  const trust = list(extensionOf(patient, url.reliability)['extension']);
  const codes = sortStatusCodes(
    trust.flatMap((extension) => codeOf(extension['valueCoding'] ?? extension['valueCodeableConcept']) ?? []),
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
    ins,
    codes.comments,
    findings,
  );
}

interface ReadIdentifiers {
  readonly ins: PatientIns | null;
  readonly insHistory: readonly PatientIns[];
  readonly localId: LocalIdentifier | undefined;
}

/** The active INS, those of the history (`use` is `old`), and the local identifier in use. */
function readIdentifiers(patient: Json, findings: Finding[]): ReadIdentifiers {
  const all = list(patient['identifier']).map((identifier) => ({
    type: codeOf(identifier['type']) ?? '',
    old: identifier['use'] === 'old',
    oid: (string(identifier['system']) ?? '').replace(/^urn:oid:/, ''),
    value: string(identifier['value']) ?? '',
  }));
  const allIns = all.filter(({ type }) => insType.test(type));
  const local = all.find(({ type, old, oid, value }) => type === 'PI' && !old && isOid(oid) && value !== '');

  return {
    ins: readIns(
      allIns.filter(({ old }) => !old),
      findings,
    ),
    insHistory: allIns.filter(({ old }) => old).flatMap((former) => readIns([former], []) ?? []),
    localId: local && { system: local.oid, value: local.value },
  };
}

function readTraits(patient: Json, findings: Finding[]): PatientTraits {
  const names = list(patient['name']);
  const official = names.find(({ use }) => use === 'official') ?? {};
  const usual = names.find(({ use }) => use === 'usual') ?? {};

  const gender = string(patient['gender']);
  if (patient['gender'] !== undefined && gender !== 'male' && gender !== 'female') {
    findings.push(wireFinding('IDENTITY-SEX-UNKNOWN', 'traits.sex'));
  }

  const interpreted = extensionOf(patient, url.dateIndicator)['valueBoolean'];
  return {
    birthName: string(official['family']),
    firstName: firstGiven(official),
    birthFirstNames: splitFirstNames(string(extensionOf(official, url.birthList)['valueString'])),
    usedName: string(usual['family']),
    usedFirstName: firstGiven(usual),
    birthDate: dateFromWire(string(patient['birthDate']), findings),
    birthDateInterpreted: typeof interpreted === 'boolean' ? interpreted : undefined,
    sex: gender === undefined ? undefined : sexes.get(gender),
    birthPlace: readPlace(patient, findings),
  };
}

function firstGiven(name: Json): string | undefined {
  return Array.isArray(name['given']) ? string(name['given'][0]) : undefined;
}
