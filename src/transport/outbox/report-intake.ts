import { checkReportSenders, type ReportSenders } from '../receipt/report-sender.ts';
import type { MailReport } from '../receipt/report.ts';
import { asideCopy } from './aside.ts';
import { bears, reported, reportRefusal, type Edit } from './entry-edits.ts';
import { entryIdIn } from './identity.ts';
import type { AsideReason, OutboxEntry, OutboxStore } from './model.ts';
import type { ReportOutcome } from './outbox-model.ts';

/** What the intake of reports needs of an outbox. */
export interface ReportIntakeParts {
  readonly store: Pick<OutboxStore, 'addUnmatched'>;
  readonly senders: ReportSenders | undefined;
  readonly now: () => number;
  /** Reads, changes and writes an entry. */
  readonly change: (id: string, edit: Edit) => Promise<OutboxEntry | null>;
}

type Outcome = 'applied' | 'known' | AsideReason;

/** Ties each report to its deposit, and keeps aside those that may not change one. */
export class ReportIntake {
  readonly #parts: ReportIntakeParts;
  readonly #senders: ReportSenders;

  /** @throws TerrESanteError `TE_INPUT_INVALID` for names that are none */
  constructor(parts: ReportIntakeParts) {
    checkReportSenders(parts.senders);
    this.#parts = parts;
    this.#senders = parts.senders ?? {};
  }

  async apply(report: MailReport): Promise<ReportOutcome> {
    for (const identifier of [report.envelopeId, ...report.messageIds]) {
      const id = identifier === null ? null : entryIdIn(identifier);
      if (identifier === null || id === null) continue;

      const outcome = await this.#applyTo(id, identifier, report);
      if (outcome === 'applied' || outcome === 'known') return outcome;
      if (outcome !== 'no-deposit') return this.#keepAside(report, outcome);
    }
    return this.#keepAside(report, 'no-deposit');
  }

  async #keepAside(report: MailReport, reason: AsideReason): Promise<ReportOutcome> {
    const { store, now } = this.#parts;
    await store.addUnmatched(asideCopy({ report, reason, at: new Date(now()).toISOString() }));
    return reason === 'other-sender' ? reason : 'unmatched';
  }

  async #applyTo(id: string, identifier: string, report: MailReport): Promise<Outcome> {
    const { change, now } = this.#parts;
    let outcome: Outcome = 'no-deposit';

    await change(id, (entry) => {
      // No mail reports on what left by another wire.
      if (entry.channel !== 'mssante') return null;
      if (![entry.track, ...entry.previous].some((track) => bears(track, identifier))) return null;

      const refusal = reportRefusal(report, identifier, entry, this.#senders);
      const edited = refusal ? null : reported(report, identifier, now(), this.#senders)(entry);
      outcome = refusal ?? (edited ? 'applied' : 'known');
      return edited;
    });
    return outcome;
  }
}
