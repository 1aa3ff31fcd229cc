import { TerrESanteError } from '../errors.ts';
import { textOf } from '../internal/border.ts';
import { fhirNames } from './fhir/names.ts';
import { writeSupport } from './fhir/support.ts';
import type { FhirWorld } from './fhir/world.ts';
import type { SimulatedCoordination } from './model.ts';
import { checkedAnswer, checkedStructure } from './option-checks.ts';

const finessTypes = 'https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0203';

/** Coordination structures of the simulated platform. */
export function coordinationOn(world: FhirWorld): SimulatedCoordination {
  return {
    addStructure(structure) {
      const { finess, name } = checkedStructure(structure);
      const id = world.runtime.ids.uuid();
      const type = { coding: [{ system: finessTypes, code: 'FINEG' }] };
      const identifier = [{ type, system: fhirNames.finess, value: finess }];
      const resource = { resourceType: 'Organization', id, identifier, active: true, name };
      world.kept.put('Organization', id, { resource, at: world.now, owner: null });
    },
    requests: () => world.kept.all('Task').map(({ resource }) => String(resource['id'])),
    answer(request, answer) {
      const id = textOf('request', request);
      const { status, reason } = checkedAnswer(answer);
      if (!world.kept.byId('Task', id)) {
        throw new TerrESanteError('TE_NOT_FOUND', "Cette demande d'appui n'est pas dans le simulateur.");
      }
      writeSupport(world, 'Task', id, ({ statusReason: _old, ...task }) => ({
        ...task,
        status,
        ...(reason !== undefined && { statusReason: { text: reason } }),
        lastModified: world.now,
      }));
    },
  };
}
