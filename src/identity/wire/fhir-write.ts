import { isOid } from '../../internal/oid.ts';
import { birthPlaceCog, isCountryCog } from '../birth-place.ts';
import { plainDate } from '../dates.ts';
import { checkIns } from '../ins/matricule.ts';
import { checkInsOid, findInsOid } from '../ins/oid.ts';
import type { BirthPlace, LocalIdentifier, PatientInput, PatientIns, PatientTraits, Sex } from '../patient.ts';
import { dialectCheck, type FrCoreDialect, statusDialect, statusSystems, url } from './fhir-core.ts';
import { insToWrite, statusToWire, wireError, type WireWriteOptions, writeChecks } from './model.ts';
import { reading } from '../../internal/reading.ts';
import { type Checks, optionsOf } from '../../internal/border.ts';
import { text } from '../../internal/option-checks.ts';

/** Options of {@link writeFhirPatient}. @group Wire forms */
export interface WriteFhirOptions extends WireWriteOptions {
  readonly dialect: FrCoreDialect;
  /** Date and time of the last change of the status, required by the latest profiles. */
  readonly lastUpdated?: string | undefined;
}

const writeFhirChecks: Checks<WriteFhirOptions> = { ...writeChecks, dialect: dialectCheck, lastUpdated: text };

/** A FHIR R4 Patient as JSON. @group Wire forms */
export interface FhirPatient {
  readonly resourceType: 'Patient';
  readonly [member: string]: unknown;
}

const genders: Readonly<Record<Sex, string>> = { M: 'male', F: 'female', I: 'unknown' };

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

  // The display is a part of the pattern of FR Core: without it no slice fits.
  const display = 'Patient internal identifier';
  const type = { coding: [{ system: url.hl7IdentifierTypes, code: 'PI', display }] };
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
  const given = optionsOf('options', options, writeFhirChecks);
  return reading('patient', () => resourceOf(patient, given));
}

function resourceOf(patient: PatientInput, options: WriteFhirOptions): FhirPatient {
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
