import type { ActAnswer, ActRequest, KitPatient } from '../driver/model.ts';
import type { JournalEntry } from '../far-side/journal.ts';

/** An act that was asked for; `answer` is `null` when none came. */
export interface ActRecord {
  readonly request: ActRequest;
  readonly answer: ActAnswer | null;
}

/** A file of the software that grew during the run. */
export interface ReadFile {
  readonly folder: 'logs' | 'data';
  readonly text: string;
}

/** What was seen of one scenario: what its assertions are judged on. */
export interface Observation {
  readonly patients: readonly KitPatient[];
  readonly acts: readonly ActRecord[];
  /** Messages about its patients, in the whole run. */
  readonly mails: readonly JournalEntry[];
  /** Everything of the mail server while the scenario ran. */
  readonly window: readonly JournalEntry[];
  /** Every message of the run. */
  readonly run: readonly JournalEntry[];
  readonly filed: number;
  readonly files: readonly ReadFile[];
  /** Of the whole run: what may stand in no log. */
  readonly planted: Readonly<Record<'traits' | 'ins' | 'secrets' | 'subjects', readonly string[]>>;
}
