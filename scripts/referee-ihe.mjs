// Sends each transaction of the clients of XDS, PIX and PDQ at least twenty times to Open eHealth IPF,
// which this project did not write, and counts from the log of IPF what it accepted and refused:
// `TERR_TOOLS=… npm run referee:ihe [-- 20] [-- --strict]`. Each refusal names its request.
// With `--strict` it judges plain IHE, and gets all that the clients send without the French values;
// each of those is then sent alone, refused, and listed with its reason.
import { parseArgs } from 'node:util';

import { createSubmission, buildLetter } from 'terr-esante-sdk/documents';
import * as testing from 'terr-esante-sdk/testing';
import * as transport from 'terr-esante-sdk/transport';

import { importSource } from './bundle-source.mjs';
import { patientRequests } from './referee-ihe/patients.mjs';
import { frenchRequests, frenchValues, plainSubmission } from './referee-ihe/strict.mjs';

const { demoLetterPdf, fictivePatient, fictiveProfessional, fictiveStructure } = testing;
const { createHttpClient, createXdsClient } = transport;

const sourceId = '2.999.1.10';
const { values, positionals } = parseArgs({ options: { strict: { type: 'boolean' } }, allowPositionals: true });
const strict = values.strict === true;
/** The submission as this referee can judge it. */
const judgedAs = (submission) => (strict ? plainSubmission(submission) : submission);

/**
 * The transactions: each sends one request, number `turn`, in the `world` that earlier ones left. A
 * new one is a row.
 */
const transactions = [
  { name: 'ITI-41', send: deposit },
  { name: 'ITI-18', send: query },
  { name: 'ITI-43', send: retrieve },
  { name: 'ITI-57', send: update },
  ...['ITI-44', 'ITI-45', 'ITI-47'].map((name) => ({ name, send: ({ people }, turn) => person(people, name, turn) })),
];

async function letterSubmission(relations = []) {
  const letter = await buildLetter({
    patient: fictivePatient(),
    author: { professional: fictiveProfessional(), structure: fictiveStructure() },
    patientConsent: true,
    pdf: demoLetterPdf(),
  });
  const details = { [letter.header.uniqueId]: { relations } };
  return createSubmission([letter], { sourceId, details });
}

async function deposit({ xds, entries }, turn) {
  // Every fourth replaces the one before, every fourth adds to it.
  const kind = { 2: 'replaces', 3: 'appends' }[turn % 4];
  const target = entries.at(-1)?.entryUuid;
  const relations = kind && target ? [{ kind, entryUuid: target }] : [];
  const submission = judgedAs(await letterSubmission(relations));
  await xds.registerDocuments(submission);

  const entry = await xds.currentEntry(submission.documents[0].entry.uniqueId);
  if (kind === 'replaces') entries.pop();
  entries.push({ ...entry, submissionSet: submission.submissionSet });
}

async function query({ xds, entries }, turn) {
  const { patientId, entryUuid, uniqueId } = entries[turn % entries.length];
  const queries = [
    { query: 'FindDocuments', patientId, status: ['approved', 'deprecated'] },
    { query: 'FindSubmissionSets', patientId, submissionTime: { from: '2024' } },
    { query: 'GetAll', patientId },
    { query: 'GetDocuments', uniqueIds: [uniqueId] },
    { query: 'GetAssociations', entryUuids: [entryUuid] },
    { query: 'GetDocumentsAndAssociations', entryUuids: [entryUuid] },
    { query: 'GetSubmissionSets', entryUuids: [entryUuid] },
    { query: 'FindFolders', patientId },
  ];
  await xds.query(queries[turn % queries.length]).all();
}

async function retrieve({ xds, entries }, turn) {
  const { repositoryUniqueId, uniqueId, hash, size } = entries[turn % entries.length];
  const { documents } = await xds.retrieveDocuments([{ repositoryUniqueId, uniqueId, hash, size }]);
  for await (const document of documents) await document.bytes();
}

function updaterOf({ authors, contentTypeCode }) {
  return { author: authors[0], sourceId, contentType: contentTypeCode };
}

async function update({ xds, entries }, turn) {
  const { submissionSet, uniqueId } = entries[turn % entries.length];
  const entry = await xds.currentEntry(uniqueId);
  const by = updaterOf(submissionSet);
  const visibility = {
    hiddenFromProfessionals: turn % 2 === 0,
    hiddenFromPatient: false,
    hiddenFromLegalRepresentatives: false,
  };
  await xds.updateMetadata({ entry, visibility, by });
}

/** Each French value alone: what the referee says of it. */
async function differencesOf({ xds, entries }) {
  const { submissionSet, uniqueId } = entries.at(-1);
  const deposits = frenchValues.map(({ name, reason }) => ({
    name,
    reason,
    send: async () => xds.registerDocuments(plainSubmission(await letterSubmission(), name)),
  }));

  const told = [];
  for (const { name, reason, send } of [...deposits, ...frenchRequests]) {
    const entry = await xds.currentEntry(uniqueId);
    const why = await send(xds, entry, updaterOf(submissionSet)).then(
      () => null,
      ({ details, code }) => details?.errorCodes?.join(', ') ?? code,
    );
    if (why === null) failures.push(`${name} is no difference: the referee takes it`);
    told.push(`difference: ${name}: ${why ?? 'taken'} (${reason})`);
  }
  return told;
}

async function person(people, name, turn) {
  const own = people.filter(({ transaction }) => transaction === name);
  await own[turn % own.length].send();
}

// Its log is the judgement.
const { iheRefereeCommand, startIheReferee } = await importSource(
  'referee-ihe',
  "export { iheRefereeCommand, startIheReferee } from './test/helpers/ihe-referee.ts';",
);
const command = iheRefereeCommand();
const referee = command && (await startIheReferee(command, strict ? ['--strict'] : []));
if (!referee) process.exit(69);
const turns = Math.max(20, Number(positionals[0] ?? 20));
const http = createHttpClient({ allowClearLoopback: true, timeoutMs: 120_000 });
const { url } = referee;
const xds = createXdsClient({
  http,
  endpoints: { register: `${url}/iti41`, query: `${url}/iti18`, retrieve: `${url}/iti43`, update: `${url}/iti57` },
});

const people = patientRequests(url, { transport, testing, http });
const world = { xds, http, url, entries: [], people };
const failures = [];
for (const { name, send } of transactions) {
  for (let turn = 0; turn < turns; turn += 1) {
    const before = referee.log.length;
    try {
      await send(world, turn);
    } catch (error) {
      failures.push(`${name} number ${turn + 1}: ${error.message}`);
    }
    for (const line of referee.log.slice(before)) line.request = `${name} number ${turn + 1}`;
  }
}
const judged = referee.log.length;
const differences = strict ? await differencesOf(world) : [];
await http.close();
referee.stop();

// The action is not looked at by the far side: it is judged here.
const actions = {
  'ITI-41': 'urn:ihe:iti:2007:ProvideAndRegisterDocumentSet-b',
  'ITI-18': 'urn:ihe:iti:2007:RegistryStoredQuery',
  'ITI-43': 'urn:ihe:iti:2007:RetrieveDocumentSet',
  'ITI-57': 'urn:ihe:iti:2010:UpdateDocumentSet',
};
const isAccepted = ({ transaction, outcome, action }) =>
  ['Success', 'OK', 'NF'].includes(outcome) && (!actions[transaction] || actions[transaction] === action);

const log = referee.log.slice(0, judged);
for (const { name } of transactions) {
  const own = log.filter(({ transaction }) => transaction === name);
  const accepted = own.filter(isAccepted).length;
  console.log(`${name}: ${own.length} received, ${accepted} accepted`);
  if (own.length < 20) failures.push(`${name}: only ${own.length} requests were received`);
}
const refused = log.filter((line) => !isAccepted(line));
for (const { request, transaction, outcome, error, action } of refused) {
  console.log(`refused: ${transaction} of ${request}: ${outcome} ${error ?? ''} (${action})`);
}
for (const failure of failures) console.log(`failed: ${failure}`);
for (const difference of differences) console.log(difference);
console.log(`accepted ${log.length - refused.length}, refused ${refused.length}`);
process.exit(refused.length + failures.length > 0 ? 1 : 0);
