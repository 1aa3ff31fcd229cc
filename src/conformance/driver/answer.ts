import { TerrESanteError } from '../../errors.ts';
import type { ActAnswer } from './model.ts';

const outcomes: ReadonlySet<unknown> = new Set(['done', 'refused', 'pending', 'failed', 'unsupported']);

/** The software answered something that is no answer: the run says so, and does not guess. */
export function unusableAnswer(): TerrESanteError {
  return new TerrESanteError('TE_PROTOCOL', "Le logiciel n'a pas répondu selon le protocole du kit.");
}

/**
 * An answer that can be judged.
 *
 * @throws TerrESanteError `TE_PROTOCOL`
 */
export function checkedAnswer(given: unknown): ActAnswer {
  if (typeof given !== 'object' || given === null) throw unusableAnswer();

  const { outcome, shown, code, values } = given as Record<string, unknown>;
  if (!outcomes.has(outcome)) throw unusableAnswer();
  return {
    outcome: outcome as ActAnswer['outcome'],
    shown: typeof shown === 'string' ? shown.slice(0, 4_000) : undefined,
    code: typeof code === 'string' ? code.slice(0, 80) : undefined,
    values: typeof values === 'object' && values !== null ? (values as ActAnswer['values']) : undefined,
  };
}
