// The files of the page, read when the server starts: an address is never turned into a path.
import { readdirSync, readFileSync } from 'node:fs';

const types = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
};

const folder = new URL('../page/', import.meta.url);
const files = new Map(
  readdirSync(folder).map((name) => [
    name === 'index.html' ? '/' : `/${name}`,
    { type: types[name.slice(name.lastIndexOf('.') + 1)], content: readFileSync(new URL(name, folder)) },
  ]),
);

/** A file of the page, `undefined` when there is none. */
export const staticFile = (path) => files.get(path);

/**
 * The page runs its own scripts and no others, and posts forms to the portal and nowhere else. The portal wants to
 * know where a form comes from; the address of the page says no more than a port.
 */
export function pageHeaders({ origins, referrerPolicy }) {
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "frame-src 'self'",
    `form-action ${origins.join(' ')}`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ];
  return {
    'Content-Security-Policy': policy.join('; '),
    'Referrer-Policy': referrerPolicy,
    'Cross-Origin-Opener-Policy': 'same-origin',
  };
}
