import type { PatientInput } from '../../identity/index.ts';
import { optionsOf, reading, refuseArgument, textOf, type Checks } from '../../internal/border.ts';
import { callChecks, patient as patientCheck, wait } from '../../internal/option-checks.ts';
import type { DepositReceipt, Outbox } from '../../transport/index.ts';
import { forward } from '../lazy.ts';
import type { OutboxOperations, WaitOptions } from './model.ts';
import type { ClientOutbox } from './outbox.ts';

type StopOptions = NonNullable<Parameters<OutboxOperations['stop']>[0]>;

/** Looks in the dossier for what became of a document. */
export type LookInDossier = (
  patient: PatientInput,
  uniqueId: string,
  signal: AbortSignal,
) => Promise<DepositReceipt | null>;

const stopChecks: Checks<StopOptions> = { graceMs: wait };

const waitChecks: Checks<WaitOptions> = { ...callChecks, patient: patientCheck };

/** What the host calls: each call opens the outbox when it must. */
export function outboxOperations(outbox: ClientOutbox, lookInDossier: LookInDossier): OutboxOperations {
  const open = (): Promise<Outbox> => outbox.open();
  return {
    start: () => outbox.start(),
    stop: async (options) => outbox.stop(optionsOf('options', options, stopChecks)),
    wait: async (deposit, options) => waitFor(outbox, lookInDossier, deposit, options),
    ...forward(open, ['summary', 'applyReport']),
    status: async (uniqueId) => (await open()).status(textOf('uniqueId', uniqueId)),
    retry: async (uniqueId) => (await open()).retry(textOf('uniqueId', uniqueId)),
    cancel: async (uniqueId) => (await open()).cancel(textOf('uniqueId', uniqueId)),
    async *list(filter) {
      yield* (await open()).list(filter);
    },
    async *unmatched() {
      yield* (await open()).unmatched();
    },
  };
}

async function waitFor(
  outbox: ClientOutbox,
  lookInDossier: LookInDossier,
  deposit: string | Pick<DepositReceipt, 'uniqueId'>,
  options: WaitOptions | undefined,
): Promise<DepositReceipt> {
  const { patient, signal, timeoutMs } = optionsOf('options', options, waitChecks);

  const uniqueId = reading('deposit', () => uniqueIdOf(deposit));
  const look = patient && ((given: AbortSignal) => lookInDossier(patient, uniqueId, given));
  return outbox.wait(uniqueId, { signal, timeoutMs }, look ?? null);
}

function uniqueIdOf(deposit: unknown): string {
  if (typeof deposit === 'string') return textOf('deposit', deposit);
  if (typeof deposit !== 'object' || deposit === null || !('uniqueId' in deposit)) {
    refuseArgument('deposit', 'reçu ou uniqueId attendu');
  }
  return textOf('deposit.uniqueId', deposit.uniqueId);
}
