import { TerrESanteError } from '../errors.ts';
import { Observer } from '../internal/observer.ts';
import { needed, optionsOf, reading, recordOf, type Checks } from '../internal/border.ts';
import {
  anything,
  callback,
  either,
  flag,
  listOf,
  methods,
  options,
  record,
  runtime,
  text,
  wait,
} from '../internal/option-checks.ts';
import { systemRuntime } from '../internal/runtime.ts';
import type { CutOffStore } from '../notifications/index.ts';
import { professionalOf } from '../platform/config/people.ts';
import { descriptorOf } from '../platform/descriptor/descriptors.ts';
import type { TerrESanteConfig, UserConfig } from '../platform/index.ts';
import type { DepositChannel, Directory } from '../transport/index.ts';
import type { AuditJournal } from './audit/model.ts';
import { ownBinding } from './binding-checks.ts';
import { coordinationOf } from './coordination-parts.ts';
import type { ClientParts } from './connections.ts';
import { recordConsent } from './consent/record.ts';
import type { AccessOptions } from './call.ts';
import type { DocumentOperations } from './documents/model.ts';
import { OneSearch } from './documents/search.ts';
import { forward } from './lazy.ts';
import type { ClientInsiOptions } from './insi/model.ts';
import type { ClientOptions, ProfessionalOptions, TerrESanteClient } from './model.ts';
import type { Operations } from './operations.ts';
import type { ClientOutboxOptions } from './outbox/model.ts';
import { outboxChecks } from './outbox/checks.ts';
import { authCheck, clientAuthOf } from './policy/client-auth.ts';
import { clientReport } from './policy/means.ts';
import { outboxOperations } from './outbox/operations.ts';
import { depositorId } from './outbox/outbox.ts';
import { Session } from './session.ts';
import { timelineOperations } from './timeline/operations.ts';

/**
 * Makes a client. Opens no connection and asks for no card: that happens at the first call that
 * needs it, after the configuration, the identity and the consent have been checked.
 *
 * @throws TerrESanteError `TE_CONFIG_INVALID` when no provider is given, or the environment has no
 *   published descriptor and none is given
 *
 * @example
 * ```ts
 * import { createClient } from 'terr-esante-sdk';
 * import { createPkcs12Provider } from 'terr-esante-sdk/auth';
 * import { createSimulator, fictiveConfig } from 'terr-esante-sdk/simulator';
 * import { fictivePatient } from 'terr-esante-sdk/testing';
 *
 * const simulator = await createSimulator();
 * const { pfx, password } = simulator.hierarchy.professional.signature;
 * const te = createClient(fictiveConfig(simulator), {
 *   auth: await createPkcs12Provider({ pfx, password }),
 *   tls: { ca: simulator.caPem },
 * });
 * te.checkConfig().ok; // true
 * const status = await te.dossier.status(fictivePatient());
 * status.state; // 'absent'
 * await te.close();
 * await simulator.close();
 * ```
 *
 * @group Client
 */
export function createClient(config: TerrESanteConfig, how: ClientOptions): TerrESanteClient {
  // A host without types may leave them out.
  const isSigned = reading('options', () => Boolean((how as Partial<ClientOptions> | undefined)?.auth));
  if (!isSigned) throw withoutProvider();
  recordOf('config', config, 'configuration attendue');
  const checked = optionsOf('options', how, clientChecks);

  const { runtime: clockAndIds = systemRuntime, timeoutMs = 30_000 } = checked;
  const descriptor = checked.descriptor ?? reading('config', () => descriptorOf(config.environment));
  const observer = new Observer(checked.logger);
  const auth = clientAuthOf(checked.auth, null);
  const parts = { config, descriptor, auth, options: checked, runtime: clockAndIds, timeoutMs, observer };
  return clientOf(parts, new Session(parts));
}

const cutOffStore = methods<CutOffStore>('read', 'write');

const insiChecks: Checks<ClientInsiOptions> = {
  endpoint: needed(text),
  sender: needed(record),
  assertion: callback,
  verifier: record,
  // A record or a function: the connection says what is wrong with it.
  identity: anything,
  ca: text,
  crl: callback,
};

const clientChecks: Checks<ClientOptions> = {
  auth: authCheck,
  authentication: record,
  descriptor: record,
  outbox: options(outboxChecks),
  directory: methods<Directory>('mailboxesOfProfessional', 'mailboxesOfStructure', 'resolve'),
  deposit: either<NonNullable<ClientOptions['deposit']>>(methods<DepositChannel>('deposit', 'close'), callback),
  bindings: listOf(ownBinding),
  tls: options<NonNullable<ClientOptions['tls']>>({ ca: text, crl: callback, clientCertificate: flag }),
  // The HTTP client says what is wrong with it.
  proxy: record,
  fhirAuthorization: callback,
  insi: options(insiChecks),
  cutOffs: cutOffStore,
  withdrawals: cutOffStore,
  audit: methods<AuditJournal>('write'),
  isKnownDocument: callback,
  timeoutMs: wait,
  // The observer says which methods a logger has.
  logger: anything,
  runtime,
};

const professionalChecks: Checks<ProfessionalOptions> = {
  // Its absence is an error of the configuration.
  auth: (name, value) => (value === null ? anything(name, value) : authCheck(name, value)),
  authentication: record,
  cutOffs: cutOffStore,
  isKnownDocument: callback,
  fhirAuthorization: callback,
  insi: options(insiChecks),
  outbox: options<NonNullable<ProfessionalOptions['outbox']>>({
    label: text,
    onChange: callback,
    onError: callback,
    replies: record,
  }),
};

function withoutProvider(): TerrESanteError {
  return new TerrESanteError('TE_CONFIG_INVALID', "Aucun moyen de signer n'est donné au client (auth).");
}

const circleCalls = ['get', 'join', 'leave', 'listMine', 'addMember', 'removeMember'] as const;

const documentCalls = [
  'deposit',
  'depositLetter',
  'depositPrescription',
  'depositReport',
  'depositVsm',
  'measure',
  'status',
  'list',
  'fetch',
  'setVisibility',
] as const;

/** The operations of one professional, over a session. */
function clientOf(parts: ClientParts, session: Session): TerrESanteClient {
  const { config, descriptor, runtime: clockAndIds } = parts;
  const part =
    <K extends keyof Operations>(name: K) =>
    async (): Promise<Operations[K]> =>
      (await session.operations())[name];

  const dossier: TerrESanteClient['dossier'] = {
    ...forward(part('dossier'), ['status', 'create']),
    async *statuses(patients, how) {
      yield* (await session.operations()).dossier.statuses(patients, how);
    },
  };
  const notifications: TerrESanteClient['notifications'] = {
    ...forward(part('notifications'), ['countForPatient', 'countForPractitioner', 'list', 'markSeen']),
    async *watch(how) {
      yield* (await session.operations()).notifications.watch(how);
    },
  };
  const alerts: TerrESanteClient['alerts'] = {
    ...forward(part('alerts'), ['list', 'subscribe', 'unsubscribe']),
    async *watch(subscriptions, how) {
      yield* (await session.operations()).alerts.watch(subscriptions, how);
    },
  };
  const documents: DocumentOperations = {
    ...forward(part('documents'), documentCalls),
    search: (...asked) =>
      new OneSearch(async () => (await session.operations()).documents.openSearch(...asked), isEmergency(asked[2])),
  };

  return {
    checkConfig: () => clientReport(config, descriptor, parts.auth, parts.options.authentication),
    diagnose: async (how) => (await session.operations()).diagnose(how),
    dossier,
    consent: {
      record: (patient, input) => recordConsent(patient, input, professionalOf(config).nationalId, clockAndIds),
      ...forward(part('consent'), ['get', 'withdraw']),
    },
    careCircle: forward(part('careCircle'), circleCalls),
    alerts,
    ...coordinationOf(session),
    notifications,
    documents,
    outbox: outboxOperations(
      session.connections.outbox,
      async (patient, uniqueId, signal) => (await documents.status(patient, uniqueId, { signal })).receipt,
    ),
    timeline: timelineOperations({ documents, alerts, descriptor }),
    portal: forward(part('portal'), ['launch']),
    privacy: forward(part('privacy'), ['export', 'erase']),
    insi: forward(part('insi'), ['searchByTraits', 'searchByVitale', 'verify', 'verifyBatch']),
    as(professional, how) {
      const others = partsOfAnother(parts, professional, how);
      return clientOf(others, session.another(others));
    },
    close: () => session.close(),
    [Symbol.asyncDispose]: () => session.close(),
  };
}

/** What cannot be read is refused when the search is. */
function isEmergency(options: AccessOptions | undefined): boolean {
  try {
    return options?.purpose === 'emergency';
  } catch {
    return false;
  }
}

/** What a client is made of for another professional: the common parts, and what is personal. */
function partsOfAnother(parts: ClientParts, professional: UserConfig, how: ProfessionalOptions): ClientParts {
  const user = recordOf('professional', professional, 'professionnel attendu');
  const given = optionsOf('options', how as ProfessionalOptions | undefined, professionalChecks);
  const own = given.outbox ?? {};
  if (!(given as Partial<ProfessionalOptions>).auth) throw withoutProvider();

  const config = { ...parts.config, user };
  const { outbox, cutOffs } = parts.options;
  if (outbox) requireSender(outbox, user);

  const store = given.cutOffs ?? cutOffs;
  return {
    ...parts,
    config,
    auth: clientAuthOf(given.auth, parts.auth),
    options: {
      ...parts.options,
      // A channel of the host knows one sender.
      deposit: undefined,
      auth: given.auth,
      authentication: given.authentication,
      cutOffs: store && cutOffsOf(store, depositorId(config)),
      isKnownDocument: given.isKnownDocument,
      // A token is one professional's.
      fhirAuthorization: given.fhirAuthorization,
      // An assertion names one professional.
      insi: given.insi ?? (parts.options.insi?.assertion ? undefined : parts.options.insi),
      outbox: outbox && {
        ...outbox,
        label: undefined,
        onChange: undefined,
        onError: undefined,
        replies: undefined,
        ...own,
      },
    },
  };
}

/**
 * A personal login takes messages of its own mailbox only: those of another professional would
 * leave under the wrong name.
 */
function requireSender({ credentials }: ClientOutboxOptions, { mssAddress }: UserConfig): void {
  const { token, password } = credentials ?? {};
  const mailbox = token?.mailbox ?? password?.user;
  if (mailbox === undefined || mailbox.toLowerCase() === mssAddress.toLowerCase()) return;

  throw new TerrESanteError(
    'TE_CONFIG_INVALID',
    "La connexion de messagerie est celle d'un autre professionnel : partagez celle de la structure.",
    { details: { path: 'user.mssAddress' } },
  );
}

/** The cut-offs of one professional in a store that others use too. */
function cutOffsOf(store: CutOffStore, name: string): CutOffStore {
  const remove = store.remove?.bind(store);
  return {
    read: (scope) => store.read(`${name}:${scope}`),
    write: (scope, at) => store.write(`${name}:${scope}`, at),
    ...(remove && { remove: (scope: string) => remove(`${name}:${scope}`) }),
  };
}
