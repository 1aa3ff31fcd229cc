import type { FhirPartner } from '../fhir/exchange.ts';
import type { FhirSearch } from '../fhir/search.ts';
import type { FhirCall } from './exchange.ts';

/**
 * The call by which a list is read now: each page is an exchange of its own, with its own
 * assertion, name and limits.
 */
export class CurrentCall {
  call: FhirCall;

  constructor(call: FhirCall) {
    this.call = call;
  }

  get partner(): FhirPartner {
    return { ...this.call.partner, http: { stream: (request) => this.call.partner.http.stream(request) } };
  }

  search(search: Pick<FhirSearch, 'type' | 'parameters'>): FhirSearch {
    const limits = (): FhirCall['limits'] => this.call.limits;
    return {
      ...search,
      allowsGet: this.call.options.services.patientInAddress,
      get signal() {
        return limits().signal;
      },
      get timeoutMs() {
        return limits().timeoutMs;
      },
    };
  }
}
