import { isTerrESanteError, TerrESanteError } from '../../errors.ts';
import { withDeadline, type CallOptions } from '../../internal/abort.ts';
import { utf8Bytes } from '../../internal/bytes.ts';
import { isoUtc } from '../../internal/hl7-time.ts';
import {
  anything,
  callback,
  callChecks,
  choice,
  record,
  runtime as runtimeCheck,
  wait,
} from '../../internal/option-checks.ts';
import { codeOfStatus, type StatusCodes } from '../../internal/http-status.ts';
import { systemRuntime, type Runtime } from '../../internal/runtime.ts';
import type { Xml } from '../../internal/xml/index.ts';
import type { InsEnvironment } from '../ins/oid.ts';
import type { InsiAnswer, InsiHttp, InsiPort } from './model.ts';
import { envelope, operations, traitsBody, vitaleBody, type InsiSender } from './request.ts';
import { readAnswer } from './response.ts';
import { type Checks, needed, optionsOf, reading } from '../../internal/border.ts';

/** Configuration of {@link createInsiClient}. @group INSi */
export interface InsiClientConfig {
  /** Address of the service. There is no default: production addresses are not public. */
  readonly endpoint: string;
  readonly environment: InsEnvironment;
  readonly sender: InsiSender;
  readonly http: InsiHttp;
  /**
   * Gives the SAML assertion of the professional (CPS card, Pro Santé Connect), as it was signed.
   * Leave it out when the structure authenticates with its software certificate, in the TLS
   * connection.
   */
  readonly assertion?: ((options: CallOptions) => Promise<string>) | undefined;
  readonly runtime?: Runtime | undefined;
  /** Longest time of one call, in milliseconds. @defaultValue `30_000` */
  readonly timeoutMs?: number | undefined;
}

const configChecks: Checks<InsiClientConfig> = {
  // What is wrong with the address and the sender is told by name, all at once.
  endpoint: anything,
  environment: needed(choice('production', 'test', 'simulator')),
  sender: needed(record),
  http: needed(callback),
  assertion: callback,
  runtime: runtimeCheck,
  timeoutMs: wait,
};

function checkConfig({ endpoint, environment, sender }: InsiClientConfig): void {
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

/**
 * A client of the INSi téléservice, for the two searches of the published service description, over
 * an HTTP caller of the host. One question, one call: it never tries the given names one after the
 * other, and never picks among several answers. Names are sent in the form that the service
 * accepts.
 *
 * The verification and bulk operations are not public and are left out.
 *
 * @throws TerrESanteError `TE_CONFIG_INVALID`; calls throw `TE_INSI_FAULT` (with the code of the
 *   service), `TE_PROTOCOL`, `TE_UNAVAILABLE`, `TE_TIMEOUT`, `TE_CANCELLED`, `TE_INPUT_INVALID` and
 *   `TE_NAME_INVALID` for a query, `TE_INS_INVALID` for an INS that is wrong.
 *
 * @example
 * ```ts
 * // not run: needs the téléservice, a certificate and an authorisation number
 * import { createInsiClient, type InsiHttp } from 'terr-esante-sdk/identity/insi';
 *
 * declare const http: InsiHttp;
 * const insi = createInsiClient({
 *   endpoint: 'https://insi.example/lps',
 *   environment: 'test',
 *   sender: {
 *     authorizationNumber: '0000',
 *     softwareName: 'MonLogiciel',
 *     softwareVersion: '1.0',
 *     instanceId: 'b3549edd-4ae9-472a-b26f-fd2fb4ef397f',
 *     emitter: 'CABINET FICTIF',
 *   },
 *   http,
 * });
 * const answer = await insi.searchByTraits({ birthName: 'MARTIN', firstNames: ['ZOE'], sex: 'F', birthDate: '1985-01-12' });
 * if (answer.result === 'found') console.log(answer.ins.kind);
 * ```
 *
 * @see CNAM, service description ServiceIdentiteCertifiee v1
 * @group INSi
 */
export function createInsiClient(config: InsiClientConfig): InsiPort {
  const checked = optionsOf('config', config, configChecks);
  reading('config', () => checkConfig(checked));

  return {
    searchByTraits: async (query, options) => {
      const given = optionsOf('options', options, callChecks);
      const body = reading('query', () => traitsBody(query));
      return await call(checked, 'traits', body, given);
    },
    searchByVitale: async (query, options) => {
      const given = optionsOf('options', options, callChecks);
      const body = reading('query', () => vitaleBody(query));
      return await call(checked, 'vitale', body, given);
    },
  };
}

/** One question, one exchange, one answer. */
async function call(
  config: InsiClientConfig,
  operation: keyof typeof operations,
  body: Xml,
  options: CallOptions,
): Promise<InsiAnswer> {
  const { runtime = systemRuntime, timeoutMs = 30_000 } = config;
  return await withDeadline(
    { signal: options.signal, timeoutMs: options.timeoutMs ?? timeoutMs },
    async (signal) => {
      const exchange = { messageId: `uuid:${runtime.ids.uuid()}`, askedAt: isoUtc(runtime.clock.now()) };
      const request = envelope({
        operation,
        body,
        sender: config.sender,
        assertion: await config.assertion?.({ signal }),
        messageId: exchange.messageId,
        contextIds: [runtime.ids.uuid(), runtime.ids.uuid()],
        time: exchange.askedAt,
      });

      const response = await post(config, operation, request, signal);
      requireSoapStatus(response.status);
      return readAnswer(response.body, exchange, config.environment);
    },
    "Le téléservice INSi n'a pas répondu à temps.",
  );
}

async function post(
  { http, endpoint }: InsiClientConfig,
  operation: keyof typeof operations,
  request: string,
  signal: AbortSignal,
): ReturnType<InsiHttp> {
  try {
    return await http({
      url: endpoint,
      method: 'POST',
      headers: {
        'content-type': `application/soap+xml; charset=utf-8; action="${operations[operation]}"`,
        accept: 'application/soap+xml',
      },
      body: utf8Bytes(request),
      signal,
    });
  } catch (cause) {
    if (isTerrESanteError(cause)) throw cause;

    // The cause may hold the request, hence traits: it is not kept.
    throw new TerrESanteError('TE_UNAVAILABLE', "Le téléservice INSi n'a pas pu être joint.");
  }
}

/** A proxy in front of the téléservice that limits or times out: the service is away. */
const busyStatuses: StatusCodes = { 429: 'TE_UNAVAILABLE', 504: 'TE_UNAVAILABLE' };

/** 500 carries a SOAP fault; anything else than 200 does not come from the service itself. */
function requireSoapStatus(status: number): void {
  if (status === 200 || status === 500) return;

  throw new TerrESanteError(
    codeOfStatus(status, busyStatuses),
    `Le téléservice INSi a répondu par le code HTTP ${status}.`,
    { details: { status } },
  );
}
