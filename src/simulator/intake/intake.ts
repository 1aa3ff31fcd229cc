import { isTerrESanteError } from '../../errors.ts';
import { readIncomingDeposit, type IncomingDeposit } from '../../transport/mss/incoming.ts';
import type { ReceivedMail } from '../mail/model.ts';
import type { IntakeResult } from '../model.ts';
import { RefusedDocument } from './check-document.ts';
import { examine } from './examine.ts';
import type { IntakeOptions } from './model.ts';
import { report } from './report.ts';

/** Files every document of a deposit, or none. */
async function fileDeposit(incoming: IncomingDeposit, options: IntakeOptions): Promise<IntakeResult> {
  const forced = options.rejection();
  if (forced !== undefined) throw new RefusedDocument(forced, 'SIM-INJECTED');

  const accepted = await examine(incoming, options);
  for (const { dossier, document, duplicate } of accepted) {
    if (!duplicate) options.state.file(dossier, document);
  }

  return {
    messageId: incoming.messageId,
    outcome: accepted.every(({ duplicate }) => duplicate) ? 'duplicate' : 'filed',
    uniqueIds: accepted.map(({ document }) => document.uniqueId),
    code: null,
    rules: [],
  };
}

/** Code 906, document refused, is that of everything without a code of its own. */
function rejection(error: unknown, messageId: string | null): IntakeResult {
  const refused = { messageId, outcome: 'rejected', uniqueIds: [] } as const;
  if (error instanceof RefusedDocument) return { ...refused, code: error.code, rules: error.rules };

  return { ...refused, code: '906', rules: [isTerrESanteError(error) ? error.code : 'TE_INTERNAL'] };
}

/** Takes one mail in: all of its documents, or none, then answers its sender. Never throws. */
export async function takeIn(mail: ReceivedMail, options: IntakeOptions): Promise<IntakeResult> {
  let incoming: IncomingDeposit | null = null;
  let result: IntakeResult;

  try {
    incoming = await readIncomingDeposit(mail.bytes);
    result = await fileDeposit(incoming, options);
  } catch (error) {
    result = rejection(error, incoming?.messageId ?? null);
  }

  try {
    await report(mail, incoming, result.code, options);
  } catch {
    // An answer that may not be sent (another return path, hostile subject) is not sent.
  }

  return result;
}
