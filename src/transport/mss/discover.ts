import { TerrESanteError } from '../../errors.ts';
import { withDeadline, type CallOptions } from '../../internal/abort.ts';
import { type Checks, needed, optionsOf, readingLater } from '../../internal/border.ts';
import { foreignCode } from '../../internal/foreign-error.ts';
import { anyText, callChecks, listOf, methods, options as optionsCheck } from '../../internal/option-checks.ts';
import { parseMssAddress } from './address.ts';

/** Options of {@link discoverMailServers}. @group MSSanté transport */
export interface DiscoverOptions extends CallOptions {
  /** Domains of the operator, as its contract names them. A host outside them is refused. */
  readonly operatorDomains: readonly string[];
  /**
   * Names put before the domain of the mailbox. RFC 6186 gives these; that the operators of the
   * trusted space use them is unverified. @defaultValue `_submission._tcp` and `_imap._tcp`
   */
  readonly names?: { readonly submission: string; readonly imap: string } | undefined;
  /** Asks for SRV records. @defaultValue the resolver of the system */
  readonly resolver?:
    | {
        /** `name` is the target host; an empty one means that the service is not offered. */
        resolveSrv(name: string): Promise<
          readonly {
            readonly name: string;
            readonly port: number;
            readonly priority: number;
            readonly weight: number;
          }[]
        >;
      }
    | undefined;
}

const discoverChecks: Checks<DiscoverOptions> = {
  ...callChecks,
  operatorDomains: needed(listOf(anyText)),
  names: optionsCheck({ submission: needed(anyText), imap: needed(anyText) }),
  resolver: methods<NonNullable<DiscoverOptions['resolver']>>('resolveSrv'),
};

/**
 * The servers that the domain of a mailbox names; `null`: nothing is published, or the service is
 * not offered. The authorities trusted are never among what is found: the host gives them.
 *
 * @group MSSanté transport
 */
export interface DiscoveredServers {
  readonly submission: { readonly host: string; readonly port: number } | null;
  readonly imap: { readonly host: string; readonly port: number } | null;
}

const hostForm = /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const nameForm = /^_[a-z0-9-]{1,30}\._tcp$/;
const maxRecords = 50;

/**
 * Looks for the servers of a mailbox in the DNS (auto-configuration record of its domain). An
 * answer of the DNS is not proof of anything: the host must lie in the domains of the operator, and
 * the connection still trusts only the given authorities, for that very host name.
 *
 * Among several records, the first priority is taken, then the heaviest.
 *
 * @throws TerrESanteError `TE_ADDRESS_INVALID`, `TE_CONFIG_INVALID` (no operator domain),
 *   `TE_FORBIDDEN` when a record names another host, `TE_PROTOCOL` when it is malformed,
 *   `TE_UNAVAILABLE` and `TE_TIMEOUT` when the DNS does not answer
 *
 * @example
 * ```ts
 * import { discoverMailServers } from 'terr-esante-sdk/transport';
 *
 * const records = [{ name: 'smtp.operateur.example', port: 587, priority: 0, weight: 1 }];
 * const found = await discoverMailServers('appli@cabinet.simulateur.mssante.fr', {
 *   operatorDomains: ['operateur.example'],
 *   resolver: { resolveSrv: async (name) => (name.startsWith('_submission.') ? records : []) },
 * });
 * found; // { submission: { host: 'smtp.operateur.example', port: 587 }, imap: null }
 * ```
 *
 * @see ANS, Référentiel socle MSSanté n° 2, exigence ECO.1.1.9; RFC 2782; RFC 6186
 * @group MSSanté transport
 */
export async function discoverMailServers(mailbox: string, options: DiscoverOptions): Promise<DiscoveredServers> {
  const given = optionsOf('options', options, discoverChecks);
  return readingLater('mailbox', () => serversOf(mailbox, given));
}

async function serversOf(mailbox: string, options: DiscoverOptions): Promise<DiscoveredServers> {
  const { names = { submission: '_submission._tcp', imap: '_imap._tcp' }, timeoutMs = 10_000, signal } = options;
  const { domain } = parseMssAddress(mailbox);
  const domains = checkedDomains(options.operatorDomains);
  if (![names.submission, names.imap].every((name) => nameForm.test(name))) {
    throw new TerrESanteError('TE_CONFIG_INVALID', "Nom d'enregistrement DNS invalide.", {
      details: { field: 'names' },
    });
  }

  const resolver: Resolver = options.resolver ?? systemResolver;
  const look = async (name: string): Promise<MailEndpoint> =>
    chosen(await recordsOf(resolver, `${name}.${domain}`), domains);

  return withDeadline(
    { timeoutMs, signal },
    async () => {
      const [submission, imap] = await Promise.all([look(names.submission), look(names.imap)]);
      return { submission, imap };
    },
    'Le DNS ne répond pas.',
  );
}

function checkedDomains(operatorDomains: readonly string[]): string[] {
  const domains = operatorDomains.map((domain) => domain.toLowerCase());
  if (domains.length === 0 || !domains.every((domain) => hostForm.test(domain))) {
    throw new TerrESanteError('TE_CONFIG_INVALID', "Les domaines de l'opérateur de messagerie ne sont pas donnés.", {
      details: { field: 'operatorDomains' },
    });
  }
  return domains;
}

type Resolver = NonNullable<DiscoverOptions['resolver']>;
type ServiceRecord = Awaited<ReturnType<Resolver['resolveSrv']>>[number];
type MailEndpoint = DiscoveredServers['imap'];

const systemResolver: Resolver = {
  resolveSrv: async (name) => (await import('node:dns/promises')).resolveSrv(name),
};

async function recordsOf(resolver: Resolver, name: string): Promise<readonly ServiceRecord[]> {
  try {
    return await resolver.resolveSrv(name);
  } catch (error) {
    const code = foreignCode(error);
    // The domain publishes no such record.
    if (code === 'ENOTFOUND' || code === 'ENODATA') return [];

    throw new TerrESanteError('TE_UNAVAILABLE', 'Le DNS ne répond pas.', {
      details: { reason: code ?? 'unknown' },
      retryable: true,
    });
  }
}

const isShort = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 65_535;

const isSound = ({ name, port, priority, weight }: ServiceRecord): boolean =>
  typeof name === 'string' && isShort(port) && isShort(priority) && isShort(weight);

function chosen(records: readonly ServiceRecord[], domains: readonly string[]): MailEndpoint {
  if (records.length > maxRecords || !records.every(isSound)) throw malformed();

  const [first] = [...records].sort((a, b) => a.priority - b.priority || b.weight - a.weight);
  if (!first) return null;

  // A lone dot: the domain does not offer this service (RFC 2782).
  const host = first.name.toLowerCase().replace(/\.$/, '');
  if (host === '') return null;

  if (!hostForm.test(host) || first.port === 0) throw malformed();
  if (!domains.some((domain) => host === domain || host.endsWith(`.${domain}`))) {
    throw new TerrESanteError(
      'TE_FORBIDDEN',
      "Le DNS désigne un serveur de messagerie qui n'est pas à l'opérateur : il n'est pas utilisé.",
    );
  }
  return { host, port: first.port };
}

const malformed = (): TerrESanteError =>
  new TerrESanteError('TE_PROTOCOL', "L'enregistrement DNS de la messagerie est malformé.");
