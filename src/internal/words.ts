import { refuseArgument, textOf, type Check } from './border.ts';

/** Plain text that was typed: half a character has no bytes, and is none. */
export const words: Check<string> = (name, value) => {
  const given = textOf(name, value);
  return /\p{Surrogate}/u.test(given) ? refuseArgument(name, 'texte Unicode attendu') : given;
};

/** A UUID, in lower case. */
export const uuid: Check<string> = (name, value) => {
  const shape = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
  const given = textOf(name, value).toLowerCase();
  return shape.test(given) ? given : refuseArgument(name, 'UUID attendu');
};

/** The id of a resource, which goes into an address: nothing else than what FHIR allows. */
export function resourceIdOf(name: string, id: unknown): string {
  const isId = typeof id === 'string' && /^(?!\.+$)[A-Za-z0-9.-]{1,64}$/.test(id);
  return isId ? id : refuseArgument(name, 'identifiant attendu');
}

/** What names a resource and its version; the rest of what was read does not matter. */
export function versionedOf(
  name: string,
  given: { readonly id?: unknown; readonly version?: unknown },
): { readonly id: string; readonly version: string | null } {
  const { id, version } = given;
  const isVersion = version === null || (typeof version === 'string' && /^[A-Za-z0-9.-]{1,64}$/.test(version));
  // A version left out would be one that nobody read.
  if (!isVersion) refuseArgument(`${name}.version`, 'version lue attendue');
  return { id: resourceIdOf(`${name}.id`, id), version };
}
