import { TerrESanteError } from '../../errors.ts';
import type { LocalIdentifier } from '../../identity/index.ts';
import { isoUtc } from '../../internal/hl7-time.ts';
import type { CutOffStore } from '../../notifications/index.ts';
import { patientScope } from '../../internal/patient-scope.ts';

/**
 * When a patient withdrew each consent. What was agreed to before that is over at once, whatever
 * receipts the host still holds; only a consent collected later opens the act again.
 *
 * @see Règlement (UE) 2016/679, article 7.3: a consent can be withdrawn at any time
 */
export class WithdrawnConsents {
  readonly #store: CutOffStore;

  constructor(store: CutOffStore) {
    this.#store = store;
  }

  /** Closes the acts; a withdrawal that is known with a later date stays. */
  async close(localId: LocalIdentifier, kinds: readonly string[], epochMs: number): Promise<void> {
    // A receipt is dated to the second: the second of the withdrawal is closed whole.
    const at = isoUtc(Math.ceil(epochMs / 1000) * 1000);
    for (const kind of kinds) {
      const scope = scopeOf(localId, kind);
      const known = await this.#store.read(scope);
      if (known === null || Date.parse(known) < Date.parse(at)) await this.#store.write(scope, at);
    }
  }

  /** Those of a patient that are known. */
  async of<K extends string>(
    localId: LocalIdentifier,
    kinds: readonly K[],
  ): Promise<readonly { readonly kind: K; readonly at: string }[]> {
    const known = kinds.map(async (kind) => ({ kind, at: await this.#store.read(scopeOf(localId, kind)) }));
    return (await Promise.all(known)).flatMap(({ kind, at }) => (at === null ? [] : [{ kind, at }]));
  }

  /**
   * Refuses an act whose consent was withdrawn since.
   *
   * @param receipt - `undefined` where a ticked box was enough: after a withdrawal it is not
   * @throws TerrESanteError `TE_CONSENT_REFUSED`
   */
  async require(
    localId: LocalIdentifier,
    kind: string,
    receipt: { readonly collectedAt: string } | undefined,
  ): Promise<void> {
    const withdrawnAt = await this.#store.read(scopeOf(localId, kind));
    if (withdrawnAt === null) return;

    // An instant that cannot be read closes too: what was withdrawn is not opened by an accident.
    const collectedAt = receipt ? Date.parse(receipt.collectedAt) : Number.NaN;
    if (collectedAt > Date.parse(withdrawnAt)) return;

    throw new TerrESanteError(
      'TE_CONSENT_REFUSED',
      'Le patient a retiré son consentement à cet acte : un nouveau consentement, recueilli depuis, est nécessaire.',
      { details: { reason: `withdrawn:${kind}` } },
    );
  }
}

/** The name in a store holds no identifier. */
function scopeOf(localId: LocalIdentifier, kind: string): string {
  return `consent:${kind}:${patientScope(localId)}`;
}
