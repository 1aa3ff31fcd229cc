// The other side of the story: a hospital of the region, with a software of its own.
import { createClient } from 'terr-esante-sdk';
import { createPkcs12Provider } from 'terr-esante-sdk/auth';
import { professionalOf } from 'terr-esante-sdk/platform';
import { fictiveConfig, fictiveOutbox } from 'terr-esante-sdk/simulator';
import { demoLetterPdf } from 'terr-esante-sdk/testing';

export const facility = { finess: '990000028', name: "Hôpital d'essai" };

/** A doctor of the hospital who deposits reports. */
export async function openHospital(simulator, { runtime, validity }) {
  const config = fictiveConfig(simulator);
  const user = {
    ...config.user,
    rpps: '99900000290',
    familyName: 'HOSPITALIER',
    givenName: 'SACHA',
    mssAddress: 'sacha.hospitalier@hopital.simulateur.mssante.fr',
  };
  const own = { ...config, user, structure: { ...config.structure, name: facility.name } };
  const { signature } = await simulator.hierarchy.card({ professional: professionalOf(own), ...validity });

  const client = createClient(own, {
    auth: await createPkcs12Provider({ pfx: signature.pfx, password: signature.password }),
    tls: { ca: simulator.caPem },
    outbox: fictiveOutbox(simulator, user.mssAddress),
    runtime,
  });

  return {
    /** A report that reaches the dossier before this resolves. */
    async deposit(patient, title) {
      const report = { pdf: demoLetterPdf(), type: '11488-4', title, patientConsent: true };
      await client.outbox.wait(await client.documents.depositReport(patient, report));
    },
    close: () => client.close(),
  };
}
