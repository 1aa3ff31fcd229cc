import type { ClientOutboxOptions } from '../index.ts';
import { optionsOf, reading, recordOf, type Checks } from '../internal/border.ts';
import { text } from '../internal/option-checks.ts';
import { simulatorDescriptor, type TerrESanteConfig } from '../platform/index.ts';
import { fictivePatient, fictiveProfessional, fictiveStructure } from '../testing/index.ts';
import type { Simulator } from './model.ts';

/**
 * A complete configuration with fictive people, that points at a simulator. It breaks no error
 * rule.
 *
 * @param simulator - The running simulator. @defaultValue an address on which nothing listens
 *
 * @example
 * ```ts
 * import { checkConfig } from 'terr-esante-sdk/platform';
 * import { fictiveConfig } from 'terr-esante-sdk/simulator';
 *
 * checkConfig(fictiveConfig()).ok; // true
 * ```
 *
 * @group Simulator
 */
export function fictiveConfig(simulator?: {
  readonly httpUrl: string;
  readonly depositAddress: string;
}): TerrESanteConfig {
  const { httpUrl, depositAddress } = optionsOf('simulator', simulator && pick(simulator), addressChecks);
  const professional = fictiveProfessional();
  const structure = fictiveStructure();

  return {
    host: {
      product: 'éO',
      version: '9.05',
      lpsName: 'LPS FICTIF',
      lpsVersion: '1.0',
      oidRoot: '1.2.250.1.999.1.1.7946.3.15',
    },
    modules: {
      tlsi: { enabled: true, code: 'TLSI-FICTIF' },
      terrESante: { enabled: true, code: 'TERRESANTE-FICTIF' },
    },

    structure: {
      name: structure.name,
      nationalId: structure.nationalId,
      nationalIdKind: 'RPPS-RANG',
      activitySector: structure.activitySector,
      practiceSettingCode: structure.practiceSetting,
    },

    user: {
      // The national identifier without its type digit, 8 for an RPPS.
      rpps: professional.nationalId.slice(1),
      familyName: professional.familyName,
      givenName: professional.givenName ?? '',
      civility: professional.civility,
      professionCode: professional.professionCode,
      specialtyCode: professional.specialtyCode,
      mssAddress: 'elodie.fictif@cabinet.simulateur.mssante.fr',
    },

    quai: {
      url: httpUrl ?? 'https://127.0.0.1:9',
      domainName: 'CABINET-FICTIF',
      domainCode: 'FICTIF',
      domainType: 'ISO',
      oid: fictivePatient().localId.system,
      eMailSecur: depositAddress ?? simulatorDescriptor.mssante.mailbox.value,
    },

    registration: { domainDeclaredToPlatform: true, domainDeclaredToSri: true, accountOpened: true },
    authn: { means: 'cps', readerRequired: true },
    environment: 'simulator',
  };
}

interface Addresses {
  readonly httpUrl?: string | undefined;
  readonly depositAddress?: string | undefined;
}

const addressChecks: Checks<Addresses> = { httpUrl: text, depositAddress: text };

/** The two members that matter of a running simulator, which has more. */
function pick(simulator: Addresses): Addresses {
  return reading('simulator', () => {
    const { httpUrl, depositAddress } = recordOf('simulator', simulator, 'simulateur attendu');
    return { httpUrl, depositAddress };
  });
}

/**
 * What the outbox of a client is given to deposit in a simulator: everything in memory, and the
 * reports of the far side read as in production. Where the descriptor sends deposits to a registry,
 * they go to that of the simulator.
 *
 * @param address - mailbox of the sender. @defaultValue the one of `fictiveConfig`
 *
 * @example
 * ```ts
 * import { createClient } from 'terr-esante-sdk';
 * import { createPkcs12Provider } from 'terr-esante-sdk/auth';
 * import { createSimulator, fictiveConfig, fictiveOutbox } from 'terr-esante-sdk/simulator';
 *
 * const simulator = await createSimulator();
 * const { pfx, password } = simulator.hierarchy.professional.signature;
 * const te = createClient(fictiveConfig(simulator), {
 *   auth: await createPkcs12Provider({ pfx, password }),
 *   tls: { ca: simulator.caPem },
 *   outbox: fictiveOutbox(simulator),
 * });
 * (await te.outbox.summary()).waiting; // 0
 * await te.close();
 * await simulator.close();
 * ```
 *
 * @group Simulator
 */
export function fictiveOutbox(
  simulator: Pick<Simulator, 'smtp' | 'caPem' | 'hierarchy' | 'replies' | 'registry'>,
  address: string = fictiveConfig().user.mssAddress,
): ClientOutboxOptions {
  return reading('simulator', () => {
    const { host, port, servername } = simulator.smtp;
    const { certPem, keyPem } = simulator.hierarchy.structure.authentication;
    const { register, query } = simulator.registry;

    return {
      store: 'memory',
      server: { host, port, serverName: servername, caPem: simulator.caPem },
      credentials: { certificate: { certPem, keyPem } },
      replies: { mailbox: simulator.replies(address) },
      registry: { endpoints: { register, query } },
    };
  });
}
