import { refuseArgument } from '../../internal/border.ts';
import type { CareCircleAddition, CareCircleContact } from '../binding/care-circle.ts';
import { creating, sameUuid, type TransactionEntry } from './actors.ts';
import type { FhirBindingOptions } from './model.ts';
import { profiles, roleClassSystem } from './names.ts';

/**
 * A relative of a patient, under an identifier of ours.
 *
 * @throws TerrESanteError `TE_INPUT_INVALID` without a name, a role or a means of contact
 * @see ANS, Cercle de soins 2.0.1, cds-fr-related-person
 */
export function relativeEntry(
  { services }: FhirBindingOptions,
  { consent, familyName, givenName, role, contacts }: CareCircleAddition,
  { fullUrl, subject }: { readonly fullUrl: string; readonly subject: unknown },
): TransactionEntry {
  if (familyName === null) refuseArgument('familyName', 'nom du proche attendu');
  if (role === null) refuseArgument('role', 'rôle du proche attendu (TRE_R260)');
  if (contacts.length === 0) refuseArgument('contacts', 'un moyen de contact du proche est attendu');

  const key = {
    system: services.roleSystem,
    value: sameUuid(consent.id, 'RelatedPerson', familyName, givenName ?? ''),
  };
  const resource = {
    resourceType: 'RelatedPerson',
    meta: { profile: [profiles.relative] },
    identifier: [key],
    active: true,
    patient: subject,
    relationship: [{ coding: [{ system: roleClassSystem, code: role }] }],
    name: [{ family: familyName, ...(givenName !== null && { given: [givenName] }) }],
    telecom: contacts.map(telecomOf),
  };
  return creating(fullUrl, resource, key);
}

function telecomOf({ system, value }: CareCircleContact): object {
  return { system: system === 'mss' ? 'email' : system, value };
}
