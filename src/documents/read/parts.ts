import type { LocalIdentifier } from '../../identity/index.ts';
import { attributeOf, textOf, type ReadElement } from '../../internal/xml/index.ts';
import { addressParts } from '../cda/address-parts.ts';
import { insRoots, oids } from '../cda/oids.ts';
import type {
  AddressPart,
  Coded,
  HeaderActor,
  HeaderAddress,
  HeaderName,
  HeaderOrganization,
  HeaderTelecom,
} from '../model/document.ts';
import { child, children } from './parse.ts';

const partNames: ReadonlySet<string> = new Set(addressParts);

/** Attribute, `null` when absent or empty. */
export function attribute(node: ReadElement | undefined, name: string): string | null {
  const value = attributeOf(node, name);
  return value === undefined || value.trim() === '' ? null : value.trim();
}

/** Text of an element in one line, `null` when there is none. */
export function words(node: ReadElement | undefined): string | null {
  const text = textOf(node)
    .trim()
    .replaceAll(/[ \t\r\n]+/g, ' ');
  return text === '' ? null : text;
}

export function coded(node: ReadElement | undefined): Coded | null {
  const value = attribute(node, 'code');
  if (value === null) return null;

  return {
    code: value,
    codeSystem: attribute(node, 'codeSystem') ?? '',
    displayName: attribute(node, 'displayName') ?? '',
  };
}

export function identifiers(parent: ReadElement | undefined): LocalIdentifier[] {
  return children(parent, 'id').flatMap((node) => {
    const system = attribute(node, 'root');
    return system === null ? [] : [{ system, value: attribute(node, 'extension') ?? '' }];
  });
}

/** OID alone, or `root^extension`. */
export function documentId(node: ReadElement | undefined): string | null {
  const root = attribute(node, 'root');
  const extension = attribute(node, 'extension');
  if (root === null || extension === null) return root;

  return `${root}^${extension}`;
}

export function value(node: ReadElement | undefined): string | null {
  return attribute(node, 'value');
}

/** `low` and `high`, or a single value as the start. */
export function interval(node: ReadElement | undefined): { start: string | null; stop: string | null } {
  return { start: value(child(node, 'low')) ?? value(node), stop: value(child(node, 'high')) };
}

/** The first name of a person that holds something. */
export function personName(person: ReadElement | undefined): HeaderName | null {
  for (const node of children(person, 'name')) {
    const name = nameOf(node);
    if (name) return name;
  }
  return null;
}

function nameOf(node: ReadElement): HeaderName | null {
  const family = children(node, 'family').map(words).filter(Boolean).join(' ');
  const given = children(node, 'given').map(words).filter(Boolean).join(' ');
  if (family === '' && given === '') {
    // A name without parts is one text.
    const text = words(node);
    return text === null ? null : { family: text, given: null, prefix: null, suffix: null };
  }

  return {
    family,
    given: given === '' ? null : given,
    prefix: words(child(node, 'prefix')),
    suffix: words(child(node, 'suffix')),
  };
}

export function telecoms(parent: ReadElement | undefined): HeaderTelecom[] {
  return children(parent, 'telecom').flatMap((node) => {
    const text = value(node);
    return text === null ? [] : [{ value: text, use: attribute(node, 'use') }];
  });
}

export function address(parent: ReadElement | undefined): HeaderAddress | null {
  const node = child(parent, 'addr');
  if (!node) return null;

  const use = attribute(node, 'use');
  const lines = children(node, 'streetAddressLine').flatMap((line) => words(line) ?? []);
  const parts: Partial<Record<AddressPart, string>> = {};
  for (const part of node.children) {
    if (typeof part === 'string' || !partNames.has(part.localName)) continue;

    const text = words(part);
    if (text !== null) parts[part.localName as AddressPart] = text;
  }
  if (lines.length > 0 || Object.keys(parts).length > 0) return { use, lines, parts };

  // An address without parts is one line.
  const text = words(node);
  return text === null ? null : { use, lines: [text], parts };
}

export function organization(node: ReadElement | undefined): HeaderOrganization | null {
  if (!node) return null;

  return {
    id: identifiers(node)[0] ?? null,
    name: words(child(node, 'name')),
    telecom: telecoms(node),
    address: address(node),
    practiceSetting: coded(child(node, 'standardIndustryClassCode')),
  };
}

/** Names of the elements that hold the person and the organization of a role. */
export interface RoleShape {
  readonly person: string;
  readonly organization: string;
}

export const assigned: RoleShape = { person: 'assignedPerson', organization: 'representedOrganization' };

function deviceOf(role: ReadElement | undefined): HeaderActor['device'] {
  const device = child(role, 'assignedAuthoringDevice');
  if (!device) return null;

  return {
    model: words(child(device, 'manufacturerModelName')) ?? '',
    software: words(child(device, 'softwareName')) ?? '',
  };
}

/** What an actor is, by the roots of its identifiers. */
function kindOf(ids: readonly LocalIdentifier[]): HeaderActor['kind'] {
  if (ids.some(({ system }) => system === oids.professional)) return 'professional';

  return ids.some(({ system }) => insRoots.has(system)) ? 'patient' : 'other';
}

/** A role as an actor. The national identifier is found by its root, not by its place. */
export function actor(
  role: ReadElement | undefined,
  shape: RoleShape = assigned,
  carried: { time?: ReadElement | undefined; functionCode?: ReadElement | undefined } = {},
): HeaderActor {
  const ids = identifiers(role);
  const national = ids.find(({ system }) => system === oids.professional);
  const id = national ?? ids[0] ?? null;
  const device = deviceOf(role);

  return {
    id,
    otherIds: ids.filter((other) => other !== id),
    kind: device ? 'device' : kindOf(ids),
    specialty: coded(child(role, 'code')),
    functionCode: coded(carried.functionCode),
    name: personName(child(role, shape.person)),
    device,
    telecom: telecoms(role),
    address: address(role),
    organization: organization(child(role, shape.organization)),
    time: value(carried.time),
  };
}
