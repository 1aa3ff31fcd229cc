import { isoUtc } from '../../internal/hl7-time.ts';
import type { AlertsBinding } from '../binding/alerts.ts';
import { listAlerts } from '../nde/alerts.ts';
import { createSubscription, endSubscription } from '../nde/subscriptions.ts';
import { writeSubscription } from '../nde/write-subscription.ts';
import { FhirCall } from './exchange.ts';
import type { FhirBindingOptions } from './model.ts';
import { fhirPatient } from './patient.ts';

/** Hospital alerts. @see ANS, Notification d'événements 3.0.0 */
export function alertsBinding(options: FhirBindingOptions): AlertsBinding {
  return {
    async list(query, given) {
      const call = new FhirCall(options, given);
      const allowsGet = options.services.patientInAddress;
      return call.answered(await listAlerts(call.partner, query, { ...call.limits, allowsGet }));
    },
    async subscribe(patient, subscribing, given) {
      const call = new FhirCall(options, given);
      const resource = writeSubscription({
        ...subscribing,
        patient: fhirPatient(options, patient),
        professional: options.professional,
        now: isoUtc(options.runtime.clock.now()),
      });
      return call.answered(await createSubscription(call.partner, resource, call.limits));
    },
    async unsubscribe(id, given) {
      const call = new FhirCall(options, given);
      await endSubscription(call.partner, id, call.limits);
      return call.answered(null);
    },
  };
}
