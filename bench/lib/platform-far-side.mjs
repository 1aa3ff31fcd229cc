// A simulated platform in a process of its own, behind a line that holds each answer back.
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { buildLetter, createSubmission } from 'terr-esante-sdk/documents';
import { createSimulator, fictiveConfig } from 'terr-esante-sdk/simulator';
import { fictivePatient, fictiveProfessional, fictiveStructure, demoLetterPdf } from 'terr-esante-sdk/testing';
import { createHttpClient, createSoapXdsTransport } from 'terr-esante-sdk/transport';

const [latencyMs, dossiers] = process.argv.slice(2).map(Number);
const simulator = await createSimulator({ registryAssertion: 'optional' });
const { pfx, password } = simulator.hierarchy.professional.signature;
const seed = fictivePatient();
const { nationalId } = fictiveProfessional();
const patientOf = (index) => ({
  ...seed,
  ins: undefined,
  identityStatus: 'PROV',
  localId: { ...seed.localId, value: `BANC-${index}` },
});
for (let index = 0; index < dossiers; index += 1) {
  const { localId, traits } = patientOf(index);
  simulator.addDossier({ localId, traits, members: [nationalId] });
}

const http = createHttpClient({ ca: simulator.caPem });
const { register, query } = simulator.registry;
const registry = createSoapXdsTransport({ http, endpoints: { register, query } });

/** A document in each of these dossiers. */
async function change(from, to) {
  for (let index = from; index < to; index += 1) {
    const letter = await buildLetter({
      patient: patientOf(index),
      author: { professional: fictiveProfessional(), structure: fictiveStructure() },
      patientConsent: true,
      pdf: demoLetterPdf(),
      codeSet: 'eo-9.05',
    });
    await registry.deposit(createSubmission([letter], { sourceId: '2.999.1.10' }));
  }
}

const line = new Worker(new URL('./latency-line.mjs', import.meta.url), {
  workerData: { port: Number(new URL(simulator.httpUrl).port), latencyMs },
});
const [linePort] = await once(line, 'message');
const url = new URL(simulator.httpUrl);
url.port = String(linePort);
const config = fictiveConfig(simulator);
process.send({
  config: { ...config, quai: { ...config.quai, url: url.href.replace(/\/$/, '') } },
  caPem: simulator.caPem,
  signature: { pfx: Buffer.from(pfx).toString('base64'), password },
  patients: Array.from({ length: dossiers }, (_, index) => patientOf(index)),
});
process.on('message', async ({ connect: isConnecting, from, to }) => {
  if (isConnecting) simulator.connect(nationalId);
  else await change(from, to);
  process.send({ done: true });
});
process.on('disconnect', () => process.exit());
