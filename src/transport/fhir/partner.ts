import { systemRuntime, type Runtime } from '../../internal/runtime.ts';
import { baseOf } from './address.ts';
import type { FhirPartner } from './exchange.ts';

/** What every client of a FHIR server is given. */
interface PartnerOptions extends Pick<FhirPartner, 'http' | 'authorization' | 'headers' | 'refusals'> {
  readonly baseUrl: string;
  readonly maxResponseBytes?: number | undefined;
  readonly runtime?: Runtime | undefined;
}

/** The server of these options; an answer of 16 MiB is far beyond a page of a search. */
export function partnerOf(options: PartnerOptions): FhirPartner {
  const { http, baseUrl, authorization, headers, refusals, maxResponseBytes, runtime } = options;
  return {
    http,
    base: baseOf(baseUrl),
    authorization,
    headers,
    refusals,
    runtime: runtime ?? systemRuntime,
    maxBytes: maxResponseBytes ?? 16 * 1024 * 1024,
  };
}
