import { TerrESanteError } from '../../errors.ts';
import { isObject, objects, type Json } from '../../internal/json/index.ts';
import type { FhirAnswer } from '../fhir/exchange.ts';
import { issuesOf } from '../fhir/outcome.ts';
import { fhirRefusal } from '../fhir/refusal.ts';
import { protocolFailure } from '../http/protocol-failure.ts';

/**
 * Reads the answer to a transaction: an entry for each that was sent, in their order, each a
 * success. A document that the server had already is no success yet: it may be another one.
 *
 * @param sent - types of the entries that were sent
 * @see IHE ITI MHD, section 2:3.65.4.2
 * @throws TerrESanteError `TE_PROTOCOL` with an unknown outcome, `TE_DUPLICATE`, and a refusal
 */
export function readTransactionAnswer({ status, resource }: FhirAnswer, sent: readonly string[]): void {
  if (resource?.['resourceType'] !== 'Bundle' || resource['type'] !== 'transaction-response') {
    throw unknown('no-transaction-response', "La réponse du serveur FHIR n'est pas celle d'un dépôt.");
  }

  const responses = objects(resource['entry']).map(({ response }) => (isObject(response) ? response : {}));
  for (const response of responses) requireSuccess(response, status);

  if (responses.length < sent.length) {
    const counts = { sent: sent.length, answered: responses.length };
    throw unknown('dropped-entries', 'Le serveur FHIR ne répond pas de toutes les parties du dépôt.', counts);
  }
  const isKnown = responses.some(
    (response, index) => sent[index] === 'DocumentReference' && statusOf(response) === 200,
  );
  if (!isKnown) return;
  throw new TerrESanteError('TE_DUPLICATE', 'Le serveur FHIR a déjà un document de cet identifiant.', {
    details: { status, unknownOutcome: false },
  });
}

function requireSuccess(response: Json, status: number): void {
  const own = statusOf(response);
  const isSuccess = own !== null && own >= 200 && own < 300;
  if (isSuccess) return;
  if (own === null) throw unknown('no-status', 'Le serveur FHIR ne dit pas ce que devient une partie du dépôt.');
  throw fhirRefusal({ status: own < 300 ? status : own, headers: {}, issues: issuesOf(response['outcome']) });
}

/** `201 Created`: the number counts. */
function statusOf({ status }: Json): number | null {
  const number = typeof status === 'string' ? /^\d{3}\b/.exec(status)?.[0] : undefined;
  return number === undefined ? null : Number(number);
}

function unknown(reason: string, sentence: string, more: Record<string, unknown> = {}): TerrESanteError {
  return protocolFailure(reason, sentence, { ...more, unknownOutcome: true });
}
