import { isTerrESanteError, TerrESanteError } from '../../errors.ts';
import type { SoapAnswer } from '../soap/answer.ts';
import { acknowledgementName } from './interaction.ts';
import { judge } from './judge.ts';
import type { FeedReceipt } from './model.ts';
import type { Message } from './write.ts';

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
