// What we write in FHIR against the published JSON schema of FHIR R4.
// usage: npm run conformance:fhir -- --schema FILE [--count 200] [--seed 1]
//   --schema  fhir.schema.json of HL7 FHIR R4 (never part of this project)
//   --count   submissions and patients built at random
import Ajv from 'ajv';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { parseArgs } from 'node:util';
import { importSource } from './bundle-source.mjs';

const { values: options } = parseArgs({
  options: {
    schema: { type: 'string' },
    count: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
  },
});
if (!options.schema) {
  console.error('usage: npm run conformance:fhir -- --schema FILE [--count N] [--seed N]');
  process.exit(2);
}

const product = await importSource(
  'conformance-fhir',
  `export * from './src/documents/index.ts';
export { writeFhirPatient } from './src/identity/wire/index.ts';
export { demoLetterPdf } from './src/testing/index.ts';
export * from './test/documents/random-input.ts';
`,
);

const { id: _id, discriminator: _discriminator, ...schema } = JSON.parse(readFileSync(options.schema, 'utf8'));
const ajv = new Ajv({ schemaId: 'auto', allErrors: false, unknownFormats: 'ignore', logger: false });
ajv.addMetaSchema(createRequire(import.meta.url)('ajv/lib/refs/json-schema-draft-06.json'));
ajv.addSchema(schema, 'fhir');
const counts = new Map();
const wrong = [];
function check(resource, label) {
  const { resourceType } = resource;
  const validate = ajv.getSchema(`fhir#/definitions/${resourceType}`);
  if (!validate) throw new Error(`the schema does not know ${resourceType}`);
  const count = counts.get(resourceType) ?? { seen: 0, refused: 0 };
  counts.set(resourceType, count);
  count.seen += 1;
  if (validate(resource)) return;
  count.refused += 1;
  wrong.push(`${label}: ${resourceType}${validate.errors.map(({ dataPath, message }) => `${dataPath} ${message}`)[0]}`);
}

// A schema that lets everything through would prove nothing.
const empty = ajv.getSchema('fhir#/definitions/DocumentReference');
if (empty({ resourceType: 'DocumentReference', status: 3 })) throw new Error('this schema refuses nothing');

const pdf = product.demoLetterPdf();
const random = new product.Random(Number(options.seed));
for (let index = 0; index < Number(options.count); index += 1) {
  const scenario = product.scenarios[index % product.scenarios.length];
  const input = product.randomInput(random, scenario);
  const runtime = product.seededRuntime(random);
  const label = `${index} ${scenario}`;
  const document = await (index % 2 === 0
    ? product.buildLetter({ ...input, pdf }, { runtime })
    : product.buildVsm({ ...input, content: product.randomVsm(random, scenario) }, { runtime }));
  const submission = product.createSubmission([document], { sourceId: '2.999.1.10', runtime });
  const chunks = [];
  const bundle = await product.writeDocumentBundle(submission);
  for await (const chunk of (bundle.content ?? bundle).open()) chunks.push(chunk);
  const read = JSON.parse(Buffer.concat(chunks).toString('utf8'));
  for (const { resource } of read.entry) check(resource, label);
  check({ ...read, entry: read.entry.map(({ resource: _resource, ...entry }) => entry) }, label);
  check(product.writeFhirPatient(product.randomPatient(random, scenario), { environment: 'test' }), label);
}
console.log('| resource | written | refused by the schema |');
console.log('| --- | --- | --- |');
for (const [name, { seen, refused }] of counts) console.log(`| ${name} | ${seen} | ${refused} |`);
for (const line of wrong.slice(0, 40)) console.log(`- ${line}`);
process.exit(wrong.length > 0 ? 1 : 0);
