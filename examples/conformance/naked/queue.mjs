// Deposits on disk before the first byte leaves: what is there is sent, also after a stop.
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makes } from './mutant.mjs';

export class Queue {
  #folder;
  #memory = new Map();

  constructor(folder) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    for (const name of readdirSync(folder).filter((file) => file.endsWith('.json'))) {
      const entry = JSON.parse(readFileSync(join(folder, name), 'utf8'));
      this.#memory.set(entry.uniqueId, entry);
    }
  }

  all() {
    return [...this.#memory.values()];
  }

  get(uniqueId) {
    return this.#memory.get(uniqueId) ?? null;
  }

  bytesOf({ file, bytes }) {
    return bytes ?? readFileSync(join(this.#folder, file));
  }

  add(entry, bytes) {
    if (makes('M38')) {
      this.#memory.set(entry.uniqueId, Object.defineProperty(entry, 'bytes', { value: bytes }));
      return;
    }
    entry.file = `${entry.uniqueId}.eml`;
    writeFileSync(join(this.#folder, entry.file), bytes, { mode: 0o600, flush: true });
    this.#memory.set(entry.uniqueId, entry);
    this.save(entry);
  }

  save(entry) {
    if (makes('M38')) return;
    const path = join(this.#folder, `${entry.uniqueId}.json`);
    writeFileSync(`${path}.new`, JSON.stringify(entry), { mode: 0o600, flush: true });
    renameSync(`${path}.new`, path);
  }
}
