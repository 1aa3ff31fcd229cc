import type { CutOffStore, NotificationOperations } from '../notifications/index.ts';
import type { DepositChannel } from '../transport/index.ts';
import { checkConfig } from '../platform/index.ts';
import type { ConfigReport } from '../platform/index.ts';
import { professionalOf } from '../platform/config/people.ts';
import type { ConsentOperations } from './consent/model.ts';
import { recordConsent } from './consent/receipts.ts';
import type { DiagnoseOptions, Diagnosis } from './diagnosis/model.ts';
import type { DocumentOperations } from './documents/model.ts';
import type { DossierOperations } from './dossier/model.ts';
import type { Operations } from './operations.ts';
import type { PlatformContextOptions } from './policy/context.ts';

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
  diagnose(options?: DiagnoseOptions): Promise<Diagnosis>;
  /** Ends the calls in progress. */
  close(): void;
}

/**
 * Wires the operations over bindings, a deposit channel and a provider; `createClient` is the usual
 * way.
 *
 * @group Client
 */
export function createPlatform(options: PlatformOptions): Platform {
  const { config, descriptor, runtime } = options;
  let closed = false;
  let loaded: Operations | undefined;
  let loading: Promise<Operations> | undefined;

  /** Loaded at the first call: a host that has none to make does not pay for them. */
  const load = async (): Promise<Operations> => {
    const { createOperations } = await import('./operations.ts');
    loaded = createOperations(options);
    if (closed) loaded.close();
    return loaded;
  };
  const operations = (): Promise<Operations> => (loading ??= load());

  return {
    checkConfig: () => checkConfig(config, descriptor),
    dossier: {
      status: async (...given) => (await operations()).dossier.status(...given),
      create: async (...given) => (await operations()).dossier.create(...given),
    },
    consent: {
      record: (patient, input) => recordConsent(patient, input, professionalOf(config).nationalId, runtime),
    },
    notifications: {
      countForPatient: async (...given) => (await operations()).notifications.countForPatient(...given),
      countForPractitioner: async (...given) => (await operations()).notifications.countForPractitioner(...given),
      list: async (...given) => (await operations()).notifications.list(...given),
      async *watch(...given) {
        yield* (await operations()).notifications.watch(...given);
      },
      markSeen: async (...given) => (await operations()).notifications.markSeen(...given),
    },
    documents: {
      deposit: async (...given) => (await operations()).documents.deposit(...given),
      status: async (...given) => (await operations()).documents.status(...given),
      list: async (...given) => (await operations()).documents.list(...given),
      fetch: async (...given) => (await operations()).documents.fetch(...given),
    },
    diagnose: async (given) => (await operations()).diagnose(given),
    close() {
      closed = true;
      loaded?.close();
    },
  };
}
