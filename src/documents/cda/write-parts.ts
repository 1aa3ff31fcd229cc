import type { LocalIdentifier } from '../../identity/index.ts';
import { element, fragment, text, type Xml } from '../../internal/xml/index.ts';
import type {
  Coded,
  HeaderActor,
  HeaderAddress,
  HeaderName,
  HeaderOrganization,
  HeaderTelecom,
} from '../model/document.ts';
import { addressParts } from './address-parts.ts';
import { oids } from './oids.ts';

const systemNames: Readonly<Record<string, string>> = {
  [oids.loinc]: 'LOINC',
  [oids.snomedCt]: 'SNOMED CT',
  [oids.cim10]: 'CIM10',
};

export function code(name: string, value: Coded | null): Xml | null {
  return (
    value &&
    element(name, {
      code: value.code,
      codeSystem: value.codeSystem,
      codeSystemName: systemNames[value.codeSystem],
      displayName: value.displayName,
    })
  );
}

export function id(value: LocalIdentifier | null): Xml | null {
  return value && element('id', { root: value.system, extension: value.value === '' ? undefined : value.value });
}

export function time(name: string, value: string | null): Xml | null {
  return value === null ? null : element(name, { value });
}

/** A simple element, left out when its text is absent. */
export function textElement(name: string, value: string | null): Xml | null {
  return value === null ? null : element(name, null, text(value));
}

export function interval(name: string, start: string | null, stop: string | null): Xml {
  if (start === null && stop === null) return element(name, { nullFlavor: 'UNK' });
  return element(name, null, time('low', start), time('high', stop));
}

export function personName(value: HeaderName): Xml {
  return element(
    'name',
    null,
    textElement('prefix', value.prefix),
    textElement('given', value.given),
    element('family', null, text(value.family)),
    textElement('suffix', value.suffix),
  );
}

export function address(value: HeaderAddress | null): Xml | null {
  if (value === null) return null;

  return element(
    'addr',
    { use: value.use ?? undefined },
    ...value.lines.map((line) => element('streetAddressLine', null, text(line))),
    ...addressParts.map((part) => {
      const content = value.parts[part];
      return content !== undefined && element(part, null, text(content));
    }),
  );
}

export function telecoms(values: readonly HeaderTelecom[]): Xml {
  return fragment(...values.map(({ value, use }) => element('telecom', { use: use ?? undefined, value })));
}

/**
 * Address and telecoms; said to be unknown when absent, since editions of the volet differ on
 * whether they may be.
 */
export function contact(who: { address: HeaderAddress | null; telecom: readonly HeaderTelecom[] }): Xml {
  return fragment(
    address(who.address) ?? element('addr', { nullFlavor: 'UNK' }),
    who.telecom.length > 0 ? telecoms(who.telecom) : element('telecom', { nullFlavor: 'UNK' }),
  );
}

export function organization(name: string, value: HeaderOrganization | null): Xml | null {
  return (
    value &&
    element(
      name,
      null,
      id(value.id),
      textElement('name', value.name),
      telecoms(value.telecom),
      address(value.address),
      code('standardIndustryClassCode', value.practiceSetting),
    )
  );
}

/** `assignedEntity`: a professional, or the patient as legal authenticator. */
export function assignedEntity(actor: HeaderActor): Xml {
  return element(
    'assignedEntity',
    null,
    id(actor.id),
    code('code', actor.specialty),
    contact(actor),
    actor.name && element('assignedPerson', null, personName(actor.name)),
    organization('representedOrganization', actor.organization),
  );
}
