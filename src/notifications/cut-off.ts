import type { CutOffStore } from './model.ts';

/**
 * Remembers cut-offs for the time of this process only: the default of `createClient`.
 *
 * @group Notifications
 */
export function memoryCutOffs(): CutOffStore {
  const kept = new Map<string, string>();
  return {
    read: async (scope) => kept.get(scope) ?? null,
    write: async (scope, at) => void kept.set(scope, at),
  };
}
