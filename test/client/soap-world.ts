import { simulatorDescriptor, type PlatformDescriptor } from '../../src/platform/index.ts';
import type { TerrESanteClient } from '../../src/client/model.ts';
import type { SimulatorOptions } from '../../src/simulator/index.ts';
import { createWorld, type World } from './world.ts';

const soap = { value: 'soap-ihe', confidence: 'assumption', evidence: 'For this test.' } as const;
/** The descriptor of the simulator, by the wire that it offers beside its own. */
export const soapDescriptor: PlatformDescriptor = {
  ...simulatorDescriptor,
  bindings: {
    ...simulatorDescriptor.bindings,
    'dossier.status': soap,
    'dossier.create': soap,
    notifications: soap,
    'documents.list': soap,
  },
};

/** One platform by its two wires: `te` speaks SOAP, `world.te` the JSON of the simulator. */
export async function openBoth(
  options?: SimulatorOptions,
): Promise<{ readonly world: World; readonly te: TerrESanteClient }> {
  const world = await createWorld(options);
  return { world, te: world.client({ descriptor: soapDescriptor }) };
}
