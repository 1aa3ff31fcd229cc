import type { Finding } from '../../errors.ts';
import { isOid } from '../../internal/oid.ts';
import { birthPlaceCog, isCountryCog } from '../birth-place.ts';
import { plainDate } from '../dates.ts';
import { checkIns } from '../ins/matricule.ts';
import { checkInsOid, findInsOid } from '../ins/oid.ts';
import type { BirthPlace, LocalIdentifier, PatientInput, PatientIns, PatientTraits, Sex } from '../patient.ts';
import {
  assemble,
  dateFromWire,
  insToWrite,
  placeFromWire,
  readIns,
  sortStatusCodes,
  splitFirstNames,
  statusFromWire,
  statusToWire,
  wireError,
  wireFinding,
  type StatusDialect,
  type WireIdentity,
  type WireWriteOptions,
} from './model.ts';

/**
 * State of FR Core, by the code system of its identity statuses. In `v2-0445`, `VALI` means
 * qualified.
 *
 * @group Wire forms
 */
export type FrCoreDialect = 'v2-0445' | 'fiabilite-identite' | 'identity-status';

/** Options of {@link writeFhirPatient}. @group Wire forms */
export interface WriteFhirOptions extends WireWriteOptions {
  readonly dialect: FrCoreDialect;
  /** Date and time of the last change of the status, required by the latest profiles. */
  readonly lastUpdated?: string | undefined;
}

/** A FHIR R4 Patient as JSON. @group Wire forms */
export interface FhirPatient {
  readonly resourceType: 'Patient';
  readonly [member: string]: unknown;
}

const core = 'https://hl7.fr/ig/fhir/core';
const url = {
  profile: `${core}/StructureDefinition/fr-core-patient`,
  reliability: `${core}/StructureDefinition/fr-core-identity-reliability`,
  birthList: `${core}/StructureDefinition/fr-core-patient-birth-list-given-name`,
  dateIndicator: `${core}/StructureDefinition/fr-core-patient-birthdate-update-indicator`,
  inseeCode: `${core}/StructureDefinition/fr-core-address-insee-code`,
  birthPlace: 'http://hl7.org/fhir/StructureDefinition/patient-birthPlace',
  identifierTypes: `${core}/CodeSystem/fr-core-cs-v2-0203`,
  hl7IdentifierTypes: 'http://terminology.hl7.org/CodeSystem/v2-0203',
  comments: `${core}/CodeSystem/fr-core-cs-identity-status-comment`,
  communes: 'https://mos.esante.gouv.fr/NOS/TRE_R13-CommuneOM/FHIR/TRE-R13-CommuneOM',
  countries: 'https://mos.esante.gouv.fr/NOS/TRE_R20-Pays/FHIR/TRE-R20-Pays',
};
const statusSystems: Readonly<Record<FrCoreDialect, string>> = {
  'v2-0445': `${core}/CodeSystem/fr-core-v2-0445`,
  'fiabilite-identite': `${core}/CodeSystem/fr-core-cs-fiabilite-identite`,
  'identity-status': `${core}/CodeSystem/fr-core-cs-identity-status`,
};
const genders: Readonly<Record<Sex, string>> = { M: 'male', F: 'female', I: 'unknown' };

function statusDialect(dialect: FrCoreDialect): StatusDialect {
  return dialect === 'v2-0445' ? 'pam-legacy' : 'rniv2';
}

function insIdentifier({ value, oid }: PatientIns, use: 'official' | 'temp' | 'old'): unknown {
  const type = { coding: [{ system: url.identifierTypes, code: findInsOid(oid)?.fhirType }] };
  return { use, type, system: `urn:oid:${oid}`, value };
}

function identifiers(patient: PatientInput, ins: PatientIns | null, options: WireWriteOptions): unknown[] {
  const all = ins ? insIdentifiers(ins, patient.insHistory ?? [], options) : [];
  if (patient.localId) all.push(localIdentifier(patient.localId));
  if (all.length === 0) throw wireError('IDENTITY-WIRE-NO-IDENTIFIER', 'localId');

  return all;
}

/** The active INS, then the former ones. */
function insIdentifiers(ins: PatientIns, history: readonly PatientIns[], options: WireWriteOptions): unknown[] {
  const usable = history.every(
    ({ value, oid }) => checkIns(value).ok && !checkInsOid(oid, options.environment, 'insHistory'),
  );
  if (!usable) throw wireError('IDENTITY-WIRE-INS-HISTORY', 'insHistory');

  const use = findInsOid(ins.oid)?.kind === 'NIA' ? 'temp' : 'official';
  return [insIdentifier(ins, use), ...history.map((former) => insIdentifier(former, 'old'))];
}

function localIdentifier({ system, value }: LocalIdentifier): unknown {
  if (!isOid(system) || findInsOid(system) || value === '') throw wireError('IDENTITY-WIRE-LOCAL-ID', 'localId');

  const type = { coding: [{ system: url.hl7IdentifierTypes, code: 'PI' }] };
  return { use: 'usual', type, system: `urn:oid:${system}`, value };
}

function names(traits: PatientTraits): unknown[] {
  const { birthName, firstName, birthFirstNames, usedName, usedFirstName } = traits;
  const official = {
    ...(birthFirstNames?.length && {
      extension: [{ url: url.birthList, valueString: birthFirstNames.join(' ') }],
    }),
    ...nameOf('official', birthName, firstName),
  };

  return usedName || usedFirstName ? [official, nameOf('usual', usedName, usedFirstName)] : [official];
}

function nameOf(use: string, family: string | undefined, given: string | undefined): object {
  return { use, ...(family && { family }), ...(given && { given: [given] }) };
}

function birthPlace(place: BirthPlace | undefined): unknown[] {
  const cog = birthPlaceCog(place);
  const city = place?.city;
  const postalCode = cog === null ? place?.postalCode : undefined;
  if (cog === null && !city && !postalCode) return [];

  const valueAddress = {
    ...(cog !== null && { extension: [cogExtension(cog)] }),
    ...(city && { city }),
    ...(postalCode && { postalCode }),
  };
  return [{ url: url.birthPlace, valueAddress }];
}

function cogExtension(code: string): unknown {
  return { url: url.inseeCode, valueCoding: { system: isCountryCog(code) ? url.countries : url.communes, code } };
}

function reliability(patient: PatientInput, options: WriteFhirOptions): unknown[] {
  const { identityStatus, identityAttributes = [] } = patient;
  if (!identityStatus) return [];
  if (options.dialect === 'v2-0445' && identityStatus === 'VALI') {
    throw wireError('IDENTITY-WIRE-STATUS', 'identityStatus');
  }

  const lastUpdated =
    options.lastUpdated === undefined ? [] : [{ url: 'lastUpdated', valueDateTime: options.lastUpdated }];
  const code = statusToWire(identityStatus, statusDialect(options.dialect));
  const status = { url: 'identityStatus', valueCoding: { system: statusSystems[options.dialect], code } };
  const comments = identityAttributes.map((attribute) => ({
    url: 'comment',
    valueCodeableConcept: { coding: [{ system: url.comments, code: attribute }] },
  }));
  return [{ url: url.reliability, extension: [...lastUpdated, status, ...comments] }];
}

/**
 * Writes a FHIR R4 Patient of FR Core: profile `fr-core-patient-ins` for a qualified identity,
 * which carries the INS, `fr-core-patient` for any other.
 *
 * @throws TerrESanteError `TE_IDENTITY_STATUS` for a qualified identity whose INS may not be
 *   transmitted, `TE_WIRE_INVALID` when there is no identifier.
 *
 * @example
 * ```ts
 * import { readFhirPatient, writeFhirPatient } from 'terr-esante-sdk/identity/wire';
 *
 * const patient = { localId: { system: '2.999.1.10', value: 'PAT-000123' }, traits: { birthName: 'MARTIN', sex: 'F' } } as const;
 * const resource = writeFhirPatient(patient, { dialect: 'identity-status' });
 * readFhirPatient(resource, { dialect: 'identity-status' }).patient.traits; // { birthName: 'MARTIN', sex: 'F' }
 * ```
 *
 * @see FR Core, profiles fr-core-patient and fr-core-patient-ins
 * @group Wire forms
 */
export function writeFhirPatient(patient: PatientInput, options: WriteFhirOptions): FhirPatient {
  const ins = insToWrite(patient, options);
  const { traits } = patient;
  const { birthDate, birthDateInterpreted, sex } = traits;
  if (birthDate !== undefined && plainDate(birthDate) === null) {
    throw wireError('IDENTITY-DATE', 'traits.birthDate');
  }

  const extension = [...birthPlace(traits.birthPlace), ...reliability(patient, options)];
  if (birthDateInterpreted !== undefined) {
    extension.push({ url: url.dateIndicator, valueBoolean: birthDateInterpreted });
  }

  return {
    resourceType: 'Patient',
    meta: { profile: [ins ? `${url.profile}-ins` : url.profile] },
    ...(extension.length > 0 && { extension }),
    identifier: identifiers(patient, ins, options),
    name: names(traits),
    ...(sex && { gender: genders[sex] }),
    ...(birthDate !== undefined && { birthDate }),
  };
}

// The social security number shares the OID under the type NH; the computed INS (INS-C) is
// obsolete.
const insType = /^INS-NI[AR]/;

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
    sex: sexes.get(gender ?? ''),
    birthPlace: readPlace(patient, findings),
  };
}

const sexes: ReadonlyMap<string, Sex> = new Map([
  ['male', 'M'],
  ['female', 'F'],
  ['unknown', 'I'],
]);

function firstGiven(name: Json): string | undefined {
  return Array.isArray(name['given']) ? string(name['given'][0]) : undefined;
}
