import type { Finding } from '../../errors.ts';
import { isOid } from '../../internal/oid.ts';
import { findInsOid } from '../ins/oid.ts';
import { formatCx, parseCx } from '../../internal/hl7.ts';
import type { LocalIdentifier, PatientInput, PatientIns } from '../patient.ts';
import { requireTransmissible } from '../transmission.ts';
import { readIns, wireError, type WireWriteOptions, writeChecks } from './model.ts';
import { reading } from '../../internal/reading.ts';
import { optionsOf } from '../../internal/border.ts';

/** An identifier of XDS metadata, read: an INS or a local one. @group Wire forms */
export type PatientCx =
  | { readonly kind: 'ins'; readonly ins: PatientIns; readonly findings: readonly Finding[] }
  | { readonly kind: 'local'; readonly localId: LocalIdentifier };

/**
 * The INS as XDS metadata and VIHF assertions carry it: `matricule^^^&OID&ISO^NH`.
 *
 * @throws TerrESanteError `TE_IDENTITY_STATUS` when the INS may not be transmitted.
 *
 * @example
 * ```ts
 * import { readPatientCx } from 'terr-esante-sdk/identity/wire';
 *
 * const read = readPatientCx('279035121518989^^^&1.2.250.1.213.1.4.10&ISO^NH');
 * read.kind; // 'ins'
 * ```
 *
 * @group Wire forms
 */
export function writeInsCx(patient: PatientInput, options?: WireWriteOptions): string {
  const given = optionsOf('options', options, writeChecks);
  return reading('patient', () => insCxOf(patient, given));
}

function insCxOf(patient: PatientInput, options: WireWriteOptions): string {
  const { ins } = requireTransmissible(patient, { environment: options.environment });
  return formatCx({ id: ins.value, oid: ins.oid, type: 'NH' });
}

/**
 * A local identifier in the form of XDS metadata: `value^^^&OID&ISO^PI` (the type is inferred). A
 * delimiter inside the value is refused, because it would name another patient.
 *
 * @throws TerrESanteError `TE_WIRE_INVALID` when the domain is no OID or is one of the INS.
 *
 * @example
 * ```ts
 * import { writeLocalCx } from 'terr-esante-sdk/identity/wire';
 *
 * writeLocalCx({ system: '2.999.1.10', value: 'PAT-000123' }); // 'PAT-000123^^^&2.999.1.10&ISO^PI'
 * ```
 *
 * @group Wire forms
 */
export function writeLocalCx(localId: LocalIdentifier): string {
  return reading('localId', () => localCxOf(localId));
}

function localCxOf(localId: LocalIdentifier): string {
  if (!isOid(localId.system) || findInsOid(localId.system)) {
    throw wireError('IDENTITY-WIRE-LOCAL-ID', 'localId.system');
  }
  return formatCx({ id: localId.value, oid: localId.system, type: 'PI' });
}

/**
 * Reads an identifier of XDS metadata. An INS has one of its OIDs and the type `NH`.
 *
 * @throws TerrESanteError `TE_WIRE_INVALID` on another shape, or an INS that is no matricule.
 *
 * @group Wire forms
 */
export function readPatientCx(text: string): PatientCx {
  const parts = typeof text === 'string' && text.length <= 256 ? parseCx(text) : null;
  if (!parts || parts.universalType !== 'ISO' || !isOid(parts.oid)) {
    throw wireError('IDENTITY-WIRE-SHAPE', 'cx', { form: 'CX : id^^^&OID&ISO^type' });
  }
  if (!findInsOid(parts.oid)) return { kind: 'local', localId: { system: parts.oid, value: parts.id } };
  const findings: Finding[] = [];
  const ins = parts.type === 'NH' ? readIns([{ value: parts.id, oid: parts.oid }], findings) : null;
  if (!ins) throw wireError('IDENTITY-WIRE-CX-INS', 'cx');
  return { kind: 'ins', ins, findings };
}
