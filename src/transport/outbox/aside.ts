import type { AsideReason, UnmatchedReport } from './model.ts';

/** Most reports of one reason that a store keeps: anybody may write to a mailbox. */
export const maxAside = 1_000;

/** What an earlier version kept had no reason, and was tied to no deposit. */
export function reasonOf({ reason }: UnmatchedReport): AsideReason {
  return reason ?? 'no-deposit';
}

/** Milliseconds since 1970 at which a report was kept; 0 when that cannot be read. */
export function keptAt({ at }: UnmatchedReport): number {
  const ms = Date.parse(at);
  return Number.isFinite(ms) && ms > 0 ? ms : 0;
}

/** A report as it is kept: one on a deposit has one recipient, a hostile one may have many. */
export function asideCopy(item: UnmatchedReport): UnmatchedReport {
  return { ...item, report: { ...item.report, recipients: item.report.recipients.slice(0, 20) } };
}
