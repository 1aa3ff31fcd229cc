import { TerrESanteError } from '../../errors.ts';
import { payloadOf } from '../soap/call.ts';
import type { SoapAnswer } from '../soap/answer.ts';
import { protocolFailure } from '../soap/outcome.ts';
import type { RegisteredDocuments } from './model.ts';
import { registryResponseName } from '../registry/names.ts';
import { registryError } from '../registry/refusal.ts';
import { readRegistryResponse } from '../registry/response.ts';

/**
 * Reads the answer to a deposit, which is all or nothing. A status and errors that contradict each
 * other, or no status, say nothing of what was done.
 *
 * @see IHE ITI TF-2, section 3.41.4.2
 * @throws RegistryRefusal; TerrESanteError `TE_PROTOCOL` with an unknown outcome
 */
export function readRegisterAnswer(answer: SoapAnswer): RegisteredDocuments {
  const response = readRegistryResponse(payload(answer));
  const hasError = response.errors.some(({ severity }) => severity === 'Error');

  if (response.status === 'Success' && !hasError) {
    return { status: 'Success', warnings: response.errors, told: answer.told };
  }
  if (response.status === 'Failure') throw registryError(response, { unknownOutcome: false });
  // All or nothing is the rule; whoever breaks it says with its errors what was left out.
  if (response.status === 'PartialSuccess' && hasError) throw registryError(response, { unknownOutcome: true });
  throw unclear("La réponse ne dit pas si l'envoi est enregistré.");
}

function payload(answer: SoapAnswer): ReturnType<typeof payloadOf> {
  try {
    return payloadOf(answer, [registryResponseName]);
  } catch (error) {
    throw error instanceof TerrESanteError ? unclear(error.message) : error;
  }
}

function unclear(sentence: string): TerrESanteError {
  return protocolFailure('status', sentence, { unknownOutcome: true });
}
