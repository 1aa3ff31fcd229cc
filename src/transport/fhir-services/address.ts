import type { FhirServices } from './services.ts';

/** Where the server of a platform is. */
export function fhirAddress({ url, services }: { readonly url: string; readonly services: FhirServices }): string {
  return `${url.replace(/\/+$/, '')}/${services.path.replace(/^\/+/, '')}`;
}

/**
 * An assertion as a bearer token.
 *
 * @see RFC 7522, section 2.1: base64url without padding; IHE ITI IUA, SAML Token option
 */
export function bearerOf(assertion: string): string {
  return `Bearer ${Buffer.from(assertion, 'utf8').toString('base64url')}`;
}
