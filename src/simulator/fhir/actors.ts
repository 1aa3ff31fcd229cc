import type { Json } from '../../internal/json/index.ts';
import { objects } from '../../internal/json/index.ts';
import { fhirNames, nationalOids, referenceTo } from './names.ts';

const profession = { system: `urn:oid:${nationalOids.professional}` };

function identifierTyped(code: 'IDNPS' | 'RPPS', system: string, value: string): Json {
  return { use: 'official', type: { coding: [{ system: fhirNames.identifierTypes, code }] }, system, value };
}

/**
 * A professional of whom the platform knows the national identifier alone.
 *
 * @see ANS, Annuaire 1.1.0, profile as-practitioner
 */
export function practitionerResource(nationalId: string, id: string): Json {
  const rpps = /^8(\d{11})$/.exec(nationalId)?.[1];
  return {
    resourceType: 'Practitioner',
    id,
    meta: { profile: [fhirNames.practitioner] },
    identifier: [
      identifierTyped('IDNPS', profession.system, nationalId),
      ...(rpps === undefined ? [] : [identifierTyped('RPPS', fhirNames.rpps, rpps)]),
    ],
    name: [{ text: `Professionnel ${nationalId}` }],
  };
}

/** @see ANS, Annuaire 1.1.0, profile as-practitionerrole */
export function roleResource(id: string): Json {
  return {
    resourceType: 'PractitionerRole',
    id,
    meta: { profile: [fhirNames.practitionerRole] },
    active: true,
    practitioner: referenceTo('Practitioner', id),
  };
}

/** The national identifier among identifiers: as it is, else after its RPPS. */
export function nationalIdOf(identifiers: unknown): string | null {
  const all = objects(identifiers);
  const valueOf = (system: string): string | null => {
    const value = all.find((identifier) => identifier['system'] === system)?.['value'];
    return typeof value === 'string' && /^[0-9A-Z/]{1,64}$/i.test(value) ? value : null;
  };
  const rpps = valueOf(fhirNames.rpps);
  return valueOf(profession.system) ?? (rpps === null ? null : `8${rpps}`);
}
