import type { PatientInput } from '../../identity/index.ts';
import { optionsOf, recordOf, refuseArgument, textOf } from '../../internal/border.ts';
import type { DepositReceipt, Outbox } from '../../transport/index.ts';
import { forward } from '../lazy.ts';
import type { OutboxOperations, WaitOptions } from './model.ts';
import type { ClientOutbox } from './outbox.ts';

/** Looks in the dossier for what became of a document. */
export type LookInDossier = (
  patient: PatientInput,
  uniqueId: string,
  signal: AbortSignal,
) => Promise<DepositReceipt | null>;

/** What the host calls: each call opens the outbox when it must. */
export function outboxOperations(outbox: ClientOutbox, lookInDossier: LookInDossier): OutboxOperations {
  const open = (): Promise<Outbox> => outbox.open();
  return {
    start: () => outbox.start(),
    stop: async (options) => outbox.stop(optionsOf('options', options, ['graceMs'])),
    wait: async (deposit, options) => wait(outbox, lookInDossier, deposit, options),
    ...forward(open, ['summary', 'applyReport']),
    status: async (uniqueId) => (await open()).status(textOf('uniqueId', uniqueId)),
    retry: async (uniqueId) => (await open()).retry(textOf('uniqueId', uniqueId)),
    cancel: async (uniqueId) => (await open()).cancel(textOf('uniqueId', uniqueId)),
    async *list(filter) {
      yield* (await open()).list(optionsOf('filter', filter, ['states']));
    },
    async *unmatched() {
      yield* (await open()).unmatched();
    },
  };
}

async function wait(
  outbox: ClientOutbox,
  lookInDossier: LookInDossier,
  deposit: string | Pick<DepositReceipt, 'uniqueId'>,
  options: WaitOptions | undefined,
): Promise<DepositReceipt> {
  const { patient, signal, timeoutMs } = optionsOf('options', options, ['patient', 'signal', 'timeoutMs']);
  if (patient !== undefined) recordOf('patient', patient, 'patient attendu');

  const uniqueId = uniqueIdOf(deposit);
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
