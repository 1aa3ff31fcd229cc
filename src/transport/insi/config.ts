import { TerrESanteError } from '../../errors.ts';
import type { InsEnvironment } from '../../identity/index.ts';
import type { InsiSender, InsiVerifier } from '../../identity/insi/index.ts';
import type { CallOptions } from '../../internal/abort.ts';
import { needed, optionsOf, reading, type Checks } from '../../internal/border.ts';
import { anything, callback, choice, methods, record, runtime, wait } from '../../internal/option-checks.ts';
import type { Runtime } from '../../internal/runtime.ts';
import type { HttpClient } from '../http/model.ts';

/** Configuration of `createInsiClient`. @group INSi */
export interface InsiClientConfig {
  /** Address of the service. There is no default: production addresses are not public. */
  readonly endpoint: string;
  readonly environment: InsEnvironment;
  readonly sender: InsiSender;
  /**
   * Carries the calls: `createHttpClient` with the certificate of the structure as `identity`. The
   * caller closes it.
   */
  readonly http: HttpClient;
  /**
   * Gives the SAML assertion of the professional, such as `createInsiAssertion` makes it. Leave it
   * out when the structure authenticates with its software certificate, in the TLS connection.
   */
  readonly assertion?: ((options: CallOptions) => Promise<string>) | undefined;
  /** Carries verifications. @defaultValue none: they fail with `TE_UNSUPPORTED` */
  readonly verifier?: InsiVerifier | undefined;
  readonly runtime?: Runtime | undefined;
  /** Longest time of one call, in milliseconds. @defaultValue `30_000` */
  readonly timeoutMs?: number | undefined;
}

const configChecks: Checks<InsiClientConfig> = {
  // What is wrong with the address and the sender is told by name, all at once.
  endpoint: anything,
  environment: needed(choice('production', 'test', 'simulator')),
  sender: needed(record),
  http: needed(methods('stream')),
  assertion: callback,
  verifier: record,
  runtime,
  timeoutMs: wait,
};

/** @throws TerrESanteError `TE_CONFIG_INVALID` with the names of what is wrong */
export function checkedConfig(given: InsiClientConfig): InsiClientConfig {
  const config = optionsOf('config', given, configChecks);
  reading('config', () => requireUsable(config));
  return config;
}

function requireUsable({ endpoint, environment, sender }: InsiClientConfig): void {
  const fields = new Set<string>();
  if (typeof (endpoint as unknown) !== 'string' || !isUsableEndpoint(endpoint, environment)) fields.add('endpoint');

  for (const [name, value] of Object.entries(sender) as [string, unknown][]) {
    if (typeof value !== 'string' || value.trim() === '') fields.add(`sender.${name}`);
  }
  if (!uuid.test(sender.instanceId)) fields.add('sender.instanceId');

  if (fields.size > 0) {
    throw new TerrESanteError('TE_CONFIG_INVALID', 'Configuration du téléservice INSi incomplète ou incorrecte.', {
      details: { fields: [...fields] },
    });
  }
}

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** https, without a password in the address; http only for a simulator of this machine. */
function isUsableEndpoint(endpoint: string, environment: InsEnvironment): boolean {
  if (!URL.canParse(endpoint)) return false;

  const url = new URL(endpoint);
  if (url.username !== '' || url.password !== '') return false;
  if (url.protocol === 'https:') return true;
  return url.protocol === 'http:' && url.hostname === '127.0.0.1' && environment !== 'production';
}
