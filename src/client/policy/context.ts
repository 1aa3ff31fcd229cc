import { createHmac, randomBytes } from 'node:crypto';
import type { SigningProvider, VihfAuthentication } from '../../auth/index.ts';
import { isTerrESanteError, TerrESanteError } from '../../errors.ts';
import {
  canTransmitIns,
  checkCompleteness,
  type CompletenessReport,
  type LocalIdentifier,
  type PatientInput,
} from '../../identity/index.ts';
import { withDeadline, type CallOptions } from '../../internal/abort.ts';
import { isoUtc } from '../../internal/hl7-time.ts';
import type { Runtime } from '../../internal/runtime.ts';
import type { Answered, BindingCall, BindingKind, BoundPatient, PlatformBinding } from '../../transport/index.ts';
import type { CallMeta, Purpose } from '../call.ts';
import { checkConfig, requireValidConfig } from '../../platform/config/check-config.ts';
import type { ConfigReport, TerrESanteConfig } from '../../platform/index.ts';
import { localPatientCx } from '../../platform/config/people.ts';
import type { PlatformDescriptor, PlatformOperation } from '../../platform/index.ts';
import { Assertions } from './assertions.ts';

type BoundOperation = Exclude<PlatformOperation, 'documents.deposit'>;

/** What a call needs beside its own arguments. */
export interface CallPlan<T> {
  readonly operation: BoundOperation;
  readonly patient: BoundPatient | null;
  readonly purpose: Purpose;
  readonly options: CallOptions;
  /** `undefined`: this binding does not carry the operation. */
  readonly send: (binding: PlatformBinding) => ((call: BindingCall) => Promise<Answered<T>>) | undefined;
}

export interface Called<T> {
  readonly value: T;
  readonly meta: CallMeta;
}

/** Options of {@link PlatformContext}. */
export interface PlatformContextOptions {
  readonly config: TerrESanteConfig;
  readonly descriptor: PlatformDescriptor;
  readonly provider: SigningProvider;
  readonly authentication: Partial<VihfAuthentication> | undefined;
  readonly bindings: (kind: BindingKind) => Promise<PlatformBinding> | undefined;
  readonly runtime: Runtime;
  readonly timeoutMs: number;
}

/**
 * What all operations share: the gates before a call, the call itself, and what the session
 * remembers.
 */
export class PlatformContext {
  readonly config: TerrESanteConfig;
  readonly descriptor: PlatformDescriptor;
  readonly runtime: Runtime;
  readonly #bindings: PlatformContextOptions['bindings'];
  readonly #assertions: Assertions;
  readonly #timeoutMs: number;
  readonly #salt = randomBytes(32);
  readonly #existing = new Map<string, number>();
  readonly #closing = new AbortController();

  constructor(options: PlatformContextOptions) {
    this.config = options.config;
    this.descriptor = options.descriptor;
    this.runtime = options.runtime;
    this.#bindings = options.bindings;
    this.#timeoutMs = options.timeoutMs;
    this.#assertions = new Assertions(options);
  }

  report(): ConfigReport {
    return checkConfig(this.config, this.descriptor);
  }

  /** @throws TerrESanteError `TE_CLOSED` */
  requireOpen(): void {
    if (this.#closing.signal.aborted) throw closed();
  }

  /** @throws TerrESanteError `TE_CLOSED`, `TE_CONFIG_INVALID` */
  requireReady(): void {
    this.requireOpen();
    requireValidConfig(this.report());
  }

  completeness(patient: PatientInput): CompletenessReport {
    return checkCompleteness(patient, {
      now: this.runtime.clock.now(),
      environment: this.config.environment === 'production' ? 'production' : 'test',
      requireLocalId: true,
    });
  }

  /**
   * The patient as a binding may send it.
   *
   * @throws TerrESanteError `TE_IDENTITY_INCOMPLETE`, `TE_IDENTITY_PROVISIONAL`, `TE_INPUT_INVALID`
   *   (identifier of another domain)
   */
  requirePatient(patient: PatientInput): BoundPatient {
    const { complete, missing, issues } = this.completeness(patient);
    const { localId, traits, ins, identityStatus } = patient;
    if (!complete || !localId) {
      throw new TerrESanteError(
        'TE_IDENTITY_INCOMPLETE',
        missing.length > 0
          ? `Il manque : ${missing.map(({ label }) => label.toLowerCase()).join(', ')}.`
          : "L'identité du patient comporte une valeur refusée.",
        {
          details: {
            missing: missing.map(({ trait }) => trait),
            issues: issues.filter(({ severity }) => severity === 'error').map(({ code }) => code),
          },
        },
      );
    }
    if (this.descriptor.identity.requireValidated.value && (identityStatus ?? 'PROV') === 'PROV') {
      throw new TerrESanteError(
        'TE_IDENTITY_PROVISIONAL',
        "La plateforme refuse une identité provisoire : validez d'abord l'identité du patient.",
      );
    }
    localPatientCx(this.config, localId);
    const environment = this.config.environment === 'production' ? 'production' : 'test';
    const transmissible = ins !== undefined && canTransmitIns(patient, { environment, now: this.runtime.clock.now() });
    return { localId, traits, ins: transmissible ? ins : null };
  }

  /** Whether the descriptor binds the operation to something that carries it. */
  isBound(operation: BoundOperation): boolean {
    const kind = this.descriptor.bindings[operation]?.value;
    return kind !== undefined && this.#bindings(kind) !== undefined;
  }

  /** The bindings that the descriptor names and the client has. */
  async bindings(): Promise<readonly PlatformBinding[]> {
    const kinds = new Set(Object.values(this.descriptor.bindings).map((one) => one?.value));
    const found: PlatformBinding[] = [];
    for (const kind of kinds) {
      const binding = kind === undefined || kind === 'mssante' ? undefined : await this.#bindings(kind);
      if (binding) found.push(binding);
    }
    return found;
  }

  /** @throws TerrESanteError as `createVihf` before it signs */
  checkSigner(der: Uint8Array): Promise<void> {
    return this.#assertions.checkSigner(der);
  }

  /** Signs an assertion that names no patient. */
  async signOnce(options: CallOptions): Promise<void> {
    await this.#assertions.get(null, 'normal', options);
  }

  /** Runs a call that all gates have let through. */
  async call<T>({ operation, patient, purpose, options, send }: CallPlan<T>): Promise<Called<T>> {
    const kind = this.descriptor.bindings[operation]?.value;
    const binding = kind && (await this.#bindings(kind));
    const transaction = binding && send(binding);
    if (!kind || !transaction) {
      throw new TerrESanteError('TE_UNSUPPORTED', "Cette fonction n'est pas offerte dans cet environnement.", {
        details: { operation, binding: kind ?? null },
      });
    }
    const correlationId = this.runtime.ids.uuid();
    try {
      const { value, platformTime } = await withDeadline(
        { signal: options.signal, timeoutMs: options.timeoutMs ?? this.#timeoutMs },
        async (deadline) => {
          const signal = AbortSignal.any([deadline, this.#closing.signal]);
          const assertion = await this.#assertions.get(patient, purpose, { signal });
          if (this.#closing.signal.aborted) throw closed();
          return transaction({ assertion, correlationId, signal });
        },
        'La plateforme ne répond pas dans le délai.',
      );
      return { value, meta: this.meta(kind, correlationId, platformTime) };
    } catch (error) {
      if (this.#closing.signal.aborted) throw closed();
      if (!isTerrESanteError(error))
      // The cause is not kept: it may quote the request.
      {
        throw new TerrESanteError('TE_INTERNAL', "Erreur interne pendant l'appel à la plateforme.", {
          details: { operation },
        });
      }
      if (error.code === 'TE_AUTHN_REQUIRED' || error.code === 'TE_AUTHN_REJECTED') this.#assertions.forget();
      throw error;
    }
  }

  meta(binding: CallMeta['binding'], correlationId: string, platformTime: number | null): CallMeta {
    return {
      binding,
      correlationId,
      receivedAt: isoUtc(this.runtime.clock.now()),
      platformTime: platformTime === null ? null : isoUtc(platformTime),
    };
  }

  /** A name for a patient that cannot be read back: good for this session only. */
  keyOf(localId: LocalIdentifier): string {
    return createHmac('sha256', this.#salt)
      .update(JSON.stringify([localId.system, localId.value]))
      .digest('base64');
  }

  /**
   * Remembers that the dossier exists. Membership is not remembered: the patient may change it at
   * any time.
   */
  rememberDossier(localId: LocalIdentifier): void {
    if (this.#existing.size >= 10_000) this.#existing.clear();
    this.#existing.set(this.keyOf(localId), this.runtime.clock.now());
  }

  forgetDossier(localId: LocalIdentifier): void {
    this.#existing.delete(this.keyOf(localId));
  }

  /** @param maxAgeMs - how old the knowledge may be */
  knowsDossier(localId: LocalIdentifier, maxAgeMs: number): boolean {
    const at = this.#existing.get(this.keyOf(localId));
    return at !== undefined && this.runtime.clock.now() - at <= maxAgeMs;
  }

  close(): void {
    this.#closing.abort(closed());
    this.#assertions.forget();
    this.#existing.clear();
  }

  get isClosed(): boolean {
    return this.#closing.signal.aborted;
  }
}

function closed(): TerrESanteError {
  return new TerrESanteError('TE_CLOSED', 'La connexion à la plateforme est fermée.');
}
