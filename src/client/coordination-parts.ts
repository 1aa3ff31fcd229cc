import { forward } from './lazy.ts';
import type { TerrESanteClient } from './model.ts';
import type { Operations } from './operations.ts';
import type { Session } from './session.ts';

const mailCalls = ['recipients', 'send', 'sendToPatient', 'endExchanges', 'read', 'measure'] as const;

const interventionCalls = [
  'list',
  'get',
  'create',
  'update',
  'upsertIntervention',
  'endIntervention',
  'getAccessInfo',
] as const;

/** What a client does with others who care for a patient. */
export function coordinationOf(
  session: Session,
): Pick<TerrESanteClient, 'notes' | 'support' | 'measures' | 'interventionPlan' | 'mail'> {
  return {
    notes: notesOf(session),
    support: supportOf(session),
    measures: measuresOf(session),
    interventionPlan: forward(async () => (await session.operations()).interventionPlan, interventionCalls),
    mail: forward(async () => (await session.operations()).mail, mailCalls),
  };
}

/** The liaison book of a client, loaded at the first call. */
function notesOf(session: Session): TerrESanteClient['notes'] {
  const notes = async (): Promise<Operations['notes']> => (await session.operations()).notes;
  return {
    ...forward(notes, ['create', 'reply', 'update', 'retract', 'fetch']),
    async *list(patient, how) {
      yield* (await notes()).list(patient, how);
    },
  };
}

/** Its requests for support. */
function supportOf(session: Session): TerrESanteClient['support'] {
  const support = async (): Promise<Operations['support']> => (await session.operations()).support;
  return {
    ...forward(support, ['request', 'get', 'cancel']),
    async *list(patient, how) {
      yield* (await support()).list(patient, how);
    },
  };
}

/** The measures of a patient. */
function measuresOf(session: Session): TerrESanteClient['measures'] {
  return {
    async *list(patient, how) {
      yield* (await session.operations()).measures.list(patient, how);
    },
  };
}
