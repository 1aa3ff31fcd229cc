import type { CutOffStore } from './model.ts';

/** Cut-offs of this process only. @internal */
export function memoryCutOffs(): CutOffStore {
  const kept = new Map<string, string>();
  return {
    read: async (scope) => kept.get(scope) ?? null,
    write: async (scope, at) => void kept.set(scope, at),
  };
}
