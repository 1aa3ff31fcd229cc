// Sends every FHIR operation of the library to HAPI FHIR, which this project did not write and which
// validates what it is given, and counts from its log what it accepted and refused:
// `TERR_TOOLS=… npm run referee:fhir`, or those that begin so: `npm run referee:fhir -- alerts`. Each
// refusal names its operation.
import { setTimeout } from 'node:timers/promises';

import { importSource } from './bundle-source.mjs';

const parts = ['transport', 'testing', 'documents'].map((name) => `export * as ${name} from './src/${name}/index.ts';`);
const source = await importSource(
  'referee-fhir',
  [
    ...parts,
    "export * from './test/helpers/fhir-referee.ts';",
    "export * from './test/transport/fhir/played-binding.ts';",
    ...['binding', 'exchange', 'names', 'transaction'].map(
      (name) => `export * from './src/transport/fhir-services/${name}.ts';`,
    ),
    "export { TerrESanteError } from './src/errors.ts';",
    "export { eventsOf } from './src/client/alerts/events.ts';",
  ].join('\n'),
);
const { fhirRefereeCommand, startFhirReferee } = source;
const { alertOperations } = await import('./referee-fhir/alerts.mjs');
const { dossierOperations } = await import('./referee-fhir/dossier.mjs');
const { documentOperations } = await import('./referee-fhir/documents.mjs');
const { noteOperations } = await import('./referee-fhir/notes.mjs');
const { supportOperations } = await import('./referee-fhir/support.mjs');
const { planOperations } = await import('./referee-fhir/plans.mjs');
const { patientOperations } = await import('./referee-fhir/patients.mjs');

const command = fhirRefereeCommand();
const referee = command && (await startFhirReferee(command, ['--validate', '--page-size', '3']));
if (!referee) process.exit(69);

const client = source.transport.createHttpClient({ allowClearLoopback: true, timeoutMs: 120_000 });
let sent = 0;
const http = {
  ...client,
  stream: (request) => {
    sent += 1;
    return client.stream(request);
  },
};
const world = { ...source, http, url: referee.url };
const failures = [];
const refused = [];

const wanted = process.argv.slice(2);
const operations = [
  ...patientOperations(world),
  ...documentOperations(world),
  ...alertOperations(world),
  ...noteOperations(world),
  ...supportOperations(world),
  ...planOperations(world),
  ...dossierOperations(world),
].filter(({ name }) => wanted.length === 0 || wanted.some((word) => name.startsWith(word)));
/**
 * An operation: `send`, and in `refusals` the statuses that are right for it, such as 404 for a
 * question about nobody. A new one is a row.
 */
for (const { name, send, refusals = [] } of operations) {
  const before = referee.log.length;
  try {
    await send();
  } catch (error) {
    failures.push(`${name}: ${error.code ?? ''} ${error.message}`);
    for (const { context } of error.errors ?? []) console.log(`  ${context}`);
  }

  // Its log comes by another way than its answers.
  for (let turn = 0; referee.log.length < sent && turn < 100; turn += 1) await setTimeout(50);
  const lines = referee.log.slice(before);
  const wrong = lines.filter(({ status }) => status >= 400 && !refusals.includes(status));
  refused.push(...wrong.map((line) => ({ ...line, name })));
  if (lines.length === 0) failures.push(`${name}: nothing was sent`);
  console.log(`${name}: ${lines.map(({ method, status }) => `${method} ${status}`).join(', ')}`);
}
await client.close();
referee.stop();

for (const { name, method, path, status } of refused) console.log(`refused: ${name}: ${method} ${path} ${status}`);
for (const failure of failures) console.log(`failed: ${failure}`);
console.log(`accepted ${referee.log.length - refused.length}, refused ${refused.length}`);
process.exit(refused.length + failures.length > 0 ? 1 : 0);
