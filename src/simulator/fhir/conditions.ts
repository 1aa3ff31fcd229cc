import { objects, type Json } from '../../internal/json/index.ts';
import { textAt } from './elements.ts';
import { refused } from './refusal.ts';
import type { FhirView } from './view.ts';

/**
 * The resource that a criterion finds; `null` for none.
 *
 * @param criteria - `identifier=system|value`, encoded or not
 * @throws FhirRefusal for several, and for another criterion
 * @see HL7 FHIR R4, RESTful API, conditional create
 */
export function conditionalMatch(view: FhirView, type: string, criteria: string): Json | null {
  const parameters = [...new URLSearchParams(criteria)];
  const [first, ...others] = parameters;
  const [system = '', value = '', ...rest] = (first?.[1] ?? '').split('|');
  if (first?.[0] !== 'identifier' || others.length + rest.length > 0 || system === '' || value === '') {
    throw refused('SIM-FHIR-CRITERIA');
  }

  const found = view.all(type).filter(({ identifier, masterIdentifier }) => {
    const all = [
      ...(Array.isArray(identifier) ? objects(identifier) : objects([identifier])),
      ...objects([masterIdentifier]),
    ];
    return all.some((own) => own['system'] === system && own['value'] === value);
  });
  if (found.length > 1) throw refused('SIM-FHIR-SEVERAL');
  return found[0] ?? null;
}

/**
 * Whether a write is made on what is there now.
 *
 * @param ifMatch - `W/"version"`
 * @throws FhirRefusal
 * @see HL7 FHIR R4, RESTful API, managing resource contention
 */
export function requireVersion(current: Json, ifMatch: string | null): void {
  if (ifMatch === null) throw refused('SIM-FHIR-VERSION-NEEDED');
  const [, version] = /^(?:W\/)?"([A-Za-z0-9.-]{1,64})"$/.exec(ifMatch.trim()) ?? [];
  if (version === undefined) throw refused('SIM-FHIR-VERSION-SHAPE');
  if (version !== textAt(current, 'meta.versionId')) throw refused('SIM-FHIR-VERSION');
}
