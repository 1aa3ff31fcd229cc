import type { TerrESanteError } from '../../errors.ts';
import type { CpsCard } from './card-content.ts';
import type { SharedWork } from './shared-work.ts';

/** One card in one reader, from the moment it is read until it is removed, changed or released. */
export interface CardSession {
  readonly card: CpsCard;
  /** Aborted with the reason when the session is over. */
  readonly over: AbortController;
  loggedInAt: number | null;
  /** Raised at each login, so that a late failure does not undo a newer one. */
  logins: number;
  login: SharedWork<number> | null;
  loggedOutByIdle: boolean;
}

export function newSession(card: CpsCard): CardSession {
  return {
    card,
    over: new AbortController(),
    loggedInAt: null,
    logins: 0,
    login: null,
    loggedOutByIdle: false,
  };
}

/** Why a session is over, `null` while it is open. */
export function endOf({ over }: CardSession): TerrESanteError | null {
  return over.signal.aborted ? (over.signal.reason as TerrESanteError) : null;
}

/** @throws TerrESanteError why the session is over */
export function throwIfOver(session: CardSession): void {
  const reason = endOf(session);
  if (reason) throw reason;
}
