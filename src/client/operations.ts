import type { CallOptions } from '../internal/abort.ts';
import { CutOffs, memoryCutOffs } from '../notifications/cut-off.ts';
import type { NotificationOperations } from '../notifications/index.ts';
import { createNotificationOperations } from '../notifications/operations.ts';
import type { InsiPort } from '../transport/index.ts';
import type { AlertOperations } from './alerts/model.ts';
import { createAlertOperations } from './alerts/operations.ts';
import type { CareCircleOperations } from './care-circle/model.ts';
import { createCareCircleOperations } from './care-circle/operations.ts';
import type { ClientParts, Connections } from './connections.ts';
import type { ConsentOperations } from './consent/model.ts';
import { createConsentOperations } from './consent/operations.ts';
import { diagnose } from './diagnosis/diagnose.ts';
import type { DiagnoseOptions, Diagnosis } from './diagnosis/model.ts';
import { createDocumentOperations, type OwnDocumentOperations } from './documents/operations.ts';
import type { DossierOperations } from './dossier/model.ts';
import { createDossierOperations } from './dossier/operations.ts';
import { createInsiOperations } from './insi/operations.ts';
import { notificationsPort } from './notifications.ts';
import { PlatformContext } from './policy/context.ts';
import type { NoteOperations } from './notes/model.ts';
import type { MailOperations } from './mail/model.ts';
import { createMailOperations } from './mail/operations.ts';
import { createNoteOperations } from './notes/operations.ts';
import type { InterventionPlanOperations } from './intervention-plan/model.ts';
import { createInterventionPlanOperations } from './intervention-plan/operations.ts';
import type { PortalOperations } from './portal/model.ts';
import { createPortalOperations } from './portal/operations.ts';
import type { SupportOperations } from './support/model.ts';
import { createSupportOperations } from './support/operations.ts';
import type { MeasureOperations } from './measures/model.ts';
import { createMeasureOperations } from './measures/operations.ts';
import type { PrivacyOperations } from './privacy/model.ts';
import { createPrivacyOperations } from './privacy/operations.ts';

/** The operations of a client: what is loaded at the first call. */
export interface Operations {
  readonly dossier: DossierOperations;
  readonly consent: Omit<ConsentOperations, 'record'>;
  readonly careCircle: CareCircleOperations;
  readonly alerts: AlertOperations;
  readonly notes: NoteOperations;
  readonly mail: MailOperations;
  readonly support: SupportOperations;
  readonly measures: MeasureOperations;
  readonly interventionPlan: InterventionPlanOperations;
  readonly notifications: NotificationOperations;
  readonly documents: OwnDocumentOperations;
  readonly portal: PortalOperations;
  readonly privacy: PrivacyOperations;
  readonly insi: InsiPort;
  diagnose(options?: DiagnoseOptions): Promise<Diagnosis>;
  /** Ends the calls in progress. */
  close(): void;
}

/** Wires the operations over the connections of a client. */
export function createOperations(parts: ClientParts, connections: Connections): Operations {
  const { config, descriptor, auth, options, runtime, timeoutMs, observer } = parts;
  const deposit = () => connections.channel();
  const context = new PlatformContext({
    config,
    descriptor,
    auth,
    authentication: options.authentication,
    bindings: (kind) => connections.binding(kind),
    runtime,
    timeoutMs,
    observer,
    audit: options.audit,
    withdrawals: connections.withdrawals,
  });

  const cutOffs = options.cutOffs ?? memoryCutOffs();
  const notifications = createNotificationOperations({
    cutOffs,
    clock: runtime.clock,
    countOwnDeposits: config.policy?.countOwnDeposits ?? true,
    minPollMs: descriptor.limits.minPollSeconds.value * 1000,
    port: notificationsPort(context, options.isKnownDocument),
  });
  const portal = createPortalOperations(context, new CutOffs(cutOffs));

  return {
    portal,
    privacy: createPrivacyOperations({
      ...{ context, cutOffs, audit: options.audit },
      outbox: async () => (connections.outbox.isConfigured ? connections.outbox.open() : null),
    }),
    dossier: createDossierOperations(context),
    consent: createConsentOperations(context),
    careCircle: createCareCircleOperations(context),
    alerts: createAlertOperations(context),
    notes: createNoteOperations(context),
    mail: createMailOperations({ context, outbox: connections.outbox, directory: options.directory }),
    support: createSupportOperations(context),
    measures: createMeasureOperations(context),
    interventionPlan: createInterventionPlanOperations(context),
    notifications,
    documents: createDocumentOperations(context, deposit, (submission, how) =>
      options.deposit ? Promise.resolve(null) : connections.outbox.measure(submission, how),
    ),
    insi: createInsiOperations(context, () => connections.insi()),
    diagnose: (how) => {
      const trials = { context, timeoutMs, provider: auth.signer, ...connections.mailTrials() };
      const read = (call: CallOptions): Promise<unknown> => notifications.countForPractitioner(call);
      return diagnose({ ...trials, ...surroundingsOf(options), read }, how);
    },
    close: () => {
      portal.close();
      context.close();
    },
  };
}

/** What a diagnosis looks at beside the wires: anchors of trust, and a proxy. */
function surroundingsOf({ tls, outbox, proxy }: ClientParts['options']): {
  readonly anchors: readonly string[];
  readonly throughProxy: boolean;
} {
  const anchors = [tls?.ca, outbox?.server?.caPem].filter((pem) => pem !== undefined);
  return { anchors, throughProxy: proxy !== undefined };
}
