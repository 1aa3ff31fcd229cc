import { TerrESanteError } from '../../errors.ts';
import { isOid } from '../../internal/oid.ts';
import type { Answered, BindingCall, BoundPatient } from '../binding/model.ts';
import { oidUri } from '../fhir/address.ts';
import type { FhirEntry } from '../fhir/bundle.ts';
import { protocolFailure } from '../http/protocol-failure.ts';
import { fetchContent } from '../mhd/content.ts';
import { attachmentOf, described } from '../mhd/described.ts';
import { documentsBearing, patientId } from '../mhd/resolve.ts';
import { FhirCall } from './exchange.ts';
import { requirePatientAt } from './identity.ts';
import type { FhirBindingOptions } from './model.ts';

/**
 * The bytes of one document (ITI-68), those that its description announces.
 *
 * @throws TerrESanteError `TE_NOT_FOUND`, `TE_TOO_LARGE`, `TE_PROTOCOL`
 */
export async function fetchDocument(
  options: FhirBindingOptions,
  patient: BoundPatient,
  { uniqueId, maxBytes }: { readonly uniqueId: string; readonly maxBytes: number },
  bound: BindingCall,
): Promise<Answered<Uint8Array>> {
  const call = new FhirCall(options, bound);
  const found = await theDocument(call, patient, uniqueId);
  const attachment = attachmentOf(found.resource);
  const { size } = described({ ...found.resource, id: found.id }, new Set()) ?? { size: null };
  if (size !== null && size > maxBytes) {
    throw new TerrESanteError('TE_TOO_LARGE', 'Le document dépasse la taille admise.', {
      details: { bytes: size, maxBytes },
    });
  }
  const { bytes } = await fetchContent(call.partner, attachment, maxBytes, call.limits);
  return call.answered(bytes);
}

/** A document may be named otherwise than by an OID, such as `urn:uuid:`. */
export const documentName = (uniqueId: string): string => (isOid(uniqueId) ? `urn:oid:${uniqueId}` : uniqueId);

/**
 * The description of a document of this patient.
 *
 * @throws TerrESanteError `TE_NOT_FOUND`, `TE_PROTOCOL`
 */
export async function theDocument(call: FhirCall, patient: BoundPatient, uniqueId: string): Promise<FhirEntry> {
  const id = await recordId(call, patient);
  const [found, ...others] = await documentsBearing(call.partner, id, [documentName(uniqueId)], call.limits);
  if (!found) throw new TerrESanteError('TE_NOT_FOUND', "Ce document n'est pas dans le dossier.");
  if (others.length === 0) return found;
  throw protocolFailure('two-documents', 'Deux documents portent cet identifiant : aucun choix.');
}

/** The id by which documents name the patient. */
export async function recordId(call: FhirCall, patient: BoundPatient): Promise<string> {
  const { id } = await requirePatientAt(call, patient);
  if (id !== null) return id;

  const { system, value } = patient.localId;
  const { patientInAddress } = call.options.services;
  const identifier = { system: oidUri(system), value };
  return patientId(call.partner, identifier, { ...call.limits, allowsAddress: patientInAddress });
}
