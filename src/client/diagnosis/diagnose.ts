import type { SigningProvider } from '../../auth/index.ts';
import { isTerrESanteError, type CheckReport, type SafeDetails } from '../../errors.ts';
import { throwIfAborted, withDeadline, type CallOptions } from '../../internal/abort.ts';
import { optionsOf } from '../../internal/border.ts';
import { callChecks, flag } from '../../internal/option-checks.ts';
import type { DepositChannel, PlatformProbe } from '../../transport/index.ts';
import type { PlatformContext } from '../policy/context.ts';
import { card, expiry, readsCards, resolution } from './environment.ts';
import type { DiagnoseOptions, Diagnosis, DiagnosisStep, DiagnosisTopic } from './model.ts';
import { ok, unknown, worst, type Outcome } from './outcome.ts';

/** What a diagnosis needs of the client. */
export interface DiagnosisParts {
  readonly context: PlatformContext;
  readonly provider: SigningProvider;
  readonly timeoutMs: number;
  /** What takes the deposits, tried without sending; `undefined` when nothing does. */
  readonly deposit: () => Promise<Pick<DepositChannel, 'verify'> | undefined>;
  /** Tries the mailbox of replies; `null` when there is none. */
  readonly replies: ((call: CallOptions) => Promise<void>) | null;
  /** PEM texts of the authorities that the client trusts. */
  readonly anchors: readonly string[];
  /** A proxy resolves names in place of this machine. */
  readonly throughProxy: boolean;
  /** Reads something that names no patient and changes nothing. */
  readonly read: (call: CallOptions) => Promise<unknown>;
}

type Attempt = (signal: AbortSignal) => Promise<Outcome>;

/**
 * Looks at everything that a call needs, one thing after the other: configuration, certificate,
 * signature, platform, clock, mail. What it finds is in the answer, never thrown.
 *
 * @throws TerrESanteError `TE_CANCELLED`, `TE_CLOSED`
 */
export async function diagnose(parts: DiagnosisParts, given?: DiagnoseOptions): Promise<Diagnosis> {
  const options = optionsOf('options', given, { ...callChecks, sign: flag });
  const { context } = parts;
  const configuration = context.report();
  const steps = new Steps(parts, options, configuration);

  steps.add('configuration', worst(configuration.findings, 'La configuration est complète et cohérente.'));
  const { provider } = parts;
  if (readsCards(provider)) await steps.attempt('card', (signal) => card(provider, signal));
  await steps.attempt('certificate', (signal) => certificate(parts, signal));

  const { runtime } = context;
  await steps.attempt('expiry', (signal) => expiry({ provider, runtime, anchors: parts.anchors }, signal));

  if (options.sign === true) await steps.attemptOnline('signature', (signal) => signature(parts, signal));
  else steps.add('signature', unknown('Non essayée : une carte demanderait son code porteur.'));

  await steps.attemptOnline('resolution', () =>
    parts.throughProxy ? Promise.resolve(unknown('Un proxy cherche les noms à la place du poste.')) : named(context),
  );

  // The clock is compared with the answer of the platform.
  let probe: PlatformProbe | null = null;
  await steps.attemptOnline('platform', async (signal) => {
    probe = await probePlatform(parts, signal);
    return probe
      ? ok('Le serveur de la plateforme répond.')
      : unknown("Aucun service en ligne n'est décrit pour cet environnement.");
  });
  await steps.attemptOnline('clock', () => clock(probe));

  if (options.sign === true) {
    await steps.attemptOnline('read', async (signal) => {
      await parts.read({ signal });
      return ok('Une lecture qui ne nomme aucun patient a réussi.');
    });
  }

  await steps.attemptOnline('deposit', (signal) => deposit(parts, signal));
  const { replies } = parts;
  if (replies) {
    await steps.attemptOnline('replies', async (signal) => {
      await replies({ signal });
      return ok("La boîte des retours accepte la connexion chiffrée et l'authentification, et s'ouvre.");
    });
  }
  return steps.close();
}

/** The steps of one diagnosis. */
class Steps {
  readonly #context: PlatformContext;
  readonly #options: CallOptions;
  readonly #configuration: CheckReport;
  readonly #steps: DiagnosisStep[] = [];

  constructor({ context, timeoutMs }: DiagnosisParts, options: CallOptions, configuration: CheckReport) {
    this.#context = context;
    // Each step has the time of one call, so that a silent server does not hide what comes after.
    this.#options = { signal: options.signal, timeoutMs: options.timeoutMs ?? timeoutMs };
    this.#configuration = configuration;
  }

  add(topic: DiagnosisTopic, outcome: Outcome, error: DiagnosisStep['error'] = null): void {
    this.#steps.push({ topic, findings: [], ...outcome, error });
  }

  async attempt(topic: DiagnosisTopic, work: Attempt): Promise<void> {
    throwIfAborted(this.#options.signal);
    this.#context.requireOpen();

    try {
      this.add(topic, await withDeadline(this.#options, work, 'Pas de réponse dans le délai.'));
    } catch (error) {
      throwIfAborted(this.#options.signal);
      this.#addFailure(topic, error);
    }
  }

  /** A wrong configuration may name a wrong server: nothing is sent before it is right. */
  async attemptOnline(topic: DiagnosisTopic, work: Attempt): Promise<void> {
    if (this.#configuration.ok) await this.attempt(topic, work);
    else this.add(topic, unknown("Corrigez d'abord la configuration."));
  }

  close(): Diagnosis {
    return {
      ok: this.#steps.every(({ state }) => state !== 'error'),
      findings: this.#steps.flatMap(({ findings }) => findings),
      steps: this.#steps,
    };
  }

  #addFailure(topic: DiagnosisTopic, error: unknown): void {
    if (!isTerrESanteError(error)) {
      // Its text is not shown: it may quote what was sent.
      const told = { code: 'TE_INTERNAL', retryable: false, reason: null } as const;
      this.add(topic, { state: 'error', message: 'Erreur interne.' }, told);
      return;
    }

    const { code, retryable, message, findings, details } = error;
    const state = code === 'TE_UNSUPPORTED' ? 'unknown' : 'error';
    this.add(topic, { state, message, findings }, { code, retryable, reason: reasonOf(details) });
  }
}

/** The word by which a lower layer says why: of the network, of TLS, of a certificate. */
function reasonOf({ networkCode, reason }: SafeDetails): string | null {
  const word = networkCode ?? reason;
  return typeof word === 'string' && /^[A-Za-z][A-Za-z0-9_-]{1,60}$/.test(word) ? word : null;
}

/** Nothing of a platform without services is looked for. */
async function named(context: PlatformContext): Promise<Outcome> {
  const bindings = await context.bindings();
  if (bindings.length === 0) return unknown("Aucun service en ligne n'est décrit pour cet environnement.");
  return resolution(context.config.quai.url);
}

async function certificate({ context, provider }: DiagnosisParts, signal: AbortSignal): Promise<Outcome> {
  const { certificateExpiry, readCertificateIdentity } = await import('../../auth/index.ts');
  const [der] = await provider.certificates({ signal });
  if (!der) return { state: 'error', message: 'Aucun certificat de signature.' };

  const { findings } = certificateExpiry(der, { runtime: context.runtime });
  await context.checkSigner(der);

  const isPerson = readCertificateIdentity(der).kind === 'person';
  return worst(
    findings,
    isPerson
      ? 'Le certificat de signature est valable et désigne le professionnel configuré.'
      : 'Le certificat de signature est valable et désigne une structure.',
  );
}

async function signature({ context }: DiagnosisParts, signal: AbortSignal): Promise<Outcome> {
  await context.signOnce({ signal });
  return ok('Une assertion a été signée et vérifiée.');
}

async function probePlatform({ context }: DiagnosisParts, signal: AbortSignal): Promise<PlatformProbe | null> {
  const bindings = await context.bindings();
  const binding = bindings.find((bound) => bound.probe !== undefined);
  return (await binding?.probe?.({ signal })) ?? null;
}

async function clock(probe: PlatformProbe | null): Promise<Outcome> {
  const { measureClockSkew } = await import('../../auth/index.ts');
  const skew = probe?.dateHeader ? measureClockSkew({ ...probe, dateHeader: probe.dateHeader }) : null;
  return skew
    ? worst(skew.findings, "L'heure du poste est celle de la plateforme.")
    : unknown("La plateforme n'a pas donné son heure.");
}

async function deposit(parts: DiagnosisParts, signal: AbortSignal): Promise<Outcome> {
  const channel = await parts.deposit();
  if (!channel) return unknown("Aucune messagerie de dépôt n'est configurée.");
  if (!channel.verify) return unknown('Cette voie de dépôt ne se laisse pas essayer sans envoi.');

  await channel.verify({ signal });
  return ok("Le serveur de messagerie accepte la connexion chiffrée et l'authentification.");
}
