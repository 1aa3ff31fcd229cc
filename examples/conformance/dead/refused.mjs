// A software that proves nothing: it must pass no scenario.
import { answerLines } from '../lines.mjs';

const act = async () => ({
  outcome: 'refused',
  shown: 'Refusé : consentement, accord, PDF, nom, prénom, sexe, lieu et date de naissance.',
});
await answerLines(act);
