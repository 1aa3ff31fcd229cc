import type { LocalIdentifier } from '../../identity/index.ts';
import type { ConsentReceipt } from './model.ts';
import { nodeCrypto } from '../../internal/node-crypto.ts';

function sha256(...parts: readonly string[]): string {
  // Each part is preceded by its length, so that no two lists of parts give the same bytes.
  const hash = nodeCrypto().createHash('sha256');
  for (const part of parts) hash.update(`${Buffer.byteLength(part)}:${part}`);
  return hash.digest('hex');
}

/** The patient of a receipt, as a digest that holds no trait. */
export function subjectOf(localId: LocalIdentifier, id: string): string {
  return sha256(id, localId.system, localId.value);
}

/** Digest of everything a receipt holds: a changed receipt has another one. */
export function hashOf(receipt: Omit<ConsentReceipt, 'hash'>): string {
  const { id, kinds, givenBy, mode, collectedAt, collectedBy, subject } = receipt;
  return sha256(id, [...kinds].sort().join(','), givenBy, mode, collectedAt, collectedBy, subject);
}
