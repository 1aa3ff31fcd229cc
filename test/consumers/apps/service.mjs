// A vendor's service in one file: an identity, a signed assertion, a deposit, a card in a process
// of its own. It prints what it got; whoever bundled it compares.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient, isTerrESanteError, TerrESanteError } from 'terr-esante-sdk';
import { createPkcs11Provider, createPkcs12Provider } from 'terr-esante-sdk/auth';
import { buildLetter, createSubmission } from 'terr-esante-sdk/documents';
import { checkIns } from 'terr-esante-sdk/identity';
import { createSimulator, fictiveConfig } from 'terr-esante-sdk/simulator';
import {
  createMockCard,
  demoLetterPdf,
  fictivePatient,
  fictiveProfessional,
  fictiveStructure,
} from 'terr-esante-sdk/testing';

/** From the dossier of the patient to a document in it. */
async function deposit() {
  const simulator = await createSimulator();
  const folder = await mkdtemp(join(tmpdir(), 'te-consumer-'));
  const { signature } = simulator.hierarchy.professional;
  const { certPem, keyPem } = simulator.hierarchy.structure.authentication;
  const te = createClient(fictiveConfig(simulator), {
    auth: await createPkcs12Provider({ pfx: signature.pfx, password: signature.password }),
    tls: { ca: simulator.caPem },
    outbox: {
      store: { folder },
      server: { ...simulator.smtp, serverName: simulator.smtp.servername, caPem: simulator.caPem },
      credentials: { certificate: { certPem, keyPem } },
    },
  });

  try {
    const patient = fictivePatient();
    const consent = te.consent.record(patient, {
      kinds: ['dossier-creation', 'join-circle'],
      givenBy: 'patient',
      mode: 'oral',
      collectedAt: new Date().toISOString(),
    });
    await te.dossier.create(patient, { consent, joinAs: 'PCP' });
    const letter = await buildLetter({
      patient,
      author: { professional: fictiveProfessional(), structure: fictiveStructure() },
      patientConsent: true,
      pdf: demoLetterPdf(),
    });
    const { uniqueId } = await te.documents.deposit(patient, createSubmission([letter], { sourceId: '2.999.1.10' }), {
      patientConsent: true,
    });

    while ((await te.outbox.status(uniqueId))?.state !== 'accepted') await new Promise((next) => setTimeout(next, 20));
    await simulator.settled();
    return (await te.documents.status(patient, uniqueId)).state;
  } finally {
    await te.close();
    await simulator.close();
    await rm(folder, { recursive: true });
  }
}

/** The card provider finds its child where the host says, or where the package is installed. */
async function card({ childFile, module }) {
  const card = await createMockCard();
  const provider = card.provider({
    isolation: 'child-process',
    ...(childFile && { childFile }),
    ...(module && { module }),
  });
  try {
    return (await provider.sign('rsa-sha256', Buffer.from('x'))).length;
  } finally {
    await card.close();
  }
}

/** What a host reads when it left the child behind. */
async function absentChild() {
  const provider = createPkcs11Provider({
    library: join(tmpdir(), 'library.so'),
    childFile: join(tmpdir(), 'nowhere', 'child.cjs'),
    onPinRequired: () => '0000',
  });
  try {
    return await provider.card().then(String, (error) => [error.code, /childFile/.test(error.message)]);
  } finally {
    await provider.close();
  }
}

export async function main({ childFile = process.env.TE_CHILD, module = process.env.TE_MODULE } = {}) {
  console.log(
    JSON.stringify({
      identity: checkIns('285019999999936').ok,
      brand: isTerrESanteError(new TerrESanteError('TE_CLOSED', '')),
      deposit: await deposit(),
      signature: await card({ childFile, module }),
      absentChild: await absentChild(),
    }),
  );
}
