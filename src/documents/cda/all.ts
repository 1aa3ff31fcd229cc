import { isList } from '../../internal/border.ts';
import { invalid } from './values.ts';

/** Each item of a list of the host, built; the first refusal is that of the whole. */
export async function all<T, R>(
  items: readonly T[] | undefined,
  build: (item: T, index: number) => Promise<R>,
): Promise<R[]> {
  // `map` of bytes would lose the promises, and a refusal among them would end the host.
  const list: unknown = items ?? [];
  if (!isList(list)) throw invalid('input', 'liste attendue');
  return Promise.all(Array.from(list as readonly T[]).map(async (item, index) => build(item, index)));
}
