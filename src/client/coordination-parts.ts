import { forward } from './lazy.ts';
import type { TerrESanteClient } from './model.ts';
import type { Operations } from './operations.ts';
import type { Session } from './session.ts';

/** The liaison book of a client, loaded at the first call. */
export function notesOf(session: Session): TerrESanteClient['notes'] {
  const notes = async (): Promise<Operations['notes']> => (await session.operations()).notes;
  return {
    ...forward(notes, ['create', 'reply', 'update', 'retract', 'fetch']),
    async *list(patient, how) {
      yield* (await notes()).list(patient, how);
    },
  };
}

/** Its requests for support. */
export function supportOf(session: Session): TerrESanteClient['support'] {
  const support = async (): Promise<Operations['support']> => (await session.operations()).support;
  return {
    ...forward(support, ['request', 'get', 'cancel']),
    async *list(patient, how) {
      yield* (await support()).list(patient, how);
    },
  };
}
