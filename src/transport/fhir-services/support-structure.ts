import type { LocalIdentifier } from '../../identity/index.ts';
import type { Json } from '../../internal/json/index.ts';
import type { SupportRecipient } from '../binding/support.ts';
import { oidUri, tokenOf } from '../fhir/address.ts';
import { searchWhole } from '../fhir/search.ts';
import { structureOid } from './actors.ts';
import type { FhirCall } from './exchange.ts';
import { bears } from './identity.ts';
import type { FhirSupportServices } from './services.ts';

/** What a call about requests for support needs to know of the platform. */
export function supportServices({ options }: FhirCall): FhirSupportServices {
  // The binding is made only where the descriptor has them.
  return options.services.support as FhirSupportServices;
}

/** The identifiers of a structure that is asked. */
function identifiersOf({ options }: FhirCall, { finess, structureId }: SupportRecipient): readonly LocalIdentifier[] {
  return [
    ...(finess === null ? [] : [{ system: options.services.structureSystem, value: finess }]),
    ...(structureId === null ? [] : [{ system: oidUri(structureOid), value: structureId }]),
  ];
}

/**
 * A structure, as a request names it: by its identifier, and by the record that the platform holds
 * of it, so that it finds what it is asked.
 *
 * @returns `null` when the platform carries no request to it
 * @throws TerrESanteError those of the search
 */
export async function structureAt(call: FhirCall, structure: SupportRecipient): Promise<Json | null> {
  const identifiers = identifiersOf(call, structure);
  const [identifier] = identifiers;
  if (!identifier) return null;

  const { name } = structure;
  const logical = { type: 'Organization', identifier, ...(name !== null && { display: name }) };
  if (supportServices(call).structures === 'any') return logical;

  const { entries } = await searchWhole(call.partner, {
    ...call.limits,
    type: 'Organization',
    parameters: [['identifier', identifiers.map(tokenOf).join(',')]],
    // A structure is no patient: an address may name it.
    allowsGet: true,
    maxPages: 20,
  });
  const held = entries.filter(
    ({ type, mode, id, resource }) =>
      type === 'Organization' &&
      mode === 'match' &&
      id !== null &&
      resource['active'] !== false &&
      identifiers.some((each) => bears(resource, each)),
  );
  const [record, ...others] = held;
  if (!record) return null;
  // Of several records none is chosen: the identifier names them all.
  return others.length > 0 ? logical : { reference: `Organization/${String(record.id)}`, ...logical };
}
