import type { DepositReceipt } from '../../transport/index.ts';
import type { DepositedDocument } from './registry.ts';

/** Beyond this the memory starts again: an outbox is what remembers for long. */
const maxSent = 10_000;

interface SentDeposit {
  readonly receipt: DepositReceipt;
  readonly documents: readonly DepositedDocument[];
}

/** The deposits of this session, for a channel that remembers none. */
export class SentDeposits {
  readonly #sent = new Map<string, SentDeposit>();

  remember(receipt: DepositReceipt, documents: readonly DepositedDocument[]): void {
    if (this.#sent.size >= maxSent) this.#sent.clear();
    for (const uniqueId of receipt.uniqueIds) this.#sent.set(uniqueId, { receipt, documents });
  }

  /** The documents were found in the dossier. */
  markVisible(uniqueId: string): DepositReceipt | null {
    const sent = this.#sent.get(uniqueId);
    if (!sent) return null;

    const receipt: DepositReceipt = { ...sent.receipt, state: 'visible', rejection: null };
    this.remember(receipt, sent.documents);
    return receipt;
  }

  receiptOf(uniqueId: string): DepositReceipt | null {
    return this.#sent.get(uniqueId)?.receipt ?? null;
  }

  /** The documents sent together with this one; none when it was not sent in this session. */
  documentsOf(uniqueId: string): readonly DepositedDocument[] {
    return this.#sent.get(uniqueId)?.documents ?? [];
  }
}
