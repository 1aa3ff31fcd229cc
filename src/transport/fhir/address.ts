import { TerrESanteError } from '../../errors.ts';
import type { LocalIdentifier } from '../../identity/index.ts';
import { refuseArgument } from '../../internal/border.ts';
import { isOid } from '../../internal/oid.ts';

/** A resource by its type and id. */
export interface FhirReference {
  readonly type: string;
  readonly id: string;
}

/** Dots alone are a way up in an address. */
const idShape = /^(?!\.+$)[A-Za-z0-9.-]{1,64}$/;

/** The base of a server, which ends with a slash: what is relative is relative to it. */
export function baseOf(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isPlain = url?.search === '' && url.hash === '' && url.username === '' && url.password === '';
  if (!isPlain || !/^https?:$/.test(url.protocol)) {
    refuseArgument('baseUrl', 'adresse attendue, sans paramètre ni identifiant');
  }
  return new URL(`${url.origin}${url.pathname.replace(/\/*$/, '')}/`);
}

/**
 * The address of something on the same server. Compared when parsed, never as text: what looks like
 * our host may be a user name.
 *
 * @throws TerrESanteError `TE_PROTOCOL` for another server: no token, and no patient, goes there
 */
export function sameServer(base: URL, link: string): string {
  const url = URL.canParse(link, base.href) ? new URL(link, base.href) : null;
  const isOurs =
    url?.origin === base.origin && url.pathname.startsWith(base.pathname) && url.username === '' && url.password === '';
  if (isOurs || url?.href.replace(/[?#].*$/, '') === base.href.slice(0, -1)) return url.href;

  throw new TerrESanteError('TE_PROTOCOL', 'La réponse du serveur FHIR renvoie vers un autre serveur : refusé.', {
    details: { reason: 'other-server' },
  });
}

/**
 * A literal reference: relative, or absolute on any host with or without a version. Only type and
 * id are taken: a server behind a proxy names itself otherwise than we do.
 *
 * @returns `null` for what is none, such as `#contained` or an id with a path in it
 * @see HL7 FHIR R4, References, literal references; Resource, id
 */
export function readReference(text: unknown): FhirReference | null {
  if (typeof text !== 'string') return null;

  const literal = /^(?:https?:\/\/[^\s?#]+\/)?([A-Z][A-Za-z]{1,63})\/([^/?#\s]+)(?:\/_history\/[^/?#\s]+)?$/;
  const [, type, id] = literal.exec(text) ?? [];
  return type !== undefined && id !== undefined && idShape.test(id) ? { type, id } : null;
}

/** The id of a resource, checked before it goes into an address; `null` for what is none. */
export function idOf(resource: { readonly id?: unknown }): string | null {
  const { id } = resource;
  return typeof id === 'string' && idShape.test(id) ? id : null;
}

/**
 * A value inside a search parameter, where `,` `|` `$` and `\` mean something.
 *
 * @see HL7 FHIR R4, Search, escaping search parameters
 */
export function escaped(value: string): string {
  return value.replaceAll(/[\\,|$]/g, (sign) => `\\${sign}`);
}

/** A domain as the address that FHIR names it by: an OID is written as the URI it is. */
export const oidUri = (system: string): string => (isOid(system) ? `urn:oid:${system}` : system);

/** An identifier as a search token. */
export function tokenOf({ system, value }: LocalIdentifier): string {
  return `${escaped(oidUri(system))}|${escaped(value)}`;
}

/**
 * Parameters as a form or as a query; the names are ours, the values are encoded.
 *
 * @throws TerrESanteError `TE_INPUT_INVALID` for half a character, which no encoding has
 */
export function formOf(parameters: readonly (readonly [string, string])[]): string {
  for (const [name, value] of parameters) {
    if (/\p{Surrogate}/u.test(value)) refuseArgument(name, 'texte Unicode attendu');
  }
  return parameters.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join('&');
}
