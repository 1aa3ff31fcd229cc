import { isTerrESanteError } from '../../errors.ts';
import type { LocalIdentifier } from '../../identity/index.ts';
import { isObject, type Json } from '../../internal/json/index.ts';
import { readReference, tokenOf } from '../fhir/address.ts';
import { isModified } from '../fhir/bundle.ts';
import { askFhir } from '../fhir/exchange.ts';
import { searchWhole } from '../fhir/search.ts';
import { isFormer, replacing } from '../patients/fhir/former.ts';
import { readIdentifiers } from '../patients/fhir/identifiers.ts';
import type { FhirCall } from './exchange.ts';

/**
 * The record that took over from one that gave way, by reference or, as a feed writes it, by
 * identifier. It is followed once.
 *
 * @returns `null` when the server names none, several, or one that it does not give
 * @see IHE ITI PDQm, section 2:3.78.4.1.3; IHE ITI PIXm, section 2:3.104.4.1.3
 */
export async function survivorOf(call: FhirCall, record: Json): Promise<Json | null> {
  const [link, ...others] = replacing(record);
  const other = isObject(link?.['other']) ? link['other'] : null;
  if (!other || others.length > 0) return null;

  const reference = readReference(other['reference']);
  const named = readIdentifiers([other['identifier']]).identifiers[0];
  const found = reference?.type === 'Patient' ? await recordAt(call, reference.id) : await recordNamed(call, named);
  return found && !isFormer(found) && !isModified(found) ? found : null;
}

/** `null` for what an identity server does not keep or give: there is nothing to compare then. */
export async function recordAt({ partner, limits }: FhirCall, id: string): Promise<Json | null> {
  const url = new URL(`Patient/${id}`, partner.base).href;
  try {
    const { resource } = await askFhir(partner, { ...limits, method: 'GET', url, writes: false });
    return resource?.['resourceType'] === 'Patient' ? resource : null;
  } catch (error) {
    if (isTerrESanteError(error) && [403, 404, 405, 410].includes(Number(error.details['status']))) return null;
    throw error;
  }
}

async function recordNamed(call: FhirCall, identifier: LocalIdentifier | undefined): Promise<Json | null> {
  if (!identifier) return null;
  const { entries } = await searchWhole(call.partner, {
    ...call.limits,
    type: 'Patient',
    parameters: [['identifier', tokenOf(identifier)]],
    allowsGet: call.options.services.patientInAddress,
    maxPages: 20,
  });
  const [found, ...others] = entries.filter(({ type, resource }) => type === 'Patient' && !isFormer(resource));
  return found && others.length === 0 ? found.resource : null;
}
