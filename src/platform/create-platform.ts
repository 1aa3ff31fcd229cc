import { createHash } from 'node:crypto';
import {
  createNotificationOperations,
  memoryCutOffs,
  type CutOffStore,
  type NotificationOperations,
} from '../notifications/index.ts';
import type { DepositChannel } from '../transport/index.ts';
import { professionalOf } from './config/people.ts';
import type { ConfigReport } from './config/model.ts';
import { recordConsent } from './consent/receipts.ts';
import type { ConsentOperations } from './consent/model.ts';
import { createDocumentOperations } from './documents/operations.ts';
import type { DocumentOperations } from './documents/model.ts';
import { createDossierOperations } from './dossier/operations.ts';
import type { DossierOperations } from './dossier/model.ts';
import { PlatformContext, type PlatformContextOptions } from './policy/context.ts';

/** Options of {@link createPlatform}. @group Client */
export interface PlatformOptions extends PlatformContextOptions {
  readonly deposit: () => Promise<DepositChannel | undefined>;
  readonly cutOffs: CutOffStore | undefined;
  /** Documents that came by mail, so that their notification says so. */
  readonly isKnownDocument?: ((uniqueId: string) => boolean) | undefined;
}

/** The operations of a client, without the connections under them. @group Client */
export interface Platform {
  checkConfig(): ConfigReport;
  readonly dossier: DossierOperations;
  readonly consent: ConsentOperations;
  readonly notifications: NotificationOperations;
  readonly documents: DocumentOperations;
  /** Ends the calls in progress. */
  close(): void;
}

/** Wires the operations over bindings, a deposit channel and a provider; `createClient` is the usual way. @group Client */
export function createPlatform(options: PlatformOptions): Platform {
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
    checkConfig: () => context.report(),
    dossier: createDossierOperations(context),
    consent: {
      record: (patient, input) => recordConsent(patient, input, professionalOf(config).nationalId, runtime),
    },
    notifications,
    documents: createDocumentOperations(context, options.deposit),
    close: () => context.close(),
  };
}
