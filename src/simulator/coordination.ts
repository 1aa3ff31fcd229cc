import { TerrESanteError } from '../errors.ts';
import { recordOf, textOf } from '../internal/border.ts';
import { utf8Bytes } from '../internal/bytes.ts';
import { readJson, writeJson, type Json } from '../internal/json/index.ts';
import { fhirNames } from './fhir/names.ts';
import { writeSupport } from './fhir/support.ts';
import type { FhirWorld } from './fhir/world.ts';
import type { SimulatedCoordination } from './model.ts';
import { checkedAnswer, checkedLocalId, checkedStructure } from './option-checks.ts';

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
    addMeasure(localId, observation) {
      const dossier = world.state.byLocalId(checkedLocalId(localId));
      if (!dossier) throw new TerrESanteError('TE_NOT_FOUND', "Ce dossier n'existe pas dans le simulateur.");
      const written = readJson(
        utf8Bytes(writeJson(recordOf('observation', observation, 'Observation attendue'))),
      ) as Json;
      const id = world.runtime.ids.uuid();
      const subject = { reference: `Patient/${world.patientIdOf(dossier)}` };
      const resource = { ...written, resourceType: 'Observation', id, subject };
      world.kept.put('Observation', id, { resource, at: world.now, owner: null });
      return id;
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
