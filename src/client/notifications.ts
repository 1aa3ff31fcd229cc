import type { CallOptions } from '../internal/abort.ts';
import type { NotificationsPort } from '../notifications/operations.ts';
import type { Answered, BindingCall, BoundPatient, PlatformBinding } from '../transport/index.ts';
import type { PlatformContext } from './policy/context.ts';
import { patientScope } from '../internal/patient-scope.ts';

type NotificationBinding = NonNullable<PlatformBinding['notifications']>;
type Carried<T> = ((call: BindingCall) => Promise<Answered<T>>) | undefined;

/** What the notifications ask of the client: its gates, and calls to the platform. */
export function notificationsPort(
  context: PlatformContext,
  isKnownDocument: ((uniqueId: string) => boolean) | undefined,
): NotificationsPort {
  const ask = async <T>(
    patient: BoundPatient | null,
    options: CallOptions,
    carrier: (binding: NotificationBinding) => Carried<T>,
  ): Promise<T> => {
    const { value } = await context.call({
      operation: 'notifications',
      patient,
      purpose: 'normal',
      options,
      send: ({ notifications }) => notifications && carrier(notifications),
    });
    return value;
  };

  return {
    requireReady: () => context.requireReady(),
    isKnown: (uniqueId) => isKnownDocument?.(uniqueId) ?? false,
    scopeOf: (patient) => (patient ? patientScope(context.requirePatient(patient).localId) : 'practitioner'),
    async countForPatient(patient, query, options) {
      const bound = context.requirePatient(patient);
      return ask(bound, options, (binding) => binding.countForPatient?.bind(binding, bound, query));
    },
    async countForPractitioner(query, options) {
      return ask(null, options, (binding) => binding.countForPractitioner?.bind(binding, query));
    },
    async list(patient, query, options) {
      const bound = patient ? context.requirePatient(patient) : null;
      return ask(bound, options, (binding) => binding.list?.bind(binding, bound, query));
    },
  };
}
