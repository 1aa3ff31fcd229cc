import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { fictivePatient } from '../../../src/testing/index.ts';
import { submission } from '../../client/world.ts';
import { iheRefereeCommand } from '../../helpers/ihe-referee.ts';
import { missing, skipBecause } from '../../helpers/require-tool.ts';
import { depositOf, documentPart, envelope, mtomType, multipart, post, rootPart, type RawAnswer } from './raw.ts';
import { openScene, type Scene } from './scene.ts';

/** Folder with the samples and schemas; `null` with the reason printed when there is none. */
function dataFolder(): string | null {
  const data = process.env['TERR_DATA'];
  if (data !== undefined) return data;
  skipBecause('TERR_DATA names no folder with samples of XDS');
  return null;
}

const data = dataFolder();
const lacksXmllint = missing('xmllint');

let scene: Scene;
let folder: string;
beforeAll(async () => {
  scene = await openScene({ registryAssertion: 'optional' });
  folder = mkdtempSync(join(tmpdir(), 'xds-'));
});
afterAll(async () => {
  await scene.close();
  rmSync(folder, { recursive: true });
});

const patientSchemes =
  '6b5aea1a-874d-4603-a4bc-96a0a7b38446|58a6f841-87b3-4a3e-92fd-a8ffeff98427|f64ffdf0-4b97-4e06-b79f-a52b38ec2f8a';
const patientIds = new RegExp(
  `(?:${patientSchemes})"[^>]*?value="([^^"]+)\\^\\^\\^[^"&]*&amp;([0-9.]+)&amp;|value="([^^"]+)\\^\\^\\^[^"&]*&amp;([0-9.]+)&amp;[^>]*?(?:${patientSchemes})`,
  'g',
);

/** Gives a dossier to every patient that a request registers something for. */
function addPatientsOf(request: string): void {
  for (const [, idAfter, oidAfter, idBefore, oidBefore] of request.matchAll(patientIds)) {
    const localId = { system: oidAfter ?? oidBefore ?? '', value: idAfter ?? idBefore ?? '' };
    if (!scene.simulator.dossier(localId)) scene.simulator.addDossier({ localId, traits: fictivePatient().traits });
  }
}

type Operation = Parameters<typeof post>[1];

function operationOf(request: string): Operation {
  if (request.includes('AdhocQueryRequest')) return 'query';
  if (request.includes('RetrieveDocumentSetRequest')) return 'retrieve';
  return request.includes('ProvideAndRegisterDocumentSet') ? 'register' : 'update';
}

/** The headers and the body of a recorded multipart. */
function recorded(bytes: Buffer): { readonly type: string; readonly body: Buffer } {
  const text = bytes.toString('latin1');
  const [, line = '', boundary = ''] = /(?:^|\n)(--([^\s-][^\r\n]*))\r?\n/.exec(text) ?? [];
  const start = text.indexOf(line);
  const header = /content-type:\s*(multipart[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*)/i.exec(text.slice(0, start))?.[1];
  const type =
    header?.replaceAll(/\r?\n\s+/g, ' ') ?? `multipart/related; type="application/xop+xml"; boundary="${boundary}"`;
  return { type, body: bytes.subarray(start) };
}

/** Posts a request of somebody else as it is; one without an envelope gets ours. */
async function posted(file: string): Promise<RawAnswer> {
  const bytes = readFileSync(join(data ?? '', 'samples', file));
  const text = bytes.toString('utf8');
  addPatientsOf(text);

  const operation = operationOf(text);
  if (file.startsWith('mtom')) {
    const { type, body } = recorded(bytes);
    return post(scene, operation, body, type);
  }
  if (/[:<]Envelope/.test(text)) return post(scene, operation, bytes);
  const payload = text.replace(/^\uFEFF?<\?xml[^>]*\?>/, '');
  return post(scene, operation, await envelope(scene, operation, payload, null));
}

/** The envelope of an answer, its documents left out. */
function envelopeOf({ body }: RawAnswer): string {
  const [root = ''] = /<env:Envelope [^]*<\/env:Envelope>/.exec(body) ?? [];
  return root;
}

function requireValid(answers: readonly RawAnswer[]): void {
  const paths = answers.map((answer, place) => {
    const path = join(folder, `${String(place)}.xml`);
    // A document is base64 for the schema: its reference is left out.
    writeFileSync(path, envelopeOf(answer).replaceAll(/<xop:Include[^]*?<\/xop:Include>/g, ''));
    return path;
  });
  const schema = join(data ?? '', 'xsd/message-xds.xsd');
  execFileSync('xmllint', ['--nonet', '--noout', '--schema', schema, ...paths], { stdio: 'pipe' });
}

const outcome = ({ fault, codes }: RawAnswer): string =>
  fault === null
    ? codes.filter((code, place) => codes.indexOf(code) === place).join(' ') || 'Success'
    : `fault ${fault}`;

/** What is wrong with each of them is their own: see the fields of the answer. */
const requests: readonly (readonly [file: string, outcome: string])[] = [
  // Right as they are.
  ['iti41-request/openhim--pnr2.xml', 'Success'],
  ['mtom-body/toolkit2--PnrNoXop-submit-body.txt', 'Success'],
  ['mtom-body/toolkit2--PnrXop-NoXop-body.txt', 'Success'],
  ['mtom-body/toolkit2--PnrXop-encodedURL-body.txt', 'Success'],
  ['mtom-http/toolkit2--http-mtom-pnr.txt', 'Success'],
  ['iti18-request/epa--ePA-2-Beispielnachrichten-PS---Konnektor-findFolders-request.xml', 'Success'],
  ['iti18-request/openxds--CrossGatewayQueryRequest.xml', 'Success'],
  ['iti18-request/openxds--RegistryStoredQueryFindDocs.xml', 'Success'],
  ['iti18-request/toolkit2--query1.xml', 'Success'],

  // Two patients in one submission; an entry without a class.
  ['iti41-request/openhim--pnr-no-elid.xml', 'XDSRegistryMetadataError XDSPatientIdDoesNotMatch'],
  ['iti41-request/openhim--pnr-no-epid.xml', 'XDSPatientIdDoesNotMatch'],
  ['iti41-request/openhim--pnr3.xml', 'XDSPatientIdDoesNotMatch'],

  // No document with them, and a place holder where the patient should be.
  ['iti41-request/openxds--add_document2_folder.xml', 'XDSMissingDocument XDSRegistryMetadataError'],
  ['iti41-request/openxds--document_addendum.xml', 'XDSMissingDocument XDSRegistryMetadataError'],
  ['iti41-request/openxds--document_replacement.xml', 'XDSMissingDocument XDSRegistryMetadataError'],
  ['iti41-request/openxds--document_trans_replace.xml', 'XDSMissingDocument XDSRegistryMetadataError'],
  ['iti41-request/openxds--document_transformation.xml', 'XDSMissingDocument XDSRegistryMetadataError'],
  ['iti41-request/openxds--submit_document.xml', 'XDSMissingDocument XDSRegistryMetadataError'],
  ['iti41-request/openxds--submit_multiple_documents.xml', 'XDSMissingDocument XDSRegistryMetadataError'],
  ['iti41-request/toolkit2--pnr.xml', 'XDSMissingDocument'],

  // Headers: no identifier or none that is a URI, no action, headers in the namespace of SOAP.
  ['iti41-request/epa--provideandregister.xml', 'fault Sender InvalidAddressingHeader InvalidAddress'],
  ['iti41-request/openhim--pnr_e2e.xml', 'fault MustUnderstand'],
  ['iti41-request/toolkit2--soap-noaction-pnr.xml', 'fault Sender MessageAddressingHeaderRequired'],
  ['iti41-request/toolkit2--soap-pnr-element-order.xml', 'fault Sender MessageAddressingHeaderRequired'],
  ['iti41-request/toolkit2--soap-pnr-soap-order.xml', 'fault Sender MessageAddressingHeaderRequired'],
  ['iti18-request/epa--adhocquery.xml', 'fault Sender InvalidAddressingHeader InvalidAddress'],
  ['iti18-request/openhim--adhocQueryRequest_enriched_wSOAP.xml', 'fault Sender MessageAddressingHeaderRequired'],
  ['iti18-request/openhim--adhocQueryRequest_wSOAP.xml', 'fault Sender MessageAddressingHeaderRequired'],
  ['iti18-request/toolkit2--soap-xcq-req.xml', 'fault Sender MessageAddressingHeaderRequired'],
  ['iti43-request/toolkit2--soap-xcr-req.xml', 'fault Sender ActionNotSupported'],
  ['mtom-body/epa--retrievedocument.xop', 'fault Sender InvalidAddressingHeader InvalidAddress'],
  ['mtom-body/openhim--pnr_e2e_mtom.xml', 'fault MustUnderstand'],

  // An assertion that is not of our card, which is looked at even where none is asked for.
  ['iti18-request/epr--ITI-18_request_raw.xml', 'fault Sender InvalidSecurityToken'],
  ['iti43-request/epr--ITI-43_request_raw.xml', 'fault Sender InvalidSecurityToken'],

  // The queries of several patients are of another profile; the others are wrong on purpose.
  ['iti18-request/toolkit2--12364-multi_pid-query.xml', 'XDSUnknownStoredQuery'],
  ['iti18-request/toolkit2--12364-nothing-query.xml', 'XDSUnknownStoredQuery'],
  ['iti18-request/toolkit2--sq-req-bad-code.xml', 'XDSRegistryError'],
  ['iti18-request/toolkit2--sq-req-bad-pid-format.xml', 'XDSRegistryError'],
  ['iti18-request/toolkit2--sq-req-bad-stat-format1.xml', 'XDSRegistryError'],
  ['iti18-request/toolkit2--sq-req-bad-stat-format2.xml', 'XDSRegistryError'],

  // Another repository; nothing to update.
  ['iti43-request/openxds--RetrieveDocumentSetRequest.xml', 'XDSUnknownRepositoryId'],
  ['iti43-request/toolkit2--soap-ret-req-order.xml', 'XDSUnknownRepositoryId'],
  ['iti43-request/toolkit2--soap-ret-req.xml', 'XDSUnknownRepositoryId'],
  ['iti57-request/ipf--SubmitObjectsRequest_ebrs30_update.xml', 'UnresolvedReferenceException XDSMetadataUpdateError'],
  ['iti57-request/ipf--SubmitObjectsRequest_ebrs30_update_nonstandard_association.xml', 'XDSMetadataUpdateError'],

  // An older language, and bodies whose announced boundary is not in them.
  ['ebrim-2.1/toolkit2--11991-submit-two_doc.xml', 'fault Sender'],
  ['ebrim-2.1/toolkit2--11993-apnd-metadata.xml', 'fault Sender'],
  ['mtom-body/epr--ITI-41_request_raw.xml', 'fault Sender'],
];

describe.skipIf(data === null || lacksXmllint)('requests of other people', { timeout: 120_000 }, () => {
  it('get the right answer, or one that says why not', async () => {
    const answers: RawAnswer[] = [];
    for (const [file, expected] of requests) {
      const answer = await posted(file);
      answers.push(answer);
      expect([file, outcome(answer)]).toEqual([file, expected]);
    }
    requireValid(answers);
    process.stderr.write(`answered ${String(answers.length)} requests of other writers\n`);
  });

  it('leave documents that are found and fetched again', async () => {
    const stored = scene.simulator.dossiers().flatMap(({ documents }) => documents);
    expect(stored.length).toBeGreaterThan(3);

    const xds = scene.client(null);
    for (const { uniqueId, sha1 } of stored) {
      const entry = await xds.currentEntry(uniqueId);
      expect(entry.hash).toBe(sha1);
      const asked = { repositoryUniqueId: entry.repositoryUniqueId ?? '', uniqueId, hash: sha1 };
      const { documents } = await xds.retrieveDocuments([asked]);
      for await (const document of documents) await document.bytes();
    }
  });
});

describe.skipIf(data === null || lacksXmllint)('answers of the simulator', { timeout: 240_000 }, () => {
  /** An answer of each kind, with documents and with problems. */
  async function everyAnswer(): Promise<readonly RawAnswer[]> {
    const sent = await submission();
    const { entry } = sent.documents[0]!;
    const { payload, cid, content } = await depositOf(sent);
    const ask = async (operation: Operation, body: string): Promise<RawAnswer> =>
      post(scene, operation, await envelope(scene, operation, body));
    const root = rootPart(await envelope(scene, 'register', payload));
    const deposit = async (): Promise<RawAnswer> =>
      post(scene, 'register', multipart([root, documentPart(cid, content)]), mtomType);

    const query = (id: string, returnType: string, slots: Readonly<Record<string, string>>): string =>
      `<q:AdhocQueryRequest xmlns:q="urn:oasis:names:tc:ebxml-regrep:xsd:query:3.0" xmlns:rim="urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0"><q:ResponseOption returnComposedObjects="true" returnType="${returnType}"/><rim:AdhocQuery id="urn:uuid:${id}">${Object.entries(
        slots,
      )
        .map(
          ([name, value]) =>
            `<rim:Slot name="${name}"><rim:ValueList><rim:Value>${value}</rim:Value></rim:ValueList></rim:Slot>`,
        )
        .join('')}</rim:AdhocQuery></q:AdhocQueryRequest>`;
    const approved = "('urn:oasis:names:tc:ebxml-regrep:StatusType:Approved')";
    const all = {
      $patientId: `'${entry.patientId.replaceAll('&', '&amp;')}'`,
      $XDSDocumentEntryStatus: approved,
      $XDSSubmissionSetStatus: approved,
      $XDSFolderStatus: approved,
    };
    const one = (uniqueId: string): string =>
      `<x:DocumentRequest><x:RepositoryUniqueId>2.999.1.1.43</x:RepositoryUniqueId><x:DocumentUniqueId>${uniqueId}</x:DocumentUniqueId></x:DocumentRequest>`;
    const retrieve = (...ids: readonly string[]): string =>
      `<x:RetrieveDocumentSetRequest xmlns:x="urn:ihe:iti:xds-b:2007">${ids.map(one).join('')}</x:RetrieveDocumentSetRequest>`;

    const getAll = '10b545ea-725c-446d-9b95-8aeb444eddf3';
    return [
      await deposit(),
      await deposit(),
      await ask('query', query(getAll, 'LeafClass', all)),
      await ask('query', query(getAll, 'ObjectRef', all)),
      await ask('query', query(getAll, 'LeafClass', {})),
      await ask('retrieve', retrieve(entry.uniqueId)),
      await ask('retrieve', retrieve(entry.uniqueId, '2.999.77')),
      await ask('retrieve', retrieve('2.999.77')),
      await ask('update', '<lcm:SubmitObjectsRequest xmlns:lcm="urn:oasis:names:tc:ebxml-regrep:xsd:lcm:3.0"/>'),
    ];
  }

  it('have the form of the schemas', async () => {
    const answers = await everyAnswer();
    expect(answers.map(outcome)).toEqual([
      'Success',
      'XDSDuplicateUniqueIdInRegistry',
      'Success',
      'Success',
      'XDSStoredQueryMissingParam',
      'Success',
      'XDSDocumentUniqueIdError',
      'XDSDocumentUniqueIdError',
      'XDSRegistryMetadataError',
    ]);
    requireValid(answers);
  });

  const referee = iheRefereeCommand();
  it.skipIf(referee === null)('are taken by Open eHealth IPF', async () => {
    const answers = await everyAnswer();
    const paths = answers.map((answer, place) => {
      const path = join(folder, `answer-${String(place)}.xml`);
      writeFileSync(path, envelopeOf(answer));
      return path;
    });
    const { status, stdout } = spawnSync(referee ?? '', ['check', ...paths], { encoding: 'utf8' });
    if (status === 69) {
      skipBecause('the IHE referee could not be started: no Java, no Maven, or no artifacts');
      return;
    }
    expect(stdout.split('\n').filter((line) => line.includes('REFUSED'))).toEqual([]);
    expect(stdout.match(/: OK/g)).toHaveLength(answers.length);
  });
});
