import type { SoapAnswer } from '../soap/answer.ts';
import { readOutcome } from '../soap/outcome.ts';
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
  return readOutcome(() => {
    const { acknowledgement, warnings, told } = judge(answer, sent, acknowledgementName, { writes: true });
    return { acknowledgement, warnings, told };
  });
}
