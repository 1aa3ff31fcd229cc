import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { beforeAll, describe, expect, it } from 'vitest';

import { checkFile } from '../../src/conformance/index.ts';
import type { DocumentEntry } from '../../src/documents/index.ts';
import { fictivePatient } from '../../src/testing/index.ts';
import {
  createInsiClient,
  createPatientIdentityClient,
  createXdsClient,
  type StoredQuery,
} from '../../src/transport/index.ts';
import { sourceId, submission } from '../client/world.ts';
import { recordedRequests, type RecordedRequest } from '../helpers/recorded-requests.ts';
import { missing, skipBecause } from '../helpers/require-tool.ts';

/*
 * Every request the package can send, judged as it leaves: by the schemas of OASIS, IHE, HL7 and
 * the W3C, whole envelope with its assertion, and by our own check.
 */

const { http, requests } = recordedRequests();
const url = 'https://far.example/';
const assertion = async (): Promise<string> =>
  '<saml2:Assertion xmlns:saml2="urn:oasis:names:tc:SAML:2.0:assertion" ID="_a" IssueInstant="2026-03-16T09:00:00Z" Version="2.0"><saml2:Issuer>urn:x</saml2:Issuer></saml2:Assertion>';

const code = { code: "A'B", codeSystem: '2.999.5' };
const patientId = "O'NEIL^^^&2.999.4&ISO^PI";
const entryUuid = 'urn:uuid:11111111-7a00-4000-8000-000000000001';
const uniqueId = '2.999.9';

/** Every stored query, with every parameter it has. */
const queries: readonly StoredQuery[] = [
  {
    query: 'FindDocuments',
    patientId,
    status: ['approved', 'deprecated', 'archived'],
    types: ['stable', 'on-demand'],
    classCodes: [code],
    typeCodes: Array.from({ length: 60 }, (_, place) => ({ code: `TYPE-${String(place)}`, codeSystem: '2.999.5' })),
    practiceSettingCodes: [code],
    healthcareFacilityTypeCodes: [code],
    formatCodes: [code],
    eventCodes: [[code], [code]],
    confidentialityCodes: [code],
    authorPersons: ['%FICTIF%'],
    creationTime: { from: '2024', to: '20300101' },
    serviceStartTime: { from: '20240315' },
    serviceStopTime: { to: '20300315101500' },
  },
  {
    query: 'FindDocumentsByReferenceId',
    patientId,
    referenceIds: ['2.999.9^^^&2.999.8&ISO^urn:ihe:iti:xds:2013:order'],
  },
  {
    query: 'FindSubmissionSets',
    patientId,
    submissionTime: { from: '2024' },
    authorPerson: '%',
    sourceIds: [sourceId],
    contentTypeCodes: [code],
  },
  { query: 'FindFolders', patientId, lastUpdateTime: { from: '2024' }, codes: [code] },
  { query: 'GetAll', patientId, submissionSetStatus: ['approved'], folderStatus: ['approved'] },
  { query: 'GetDocuments', entryUuids: [entryUuid] },
  { query: 'GetFolders', uniqueIds: [uniqueId] },
  { query: 'GetAssociations', entryUuids: [entryUuid] },
  { query: 'GetDocumentsAndAssociations', uniqueIds: [uniqueId] },
  { query: 'GetSubmissionSets', entryUuids: [entryUuid] },
  { query: 'GetSubmissionSetAndContents', uniqueId },
  { query: 'GetFolderAndContents', uniqueId },
  { query: 'GetFoldersForDocument', entryUuid },
  { query: 'GetRelatedDocuments', entryUuid, associationTypes: ['urn:ihe:iti:2007:AssociationType:RPLC'] },
];

/** What was sent, by transaction. */
const sent = new Map<string, RecordedRequest[]>();

/** Sends, and keeps what left; the answer is none, which is an error of the call. */
async function recorded(transaction: string, call: () => Promise<unknown>): Promise<void> {
  const before = requests.length;
  await expect(call()).rejects.toMatchObject({ name: 'TerrESanteError' });
  expect(requests.length, transaction).toBeGreaterThan(before);
  sent.set(transaction, [...(sent.get(transaction) ?? []), ...requests.slice(before)]);
}

beforeAll(async () => {
  await recordXds();
  await recordIdentities();
  await recordInsi();
});

async function recordXds(): Promise<void> {
  const endpoints = { register: url, query: url, retrieve: url, update: url };
  const xds = createXdsClient({ http, endpoints, assertion });
  const given = await submission();
  const { entry } = given.documents[0]!;
  await recorded('ITI-41', () => xds.registerDocuments(given));

  for (const query of queries) {
    for (const returnType of ['LeafClass', 'ObjectRef'] as const) {
      await recorded('ITI-18', () => xds.query({ ...query, returnType }).all());
    }
  }

  const document = { repositoryUniqueId: '2.999.1', uniqueId };
  await recorded('ITI-43', () =>
    xds.retrieveDocuments([document, { ...document, homeCommunityId: 'urn:oid:2.999.7' }]),
  );

  const by = { author: given.submissionSet.authors[0]!, sourceId, contentType: given.submissionSet.contentTypeCode };
  const hidden = { hiddenFromPatient: true, hiddenFromProfessionals: false, hiddenFromLegalRepresentatives: false };
  const read: DocumentEntry = {
    ...entry,
    entryUuid,
    logicalId: entryUuid,
    version: '1',
    availabilityStatus: 'urn:oasis:names:tc:ebxml-regrep:StatusType:Approved',
  };
  for (const status of ['archived', 'deleted'] as const) {
    await recorded('ITI-57', () => xds.updateMetadata({ entry: read, status, by }));
  }
  await recorded('ITI-57', () => xds.updateMetadata({ entry: read, visibility: hidden, by }));
}

async function recordIdentities(): Promise<void> {
  const client = createPatientIdentityClient({
    http,
    endpoints: { query: url, feed: url, search: url },
    sender: '2.999.1.10.1',
    receiver: '2.999.1.1',
    environment: 'test',
    assertion,
  });
  const patient = fictivePatient({ localId: '<"1">', traits: { birthName: "D'ÀÉ-ÇA" } });
  const replaces = { system: '2.999.1.10', value: '1' };
  for (const event of ['add', 'revise'] as const) await recorded('ITI-44', () => client.feed({ event, patient }));
  await recorded('ITI-44', () => client.feed({ event: 'merge', patient, replaces }));
  await recorded('ITI-45', () => client.identifiers(patient, { domains: ['2.999.1', '2.999.2'] }));
  await recorded('ITI-47', () => client.search(patient.traits, { domains: ['2.999.1'] }));
}

async function recordInsi(): Promise<void> {
  const sender = {
    authorizationNumber: '4242',
    softwareName: 'LOGICIEL-FICTIF',
    softwareVersion: '1.0',
    instanceId: 'b3549edd-4ae9-472a-b26f-fd2fb4ef397f',
    emitter: 'CABINET FICTIF',
  };
  const question = { birthName: 'Ecetinsi', firstNames: ['Pierre-Alain'], sex: 'M', birthDate: '2009-07-14' } as const;
  for (const form of [undefined, assertion]) {
    const client = createInsiClient({ endpoint: url, environment: 'test', sender, http, assertion: form });
    await recorded('INSi', () => client.searchByTraits(question));
  }
}

describe('what leaves', () => {
  it('is of every transaction', () => {
    expect(Object.fromEntries([...sent].map(([name, list]) => [name, list.length]))).toMatchObject({
      'ITI-18': 28,
      'ITI-41': 1,
      'ITI-43': 1,
      'ITI-44': 3,
      'ITI-45': 1,
      'ITI-47': 1,
      'ITI-57': 3,
      INSi: 2,
    });
  });

  it('is found right by our own check', async () => {
    // The content of INSi is no business of the check, which judges its assertion.
    for (const [transaction, list] of [...sent].filter(([name]) => name.startsWith('ITI-'))) {
      for (const { headers, file, body } of list) {
        const isInParts = headers['content-type']?.startsWith('multipart/');
        const { findings } = await checkFile(isInParts ? file : body);
        const wrong = findings.filter(({ severity }) => severity !== 'info');
        expect({ transaction, wrong }).toEqual({ transaction, wrong: [] });
      }
    }
  });
});

const schemas = folderOfSchemas();

function folderOfSchemas(): string | null {
  const folder = join(process.env['TERR_DATA'] ?? '', 'xsd');
  if (process.env['TERR_DATA'] !== undefined && existsSync(join(folder, 'message-xds.xsd'))) return folder;
  skipBecause('TERR_DATA names no folder with xsd/message-xds.xsd');
  return null;
}

describe.skipIf(schemas === null || missing('xmllint'))('every envelope', () => {
  it('is valid against the published schemas', { timeout: 60_000 }, () => {
    const folder = mkdtempSync(join(tmpdir(), 'te-requests-'));
    try {
      let judged = 0;
      for (const [schema, transactions] of [
        ['message-xds.xsd', ['ITI-18', 'ITI-41', 'ITI-43', 'ITI-57']],
        ['message-pix-pdq.xsd', ['ITI-44', 'ITI-45', 'ITI-47']],
        // The service has published no schema of its body; its envelope and assertion have one.
        ['message-trust.xsd', ['INSi']],
      ] as const) {
        const files = transactions.flatMap((name) =>
          (sent.get(name) ?? []).map(({ body }, place) => {
            const file = join(folder, `${name}-${String(place)}.xml`);
            writeFileSync(file, envelopeOf(body));
            return file;
          }),
        );
        expect(files).not.toHaveLength(0);
        expect(errorsOf(join(schemas ?? '', schema), files)).toEqual([]);
        judged += files.length;
      }
      process.stdout.write(`requests judged by their schemas: ${String(judged)}\n`);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

/** The envelope, whose documents the schema wants in place of their references. */
function envelopeOf(body: Buffer): string {
  const text = body.toString('utf8');
  const envelope = /<(?:\w+:)?Envelope[\s>][^]*<\/(?:\w+:)?Envelope>/.exec(text)?.[0] ?? '';
  expect(envelope).not.toBe('');
  return envelope.replaceAll(/<xop:Include[^>]*(?:\/>|><\/xop:Include>)/g, '');
}

function errorsOf(schema: string, files: readonly string[]): string[] {
  try {
    execFileSync('xmllint', ['--nonet', '--noout', '--schema', schema, ...files], { stdio: 'pipe' });
    return [];
  } catch (error) {
    return String((error as { readonly stderr?: Buffer }).stderr ?? error)
      .split('\n')
      .filter((line) => line.includes('error'));
  }
}
