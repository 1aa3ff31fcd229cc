import type { LocalIdentifier } from '../../identity/index.ts';
import type { Clock } from '../../internal/runtime.ts';
import { nodeCrypto } from '../../internal/node-crypto.ts';

/** How long a client may rely on "the dossier exists" before a deposit asks again: one minute. */
const knownForMs = 60_000;

/** Beyond this the memory starts again: a session that long has no use for the first ones. */
const maxKnown = 10_000;

/**
 * Remembers for a minute that a dossier exists, so that two deposits in a row ask once. Membership
 * of the care circle is not remembered: the patient may change it at any time.
 */
export class KnownDossiers {
  readonly #clock: Clock;
  readonly #salt = nodeCrypto().randomBytes(32);
  readonly #seenAt = new Map<string, number>();

  readonly #keptMs: number;

  constructor(clock: Clock, keptMs: number = knownForMs) {
    this.#clock = clock;
    this.#keptMs = keptMs;
  }

  remember(localId: LocalIdentifier): void {
    if (this.#seenAt.size >= maxKnown) this.#seenAt.clear();
    this.#seenAt.set(this.#keyOf(localId), this.#clock.now());
  }

  forget(localId: LocalIdentifier): void {
    this.#seenAt.delete(this.#keyOf(localId));
  }

  has(localId: LocalIdentifier): boolean {
    const seenAt = this.#seenAt.get(this.#keyOf(localId));
    if (seenAt === undefined) return false;

    // A clock that was set back would make the minute last for hours.
    const age = this.#clock.now() - seenAt;
    return age >= 0 && age <= this.#keptMs;
  }

  clear(): void {
    this.#seenAt.clear();
  }

  /** A name for a patient that cannot be read back: good for this session only. */
  #keyOf({ system, value }: LocalIdentifier): string {
    return nodeCrypto()
      .createHmac('sha256', this.#salt)
      .update(JSON.stringify([system, value]))
      .digest('base64');
  }
}
