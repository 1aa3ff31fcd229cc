import type { VihfAuthentication } from '../../auth/index.ts';
import { isTerrESanteError, TerrESanteError, type CheckReport } from '../../errors.ts';
import { canTransmitIns, checkCompleteness, type CompletenessReport, type PatientInput } from '../../identity/index.ts';
import { withDeadline, type CallOptions } from '../../internal/abort.ts';
import { correlated } from '../../internal/correlation.ts';
import { isoUtc } from '../../internal/hl7-time.ts';
import type { Observer } from '../../internal/observer.ts';
import type { Runtime } from '../../internal/runtime.ts';
import type { BindingKind, BoundPatient, PlatformBinding } from '../../transport/index.ts';
import type { AuditJournal } from '../audit/model.ts';
import { AuditTrail, type Access } from '../audit/trail.ts';
import type { CallMeta } from '../call.ts';
import { beginCall, type CallEvent } from '../events.ts';
import { requireValidConfig } from '../../platform/config/check-config.ts';
import type { TerrESanteConfig } from '../../platform/index.ts';
import { nationalEnvironment } from '../../platform/environment.ts';
import type { CutOffStore } from '../../notifications/index.ts';
import { localPatientCx } from '../../platform/config/people.ts';
import type { PlatformDescriptor } from '../../platform/index.ts';
import { Assertions } from './assertions.ts';
import { possibleModes, requireCapable, type Use } from './capability.ts';
import type { ClientAuth } from './client-auth.ts';
import { KnownDossiers } from './known-dossiers.ts';
import { clientReport } from './means.ts';
import { pagesOf } from './pages.ts';
import type { Called, CallPlan, ExchangePlan, PagesPlan, ServiceOperation } from './plans.ts';
import { WithdrawnConsents } from './withdrawn-consents.ts';

export type { Called, CallPlan, ExchangePlan } from './plans.ts';

/** How long a platform may take to find a dossier that it created: an index is a minute late. */
const createdForMs = 120_000;

/** Options of {@link PlatformContext}. */
export interface PlatformContextOptions {
  readonly config: TerrESanteConfig;
  readonly descriptor: PlatformDescriptor;
  readonly auth: ClientAuth;
  readonly authentication: Partial<VihfAuthentication> | undefined;
  readonly bindings: (kind: BindingKind) => Promise<PlatformBinding> | undefined;
  readonly runtime: Runtime;
  readonly timeoutMs: number;
  readonly observer: Observer;
  /** Where accesses are written down. */
  readonly audit: AuditJournal | undefined;
  /** Remembers when a patient withdrew a consent. */
  readonly withdrawals: CutOffStore;
}

/**
 * What all operations share: the gates before a call, the call itself, and what the session
 * remembers.
 */
export class PlatformContext {
  readonly config: TerrESanteConfig;
  readonly descriptor: PlatformDescriptor;
  readonly runtime: Runtime;
  readonly knownDossiers: KnownDossiers;
  /** Created here a moment ago: a platform may be late to find them. */
  readonly createdDossiers: KnownDossiers;
  readonly withdrawnConsents: WithdrawnConsents;
  readonly trail: AuditTrail;
  readonly #bindings: PlatformContextOptions['bindings'];
  readonly #assertions: Assertions;
  readonly #options: Pick<PlatformContextOptions, 'auth' | 'authentication'>;
  readonly #timeoutMs: number;
  readonly #observer: Observer;
  readonly #closing = new AbortController();

  constructor(options: PlatformContextOptions) {
    this.config = options.config;
    this.descriptor = options.descriptor;
    this.runtime = options.runtime;
    this.knownDossiers = new KnownDossiers(options.runtime.clock);
    this.createdDossiers = new KnownDossiers(options.runtime.clock, createdForMs);
    this.#bindings = options.bindings;
    this.#options = options;
    this.#timeoutMs = options.timeoutMs;
    this.#observer = options.observer;
    this.#assertions = new Assertions(options);
    this.trail = new AuditTrail(options.config, options.runtime, options.audit);
    this.withdrawnConsents = new WithdrawnConsents(options.withdrawals);
  }

  report(): CheckReport {
    const { auth, authentication } = this.#options;
    return clientReport(this.config, this.descriptor, auth, authentication);
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
      runtime: this.runtime,
      environment: nationalEnvironment(this.config.environment),
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
    const report = this.completeness(patient);
    const { localId, traits, ins } = patient;
    if (!report.ok || !localId) throw incomplete(report);

    if (this.descriptor.identity.requireValidated.value && (patient.identityStatus ?? 'PROV') === 'PROV') {
      throw new TerrESanteError(
        'TE_IDENTITY_PROVISIONAL',
        "La plateforme refuse une identité provisoire : validez d'abord l'identité du patient.",
      );
    }

    // Refuses an identifier of another domain: it would name another patient there.
    localPatientCx(this.config, localId);

    // An INS leaves the software only with a qualified identity.
    const rules = { environment: nationalEnvironment(this.config.environment), runtime: this.runtime };
    const transmissible = ins !== undefined && canTransmitIns(patient, rules);
    return { localId, traits, ins: transmissible ? ins : null };
  }

  /**
   * What the platform does not offer to this way of logging in, as far as it is known before it.
   *
   * @throws TerrESanteError `TE_UNSUPPORTED`
   */
  requireCapable(use: Use): void {
    requireCapable(this.descriptor, use, possibleModes(this.config, this.#options.authentication));
  }

  /** Whether the descriptor binds the operation to something that carries it. */
  isBound(operation: ServiceOperation): boolean {
    const kind = this.descriptor.bindings[operation]?.value;
    return kind !== undefined && this.#bindings(kind) !== undefined;
  }

  /** The bindings that the descriptor names and the client has. */
  async bindings(): Promise<readonly PlatformBinding[]> {
    const kinds = new Set(Object.values(this.descriptor.bindings).map((bound) => bound?.value));
    const found: PlatformBinding[] = [];

    for (const kind of kinds) {
      if (kind === undefined || kind === 'mssante' || kind === 'soap-insi' || kind === 'portal') continue;
      const binding = await this.#bindings(kind);
      if (binding) found.push(binding);
    }

    return found;
  }

  /** @throws TerrESanteError as `createVihf` before it signs */
  checkSigner(der: Uint8Array): Promise<void> {
    return this.#assertions.checkSigner(der);
  }

  /** An assertion that a browser carries to the portal, for one address and one use. */
  portalAssertion(...asked: Parameters<Assertions['forPortal']>): ReturnType<Assertions['forPortal']> {
    return this.#assertions.forPortal(...asked);
  }

  /** Signs an assertion that names no patient. */
  async signOnce(options: CallOptions): Promise<void> {
    await this.#assertions.get(null, { operation: null, purpose: 'normal' }, options);
  }

  /**
   * Runs a call that all gates have let through.
   *
   * @throws TerrESanteError `TE_UNSUPPORTED` when nothing carries the operation, `TE_TIMEOUT`,
   *   `TE_CLOSED`, those of the assertion and of the binding
   */
  async call<T>({ send, ...asked }: CallPlan<T>): Promise<Called<T>> {
    const { operation, patient, purpose, reason, access } = asked;
    const use: Use = { operation, purpose, reason, action: access?.action };
    const { kind, transaction } = await this.#carried(use, operation, send);
    const plan = { ...this.#described(asked), binding: kind };
    const { correlationId, value } = await this.exchange(plan, async (signal, id) => {
      const assertion = await this.#assertions.get(patient, use, { signal });
      this.requireOpen();
      return transaction({ assertion, correlationId: id, signal });
    });
    return { value: value.value, meta: this.meta(kind, correlationId, value.platformTime) };
  }

  /**
   * The same of an answer that comes in pages, each of which is an exchange.
   *
   * @throws TerrESanteError as {@link call}, at any page
   */
  async *pages<T extends { readonly isLast: boolean }>({
    send,
    ...asked
  }: PagesPlan<T>): AsyncGenerator<Called<T>, void, undefined> {
    const { operation, patient, purpose, reason, access } = asked;
    const use: Use = { operation, purpose, reason, action: access?.action };
    const { kind, transaction } = await this.#carried(use, operation, send);
    yield* pagesOf<T>(this, {
      plan: { ...this.#described(asked), binding: kind },
      assertion: (options) => this.#assertions.get(patient, use, options),
      open: transaction,
    });
  }

  /** @throws TerrESanteError `TE_UNSUPPORTED` before anything is asked of anybody */
  async #carried<S>(
    use: Use,
    operation: ServiceOperation,
    send: (binding: PlatformBinding) => S | undefined,
  ): Promise<{ readonly kind: BindingKind; readonly transaction: S }> {
    const kind = this.descriptor.bindings[operation]?.value;
    const binding = kind && (await this.#bindings(kind));
    const transaction = binding && send(binding);
    if (kind && transaction) {
      this.requireCapable(use);
      return { kind, transaction };
    }
    throw new TerrESanteError('TE_UNSUPPORTED', "Cette fonction n'est pas offerte dans cet environnement.", {
      details: { operation, binding: kind ?? null },
    });
  }

  #described({
    operation,
    patient,
    purpose,
    reason = null,
    access,
    options,
  }: Omit<CallPlan<unknown>, 'send'>): Omit<ExchangePlan, 'binding'> {
    return {
      operation,
      options,
      access: { patient: patient?.localId ?? null, reason, ...access, purpose },
      late: 'La plateforme ne répond pas dans le délai.',
    };
  }

  /**
   * Runs one exchange: within its deadline, ended by `close`, told to whoever watches,
   * written in the journal before its result is given.
   *
   * @throws TerrESanteError `TE_TIMEOUT`, `TE_CANCELLED`, `TE_CLOSED`, `TE_AUDIT`, and those of
   *   the work
   */
  async exchange<T>(
    { operation, binding, options, access, late, correlationId = this.runtime.ids.uuid() }: ExchangePlan,
    work: (signal: AbortSignal, correlationId: string) => Promise<T>,
  ): Promise<{ readonly value: T; readonly correlationId: string }> {
    const startedAt = await this.trail.require();
    const described: Access = { startedAt, action: operation, binding, purpose: 'normal', patient: null, ...access };
    const end = beginCall(this.#observer, this.runtime, { operation, binding, correlationId });

    let value: T;
    try {
      value = await withDeadline(
        { signal: options.signal, timeoutMs: options.timeoutMs ?? this.#timeoutMs },
        (deadline) => work(AbortSignal.any([deadline, this.#closing.signal]), correlationId),
        late,
      );
    } catch (error) {
      const failure = correlated(this.#failureOf(error, operation), correlationId);
      end(failure);
      await this.trail.failed(described, correlationId, failure);
      throw failure;
    }

    end();
    // Nothing is given to the host before the access is in the journal.
    await this.trail.succeeded(described, correlationId);
    return { value, correlationId };
  }

  /**
   * Runs work that asks nothing of the platform: within its deadline, ended by `close`.
   *
   * @throws TerrESanteError `TE_TIMEOUT`, `TE_CANCELLED`, `TE_CLOSED`, those of the work
   */
  async during<T>(options: CallOptions, late: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const { signal, timeoutMs = this.#timeoutMs } = options;
    try {
      return await withDeadline(
        { signal: signal ? AbortSignal.any([signal, this.#closing.signal]) : this.#closing.signal, timeoutMs },
        work,
        late,
      );
    } catch (error) {
      this.requireOpen();
      throw error;
    }
  }

  /** The error a host receives for a call that failed. */
  #failureOf(error: unknown, operation: CallEvent['operation']): TerrESanteError {
    if (this.#closing.signal.aborted) return closed();

    // The cause is not kept: it may quote the request.
    if (!isTerrESanteError(error)) {
      return new TerrESanteError('TE_INTERNAL', "Erreur interne pendant l'appel à la plateforme.", {
        details: { operation },
      });
    }

    // The platform does not take this assertion any more: the next call signs another.
    if (error.code === 'TE_AUTHN_REQUIRED' || error.code === 'TE_AUTHN_REJECTED') this.#assertions.forget();
    return error;
  }

  meta(binding: CallMeta['binding'], correlationId: string, platformTime: number | null): CallMeta {
    return {
      binding,
      correlationId,
      receivedAt: isoUtc(this.runtime.clock.now()),
      platformTime: platformTime === null ? null : isoUtc(platformTime),
    };
  }

  close(): void {
    this.#closing.abort(closed());
    this.#assertions.forget();
    this.knownDossiers.clear();
    this.createdDossiers.clear();
  }

  get isClosed(): boolean {
    return this.#closing.signal.aborted;
  }
}

function closed(): TerrESanteError {
  return new TerrESanteError('TE_CLOSED', 'La connexion à la plateforme est fermée.');
}

/** Names the traits that are absent or refused, never their values. */
function incomplete({ missing, findings }: CompletenessReport): TerrESanteError {
  const labels = missing.map(({ label }) => label.toLowerCase());
  return new TerrESanteError(
    'TE_IDENTITY_INCOMPLETE',
    labels.length > 0 ? `Il manque : ${labels.join(', ')}.` : "L'identité du patient comporte une valeur refusée.",
    {
      details: { missing: missing.map(({ trait }) => trait) },
      findings: findings.filter(({ severity }) => severity === 'error'),
    },
  );
}
