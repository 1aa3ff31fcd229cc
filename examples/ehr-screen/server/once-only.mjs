// What a frame or a tab of the browser reads: an address drawn at random, once, for a minute.
import { randomBytes } from 'node:crypto';

const lifetimeMs = 60_000;

/** A document that is opened, for as long as it takes a browser to fetch it. Nothing is written to disk. */
export class OnceOnly {
  #kept = new Map();

  /** @returns {string} the address, which says nothing of the content */
  put(type, content, policy) {
    const path = `/once/${randomBytes(18).toString('base64url')}`;
    const headers = { 'Content-Security-Policy': policy, 'Referrer-Policy': 'no-referrer' };
    this.#kept.set(path, { type, content, headers });
    setTimeout(() => this.#kept.delete(path), lifetimeMs).unref();
    return path;
  }

  take(path) {
    const found = this.#kept.get(path);
    this.#kept.delete(path);
    return found;
  }
}
