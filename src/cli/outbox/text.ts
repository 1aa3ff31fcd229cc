import { depositStates, type DepositReceipt, type DepositState, type OutboxSummary } from '../../transport/index.ts';

export const states = Object.keys(depositStates) as readonly DepositState[];

/** A part of a line that is left out when its value is absent. */
const optional = (prefix: string, value: string | number | null | undefined): string =>
  value === null || value === undefined ? '' : `${prefix}${String(value)}`;

/** One deposit in one line. */
export const line = ({ uniqueId, state, submittedAt, rejection, problem }: DepositReceipt): string =>
  `${state.padEnd(13)} ${depositStates[state].label.padEnd(15)} ${submittedAt}  ${uniqueId}${optional('  code ', rejection?.code)}${optional('  ', problem?.code)}\n`;

/** All that is known of one deposit. */
export function details(receipt: DepositReceipt): string {
  const [recipient] = receipt.recipients;
  const { problem } = receipt;
  const rows = {
    document: receipt.uniqueIds.join(', '),
    état: `${receipt.state} (${depositStates[receipt.state].label})`,
    explication: recipient?.detail,
    problème: problem && `${problem.code}${optional(', réponse SMTP ', problem.smtpCode)}, le ${problem.at}`,
    essais: receipt.attempts,
    'prochain essai': receipt.nextAttemptAt,
    destinataire: recipient?.address,
    déposé: receipt.submittedAt,
    'Message-ID': receipt.messageId,
  };

  const facts = (receipt.evidence ?? []).map(
    ({ at, source, verdict, status, code, proof }) =>
      `  ${at}  ${source.padEnd(10)} ${verdict}${optional(' ', status)}${optional(' ', code)}${optional(' · ', proof)}`,
  );

  return `${Object.entries(rows)
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([label, value]) => `${label.padEnd(14)}${optional(' ', value)}`)
    .join('\n')}\n${facts.join('\n')}\n`;
}

/** The counts of an outbox. */
export function summaryText({ states: counts, waiting, oldestWaiting, problems }: OutboxSummary): string {
  const rows = [
    ...states.filter((state) => counts[state] > 0).map((state) => [depositStates[state].label, counts[state]] as const),
    ['à envoyer', waiting] as const,
    ['plus ancien', oldestWaiting ?? 'aucun'] as const,
    ...Object.entries(problems),
  ];
  return rows.map(([label, value]) => `${label.padEnd(24)} ${String(value)}\n`).join('');
}
