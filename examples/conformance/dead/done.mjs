// A software that proves nothing: it must pass no scenario.
import { answerLines } from '../lines.mjs';

const act = async () => ({ outcome: 'done', shown: 'Fait.' });
await answerLines(act);
