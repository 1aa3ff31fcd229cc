// A visit of a FHIR base by fhir-kit-client: what it can do, a search page by page, a document and its
// bytes, a deposit, and what is refused. Reads its task as JSON, prints what it found as JSON; the
// authority of the server comes with NODE_EXTRA_CA_CERTS.
import { readFileSync } from 'node:fs';

import { Client } from 'fhir-kit-client';

const { baseUrl, patient, bundle } = JSON.parse(readFileSync(0, 'utf8'));
const client = new Client({ baseUrl });
const found = {};

/** The status and the first issue of a refusal. */
async function refusalOf(work) {
  try {
    await work();
    return null;
  } catch (error) {
    const { status, data } = error.response ?? {};
    return { status: status ?? null, type: data?.resourceType ?? null, code: data?.issue?.[0]?.code ?? null };
  }
}

const statement = await client.capabilityStatement();
found.fhirVersion = statement.fhirVersion;
found.types = statement.rest[0].resource.map(({ type }) => type);

/** Every resource of a search, over its pages. */
async function all(resourceType, searchParams) {
  let page = await client.search({ resourceType, searchParams, options: { postSearch: true } });
  const list = [];
  const pages = [];
  while (page) {
    pages.push(page.entry?.length ?? 0);
    list.push(...(page.entry ?? []).map(({ resource }) => resource));
    page = page.link?.some(({ relation }) => relation === 'next') ? await client.nextPage({ bundle: page }) : null;
  }
  return { list, pages };
}

const matched = await all('Patient', { identifier: `urn:oid:${patient.system}|${patient.value}` });
found.patients = matched.list.map(({ id }) => id);
const teams = await all('CareTeam', { 'patient.identifier': `urn:oid:${patient.system}|${patient.value}` });
found.teams = teams.list.map(({ resourceType }) => resourceType);

const before = await all('DocumentReference', { patient: `Patient/${found.patients[0]}`, status: 'current' });
found.before = before.list.length;

const answer = await client.transaction({ body: bundle });
found.deposit = { type: answer.type, statuses: answer.entry.map(({ response }) => response.status) };

const after = await all('DocumentReference', {
  patient: `Patient/${found.patients[0]}`,
  status: 'current',
  _count: '1',
});
found.after = after.list.length;
found.pages = after.pages;

const [document] = after.list;
const read = await client.read({ resourceType: 'DocumentReference', id: document.id });
found.sameDocument = read.masterIdentifier?.value === document.masterIdentifier?.value;
const { url, hash, size } = read.content[0].attachment;
const binary = await client.request(url, { options: { headers: { accept: 'application/fhir+json' } } });
const bytes = Buffer.from(binary.data, 'base64');
const sha1 = Buffer.from(await crypto.subtle.digest('SHA-1', bytes)).toString('base64');
found.bytes = { size: bytes.length === size, hash: sha1 === hash };

found.absent = await refusalOf(() => client.read({ resourceType: 'DocumentReference', id: 'absent-404' }));
await client.transaction({ body: bundle });
found.again = (
  await all('DocumentReference', { patient: `Patient/${found.patients[0]}`, status: 'current' })
).list.length;
found.inAddress = await refusalOf(() =>
  client.search({
    resourceType: 'Patient',
    searchParams: { identifier: `urn:oid:${patient.system}|${patient.value}` },
  }),
);
process.stdout.write(JSON.stringify(found));
