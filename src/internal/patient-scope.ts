import { nodeCrypto } from './node-crypto.ts';

/** The patient in what is stored: a digest, so that a store holds no identifier. */
export function patientScope({ system, value }: { readonly system: string; readonly value: string }): string {
  return nodeCrypto()
    .createHash('sha256')
    .update(JSON.stringify([system, value]))
    .digest('hex');
}
