import { TerrESanteError } from '../errors.ts';
import { Observer } from '../internal/observer.ts';
import { optionsOf, recordOf } from '../internal/border.ts';
import { systemRuntime } from '../internal/runtime.ts';
import type { CutOffStore } from '../notifications/index.ts';
import { checkConfig } from '../platform/config/check-config.ts';
import { professionalOf } from '../platform/config/people.ts';
import { descriptorOf } from '../platform/descriptor/descriptors.ts';
import type { TerrESanteConfig, UserConfig } from '../platform/index.ts';
import type { ClientParts } from './connections.ts';
import { recordConsent } from './consent/record.ts';
import type { DocumentOperations } from './documents/model.ts';
import { forward } from './lazy.ts';
import type { ClientOptions, ProfessionalOptions, TerrESanteClient } from './model.ts';
import type { Operations } from './operations.ts';
import type { ClientOutboxOptions } from './outbox/model.ts';
import { outboxOperations } from './outbox/operations.ts';
import { depositorId } from './outbox/outbox.ts';
import { Session } from './session.ts';

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
export function createClient(config: TerrESanteConfig, options: ClientOptions): TerrESanteClient {
  // A host without types may leave them out.
  const given = (options as Partial<ClientOptions> | undefined) ?? {};
  if (!given.auth) throw withoutProvider();
  optionsOf('options', given, optionNames);

  const { runtime = systemRuntime, timeoutMs = 30_000 } = given;
  const descriptor = given.descriptor ?? descriptorOf(config.environment);
  const observer = new Observer(given.logger);
  const parts = { config, descriptor, options, runtime, timeoutMs, observer };
  return clientOf(parts, new Session(parts));
}

const optionNames = [
  'auth',
  'authentication',
  'descriptor',
  'outbox',
  'deposit',
  'bindings',
  'tls',
  'cutOffs',
  'isKnownDocument',
  'timeoutMs',
  'logger',
  'runtime',
] as const satisfies readonly (keyof ClientOptions)[];

function withoutProvider(): TerrESanteError {
  return new TerrESanteError('TE_CONFIG_INVALID', "Aucun moyen de signer n'est donné au client (auth).");
}

/** The operations of one professional, over a session. */
function clientOf(parts: ClientParts, session: Session): TerrESanteClient {
  const { config, descriptor, runtime } = parts;
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
  const documents: DocumentOperations = forward(part('documents'), [
    'deposit',
    'depositLetter',
    'depositPrescription',
    'depositReport',
    'depositVsm',
    'measure',
    'status',
    'list',
    'fetch',
  ]);

  return {
    checkConfig: () => checkConfig(config, descriptor),
    diagnose: async (how) => (await session.operations()).diagnose(how),
    dossier,
    consent: {
      record: (patient, input) => recordConsent(patient, input, professionalOf(config).nationalId, runtime),
    },
    notifications,
    documents,
    outbox: outboxOperations(
      session.connections.outbox,
      async (patient, uniqueId, signal) => (await documents.status(patient, uniqueId, { signal })).receipt,
    ),
    as(professional, options) {
      const others = partsOfAnother(parts, professional, options);
      return clientOf(others, session.another(others));
    },
    close: () => session.close(),
    [Symbol.asyncDispose]: () => session.close(),
  };
}

/** What a client is made of for another professional: the common parts, and what is personal. */
function partsOfAnother(parts: ClientParts, professional: UserConfig, options: ProfessionalOptions): ClientParts {
  const user = recordOf('professional', professional, 'professionnel attendu');
  const given = optionsOf('options', options, ['auth', 'authentication', 'cutOffs', 'isKnownDocument', 'outbox']);
  const own = optionsOf('outbox', given.outbox, ['label', 'onChange', 'onError', 'replies']);
  if (!given.auth) throw withoutProvider();

  const config = { ...parts.config, user };
  const { outbox, cutOffs } = parts.options;
  if (outbox) requireSender(outbox, user);

  const store = given.cutOffs ?? cutOffs;
  return {
    ...parts,
    config,
    options: {
      ...parts.options,
      // A channel of the host knows one sender.
      deposit: undefined,
      auth: given.auth,
      authentication: given.authentication,
      cutOffs: store && cutOffsOf(store, depositorId(config)),
      isKnownDocument: given.isKnownDocument,
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
  const { token, password } = credentials;
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
  return {
    read: (scope) => store.read(`${name}:${scope}`),
    write: (scope, at) => store.write(`${name}:${scope}`, at),
  };
}
