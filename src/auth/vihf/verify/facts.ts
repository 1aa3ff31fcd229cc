import { parseCx } from '../../../internal/hl7.ts';
import { isOid } from '../../../internal/oid.ts';
import { isPurpose, purposeSystem, type VihfPurpose } from '../codes.ts';
import { structureIdentifier } from '../input-rules.ts';
import type { VihfMode } from '../model.ts';
import { modeValues, vihfAttribute, vihfVersions, type VihfVersion } from '../names.ts';
import type { AssertionContent, VihfValue } from './content.ts';

type Attributes = Pick<AssertionContent, 'attributes'>;

/** The patient of an assertion is an identifier alone: an INS (`NH`) or a local one (`PI`). */
export interface VihfPatientId {
  readonly value: string;
  readonly oid: string;
  readonly type: 'NH' | 'PI';
}

/** What the attributes of an assertion say in the terms of the profile, each value parsed once. */
export interface VihfFacts {
  readonly version: VihfVersion;
  readonly mode: VihfMode;
  readonly subjectName: string | null;
  readonly structureId: string;
  /** Code of TRE_R02, without its OID. */
  readonly activitySector: string;
  readonly roles: readonly VihfValue[];
  readonly purpose: VihfPurpose;
  /** `null` when the assertion names no patient. */
  readonly patient: VihfPatientId | null;
  readonly resourceUrn: string;
}

/** The value of an attribute that has exactly one, a text that is not empty. */
export function stringOf({ attributes }: Attributes, name: string): string | null {
  const values = attributes.get(name);
  const [value] = values ?? [];
  return values?.length === 1 && typeof value === 'string' && value !== '' ? value : null;
}

const modes = new Map<VihfValue, VihfMode>(
  Object.entries(modeValues).map(([mode, value]) => [value, mode as VihfMode]),
);

/** The mode of an assertion by its attribute, under either published spelling. */
export function modeOf({ attributes }: Attributes): VihfMode | null {
  const values = [vihfAttribute.mode, 'Authentification_mode'].flatMap((name) => attributes.get(name) ?? []);
  const [value, ...more] = values;
  return value === undefined || more.length > 0 ? null : (modes.get(value) ?? null);
}

/** The version of the profile, when it is a known one. */
export function versionOf(content: Attributes): VihfVersion | null {
  const version = stringOf(content, vihfAttribute.version);
  return version !== null && Object.hasOwn(vihfVersions, version) ? (version as VihfVersion) : null;
}

/** The national identifier of the structure, when it has a known form. */
export function structureOf(content: Attributes): string | null {
  const structure = stringOf(content, vihfAttribute.structure);
  return structure !== null && structureIdentifier.test(structure) ? structure : null;
}

/** The code of the activity sector, when it is written as code, `^`, OID. */
export function sectorOf(content: Attributes): string | null {
  const [code, oid, ...more] = stringOf(content, vihfAttribute.sector)?.split('^') ?? [];
  if (code === undefined || oid === undefined || more.length > 0) return null;
  return /^[A-Z]{2}[0-9A-Z]{2}$/.test(code) && /^[0-9.]+$/.test(oid) ? code : null;
}

/** The purpose of use, when there is one code of TRE_R248. */
export function purposeOf({ attributes }: Attributes): VihfPurpose | null {
  const [use, ...more] = attributes.get(vihfAttribute.purpose) ?? [];
  if (typeof use !== 'object' || more.length > 0) return null;
  return use.codeSystem === purposeSystem && isPurpose(use.code) ? use.code : null;
}

/** The patient, when the identifier of one is there and well-formed. */
export function patientOf(content: Attributes): VihfPatientId | null {
  const value = stringOf(content, vihfAttribute.patient);
  const cx = value === null ? null : parseCx(value);
  if (!cx || cx.universalType !== 'ISO' || !isOid(cx.oid)) return null;

  const { id, oid, type } = cx;
  return type === 'NH' || type === 'PI' ? { value: id, oid, type } : null;
}

/** The facts of an assertion; `null` when one of them is absent or malformed. */
export function readFacts(content: Attributes): VihfFacts | null {
  const { attributes } = content;
  const version = versionOf(content);
  const mode = modeOf(content);
  const structureId = structureOf(content);
  const activitySector = sectorOf(content);
  const purpose = purposeOf(content);
  const resourceUrn = stringOf(content, vihfAttribute.resourceUrn);
  const roles = attributes.get(vihfAttribute.role);
  if (!version || !mode || !structureId || !activitySector || !purpose || !resourceUrn || !roles) return null;

  const patient = patientOf(content);
  if (patient === null && attributes.has(vihfAttribute.patient)) return null;

  const subjectName = stringOf(content, vihfAttribute.subjectName);
  return { version, mode, subjectName, structureId, activitySector, roles, purpose, patient, resourceUrn };
}
