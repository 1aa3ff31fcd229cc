import { isTerrESanteError } from '../../errors.ts';
import { readIncomingDeposit, type IncomingDeposit } from '../../transport/mss/incoming.ts';
import type { ReceivedMail } from '../mail/model.ts';
import type { IntakeResult } from '../model.ts';
import { addReplacement, register } from '../registry/register.ts';
import type { PlatformState } from '../state/state.ts';
import { RefusedDocument } from './check-document.ts';
import { examine } from './examine.ts';
import type { AcceptedSet, IntakeOptions } from './model.ts';
import { report } from './report.ts';

/** Files every document of a deposit, or none. */
async function fileDeposit(incoming: IncomingDeposit, options: IntakeOptions): Promise<IntakeResult> {
  const forced = options.rejection();
  if (forced !== undefined) throw new RefusedDocument(forced, 'SIM-INJECTED');

  const sets = await examine(incoming, options);
  for (const set of sets) fileSet(set, options.state);

  const accepted = sets.flatMap(({ documents }) => documents);

  return {
    messageId: incoming.messageId,
    outcome: accepted.every(({ duplicate }) => duplicate) ? 'duplicate' : 'filed',
    uniqueIds: accepted.map(({ document }) => document.uniqueId),
    code: null,
    rules: [],
  };
}

/**
 * Registers what is new of a set. A document that replaces another says so itself: its sender asks
 * no registry.
 */
function fileSet({ objects, documents }: AcceptedSet, state: PlatformState): void {
  const isNew = (place: number): boolean => documents[place]?.duplicate === false;
  const entries = objects.entries.filter((_, place) => isNew(place));
  const [first] = documents;
  if (!first || entries.length === 0) return;

  const { dossier } = first;
  const known = new Set(
    objects.entries.filter((entry) => !entries.includes(entry)).map(({ value }) => value.entryUuid),
  );
  const associations = objects.associations.filter(
    ({ value: { source, target } }) => !known.has(source) && !known.has(target),
  );
  const judged = objects.entries.flatMap((submitted, place) => {
    const accepted = documents[place];
    return accepted && !accepted.duplicate ? [{ submitted, document: accepted.document }] : [];
  });

  register(state, { dossier, objects: { ...objects, entries, associations }, documents: judged });
  for (const filed of dossier.documents.slice(-judged.length)) addReplacement(state, dossier, filed);
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
