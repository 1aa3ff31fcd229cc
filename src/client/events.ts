import type { SigningProvider } from '../auth/index.ts';
import { isTerrESanteError, type TerrESanteErrorCode } from '../errors.ts';
import type { Observer } from '../internal/observer.ts';
import type { Runtime } from '../internal/runtime.ts';
import type { PlatformOperation } from '../platform/index.ts';
import type { BindingKind } from '../transport/index.ts';

/** How something ended. @group Observability */
export interface Ended {
  readonly outcome: 'ok' | 'error';
  /** Of the error; `null` after a success. */
  readonly code: TerrESanteErrorCode | null;
  /** Measured by a clock that never goes back. */
  readonly durationMs: number;
  /** ISO 8601 instant of the end, on this machine's clock. */
  readonly at: string;
}

/**
 * A call to the platform or to the INSi ended, on the channel `terr-esante:call`. Says which
 * operation, never of whom.
 *
 * @group Observability
 */
export interface CallEvent extends Ended {
  /** `mail`: a secure mail of care, which is no operation of the platform. */
  readonly operation: PlatformOperation | 'mail';
  readonly binding: BindingKind | 'mssante' | 'soap-insi' | 'portal';
  /** The identifier that went with the request, and that the error carries. */
  readonly correlationId: string;
  /** The same call may succeed later; `false` after a success. */
  readonly retryable: boolean;
}

/** A provider was asked for a signature: `terr-esante:signature`. @group Observability */
export interface SignatureEvent extends Ended {
  /** `kind` of the provider, for example `pkcs11`. */
  readonly provider: string;
}

/** Ends the measure of a call: with its error, or without one. */
export type EndOfCall = (error?: unknown) => void;

const nothing: EndOfCall = () => undefined;

/** Begins to measure a call; costs nothing when nobody watches. */
export function beginCall(
  observer: Observer,
  runtime: Runtime,
  call: Pick<CallEvent, 'operation' | 'binding' | 'correlationId'>,
): EndOfCall {
  if (!observer.watches('call')) return nothing;
  const begun = performance.now();

  return (error) =>
    observer.tell<CallEvent>(
      'call',
      () => ({
        ...call,
        ...endedAs(error, begun, runtime),
        retryable: isTerrESanteError(error) && error.retryable,
      }),
      ({ operation, code, correlationId, durationMs }) => ({
        level: code === null ? 'debug' : 'warn',
        message: `call ${operation} ${howItEnded(code)} after ${String(Math.round(durationMs))} ms (${correlationId})`,
      }),
    );
}

/** The provider, each of whose signatures is told. */
export function observedProvider(provider: SigningProvider, observer: Observer, runtime: Runtime): SigningProvider {
  return {
    kind: provider.kind,
    certificates: (options) => provider.certificates(options),
    async sign(algorithm, data, options) {
      if (!observer.watches('signature')) return provider.sign(algorithm, data, options);

      const begun = performance.now();
      try {
        const value = await provider.sign(algorithm, data, options);
        tellSignature(observer, provider.kind, endedAs(undefined, begun, runtime));
        return value;
      } catch (error) {
        tellSignature(observer, provider.kind, endedAs(error ?? 'unknown', begun, runtime));
        throw error;
      }
    },
  };
}

function tellSignature(observer: Observer, provider: string, ended: Ended): void {
  observer.tell<SignatureEvent>(
    'signature',
    () => ({ provider, ...ended }),
    ({ code, durationMs }) => ({
      level: code === null ? 'debug' : 'warn',
      message: `signature by ${provider} ${howItEnded(code)} after ${String(Math.round(durationMs))} ms`,
    }),
  );
}

function endedAs(error: unknown, begun: number, { clock }: Runtime): Ended {
  const durationMs = performance.now() - begun;
  const at = new Date(clock.now()).toISOString();
  if (error === undefined) return { outcome: 'ok', code: null, durationMs, at };

  return { outcome: 'error', code: isTerrESanteError(error) ? error.code : 'TE_INTERNAL', durationMs, at };
}

const howItEnded = (code: TerrESanteErrorCode | null): string => (code === null ? 'ended' : `failed with ${code}`);
