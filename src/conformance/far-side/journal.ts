import type { DecodedMail } from './decode.ts';

/** What the far side saw, in the order in which it saw it. */
export interface JournalEntry {
  readonly seq: number;
  /** ISO 8601, by the clock of the run. */
  readonly at: string;
  readonly wire: 'smtp' | 'pop3';
  readonly event: 'connect' | 'mail' | 'rcpt' | 'data-half' | 'data-end' | 'message' | 'fetch';
  /** Scenario that was running. */
  readonly scenario: string | null;
  /** Keys of the patients that the message is about. */
  readonly patients: readonly string[];
  readonly mail: DecodedMail | null;
}

/** The journal of a run: entries are added, never changed. */
export class Journal {
  readonly #now: () => string;
  readonly #entries: JournalEntry[] = [];
  /** Scenario whose window is open. */
  scenario: string | null = null;

  constructor(now: () => string) {
    this.#now = now;
  }

  add(entry: Pick<JournalEntry, 'wire' | 'event'> & Partial<JournalEntry>): JournalEntry {
    const added = {
      seq: this.#entries.length + 1,
      at: this.#now(),
      scenario: this.scenario,
      patients: [],
      mail: null,
      ...entry,
    };
    this.#entries.push(added);
    return added;
  }

  all(): readonly JournalEntry[] {
    return this.#entries;
  }

  /** Messages about these patients; one that names nobody belongs to the scenario that ran. */
  mailsOf(scenario: string, keys: ReadonlySet<string>): readonly JournalEntry[] {
    return this.#entries.filter(
      ({ event, mail, patients, scenario: during }) =>
        event === 'message' &&
        mail !== null &&
        (patients.length === 0 ? during === scenario : patients.some((key) => keys.has(key))),
    );
  }
}
