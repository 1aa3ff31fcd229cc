import { isTerrESanteError, TerrESanteError } from '../../errors.ts';
import { withDeadline, type CallOptions } from '../../internal/abort.ts';
import { utf8Bytes } from '../../internal/bytes.ts';
import { isoUtc } from '../../internal/hl7-time.ts';
import { codeOfStatus, type StatusCodes } from '../../internal/http-status.ts';
import { systemRuntime, type Runtime } from '../../internal/runtime.ts';
import type { Xml } from '../../internal/xml/index.ts';
import type { InsEnvironment } from '../ins/oid.ts';
import type { InsiAnswer, InsiHttp, InsiPort } from './model.ts';
import { envelope, operations, traitsBody, vitaleBody, type InsiSender } from './request.ts';
import { readAnswer } from './response.ts';

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

function checkConfig({ endpoint, environment, sender }: InsiClientConfig): void {
  const problems: string[] = [];
  if (!URL.canParse(endpoint)) problems.push('endpoint');
  else {
    const url = new URL(endpoint);
    const local = url.hostname === '127.0.0.1' && environment !== 'production';
    if (
      url.username !== '' ||
      url.password !== '' ||
      !(url.protocol === 'https:' || (local && url.protocol === 'http:'))
    ) {
      problems.push('endpoint');
    }
  }
  for (const [name, value] of Object.entries(sender) as [string, unknown][]) {
    if (typeof value !== 'string' || value.trim() === '') problems.push(`sender.${name}`);
  }
  if (!/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(sender.instanceId)) problems.push('sender.instanceId');
  if (problems.length > 0) {
    throw new TerrESanteError('TE_CONFIG_INVALID', 'Configuration du téléservice INSi incomplète ou incorrecte.', {
      details: { fields: [...new Set(problems)] },
    });
  }
}

/** A proxy in front of the téléservice that limits or times out: the service is away. */
const busyStatuses: StatusCodes = { 429: 'TE_UNAVAILABLE', 504: 'TE_UNAVAILABLE' };

/**
 * A client of the INSi téléservice, for the two searches of the published service description, over
 * an HTTP caller of the host. One question, one call: it never tries the given names one after the
 * other, and never picks among several answers. Names are sent in the form that the service
 * accepts.
 *
 * The verification and bulk operations are not public and are left out.
 *
 * @throws TerrESanteError `TE_CONFIG_INVALID`; calls throw `TE_INSI_FAULT` (with the code of the
 *   service), `TE_PROTOCOL`,
 * `TE_UNAVAILABLE`, `TE_TIMEOUT`, `TE_CANCELLED`, `TE_INPUT_INVALID` and `TE_NAME_INVALID` for a
 * query, `TE_INS_INVALID` for an INS that is wrong.
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
 *   sender: { authorizationNumber: '0000', softwareName: 'MonLogiciel', softwareVersion: '1.0', instanceId: 'b3549edd-4ae9-472a-b26f-fd2fb4ef397f', emitter: 'CABINET FICTIF' },
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
  checkConfig(config);
  const { endpoint, environment, sender, http, assertion, runtime = systemRuntime, timeoutMs = 30_000 } = config;

  async function call(operation: keyof typeof operations, body: Xml, options: CallOptions = {}): Promise<InsiAnswer> {
    return await withDeadline(
      { signal: options.signal, timeoutMs: options.timeoutMs ?? timeoutMs },
      async (signal) => {
        const { clock, ids } = runtime;
        const messageId = `uuid:${ids.uuid()}`;
        const askedAt = isoUtc(clock.now());
        const request = envelope({
          operation,
          body,
          sender,
          assertion: await assertion?.({ signal }),
          messageId,
          contextIds: [ids.uuid(), ids.uuid()],
          time: askedAt,
        });
        let response;
        try {
          response = await http({
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
        const { status } = response;
        // 500 carries a SOAP fault; anything else than 200 is not from the service itself.
        if (status !== 200 && status !== 500) {
          throw new TerrESanteError(
            codeOfStatus(status, busyStatuses),
            `Le téléservice INSi a répondu par le code HTTP ${status}.`,
            { details: { status } },
          );
        }
        return readAnswer(response.body, { messageId, askedAt }, environment);
      },
      "Le téléservice INSi n'a pas répondu à temps.",
    );
  }

  return {
    searchByTraits: async (query, options) => await call('traits', traitsBody(query), options),
    searchByVitale: async (query, options) => await call('vitale', vitaleBody(query), options),
  };
}
