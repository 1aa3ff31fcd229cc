import type { PlatformDescriptor } from '../../platform/index.ts';
import type { DepositReceipt } from '../../transport/index.ts';

/** What carries deposits, and the channel that a receipt names. */
export const depositChannels = { mssante: 'mssante', 'soap-ihe': 'xds', 'fhir-r4': 'fhir' } as const;

/** The wire that deposits take on a platform: mail, unless its descriptor names a server. */
export function depositChannelOf({ bindings }: PlatformDescriptor): DepositReceipt['channel'] {
  return depositChannels[bindings['documents.deposit']?.value ?? 'mssante'];
}
