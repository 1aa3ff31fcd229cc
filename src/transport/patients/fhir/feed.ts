import type { InsEnvironment, LocalIdentifier, PatientInput } from '../../../identity/index.ts';
import { writeFhirPatient, type FrCoreDialect } from '../../../identity/wire/index.ts';
import { utf8Bytes } from '../../../internal/bytes.ts';
import type { CallOptions } from '../../../internal/abort.ts';
import { formOf, oidUri, tokenOf } from '../../fhir/address.ts';
import { askFhir, type FhirPartner } from '../../fhir/exchange.ts';
import { issueLines, issuesOf } from '../../fhir/outcome.ts';
import type { FeedReceipt, PatientFeed } from '../model.ts';

/** A feed as it goes out. */
export interface FhirFeed {
  /** In the address: the record that is written. */
  readonly identifier: LocalIdentifier;
  readonly body: Uint8Array;
}

/**
 * The resource of ITI-104. A merge writes the record that is given up, which names the one that
 * took over.
 *
 * @param localId - of the patient
 * @see IHE ITI PIXm, sections 2:3.104.4.1 and 2:3.104.4.2
 */
export function writeFeed(
  feed: PatientFeed,
  localId: LocalIdentifier,
  options: { readonly dialect: FrCoreDialect; readonly environment: InsEnvironment | undefined },
): FhirFeed {
  const resource = writeFhirPatient(feed.patient, options);
  if (feed.event !== 'merge') {
    return { identifier: localId, body: utf8Bytes(JSON.stringify({ ...resource, active: true })) };
  }

  const subsumed = writeFhirPatient(givenUp(feed.patient, feed.replaces), options);
  const other = { identifier: identifierOf(localId) };
  const body = { ...subsumed, active: false, link: [{ type: 'replaced-by', other }] };
  return { identifier: feed.replaces, body: utf8Bytes(JSON.stringify(body)) };
}

/** The record that is given up: of the patient it has the names only, never the INS. */
function givenUp({ traits }: PatientInput, localId: LocalIdentifier): PatientInput {
  return { localId, traits };
}

const identifierOf = ({ system, value }: LocalIdentifier): object => ({ system: oidUri(system), value });

/** ITI-104, a conditional update: created or updated, never doubled. */
export async function sendFeed(
  partner: FhirPartner,
  { identifier, body }: FhirFeed,
  call: CallOptions,
): Promise<FeedReceipt> {
  const url = `${new URL('Patient', partner.base).href}?${formOf([['identifier', tokenOf(identifier)]])}`;
  const { status, resource, told } = await askFhir(partner, { ...call, method: 'PUT', url, body, writes: true });
  return { acknowledgement: status === 202 ? 'CA' : 'AA', warnings: issueLines(issuesOf(resource)), told };
}
