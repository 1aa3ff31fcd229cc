import type { PlatformDescriptor } from '../../platform/index.ts';
import type { DepositReceipt } from '../../transport/index.ts';

/** The wire that deposits take on a platform: mail, unless its descriptor names a registry. */
export function depositChannelOf({ bindings }: PlatformDescriptor): Exclude<DepositReceipt['channel'], 'fhir'> {
  return bindings['documents.deposit']?.value === 'soap-ihe' ? 'xds' : 'mssante';
}
