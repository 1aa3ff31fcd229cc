import { Alarm } from '../../internal/wait.ts';
import type { CardLink } from './card-link.ts';
import type { CardSession } from './session.ts';
import type { CardSettings } from './settings.ts';

/** Looks at the card from time to time, while no call is under way. */
export class CardWatch {
  readonly #link: CardLink;
  readonly #settings: CardSettings;
  readonly #next = new Alarm();

  constructor(link: CardLink, settings: CardSettings) {
    this.#link = link;
    this.#settings = settings;
  }

  start(session: CardSession): void {
    if (this.#settings.pollMs === 0) return;

    this.#next.set(this.#settings.pollMs, () => {
      this.start(session);
      // The events `card-removed` and `process-ended` report a failure.
      if (this.#link.idle) this.look(session, undefined).catch(() => undefined);
    });
  }

  stop(): void {
    this.#next.off();
  }

  /**
   * A failure ends the session by itself; what is left to see is a login that the card forgot.
   *
   * @throws TerrESanteError `TE_CARD_REMOVED`, and others of a card that does not answer
   */
  async look(session: CardSession, signal: AbortSignal | undefined): Promise<void> {
    const { logins } = session;

    const { loggedIn } = await this.#link.call(session, { op: 'state' }, signal);
    if (loggedIn || session.loggedInAt === null || session.logins !== logins) return;

    session.loggedInAt = null;
    this.#settings.emit({ type: 'logged-out', reason: 'session-ended' });
  }
}
