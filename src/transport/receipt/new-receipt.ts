import { TerrESanteError } from '../../errors.ts';
import type { DepositReceipt } from './model.ts';
import { shownAddress } from './shown-address.ts';

/** The fields of every receipt; the rest is `null` when the channel does not know it. */
export type ReceiptParts = Pick<DepositReceipt, 'uniqueIds' | 'channel' | 'submittedAt' | 'state'> &
  Partial<DepositReceipt>;

/**
 * Makes a receipt: the only place that does. The first uniqueId names the deposit.
 *
 * @throws TerrESanteError `TE_INPUT_INVALID` when the deposit holds no document.
 */
export function newReceipt(parts: ReceiptParts): DepositReceipt {
  const [uniqueId] = parts.uniqueIds;
  if (uniqueId === undefined) throw noDocument();

  return {
    uniqueId,
    documents: null,
    messageId: null,
    envelopeId: null,
    rejection: null,
    problem: null,
    attempts: null,
    nextAttemptAt: null,
    evidence: null,
    ...parts,
    recipients: (parts.recipients ?? []).map((recipient) => ({
      ...recipient,
      address: shownAddress(recipient.address),
    })),
  };
}

/** A deposit without a document names nothing and proves nothing. */
export function noDocument(): TerrESanteError {
  return new TerrESanteError('TE_INPUT_INVALID', 'Un dépôt contient au moins un document.');
}
