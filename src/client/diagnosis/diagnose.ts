import type { SigningProvider } from '../../auth/index.ts';
import { isTerrESanteError, type Finding } from '../../errors.ts';
import { throwIfAborted, withDeadline } from '../../internal/abort.ts';
import type { DepositChannel, PlatformProbe } from '../../transport/index.ts';
import type { PlatformContext } from '../policy/context.ts';
import type { DiagnoseOptions, Diagnosis, DiagnosisStep, DiagnosisTopic } from './model.ts';

/** What a diagnosis needs of the client. */
export interface DiagnosisParts {
  readonly context: PlatformContext;
  readonly provider: SigningProvider;
  readonly timeoutMs: number;
  readonly deposit: () => Promise<DepositChannel | undefined>;
}

type Outcome = Pick<DiagnosisStep, 'state' | 'message'> & Partial<Pick<DiagnosisStep, 'findings'>>;

function worst(findings: readonly Finding[], ok: string): Outcome {
  const bad =
    findings.find(({ severity }) => severity === 'error') ?? findings.find(({ severity }) => severity === 'warning');
  return bad
    ? { state: bad.severity === 'error' ? 'error' : 'warning', message: bad.message, findings }
    : { state: 'ok', message: ok, findings };
}

async function certificate({ context, provider }: DiagnosisParts, signal: AbortSignal): Promise<Outcome> {
  const { certificateExpiry, readCertificateIdentity } = await import('../../auth/index.ts');
  const [der] = await provider.certificates({ signal });
  if (!der) return { state: 'error', message: 'Aucun certificat de signature.' };
  const findings = certificateExpiry(der, context.runtime.clock.now());
  await context.checkSigner(der);
  const { kind } = readCertificateIdentity(der);
  return worst(
    findings,
    kind === 'person'
      ? 'Le certificat de signature est valable et désigne le professionnel configuré.'
      : 'Le certificat de signature est valable et désigne une structure.',
  );
}

async function signature({ context }: DiagnosisParts, signal: AbortSignal): Promise<Outcome> {
  await context.signOnce({ signal });
  return { state: 'ok', message: 'Une assertion a été signée et vérifiée.' };
}

async function deposit(parts: DiagnosisParts, signal: AbortSignal): Promise<Outcome> {
  const channel = await parts.deposit();
  if (!channel) return { state: 'unknown', message: "Aucune messagerie de dépôt n'est configurée." };
  if (!channel.verify) return { state: 'unknown', message: 'Cette voie de dépôt ne se laisse pas essayer sans envoi.' };
  await channel.verify({ signal });
  return { state: 'ok', message: "Le serveur de messagerie accepte la connexion chiffrée et l'authentification." };
}

/**
 * Looks at everything that a call needs, one thing after the other, and never throws for what it
 * finds.
 */
export async function diagnose(parts: DiagnosisParts, options: DiagnoseOptions = {}): Promise<Diagnosis> {
  const { context, timeoutMs } = parts;
  const steps: DiagnosisStep[] = [];
  const add = (topic: DiagnosisTopic, outcome: Outcome, error: DiagnosisStep['error'] = null): void => {
    steps.push({ topic, findings: [], ...outcome, error });
  };
  /**
   * Each step has the time of one call, so that a silent server does not hide what comes after it.
   */
  const attempt = async (topic: DiagnosisTopic, work: (signal: AbortSignal) => Promise<Outcome>): Promise<void> => {
    throwIfAborted(options.signal);
    context.requireOpen();
    try {
      const outcome = await withDeadline(
        { signal: options.signal, timeoutMs: options.timeoutMs ?? timeoutMs },
        work,
        'Pas de réponse dans le délai.',
      );
      add(topic, outcome);
    } catch (error) {
      throwIfAborted(options.signal);
      if (!isTerrESanteError(error)) {
        // Its text is not shown: it may quote what was sent.
        add(topic, { state: 'error', message: 'Erreur interne.' }, { code: 'TE_INTERNAL', retryable: false });
      } else {
        const { code, retryable, message, findings } = error;
        const state = code === 'TE_UNSUPPORTED' ? 'unknown' : 'error';
        add(topic, { state, message, findings }, { code, retryable });
      }
    }
  };

  const { errors, warnings, infos } = context.report();
  /** A wrong configuration may name a wrong server: nothing is sent before it is right. */
  const online = async (topic: DiagnosisTopic, work: (signal: AbortSignal) => Promise<Outcome>): Promise<void> => {
    if (errors.length > 0) add(topic, { state: 'unknown', message: "Corrigez d'abord la configuration." });
    else await attempt(topic, work);
  };
  add('configuration', worst([...errors, ...warnings, ...infos], 'La configuration est complète et cohérente.'));
  await attempt('certificate', (signal) => certificate(parts, signal));
  if (options.sign === true) await online('signature', (signal) => signature(parts, signal));
  else add('signature', { state: 'unknown', message: 'Non essayée : une carte demanderait son code porteur.' });

  let probe: PlatformProbe | undefined;
  await online('platform', async (signal) => {
    const binding = (await context.bindings()).find((one) => one.probe !== undefined);
    probe = await binding?.probe?.({ signal });
    return probe
      ? { state: 'ok', message: 'Le serveur de la plateforme répond.' }
      : { state: 'unknown', message: "Aucun service en ligne n'est décrit pour cet environnement." };
  });
  await online('clock', async () => {
    const { measureClockSkew } = await import('../../auth/index.ts');
    const skew = probe?.dateHeader ? measureClockSkew({ ...probe, dateHeader: probe.dateHeader }) : null;
    return skew
      ? worst(skew.findings, "L'heure du poste est celle de la plateforme.")
      : { state: 'unknown', message: "La plateforme n'a pas donné son heure." };
  });
  await online('deposit', (signal) => deposit(parts, signal));
  return { ok: steps.every(({ state }) => state !== 'error'), steps };
}
