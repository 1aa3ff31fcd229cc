// Started by the kit: `node main.mjs`, with the folder of the world in KIT_WORLD.
import { answerLines } from '../lines.mjs';
import { readWorld } from '../world.mjs';
import { NakedEhr } from './ehr.mjs';

const ehr = new NakedEhr();
ehr.start(await readWorld(process.env.KIT_WORLD));
await answerLines((request) => ehr.act(request));
ehr.stop();
process.exit(0);
