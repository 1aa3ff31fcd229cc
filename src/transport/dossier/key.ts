import { TerrESanteError } from '../../errors.ts';
import type { LocalIdentifier } from '../../identity/index.ts';
import { formatCx } from '../../internal/hl7.ts';
import type { BoundPatient } from '../binding/model.ts';
import type { SoapServices } from './services.ts';

/** Who a patient is to the dossier services; a word when nobody, or not one person only. */
export type Key = LocalIdentifier | 'absent' | 'ambiguous';

/** @throws TerrESanteError `TE_IDENTITY_STATUS` without an INS that may leave the software */
export function insKey({ ins }: BoundPatient): LocalIdentifier {
  if (ins) return { system: ins.oid, value: ins.value };
  throw new TerrESanteError('TE_IDENTITY_STATUS', "La plateforme demande l'INS d'une identité qualifiée.");
}

/** The patient of a registry as a CX; the regional identifier goes without a type. */
export function registryId({ system, value }: LocalIdentifier, patientKey: SoapServices['patientKey']): string {
  const types = { 'regional-id': '', 'local-id': 'PI', ins: 'NH' } as const;
  return formatCx({ id: value, oid: system, type: types[patientKey] }).replace(/\^$/, '');
}
