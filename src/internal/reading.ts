import { isTerrESanteError, TerrESanteError } from '../errors.ts';

/** Refuses an argument of a public function. `expected` is French, for the message. */
export function refuseArgument(name: string, expected: string): never {
  throw new TerrESanteError('TE_INPUT_INVALID', `Valeur refusée pour ${name} : ${expected}.`, {
    details: { argument: name },
  });
}

/**
 * Runs what reads an argument of the host. A patient or a document has too many members to check
 * each before it is read: what is of another kind than its type says, a getter that throws or a
 * proxy that is closed end here as a refusal of the argument. The error of the engine is not kept,
 * since its message may quote a value.
 */
export function reading<T>(name: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    return refuseUnread(name, error);
  }
}

/** The same for what takes time. */
export async function readingLater<T>(name: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    return refuseUnread(name, error);
  }
}

/**
 * The same for what gives its items one after the other. What a source of the host throws while it
 * is read is the host's own, and passes as it is; what the engine throws is not.
 */
export async function* readingItems<T>(name: string, work: () => AsyncIterable<T>): AsyncGenerator<T, void, undefined> {
  try {
    yield* work();
  } catch (error) {
    if (error instanceof Error && !engineErrors.some((kind) => error instanceof kind)) throw error;
    refuseUnread(name, error);
  }
}

const engineErrors = [TypeError, RangeError, ReferenceError, SyntaxError];

function refuseUnread(name: string, error: unknown): never {
  if (isTerrESanteError(error)) throw error;
  refuseArgument(name, "valeur illisible ou d'une autre forme");
}
