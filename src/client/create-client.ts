import { TerrESanteError } from '../errors.ts';
import { Observer } from '../internal/observer.ts';
import { systemRuntime } from '../internal/runtime.ts';
import { checkConfig } from '../platform/config/check-config.ts';
import { professionalOf } from '../platform/config/people.ts';
import { descriptorOf } from '../platform/descriptor/descriptors.ts';
import type { TerrESanteConfig } from '../platform/index.ts';
import { recordConsent } from './consent/record.ts';
import { forward } from './lazy.ts';
import type { ClientOptions, TerrESanteClient } from './model.ts';
import type { Operations } from './operations.ts';
import { outboxOperations } from './outbox/outbox.ts';
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
  if (!given.auth) {
    throw new TerrESanteError('TE_CONFIG_INVALID', "Aucun moyen de signer n'est donné au client (auth).");
  }

  const { runtime = systemRuntime, timeoutMs = 30_000 } = given;
  const descriptor = given.descriptor ?? descriptorOf(config.environment);
  const observer = new Observer(given.logger);
  const session = new Session({ config, descriptor, options, runtime, timeoutMs, observer });
  const part =
    <K extends keyof Operations>(name: K) =>
    async (): Promise<Operations[K]> =>
      (await session.operations())[name];

  return {
    checkConfig: () => checkConfig(config, descriptor),
    diagnose: async (how) => (await session.operations()).diagnose(how),
    dossier: forward(part('dossier'), ['status', 'create']),
    consent: {
      record: (patient, input) => recordConsent(patient, input, professionalOf(config).nationalId, runtime),
    },
    notifications: {
      ...forward(part('notifications'), ['countForPatient', 'countForPractitioner', 'list', 'markSeen']),
      async *watch(how) {
        yield* (await session.operations()).notifications.watch(how);
      },
    },
    documents: forward(part('documents'), [
      'deposit',
      'depositLetter',
      'depositPrescription',
      'depositReport',
      'depositVsm',
      'status',
      'list',
      'fetch',
    ]),
    outbox: outboxOperations(session.connections.outbox),
    close: () => session.close(),
  };
}
