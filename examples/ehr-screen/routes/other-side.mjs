// What others do, for whoever tries the screen alone: the hospital, the platform, the patient. No software has this.
import { TerrESanteError } from 'terr-esante-sdk';
import { facility } from '../world/hospital.mjs';
import { personOf } from './person.mjs';

const acts = {
  report: ({ hospital }, patient) => hospital.deposit(patient, 'Compte rendu de consultation'),
  admission: ({ simulator }, { localId }) =>
    void simulator.announce(localId, { type: 'admission', facility, text: 'Admission par les urgences' }),
  discharge: ({ simulator }, { localId }) =>
    void simulator.announce(localId, { type: 'discharge', facility, text: 'Retour à domicile' }),
  refusal: ({ simulator }) => simulator.inject({ kind: 'reject-deposit', code: '904' }),
  block: ({ simulator, professional }, { localId }) => simulator.block(localId, professional.nationalId),
};

export async function otherSide(world, body) {
  const { patient } = personOf(world, body);
  if (!Object.hasOwn(acts, body.act)) throw new TerrESanteError('TE_INPUT_INVALID', 'Cet acte est inconnu.');
  await acts[body.act](world, patient);
  return {};
}
