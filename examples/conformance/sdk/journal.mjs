import { appendFileSync } from 'node:fs';

/** The log of the software: what was done and how it ended, by technical identifiers. */
export class Journal {
  #file;

  constructor(file) {
    this.#file = file;
  }

  write(act, outcome, deposit) {
    const line = { at: new Date().toISOString(), act, outcome, uniqueId: deposit?.uniqueId };
    appendFileSync(this.#file, `${JSON.stringify(line)}\n`, { mode: 0o600 });
  }
}
