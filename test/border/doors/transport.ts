import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as documents from '../../../src/documents/index.ts';
import { systemRuntime } from '../../../src/internal/runtime.ts';
import { demoLetterPdf, fictivePatient, fictiveProfessional, fictiveStructure } from '../../../src/testing/index.ts';
import { createSimulator, type Simulator } from '../../../src/simulator/index.ts';
import * as transport from '../../../src/transport/index.ts';
import { mailServer, sharedHierarchy } from '../../client/world.ts';
import { door, type Door, type DoorSet } from '../door.ts';
import { patientDoors } from './patients.ts';
import { supportDoors } from './support.ts';

const runtime = systemRuntime;
const options = { timeoutMs: 2_000 };
const report: transport.MailReport = {
  kind: 'dsn',
  messageIds: ['<x@example.invalid>'],
  envelopeId: null,
  reportId: '<r@example.invalid>',
  recipients: [{ original: null, final: 'a@b.mssante.fr', verdict: 'delivered', status: '2.0.0', code: null }],
} as unknown as transport.MailReport;

function addressDoors(): readonly Door[] {
  const mail = Buffer.from('From: a@b.mssante.fr\r\nSubject: x\r\n\r\nx');
  const limits = { maxMessageBytes: 1e6, maxParts: 10, maxDepth: 5, maxHeaderBytes: 1e5, maxLines: 1e4 };
  const discover: transport.DiscoverOptions = {
    operatorDomains: ['example.mssante.fr'],
    names: { submission: '_submission._tcp', imap: '_imap._tcp' },
    resolver: { resolveSrv: async () => [{ name: 'h.example.mssante.fr', port: 465, priority: 1, weight: 1 }] },
    timeoutMs: 2_000,
  };
  return [
    door('transport.checkMssAddress', transport.checkMssAddress, ['a@b.mssante.fr']),
    door('transport.parseMssAddress', transport.parseMssAddress, ['a@b.mssante.fr']),
    door('transport.mailOrigin', transport.mailOrigin, ['a@b.mssante.fr']),
    door('transport.patientAddress', transport.patientAddress, [fictivePatient(), { environment: 'test' }], '1'),
    door('transport.integrationCode', transport.integrationCode, ['KO-1']),
    door('transport.isFinal', transport.isFinal, ['queued']),
    door('transport.parseReport', transport.parseReport, [mail, limits], '1'),
    door('transport.discoverMailServers', transport.discoverMailServers, ['a@example.mssante.fr', discover], '1'),
  ];
}

function httpDoors(): readonly Door[] {
  const directoryOptions: transport.DirectoryOptions = {
    apiKey: async () => 'k',
    baseUrl: 'https://annuaire.example/fhir',
    cacheEntries: 10,
    cacheMs: 1_000,
    http: { send: async () => ({ status: 200, headers: {}, body: Buffer.from('{"resourceType":"Bundle"}') }) },
    maxPages: 2,
    runtime,
    staleMs: 1_000,
  };
  const directory = transport.createDirectory(directoryOptions);
  type D = typeof directory;
  return [
    door(
      'transport.createHttpClient',
      transport.createHttpClient,
      [
        {
          ca: 'x',
          identity: async () => undefined,
          idleMs: 1_000,
          maxConnections: 2,
          servername: 'x',
          timeoutMs: 1_000,
        },
      ],
      '0',
    ),
    door('transport.createDirectory', transport.createDirectory, [directoryOptions], '0'),
    door(
      'Directory.mailboxesOfProfessional',
      (...a: Parameters<D['mailboxesOfProfessional']>) => directory.mailboxesOfProfessional(...a),
      [{ rpps: '99900000011', finess: '750000001' }, options],
      '0',
      '1',
    ),
    door(
      'Directory.mailboxesOfStructure',
      (...a: Parameters<D['mailboxesOfStructure']>) => directory.mailboxesOfStructure(...a),
      [{ finess: '750000001' }, options],
      '0',
      '1',
    ),
    door(
      'Directory.resolve',
      (...a: Parameters<D['resolve']>) => directory.resolve(...a),
      ['a@b.mssante.fr', options],
      '1',
    ),
    door(
      'Directory.searchProfessionals',
      (...a: Parameters<D['searchProfessionals']>) => directory.searchProfessionals(...a),
      [{ family: 'X', given: 'Y', profession: '10', withMailbox: true }, options],
      '0',
      '1',
    ),
    door(
      'Directory.searchStructures',
      (...a: Parameters<D['searchStructures']>) => directory.searchStructures(...a),
      [{ name: 'X', city: 'P', postalCode: '75001', withMailbox: true }, options],
      '0',
      '1',
    ),
  ];
}

const code = { code: 'SYNTH', codeSystem: '1.2.250.1.213.1.1.4.12' };
const documentFilter: transport.DocumentFilter = {
  patientId: 'PAT-1^^^&2.999.1&ISO^PI',
  status: ['approved'],
  types: ['stable'],
  classCodes: [code],
  typeCodes: [code],
  practiceSettingCodes: [code],
  healthcareFacilityTypeCodes: [code],
  formatCodes: [code],
  eventCodes: [[code], [code]],
  confidentialityCodes: [code],
  authorPersons: ['%DUPONT%'],
  creationTime: { from: '2024', to: '20260101' },
  serviceStartTime: { from: '20240315' },
  serviceStopTime: { to: '20240315101500' },
};

function registryDepositDoors(submission: documents.Submission): readonly Door[] {
  const config: transport.SoapXdsTransportConfig = {
    http: transport.createHttpClient(),
    endpoints: { register: 'https://127.0.0.1:9/r', query: 'https://127.0.0.1:9/q' },
    assertion: async () => '<a/>',
    maxResponseBytes: 1_000,
    maxEnvelopeBytes: 1_000,
    runtime,
  };
  const channel = transport.createSoapXdsTransport(config);
  type C = typeof channel;
  const message = {
    envelope: { from: '2.999.1', to: 'https://127.0.0.1:9/r' },
    messageId: 'm',
    envelopeId: 'e',
    byteLength: 1,
    content: { byteLength: 1, open: () => new Blob(['x']).stream() },
  };
  return [
    door('transport.createSoapXdsTransport', transport.createSoapXdsTransport, [config], '0'),
    door(
      'SoapXdsTransport.deposit',
      (...a: Parameters<C['deposit']>) => channel.deposit(...a),
      [submission, options],
      '1',
    ),
    door('SoapXdsTransport.compose', (...a: Parameters<C['compose']>) => channel.compose(...a), [
      submission,
      { messageId: 'm', envelopeId: 'e' },
    ]),
    door('SoapXdsTransport.send', (...a: Parameters<C['send']>) => channel.send(...a), [message, options], '1'),
  ];
}

function fhirDepositDoors(submission: documents.Submission): readonly Door[] {
  const config: transport.FhirTransportConfig = {
    http: transport.createHttpClient(),
    baseUrl: 'https://127.0.0.1:9/fhir',
    authorization: async () => 'Bearer x',
    replaceStyle: 'patch',
    allowPatientInAddress: true,
    maxResponseBytes: 1_000,
    runtime,
  };
  const channel = transport.createFhirTransport(config);
  const { http, baseUrl, maxResponseBytes } = config;
  const documentOptions: transport.FhirDocumentsOptions = {
    http,
    baseUrl,
    authorization: async () => 'Bearer x',
    allowPatientInAddress: true,
    environment: 'test',
    maxResponseBytes,
    maxDocumentBytes: 1_000,
    runtime,
  };
  const held = transport.createFhirDocuments(documentOptions);
  type C = typeof channel;
  type H = typeof held;
  const message = {
    envelope: { from: '2.999.1', to: 'https://127.0.0.1:9/fhir' },
    messageId: 'm',
    envelopeId: 'e',
    byteLength: 1,
    content: { byteLength: 1, open: () => new Blob(['x']).stream() },
  };
  return [
    door('transport.createFhirDocuments', transport.createFhirDocuments, [documentOptions], '0'),
    door(
      'FhirDocuments.search',
      async (...a: Parameters<H['search']>) => held.search(...a).next(),
      [
        { system: '2.999.1.10', value: 'PAT-1' },
        { ...options, status: ['current'], typeCodes: ['11490-0'] },
      ],
      '1',
    ),
    door('FhirDocuments.fetch', (...a: Parameters<H['fetch']>) => held.fetch(...a), ['doc-1', options], '1'),
    door('transport.createFhirTransport', transport.createFhirTransport, [config], '0'),
    door(
      'FhirTransport.deposit',
      (...a: Parameters<C['deposit']>) => channel.deposit(...a),
      [submission, options],
      '1',
    ),
    door('FhirTransport.compose', (...a: Parameters<C['compose']>) => channel.compose(...a), [
      submission,
      { messageId: 'm', envelopeId: 'e' },
    ]),
    door('FhirTransport.send', (...a: Parameters<C['send']>) => channel.send(...a), [message, options], '1'),
  ];
}

function xdsDoors(submission: documents.Submission): readonly Door[] {
  const http = transport.createHttpClient();
  const clientOptions: transport.XdsClientOptions = {
    http,
    endpoints: { register: 'https://127.0.0.1:9/r', query: 'https://127.0.0.1:9/q', retrieve: 'https://127.0.0.1:9/d' },
    assertion: async () => '<a/>',
    maxResponseBytes: 1_000,
    maxEnvelopeBytes: 1_000,
    runtime,
  };
  const xds = transport.createXdsClient(clientOptions);
  type X = typeof xds;
  return [
    door('transport.createXdsClient', transport.createXdsClient, [clientOptions], '0'),
    door(
      'XdsClient.query',
      async (...a: Parameters<X['query']>) => xds.query(...a).all(),
      [{ query: 'GetDocuments', returnType: 'LeafClass', uniqueIds: ['2.999.2'] }, options],
      '0',
      '1',
    ),
    door(
      'XdsClient.findDocuments',
      async (...a: Parameters<X['findDocuments']>) => xds.findDocuments(...a).all(),
      [documentFilter, { ...options, pageSize: 20 }],
      '0',
      '1',
    ),
    door(
      'XdsClient.retrieveDocuments',
      (...a: Parameters<X['retrieveDocuments']>) => xds.retrieveDocuments(...a),
      [[{ repositoryUniqueId: '2.999.1', uniqueId: '2.999.2', homeCommunityId: 'x', hash: null, size: null }], options],
      '1',
    ),
    door(
      'XdsClient.currentEntry',
      (...a: Parameters<X['currentEntry']>) => xds.currentEntry(...a),
      ['2.999.2', options],
      '1',
    ),
    door(
      'XdsClient.updateMetadata',
      (...a: Parameters<X['updateMetadata']>) => xds.updateMetadata(...a),
      [statusUpdate(submission), options],
      '1',
    ),
    door(
      'XdsClient.registerDocuments',
      (...a: Parameters<X['registerDocuments']>) => xds.registerDocuments(...a),
      [submission, options],
      '1',
    ),
  ];
}

/** The first document of a submission is put away by its own author. */
function statusUpdate({ documents: [document], submissionSet }: documents.Submission): transport.MetadataUpdate {
  const { authors, sourceId, contentTypeCode: contentType } = submissionSet;
  return { entry: document!.entry, status: 'archived', by: { author: authors[0]!, sourceId, contentType } };
}

function mailDoors(): DoorSet {
  const server = {
    host: '127.0.0.1',
    port: 9,
    serverName: 'localhost',
    caPem: '-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----',
    crl: async () => '',
    implicitTls: false,
  };
  const credentials = { password: { user: 'u', provider: async () => 'p' } };
  const mailboxOptions = { server, credentials, connectTimeoutMs: 100, folder: 'INBOX', limits: { maxParts: 10 } };
  const mailbox = transport.createMailbox(mailboxOptions);
  type M = typeof mailbox;
  const config: transport.MssTransportConfig = {
    server,
    credentials,
    clientName: 'x',
    connectTimeoutMs: 1_000,
    idleTimeoutMs: 1_000,
    maxConnections: 1,
    maxMessagesPerConnection: 1,
    message: { from: { address: 'a@b.mssante.fr', label: 'A' }, to: 'c@d.mssante.fr' },
    runtime,
  };
  const outbox = { applyReport: async () => 'applied' as const };
  return {
    doors: [
      door('transport.createMailbox', transport.createMailbox, [mailboxOptions], '0'),
      door('Mailbox.read', (...a: Parameters<M['read']>) => mailbox.read(...a), [options], '0'),
      door('Mailbox.remove', (...a: Parameters<M['remove']>) => mailbox.remove(...a), ['7:3']),
      door('Mailbox.verify', (...a: Parameters<M['verify']>) => mailbox.verify(...a), [options], '0'),
      door(
        'Mailbox.watch',
        (...a: Parameters<M['watch']>) => mailbox.watch(...a),
        [{ ...options, after: '7:3', signal: AbortSignal.abort() }],
        '0',
      ),
      door('transport.followReports', transport.followReports, [outbox, mailbox, { ...options, watch: false }], '2'),
      door('transport.createMssTransport', transport.createMssTransport, [config], '0'),
    ],
    close: () => mailbox.close(),
  };
}

async function submitted(): Promise<{ submission: documents.Submission }> {
  const letter = await documents.buildLetter({
    patient: fictivePatient(),
    author: { professional: fictiveProfessional(), structure: fictiveStructure() },
    patientConsent: true,
    pdf: demoLetterPdf(),
  });
  const submission = documents.createSubmission([letter], { sourceId: '2.999.1.10.9' });
  return { submission };
}

async function outboxDoors(folder: string, simulator: Simulator): Promise<DoorSet> {
  const { submission } = await submitted();
  const archive = await documents.packageXdm(submission);
  const compose: transport.ComposeDepositOptions = {
    from: { address: 'a@b.mssante.fr', label: 'A' },
    to: simulator.depositAddress,
    envelopeId: 'x',
    label: 'L',
    maxMessageBytes: 1e8,
    messageId: '<x@b.mssante.fr>',
    nil: 'n',
    pdfCopy: false,
    replyTo: 'a@b.mssante.fr',
    requestReport: true,
    runtime,
    subject: 'short',
  };
  const mail = await transport.composeDeposit(submission, archive, compose);
  const mss = transport.createMssTransport({
    ...mailServer(simulator),
    connectTimeoutMs: 1_000,
    message: { from: compose.from, to: compose.to },
    archive: async () => archive,
  });
  type T = typeof mss;
  const outboxOptions: transport.OutboxOptions = {
    store: transport.createMemoryStore(),
    carrier: { compose: async () => mail, send: async () => ({ smtpCode: 250, enhancedStatus: null }) },
    senderDomain: 'b.mssante.fr',
    owner: 'o',
    runtime,
    sends: false,
    concurrency: 1,
    leaseMarginMs: 1_000,
    pollMs: 1_000,
    sendTimeoutMs: 1_000,
    retry: { expireAfterMs: 1_000, firstDelayMs: 10, longestDelayMs: 100, maxAttempts: 3 },
    onChange: () => undefined,
    onError: () => undefined,
    logger: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined },
  };
  const outbox = transport.createOutbox(outboxOptions);
  type O = typeof outbox;
  const { uniqueId } = await outbox.deposit(submission);
  const other = await submitted();
  const ended = await outbox.deposit(other.submission);
  const whose = { localId: { system: '2.999.1.10', value: 'P-404' } };
  await outbox.cancel(ended.uniqueId);
  const depositor = { id: 'd', address: 'a@b.mssante.fr', compose: async () => mail, onChange: () => undefined };
  const spool = {
    folder: join(folder, 'spool'),
    folderIsPrivate: false,
    key: Uint8Array.from({ length: 32 }, (_, index) => index),
    readOnly: false,
  };
  const postgres = {
    connectionString: 'postgres://127.0.0.1:9/x',
    key: Uint8Array.from({ length: 32 }, (_, index) => index),
    maxConnections: 2,
    schema: 's',
  };
  return {
    doors: [
      door('transport.composeDeposit', transport.composeDeposit, [submission, archive, compose], '2'),
      door(
        'MssTransport.compose',
        (...a: Parameters<T['compose']>) => mss.compose(...a),
        [submission, { messageId: '<x@b.mssante.fr>', envelopeId: 'x' }],
        '1',
      ),
      door(
        'MssTransport.deposit',
        (...a: Parameters<T['deposit']>) => mss.deposit(...a),
        [submission, { ...options, onProgress: () => undefined }],
        '1',
      ),
      door(
        'MssTransport.messageLimit',
        (...a: Parameters<T['messageLimit']>) => mss.messageLimit(...a),
        [options],
        '0',
      ),
      door('MssTransport.send', (...a: Parameters<T['send']>) => mss.send(...a), [mail, options], '1'),
      door('MssTransport.verify', (...a: Parameters<T['verify']>) => mss.verify(...a), [options], '0'),
      door('transport.createMemoryStore', transport.createMemoryStore, []),
      door('transport.createOutbox', transport.createOutbox, [outboxOptions], '0', '0.retry'),
      door('Outbox.applyReport', (...a: Parameters<O['applyReport']>) => outbox.applyReport(...a), [report]),
      door('Outbox.cancel', (...a: Parameters<O['cancel']>) => outbox.cancel(...a), [ended.uniqueId]),
      door('Outbox.erase', (...a: Parameters<O['erase']>) => outbox.erase(...a), [whose, { waiting: 'refuse' }], '1'),
      door(
        'Outbox.deposit',
        (...a: Parameters<O['deposit']>) => outbox.deposit(...a),
        [submission, { ...options, onProgress: () => undefined }],
        '1',
      ),
      door('Outbox.forDepositor', (...a: Parameters<O['forDepositor']>) => outbox.forDepositor(...a), [depositor]),
      door(
        'Outbox.list',
        (...a: Parameters<O['list']>) => outbox.list(...a),
        [{ states: ['queued'], patient: whose }],
        '0',
      ),
      door('Outbox.markVisible', (...a: Parameters<O['markVisible']>) => outbox.markVisible(...a), [uniqueId]),
      door('transport.isMailReceipt', transport.isMailReceipt, [{ uniqueId: 'mail:x' }]),
      door(
        'Outbox.post',
        (...a: Parameters<O['post']>) => outbox.post(...a),
        [{ id: '0d6f6c0e-8f30-4f58-8a55-000000000001', patient: whose.localId, compose: async () => mail }, options],
        '0',
        '1',
      ),
      door('Outbox.retry', (...a: Parameters<O['retry']>) => outbox.retry(...a), ['2.999.404']),
      door('Outbox.start', () => outbox.start(), []),
      door('Outbox.status', (...a: Parameters<O['status']>) => outbox.status(...a), [uniqueId]),
      door('Outbox.stop', (...a: Parameters<O['stop']>) => outbox.stop(...a), [{ graceMs: 10 }], '0'),
      door('Outbox.summary', () => outbox.summary(), []),
      door('Outbox.unmatched', () => outbox.unmatched(), []),
      door('Outbox.wait', (...a: Parameters<O['wait']>) => outbox.wait(...a), [ended.uniqueId, { timeoutMs: 5 }], '1'),
      door('transport.openSpoolStore', transport.openSpoolStore, [spool], '0'),
      door('transport.openPostgresStore', transport.openPostgresStore, [postgres], '0'),
    ],
    close: async () => {
      await outbox.close({ graceMs: 0 });
      await mss.close();
    },
  };
}

export async function transportSet(): Promise<DoorSet> {
  const folder = mkdtempSync(join(tmpdir(), 'te-border-'));
  const mail = mailDoors();
  const simulator = await createSimulator({ hierarchy: await sharedHierarchy() });
  const outbox = await outboxDoors(folder, simulator);
  const { submission } = await submitted();
  return {
    doors: [
      ...addressDoors(),
      ...httpDoors(),
      ...supportDoors(),
      ...patientDoors(),
      ...xdsDoors(submission),
      ...registryDepositDoors(submission),
      ...fhirDepositDoors(submission),
      ...mail.doors,
      ...outbox.doors,
    ],
    close: async () => {
      await mail.close?.();
      await outbox.close?.();
      await simulator.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
