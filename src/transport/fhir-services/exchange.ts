import { TerrESanteError } from '../../errors.ts';
import type { CallOptions } from '../../internal/abort.ts';
import type { Answered, BindingCall } from '../binding/model.ts';
import type { FhirPartner } from '../fhir/exchange.ts';
import { partnerOf } from '../fhir/partner.ts';
import type { HttpClient } from '../http/model.ts';
import { bearerOf, fhirAddress } from './address.ts';
import type { FhirBindingOptions } from './model.ts';

/**
 * One operation of the binding, which may take several calls: they share what authorises them, the
 * name of the call and the clock of the platform.
 */
export class FhirCall {
  readonly options: FhirBindingOptions;
  readonly partner: FhirPartner;
  readonly #call: BindingCall;
  #platformTime: number | null = null;

  constructor(options: FhirBindingOptions, call: BindingCall) {
    this.options = options;
    this.#call = call;
    this.partner = partnerOf({
      http: this.#connection(),
      baseUrl: fhirAddress(options),
      authorization: options.services.authorization === 'token' ? tokenOf(options) : undefined,
      refusals: options.services.refusals,
      runtime: options.runtime,
    });
  }

  get limits(): CallOptions {
    const { signal, timeoutMs } = this.#call;
    return { signal, timeoutMs };
  }

  /** The platform's clock, else ours, in milliseconds. */
  get now(): number {
    return this.#platformTime ?? this.options.runtime.clock.now();
  }

  answered<T>(value: T): Answered<T> {
    return { value, platformTime: this.#platformTime };
  }

  /** The connection of the client, with what every request of this call says. */
  #connection(): Pick<HttpClient, 'stream'> {
    const { http, services } = this.options;
    const { assertion, correlationId } = this.#call;
    // An assertion that is refused is not renewed here: the next call signs another.
    const bearer = services.authorization === 'assertion' ? { Authorization: bearerOf(assertion) } : {};

    return {
      stream: async (request) => {
        const headers = { ...request.headers, ...bearer, 'X-Request-Id': correlationId };
        const stream = await http.stream({ ...request, headers });
        const time = Date.parse(stream.headers['date'] ?? '');
        if (!Number.isNaN(time)) this.#platformTime = time;
        return stream;
      },
    };
  }
}

function tokenOf({ authorization }: FhirBindingOptions): NonNullable<FhirBindingOptions['authorization']> {
  if (authorization) return authorization;
  throw new TerrESanteError(
    'TE_CONFIG_INVALID',
    'La plateforme demande un jeton pour ses services FHIR : le client ne sait pas où le prendre.',
    { details: { path: 'fhirAuthorization' } },
  );
}
