import type { LocalIdentifier } from '../../identity/index.ts';
import { nodeCrypto } from '../../internal/node-crypto.ts';

/** The patient in a store of the host: a digest, so that the store holds no identifier. */
export function patientScope({ system, value }: LocalIdentifier): string {
  return nodeCrypto()
    .createHash('sha256')
    .update(JSON.stringify([system, value]))
    .digest('hex');
}
