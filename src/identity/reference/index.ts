/**
 * Communes and countries of birth, by their official geographic code. Guide: `docs/identity.md`.
 *
 * @packageDocumentation
 */

export { createCommuneLookup, loadCommuneLookup } from './commune-lookup.ts';
export { createCountryLookup } from './country-lookup.ts';
export { combineLookups, type CogCandidate, type CogLookup } from './lookup.ts';
export { resolveBirthPlace, type ResolvedBirthPlace } from './resolve.ts';
