// Who may ask. A page of another site, another user of this machine and another name of this machine may not.
import { timingSafeEqual } from 'node:crypto';

/**
 * Why a request is refused before anything reads it, as an HTTP status; `null`: it is not.
 *
 * - `Host` is the very address that was printed: a name that somebody points here is refused (DNS rebinding);
 * - an operation is a POST of our own page (`Origin`), in JSON, with the token of this start. The token is in
 *   a header of ours, so that a browser asks before it sends it from elsewhere, and is told no.
 */
export function refusalOf({ method, headers }, { origin, token }) {
  if (headers.host !== new URL(origin).host) return 421;
  if (method === 'GET') return fromElsewhere(headers) ? 403 : null;
  if (method !== 'POST') return 405;
  if (headers.origin !== origin || fromElsewhere(headers)) return 403;
  if (!/^application\/json(;|$)/.test(headers['content-type'] ?? '')) return 415;
  return isToken(headers['x-screen-token'], token) ? null : 401;
}

/** `none` is an address that the user gave; a browser that does not say is an old one. */
function fromElsewhere(headers) {
  return !['same-origin', 'none', undefined].includes(headers['sec-fetch-site']);
}

function isToken(given, token) {
  const [left, right] = [Buffer.from(String(given ?? '')), Buffer.from(token)];
  return left.length === right.length && timingSafeEqual(left, right);
}
