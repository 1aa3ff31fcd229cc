// Started by the kit: `node main.mjs`, with the folder of the world in KIT_WORLD.
import { answerLines } from '../lines.mjs';
import { readWorld } from '../world.mjs';
import { SdkEhr } from './ehr.mjs';

const ehr = new SdkEhr();
await ehr.start(await readWorld(process.env.KIT_WORLD));
await answerLines((request) => ehr.act(request));
await ehr.stop();
