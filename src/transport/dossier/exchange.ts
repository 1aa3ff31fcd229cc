import type { TerrESanteError } from '../../errors.ts';
import type { CallOptions } from '../../internal/abort.ts';
import type { SoapFault } from '../../internal/soap/index.ts';
import type { Answered, BindingCall } from '../binding/model.ts';
import type { HttpClient } from '../http/model.ts';
import { createPatientIdentityClient } from '../patients/client.ts';
import type { PatientIdentityClient } from '../patients/model.ts';
import type { Correspondents } from '../patients/write.ts';
import type { SoapAnswer } from '../soap/answer.ts';
import { callSoap, type SoapPartner, type SoapRequest } from '../soap/call.ts';
import { createXdsClient } from '../xds/client.ts';
import type { XdsClient } from '../xds/model.ts';
import type { DossierServicesOptions } from './model.ts';
import { serviceFault } from './refusal.ts';

/** An answer of these services is one person or one word: 1 MiB is far beyond it. */
const limits = { maxBytes: 1024 * 1024, maxRootBytes: 1024 * 1024 };

const processingCodes = { production: 'P', training: 'T', debugging: 'D' } as const;

/** A document, inline in base64 if need be, and what stands around it. */
const roomFor = (bytes: number): number => Math.ceil(bytes / 3) * 4 + 1024 * 1024;

/**
 * One operation of the binding, which may take several calls: they share the assertion, the time
 * that is left and the clock of the platform.
 */
export class Exchange {
  readonly #options: DossierServicesOptions;
  readonly #call: BindingCall;
  readonly #http: HttpClient;
  readonly #partner: SoapPartner;
  #platformTime: number | null = null;

  constructor(options: DossierServicesOptions, call: BindingCall) {
    this.#options = options;
    this.#call = call;
    const { http, runtime, services } = options;

    this.#http = {
      send: (request) => http.send(request),
      stream: async (request) => {
        const stream = await http.stream(request);
        const time = Date.parse(stream.headers['date'] ?? '');
        if (!Number.isNaN(time)) this.#platformTime = time;
        return stream;
      },
      close: () => http.close(),
    };
    this.#partner = {
      http: this.#http,
      assertion: async () => call.assertion,
      runtime,
      limits,
      faultError: (fault: SoapFault): TerrESanteError => serviceFault(fault, services.refusals),
    };
  }

  /** Who speaks to the dossier services. */
  get correspondents(): Correspondents {
    const { sender, runtime, services } = this.#options;
    const processingCode = processingCodes[services.processing];
    return { sender, receiver: services.receivers.dossier, processingCode, runtime };
  }

  get limits(): CallOptions {
    const { signal, timeoutMs } = this.#call;
    return { signal, timeoutMs };
  }

  identities(path: string): PatientIdentityClient {
    const { sender, runtime, services, environment } = this.#options;
    const url = this.#address(path);
    return createPatientIdentityClient({
      http: this.#http,
      endpoints: { query: url, feed: url, search: url },
      sender,
      receiver: services.receivers.identities,
      processing: services.processing,
      environment,
      assertion: async () => this.#call.assertion,
      runtime,
    });
  }

  /** The registry; the repository and the updates where they have an address. */
  registry(path: string, maxDocumentBytes?: number): XdsClient {
    const { runtime, services } = this.#options;
    const { repository, update } = services.paths;
    const endpoints = {
      query: this.#address(path),
      ...(repository !== null && { retrieve: this.#address(repository) }),
      ...(update !== null && { update: this.#address(update) }),
    };
    const assertion = async (): Promise<string> => this.#call.assertion;
    const maxResponseBytes = maxDocumentBytes === undefined ? undefined : roomFor(maxDocumentBytes);
    return createXdsClient({ http: this.#http, endpoints, assertion, maxResponseBytes, runtime });
  }

  /** Sends one message to a service. */
  send(
    path: string,
    request: Pick<SoapRequest, 'action' | 'answerAction' | 'payload' | 'writes'>,
  ): Promise<SoapAnswer> {
    return callSoap(this.#partner, { ...this.limits, ...request, url: this.#address(path), namesPerson: true });
  }

  answered<T>(value: T): Answered<T> {
    return { value, platformTime: this.#platformTime };
  }

  /** The platform's clock, else ours, in milliseconds. */
  get now(): number {
    return this.#platformTime ?? this.#options.runtime.clock.now();
  }

  #address(path: string): string {
    return `${this.#options.url.replace(/\/+$/, '')}/${path.replace(/^\/+/, '')}`;
  }
}
