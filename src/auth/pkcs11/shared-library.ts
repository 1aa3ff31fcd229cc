import { realpathSync } from 'node:fs';
import { throwIfAborted } from '../../internal/abort.ts';

/*
 * PKCS#11 counts by process, not by caller (v2.20, sections 6.6 and 6.7.4): C_Finalize ends the
 * sessions of everybody in the process, and a login on a token is that of all its sessions. Two
 * providers on one library therefore share what stands here: the last one finalises, the last one
 * logs out, and one PIN opens the token for both.
 */

/** The login on one token, shared by the sessions that the process has on it. */
export class TokenLogin {
  /** Who uses the login. */
  readonly users = new Set<object>();
  /** Raised at each login: what was found under an older one is no longer valid. */
  count = 0;
  /** False for a login that another part of the process made: it is not ours to end. */
  ours = false;
  /** When the PIN was presented, in milliseconds since 1970; `null` when the host did it. */
  since: number | null = null;
  #turn: Promise<unknown> = Promise.resolve();

  /** Does one login after the other: who waited finds the token open, and asks nobody. */
  async inTurn<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    const before = this.#turn;
    const turn = before.then(() => {
      throwIfAborted(signal);
      return work();
    });
    this.#turn = turn.catch(() => undefined);
    return turn;
  }
}

/** What the users of one library in this process share. */
export interface SharedLibrary {
  readonly users: Set<object>;
  /** One of them initialised it: the last one finalises. */
  initialised: boolean;
  /** By slot, in hexadecimal. */
  readonly logins: Map<string, TokenLogin>;
}

/** Of the process and not of this module, which may be loaded twice (ES module and CommonJS). */
const registryKey = Symbol.for('terr-esante.pkcs11-libraries');

function registry(): Map<unknown, SharedLibrary> {
  const place = globalThis as unknown as { [registryKey]: Map<unknown, SharedLibrary> | undefined };
  const known = place[registryKey];
  if (known) return known;

  const made = new Map<unknown, SharedLibrary>();
  place[registryKey] = made;
  return made;
}

/** One name for one file, whatever links lead to it: the system loads it once. */
export function libraryKey(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/** What is shared of a library; made when nobody uses it yet. */
export function sharedLibrary(key: unknown): SharedLibrary {
  const known = registry().get(key);
  if (known) return known;

  const made: SharedLibrary = { users: new Set(), initialised: false, logins: new Map() };
  registry().set(key, made);
  return made;
}

/** Leaves; true for the last one, who finalises. */
export function leaveLibrary(key: unknown, user: object): boolean {
  const shared = registry().get(key);
  shared?.users.delete(user);
  if (shared && shared.users.size > 0) return false;

  registry().delete(key);
  return true;
}

/** The login of one token of a library. */
export function tokenLogin(shared: SharedLibrary, slot: string): TokenLogin {
  const known = shared.logins.get(slot);
  if (known) return known;

  const made = new TokenLogin();
  shared.logins.set(slot, made);
  return made;
}
