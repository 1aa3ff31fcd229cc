import { isTerrESanteError, TerrESanteError } from '../../errors.ts';
import { checkCompleteness } from '../../identity/index.ts';
import type { InsEnvironment, PatientInput } from '../../identity/index.ts';
import type { SoapAnswer } from '../soap/answer.ts';
import { acknowledgementName } from './interaction.ts';
import { judge } from './judge.ts';
import type { FeedReceipt } from './model.ts';
import type { Message } from './write.ts';

/**
 * A server that cross-references takes nobody whose traits are not all there: they would be taken
 * for somebody else.
 *
 * @see Terr-eSanté: the five traits feed the regional identity server
 * @throws TerrESanteError `TE_IDENTITY_INCOMPLETE`
 */
export function requireComplete(patient: PatientInput, environment: InsEnvironment | undefined): void {
  const { ok, findings } = checkCompleteness(patient, { environment, requireLocalId: true });
  if (ok) return;

  throw new TerrESanteError('TE_IDENTITY_INCOMPLETE', "L'identité est incomplète : elle n'est pas envoyée.", {
    findings,
  });
}

/**
 * Reads the answer to a feed.
 *
 * @throws RegistryRefusal; TerrESanteError `TE_PROTOCOL` with an unknown outcome
 */
export function readFeedAnswer(answer: SoapAnswer, sent: Message): FeedReceipt {
  try {
    const { acknowledgement, warnings, told } = judge(answer, sent, acknowledgementName, { writes: true });
    return { acknowledgement, warnings, told };
  } catch (error) {
    if (!isTerrESanteError(error) || 'unknownOutcome' in error.details) throw error;
    throw new TerrESanteError(error.code, error.message, {
      cause: error,
      details: { ...error.details, unknownOutcome: true },
    });
  }
}
