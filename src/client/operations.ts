import { createHash } from 'node:crypto';
import { createNotificationOperations, memoryCutOffs, type NotificationOperations } from '../notifications/index.ts';
import { createDocumentOperations } from './documents/operations.ts';
import type { DocumentOperations } from './documents/model.ts';
import { diagnose } from './diagnosis/diagnose.ts';
import type { DiagnoseOptions, Diagnosis } from './diagnosis/model.ts';
import { createDossierOperations } from './dossier/operations.ts';
import type { DossierOperations } from './dossier/model.ts';
import type { PlatformOptions } from './platform.ts';
import { PlatformContext } from './policy/context.ts';

/** What is loaded at the first call. */
export interface Operations {
  readonly dossier: DossierOperations;
  readonly notifications: NotificationOperations;
  readonly documents: DocumentOperations;
  diagnose(options?: DiagnoseOptions): Promise<Diagnosis>;
  /** Ends the calls in progress. */
  close(): void;
}

export function createOperations(options: PlatformOptions): Operations {
  const context = new PlatformContext(options);
  const { config, descriptor, runtime } = options;
  const notifications = createNotificationOperations({
    cutOffs: options.cutOffs ?? memoryCutOffs(),
    clock: runtime.clock,
    countOwnDeposits: config.policy?.countOwnDeposits ?? true,
    minPollMs: descriptor.limits.minPollSeconds.value * 1000,
    port: {
      requireReady: () => context.requireReady(),
      isKnown: (uniqueId) => options.isKnownDocument?.(uniqueId) ?? false,
      scopeOf(patient) {
        if (!patient) return 'practitioner';
        const { localId } = context.requirePatient(patient);
        return createHash('sha256')
          .update(JSON.stringify([localId.system, localId.value]))
          .digest('hex');
      },
      async countForPatient(patient, query, callOptions) {
        const bound = context.requirePatient(patient);
        const { value } = await context.call({
          operation: 'notifications',
          patient: bound,
          purpose: 'normal',
          options: callOptions,
          send: ({ notifications: way }) => way && ((call) => way.countForPatient(bound, query, call)),
        });
        return value;
      },
      async countForPractitioner(query, callOptions) {
        const { value } = await context.call({
          operation: 'notifications',
          patient: null,
          purpose: 'normal',
          options: callOptions,
          send: ({ notifications: way }) => way && ((call) => way.countForPractitioner(query, call)),
        });
        return value;
      },
      async list(patient, query, callOptions) {
        const bound = patient ? context.requirePatient(patient) : null;
        const { value } = await context.call({
          operation: 'notifications',
          patient: bound,
          purpose: 'normal',
          options: callOptions,
          send: ({ notifications: way }) => way && ((call) => way.list(bound, query, call)),
        });
        return value;
      },
    },
  });
  return {
    dossier: createDossierOperations(context),
    notifications,
    documents: createDocumentOperations(context, options.deposit),
    diagnose: (given) => diagnose({ ...options, context }, given),
    close: () => context.close(),
  };
}
