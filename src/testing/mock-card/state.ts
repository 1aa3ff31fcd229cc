import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeTree, whenFreeSync } from '../../internal/held-file.ts';
import type { MockFault } from './model.ts';

/** A key or data object; bytes in base64 so that it can be a file. */
export interface StoredCard {
  readonly kind: 'cps' | 'contactless' | 'vitale';
  readonly certificates: readonly { readonly id: number; readonly label: string; readonly value: string }[];
  readonly keys: readonly { readonly id: number; readonly label: string; readonly pem: string }[];
  readonly data: readonly { readonly label: string; readonly value: string; readonly secret: boolean }[];
}

export interface MockSetup {
  readonly cards: readonly StoredCard[];
  readonly pin: string;
  readonly pinPad: boolean;
}

/** What changes while it runs. */
export interface MockState {
  /**
   * Card of each reader, `null` when empty; `generation` is raised at each change, so that old
   * sessions die.
   */
  readonly readers: { card: number | null; generation: number }[];
  /** By card. */
  readonly triesLeft: number[];
  readonly faults: { readonly fault: MockFault; after: number; times: number }[];
}

/** Where setup and state live: in memory, or in files that a child process shares. */
export interface MockStore {
  setup(): MockSetup;
  update<T>(change: (state: MockState) => T): T;
}

export function memoryStore(setup: MockSetup, state: MockState): MockStore {
  return { setup: () => setup, update: (change) => change(state) };
}

/** While one process puts a new file in place, Windows refuses it to the other. */
const textOf = (file: string): string => whenFreeSync(() => readFileSync(file, 'utf8'));
const read = (file: string): unknown => JSON.parse(textOf(file));

/** Opens the folder that {@link writeStore} made. */
export function fileStore(folder: string): MockStore {
  const setup = read(join(folder, 'setup.json')) as MockSetup;
  const file = join(folder, 'state.json');

  return {
    setup: () => setup,

    update(change) {
      const before = textOf(file);
      const state = JSON.parse(before) as MockState;
      const result = change(state);

      // Renamed into place: the other process never reads half a file.
      const after = JSON.stringify(state);
      if (after !== before) {
        const fresh = `${file}.${process.pid}`;
        writeFileSync(fresh, after, { mode: 0o600 });
        whenFreeSync(() => renameSync(fresh, file));
      }

      return result;
    },
  };
}

export function writeStore(setup: MockSetup, state: MockState): { readonly folder: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'te-mock-card-'));
  writeFileSync(join(folder, 'setup.json'), JSON.stringify(setup), { mode: 0o600 });
  writeFileSync(join(folder, 'state.json'), JSON.stringify(state), { mode: 0o600 });
  return { folder, remove: () => rmSync(folder, removeTree) };
}
