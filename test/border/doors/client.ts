import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { SigningProvider } from '../../../src/auth/index.ts';
import { TerrESanteError } from '../../../src/errors.ts';
import * as root from '../../../src/index.ts';
import { systemRuntime } from '../../../src/internal/runtime.ts';
import * as platform from '../../../src/platform/index.ts';
import * as simulated from '../../../src/simulator/index.ts';
import * as transport from '../../../src/transport/index.ts';
import * as testing from '../../../src/testing/index.ts';
import { demoLetterPdf, fictivePatient } from '../../../src/testing/index.ts';
import { consentFor, createWorld, letter, mailServer, type World } from '../../client/world.ts';
import { shippedJson } from '../../helpers/shipped-json.ts';
import { mailDoors } from './mail.ts';
import { door, drawnBriefly, type Door, type DoorSet } from '../door.ts';
import { planDoors } from './plans.ts';

const runtime = systemRuntime;
const patient = fictivePatient();
const options = { timeoutMs: 3_000 };
const access = { ...options, purpose: 'emergency', reason: 'Patient inconscient' } as const;

function platformDoors(): readonly Door[] {
  const config = simulated.fictiveConfig();
  const quai = {
    Oid: '1.2.3',
    DomainCode: 'x',
    DomainName: 'y',
    DomainType: 'z',
    Url: 'https://x.example',
    EMailSecur: 'a@b.mssante.fr',
  };
  const descriptor = Buffer.from(shippedJson('descriptors/mail-only.json'));
  const sha256 = createHash('sha256').update(descriptor).digest('hex');
  return [
    door('platform.checkConfig', platform.checkConfig, [config, platform.simulatorDescriptor]),
    door('platform.descriptorOf', platform.descriptorOf, ['simulator']),
    door('platform.importQuaiParameters', platform.importQuaiParameters, [quai]),
    door('platform.loadDescriptor', platform.loadDescriptor, [descriptor, { sha256 }], '1'),
    door('platform.professionalOf', platform.professionalOf, [config]),
    door('platform.sourceIdOf', platform.sourceIdOf, [config]),
    door('platform.structureOf', platform.structureOf, [config]),
    door('platform.unsureValues', platform.unsureValues, [platform.simulatorDescriptor]),
    door('root.isFinal', root.isFinal, ['queued']),
    door('root.isTerrESanteError', root.isTerrESanteError, [new Error('x')]),
    door('TerrESanteError.toJSON', () => new root.TerrESanteError('TE_INPUT_INVALID', 'x').toJSON(), []),
    door(
      'root.TerrESanteError',
      (...a: ConstructorParameters<typeof root.TerrESanteError>) => new root.TerrESanteError(...a),
      ['TE_INPUT_INVALID', 'x', { details: { a: 'b' }, retryable: true, correlationId: 'c', findings: [] }],
    ),
  ];
}

/** The journal of accesses; the good values are those of one that is looked at. */
function journalDoors(options: root.AuditJournalOptions, journal: root.StoredAuditJournal): readonly Door[] {
  type J = root.StoredAuditJournal;
  const event: root.AuditEvent = {
    startedAt: '2026-03-01T10:00:00Z',
    at: '2026-03-01T10:00:01Z',
    action: 'documents.fetch',
    purpose: 'emergency',
    reason: 'x',
    professional: '899700012349',
    structure: '1990000010',
    patient: { system: '2.999.1', value: 'x' },
    object: '2.999.1.2',
    outcome: 'error',
    code: 'TE_TIMEOUT',
    binding: 'fhir-r4',
    correlationId: 'x',
  };
  const mark = { sequence: 0, hash: '0'.repeat(64) };
  const filter = { since: event.at, until: event.at, patient: event.patient! };
  const exported = { ...filter, format: 'fhir', source: 'x' } as const;
  return [
    door('root.openAuditJournal', root.openAuditJournal, [{ ...options, readOnly: true, keepDays: 30, runtime }], '0'),
    door('root.readAuditEvent', root.readAuditEvent, ['{"resourceType":"AuditEvent"}']),
    door('StoredAuditJournal.write', (...a: Parameters<J['write']>) => journal.write(...a), [event], '0'),
    door('StoredAuditJournal.verify', (...a: Parameters<J['verify']>) => journal.verify(...a), [mark], '0'),
    door('StoredAuditJournal.events', (...a: Parameters<J['events']>) => journal.events(...a), [filter], '0'),
    door('StoredAuditJournal.export', (...a: Parameters<J['export']>) => journal.export(...a), [exported], '0'),
    door('StoredAuditJournal.purge', (...a: Parameters<J['purge']>) => journal.purge(...a), ['2020-01-01T00:00:00Z']),
  ];
}

function clientDoors(world: World): readonly Door[] {
  const { te, config, simulator } = world;
  // A client closes its provider: this one stays open for the others.
  const auth: SigningProvider = {
    kind: world.auth.kind,
    certificates: (call) => world.auth.certificates(call),
    sign: (algorithm, data, call) => world.auth.sign(algorithm, data, call),
  };
  const outboxOptions: root.ClientOutboxOptions = {
    ...mailServer(simulator),
    store: 'memory',
    label: 'L',
    concurrency: 1,
    pollMs: 1_000,
    sendTimeoutMs: 1_000,
    leaseMarginMs: 1_000,
    retry: { maxAttempts: 2 },
    onChange: () => undefined,
    onError: () => undefined,
    message: { pdfCopy: false },
  };
  const clientOptions: root.ClientOptions = {
    auth,
    authentication: { means: 'card' },
    bindings: [],
    descriptor: platform.simulatorDescriptor,
    cutOffs: { read: async () => null, write: async () => undefined },
    withdrawals: { read: async () => null, write: async () => undefined },
    audit: { write: async () => undefined },
    isKnownDocument: () => false,
    logger: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined },
    runtime,
    timeoutMs: 3_000,
    tls: { ca: simulator.caPem, clientCertificate: false },
    outbox: outboxOptions,
  };
  const professional = {
    auth,
    authentication: { means: 'card' },
    outbox: { label: 'L' },
    isKnownDocument: () => false,
  } as const;
  return [
    door('root.createClient', root.createClient, [config, clientOptions], '1', '1.outbox', '1.tls', '1.outbox.retry'),
    door('TerrESanteClient.as', (...a: Parameters<typeof te.as>) => te.as(...a), [config.user, professional], '1'),
    door('TerrESanteClient.checkConfig', () => te.checkConfig(), []),
    door(
      'TerrESanteClient.diagnose',
      (...a: Parameters<typeof te.diagnose>) => te.diagnose(...a),
      [{ ...options, sign: true }],
      '0',
    ),
    ...alertDoors(world),
    ...noteDoors(world),
    ...supportDoors(world),
    ...measureDoors(world),
    ...planDoors(world),
    ...timelineDoors(world),
    door(
      'CareCircleOperations.get',
      (...a: Parameters<typeof te.careCircle.get>) => te.careCircle.get(...a),
      [patient, options],
      '1',
    ),
    door(
      'CareCircleOperations.join',
      (...a: Parameters<typeof te.careCircle.join>) => te.careCircle.join(...a),
      [patient, { ...options, consent: consentFor(te), role: 'PCP' }],
      '1',
    ),
    door(
      'CareCircleOperations.listMine',
      (...a: Parameters<typeof te.careCircle.listMine>) => te.careCircle.listMine(...a),
      [options],
      '0',
    ),
    door(
      'CareCircleOperations.addMember',
      (...a: Parameters<typeof te.careCircle.addMember>) => te.careCircle.addMember(...a),
      [
        patient,
        {
          ...options,
          consent: consentFor(te),
          member: {
            kind: 'professional',
            reference: '899900000012',
            ids: [{ system: '1.2.250.1.71.4.2.1', value: '899900000012' }],
            familyName: 'X',
            givenName: 'Y',
            role: 'PCP',
            contacts: [{ system: 'phone', value: '0199001234' }],
          },
        },
      ],
      '0',
    ),
    door(
      'CareCircleOperations.removeMember',
      (...a: Parameters<typeof te.careCircle.removeMember>) => te.careCircle.removeMember(...a),
      [patient, '899900000012', options],
      '0',
    ),
    door(
      'CareCircleOperations.leave',
      (...a: Parameters<typeof te.careCircle.leave>) => te.careCircle.leave(...a),
      [patient, options],
      '1',
    ),
    door(
      'ConsentOperations.get',
      (...a: Parameters<typeof te.consent.get>) => te.consent.get(...a),
      [patient, options],
      '1',
    ),
    door(
      'ConsentOperations.withdraw',
      (...a: Parameters<typeof te.consent.withdraw>) => te.consent.withdraw(...a),
      [patient, { id: 'c', kinds: ['support-request'] }, { ...options, reason: 'x' }],
      '2',
    ),
    door(
      'PortalOperations.launch',
      (...a: Parameters<typeof te.portal.launch>) => te.portal.launch(...a),
      [
        { page: 'home', patient },
        { ...options, window: 'embedded', patientConsent: false },
      ],
      '0',
      '1',
    ),
    door('ConsentOperations.record', (...a: Parameters<typeof te.consent.record>) => te.consent.record(...a), [
      patient,
      {
        kinds: ['document-share'],
        givenBy: 'legal-representative',
        mode: 'oral',
        collectedAt: new Date().toISOString(),
        representative: { name: 'X', relation: 'Y' },
      },
    ]),
  ];
}

function timelineDoors({ te: { timeline } }: World): readonly Door[] {
  const subscriptions = [{ id: 'sub-1', patient: patient.localId }];
  return [
    door(
      'TimelineOperations.get',
      (...a: Parameters<typeof timeline.get>) => timeline.get(...a),
      [patient, { ...options, since: '2026-01-01T00:00:00Z', subscriptions }],
      '1',
    ),
  ];
}

function alertDoors({ te }: World): readonly Door[] {
  const { alerts } = te;
  const since = '2026-01-01T00:00:00Z';
  const subscription = { id: 'sub-1', patient: patient.localId };
  const facility = { finess: '990000028', name: 'X' };
  const asked = { ...options, type: 'admission', facility, from: since, until: '2027-01-01T00:00:00Z' } as const;
  return [
    door(
      'AlertOperations.list',
      (...a: Parameters<typeof alerts.list>) => alerts.list(...a),
      [[subscription], { ...options, since }],
      '1',
    ),
    door(
      'AlertOperations.watch',
      (...a: Parameters<typeof alerts.watch>) => drawnBriefly(alerts.watch(...a)),
      [[subscription], { ...options, since, intervalMs: 300_000, signal: AbortSignal.abort() }],
      '1',
    ),
    door(
      'AlertOperations.subscribe',
      (...a: Parameters<typeof alerts.subscribe>) => alerts.subscribe(...a),
      [patient, { ...asked, mailbox: 'dr.x@cabinet.mssante.fr' }],
      '1',
      '1.facility',
    ),
    door(
      'AlertOperations.unsubscribe',
      (...a: Parameters<typeof alerts.unsubscribe>) => alerts.unsubscribe(...a),
      [subscription, options],
      '1',
    ),
  ];
}

function noteDoors({ te }: World): readonly Door[] {
  const { notes } = te;
  const since = '2026-01-01T00:00:00Z';
  const bytes = Buffer.from('X');
  const note = {
    type: 'OBS',
    text: 'X',
    title: 'X',
    attachments: [{ bytes, mimeType: 'text/plain', title: 'X' }],
    isEmergency: false,
    visibility: 'MASQUE_PT',
    uniqueId: '0d6f6c0e-8f30-4f58-8a55-000000000001',
  } as const;
  const { uniqueId: _fixed, ...changes } = note;
  const list = {
    from: since,
    until: since,
    types: ['OBS'],
    author: { system: 'x', value: 'y' },
    includeRetracted: true,
  } as const;
  const read = { id: 'n', version: '1' };
  return [
    door(
      'NoteOperations.list',
      (...a: Parameters<typeof notes.list>) => drawnBriefly(notes.list(...a)),
      [patient, { ...options, ...list }],
      '1',
    ),
    door(
      'NoteOperations.create',
      (...a: Parameters<typeof notes.create>) => notes.create(...a),
      [patient, note, options],
      '1',
      '1.attachments',
      '2',
    ),
    door(
      'NoteOperations.reply',
      (...a: Parameters<typeof notes.reply>) => notes.reply(...a),
      [patient, 'n', note, options],
      '2',
      '3',
    ),
    door(
      'NoteOperations.update',
      (...a: Parameters<typeof notes.update>) => notes.update(...a),
      [patient, read, changes, options],
      '2',
      '3',
    ),
    door(
      'NoteOperations.retract',
      (...a: Parameters<typeof notes.retract>) => notes.retract(...a),
      [patient, read, options],
      '2',
    ),
    door(
      'NoteOperations.fetch',
      (...a: Parameters<typeof notes.fetch>) => notes.fetch(...a),
      [patient, 'n', 1, options],
      '3',
    ),
  ];
}

function measureDoors({ te }: World): readonly Door[] {
  const { measures } = te;
  const at = '2026-01-01T00:00:00Z';
  return [
    door(
      'MeasureOperations.list',
      (...a: Parameters<typeof measures.list>) => drawnBriefly(measures.list(...a)),
      [patient, { ...options, codes: ['29463-7'], from: at, until: at, includeErrors: true }],
      '1',
    ),
  ];
}

function supportDoors({ te }: World): readonly Door[] {
  const { support } = te;
  const request = {
    structure: { name: 'X', site: { finess: '990000036', structureId: '1990000036' }, isOpen: true },
    need: 'X',
    reasons: [{ text: 'X', codes: [{ system: 'urn:x', code: 'x' }] }],
    urgency: 'routine',
    documents: ['1.2.3.4'],
    replyTo: 'x@y.mssante.fr',
    consent: consentFor(te, patient, ['support-request']),
    uniqueId: '0d6f6c0e-8f30-4f58-8a55-000000000002',
  } as const;
  const list = { states: ['sent'], updatedSince: '2026-01-01T00:00:00Z' } as const;
  return [
    door(
      'SupportOperations.request',
      (...a: Parameters<typeof support.request>) => support.request(...a),
      [patient, request, options],
      '1',
      '1.reasons',
      '2',
    ),
    door(
      'SupportOperations.list',
      (...a: Parameters<typeof support.list>) => drawnBriefly(support.list(...a)),
      [patient, { ...options, ...list }],
      '1',
    ),
    door(
      'SupportOperations.get',
      (...a: Parameters<typeof support.get>) => support.get(...a),
      [patient, 'n', options],
      '2',
    ),
    door(
      'SupportOperations.cancel',
      (...a: Parameters<typeof support.cancel>) => support.cancel(...a),
      [patient, { id: 'n', version: '1' }, { ...options, reason: 'X' }],
      '2',
    ),
  ];
}

/** Against the simulated platform, since a port where nobody listens takes long to answer. */
function httpDoors({ simulator }: World): DoorSet {
  const { authentication } = simulator.hierarchy.professional;
  const identity = { certificates: authentication.chainPem, privateKey: authentication.keyPem };
  const http = transport.createHttpClient({ ca: simulator.caPem, identity, timeoutMs: 1_000 });
  const request: transport.HttpRequest = {
    method: 'POST',
    url: `${simulator.httpUrl}/x`,
    headers: { accept: 'x' },
    body: new Uint8Array(3),
    maxResponseBytes: 1_000,
    timeoutMs: 1_000,
  };
  return {
    doors: [
      door('HttpClient.send', (...a: Parameters<typeof http.send>) => http.send(...a), [request], '0'),
      door('HttpClient.stream', (...a: Parameters<typeof http.stream>) => http.stream(...a), [request], '0'),
    ],
    close: () => http.close(),
  };
}

function dossierDoors({ te }: World): readonly Door[] {
  const { dossier, notifications } = te;
  const consent = consentFor(te);
  const create = { ...options, consent, ifExists: 'return', joinAs: null, sharing: 'shared' } as const;
  const status = { ...access, refresh: true } as const;
  const statuses = { ...options, purpose: 'normal', refresh: true, concurrency: 2 } as const;
  const count = { ...options, countOwnDeposits: true, since: '2026-01-01T00:00:00Z' };
  return [
    door(
      'DossierOperations.create',
      (...a: Parameters<typeof dossier.create>) => dossier.create(...a),
      [patient, create],
      '1',
    ),
    door(
      'DossierOperations.status',
      (...a: Parameters<typeof dossier.status>) => dossier.status(...a),
      [patient, status],
      '1',
    ),
    door(
      'DossierOperations.statuses',
      (...a: Parameters<typeof dossier.statuses>) => dossier.statuses(...a),
      [[patient], statuses],
      '1',
    ),
    door(
      'NotificationOperations.countForPatient',
      (...a: Parameters<typeof notifications.countForPatient>) => notifications.countForPatient(...a),
      [patient, count],
      '1',
    ),
    door(
      'NotificationOperations.countForPractitioner',
      (...a: Parameters<typeof notifications.countForPractitioner>) => notifications.countForPractitioner(...a),
      [count],
      '0',
    ),
    door(
      'NotificationOperations.list',
      (...a: Parameters<typeof notifications.list>) => notifications.list(...a),
      [{ ...count, limit: 5, patient }],
      '0',
    ),
    door(
      'NotificationOperations.markSeen',
      (...a: Parameters<typeof notifications.markSeen>) => notifications.markSeen(...a),
      [{ patient, at: '2026-01-01T00:00:00Z' }],
      '0',
    ),
    door(
      'NotificationOperations.watch',
      (...a: Parameters<typeof notifications.watch>) => drawnBriefly(notifications.watch(...a)),
      [{ intervalMs: 300_000, patient, signal: AbortSignal.abort() }],
      '0',
    ),
  ];
}

async function documentDoors(world: World): Promise<readonly Door[]> {
  const { te, simulator } = world;
  const { documents } = te;
  const { outbox } = world.client({ deposit: undefined, outbox: { ...mailServer(simulator), store: 'memory' } });
  const built = await letter();
  const pdf = { pdf: demoLetterPdf(), patientConsent: true, title: 'Courrier', ...options } as root.PdfDeposit;
  const vsm = {
    content: { problems: [{ text: 'Asthme', code: { code: 'J45', displayName: 'Asthme' } }] },
    patientConsent: true,
    functionCode: 'PCP',
    ...options,
  } as unknown as root.VsmDeposit;
  const deposit = { ...options, patientConsent: true, onProgress: () => undefined, submission: { title: 'Lot' } };
  type D = typeof documents;
  type O = typeof outbox;
  type P = typeof te.privacy;
  const report = { kind: 'dsn', messageIds: ['<x@y>'], envelopeId: null, reportId: null, recipients: [] } as never;
  return [
    door(
      'DocumentOperations.deposit',
      (...a: Parameters<D['deposit']>) => documents.deposit(...a),
      [patient, built, deposit],
      '2',
      '2.submission',
    ),
    door(
      'DocumentOperations.depositLetter',
      (...a: Parameters<D['depositLetter']>) => documents.depositLetter(...a),
      [patient, pdf],
      '1',
    ),
    door(
      'DocumentOperations.depositPrescription',
      (...a: Parameters<D['depositPrescription']>) => documents.depositPrescription(...a),
      [patient, pdf],
      '1',
    ),
    door(
      'DocumentOperations.depositReport',
      (...a: Parameters<D['depositReport']>) => documents.depositReport(...a),
      [patient, pdf],
      '1',
    ),
    door(
      'DocumentOperations.depositVsm',
      (...a: Parameters<D['depositVsm']>) => documents.depositVsm(...a),
      [patient, vsm],
      '1',
    ),
    door(
      'DocumentOperations.fetch',
      (...a: Parameters<D['fetch']>) => documents.fetch(...a),
      [patient, '2.999.1', access],
      '2',
    ),
    door(
      'DocumentOperations.list',
      (...a: Parameters<D['list']>) => documents.list(...a),
      [patient, { ...access, includeDeprecated: true, includeArchived: false, includeHidden: true }],
      '1',
    ),
    door(
      'DocumentOperations.search',
      (...a: Parameters<D['search']>) => documents.search(...a),
      [
        patient,
        {
          typeCodes: ['11502-2'],
          classCodes: ['10'],
          family: 'report' as const,
          author: { nationalId: '899700012349', name: 'Fictif' },
          period: { axis: 'act' as const, from: '2026-03-01', to: '2026-03-05' },
          includeDeprecated: true,
          includeArchived: true,
          includeHidden: true,
        },
        access,
      ],
      '1',
      '2',
    ),
    door(
      'DocumentOperations.setVisibility',
      (...a: Parameters<D['setVisibility']>) => documents.setVisibility(...a),
      [
        patient,
        '2.999.1',
        { hiddenFromPatient: true, hiddenFromProfessionals: false, hiddenFromLegalRepresentatives: false },
        options,
      ],
      '2',
      '3',
    ),
    door(
      'DocumentOperations.measure',
      (...a: Parameters<D['measure']>) => documents.measure(...a),
      [patient, built, { ...options, submission: { title: 'Lot' } }],
      '2',
    ),
    door(
      'DocumentOperations.status',
      (...a: Parameters<D['status']>) => documents.status(...a),
      [patient, '2.999.1', options],
      '2',
    ),
    door('OutboxOperations.applyReport', (...a: Parameters<O['applyReport']>) => outbox.applyReport(...a), [report]),
    door('OutboxOperations.cancel', (...a: Parameters<O['cancel']>) => outbox.cancel(...a), ['2.999.404']),
    door('OutboxOperations.list', (...a: Parameters<O['list']>) => outbox.list(...a), [{ states: ['queued'] }], '0'),
    door('PrivacyOperations.export', (...a: Parameters<P['export']>) => te.privacy.export(...a), [patient]),
    door(
      'PrivacyOperations.erase',
      (...a: Parameters<P['erase']>) => te.privacy.erase(...a),
      [{ ...patient, localId: { ...patient.localId, value: 'P-404' } }, { waiting: 'refuse' }],
      '1',
    ),
    door('OutboxOperations.retry', (...a: Parameters<O['retry']>) => outbox.retry(...a), ['2.999.404']),
    door('OutboxOperations.start', () => outbox.start(), []),
    door('OutboxOperations.status', (...a: Parameters<O['status']>) => outbox.status(...a), ['2.999.404']),
    door('OutboxOperations.stop', (...a: Parameters<O['stop']>) => outbox.stop(...a), [{ graceMs: 10 }], '0'),
    door('OutboxOperations.summary', () => outbox.summary(), []),
    door('OutboxOperations.unmatched', () => outbox.unmatched(), []),
    door(
      'OutboxOperations.wait',
      (...a: Parameters<O['wait']>) => outbox.wait(...a),
      ['2.999.404', { timeoutMs: 5, patient }],
      '1',
    ),
  ];
}

/** The parts of the OpenID library that are called before anybody logs in. */
class NoOpenIdServer {
  readonly Grant = class {
    addOIDCScope(): void {
      // Nobody logs in.
    }
    async save(): Promise<string> {
      return 'x';
    }
  };
  callback(): () => void {
    return () => undefined;
  }
  use(): void {
    // No request comes.
  }
  async backchannelResult(): Promise<void> {
    // No request comes.
  }
  async interactionDetails(): Promise<never> {
    throw new TerrESanteError('TE_NOT_FOUND', 'x');
  }
  async interactionFinished(): Promise<void> {
    // No request comes.
  }
}

function pscOptions(hierarchy: testing.TestHierarchy): simulated.PscSimulatorOptions {
  return {
    library: { Provider: NoOpenIdServer, errors: { AccessDenied: Error, ExpiredToken: Error } },
    hierarchy,
    clientId: 'c',
    clientSecret: 's',
    redirectUri: 'https://lps.example/retour',
    accounts: [{ nationalId: '899900000011', claims: {} }],
    acr: 'eidas1',
    accessTokenSeconds: 60,
    cibaSeconds: 60,
  };
}

function pscDoors(psc: simulated.PscSimulator): readonly Door[] {
  return [
    door<Parameters<typeof psc.approve>>('PscSimulator.approve', (...a) => psc.approve(...a), ['899900000011']),
    door<Parameters<typeof psc.slowDown>>('PscSimulator.slowDown', (...a) => psc.slowDown(...a), [1]),
    door<Parameters<typeof psc.browse>>('PscSimulator.browse', (...a) => psc.browse(...a), [
      'https://lps.example/retour?code=x',
      'accept',
    ]),
  ];
}

/** The reply mailbox of the simulator, which stands in place of one over IMAP. */
function repliesDoors(simulator: simulated.Simulator): readonly Door[] {
  const mailbox = simulator.replies('a@b.mssante.fr');
  type M = typeof mailbox;
  return [
    door<Parameters<M['read']>>('Mailbox.read', (...a) => mailbox.read(...a), [{ ...options, after: '0' }], '0'),
    door<Parameters<M['remove']>>('Mailbox.remove', (...a) => mailbox.remove(...a), ['1']),
    door<Parameters<M['verify']>>('Mailbox.verify', (...a) => mailbox.verify(...a), [options], '0'),
    door<Parameters<M['watch']>>(
      'Mailbox.watch',
      (...a) => drawnBriefly(mailbox.watch(...a)),
      [{ ...options, after: '0', signal: AbortSignal.abort() }],
      '0',
    ),
  ];
}

function simulatorDoors(
  { simulator }: World,
  psc: simulated.PscSimulator,
  insi: simulated.InsiServer,
): readonly Door[] {
  const { localId } = patient;
  type S = typeof simulator;
  const otp = simulated.createOtpSimulator({ users: [{ identifier: 'u', password: 'p' }] });
  return [
    door(
      'simulator.createInsiServer',
      simulated.createInsiServer,
      [{ authorizationNumbers: ['x'], people: [patient] }],
      '0',
    ),
    door<Parameters<typeof insi.setFault>>('InsiServer.setFault', (...a) => insi.setFault(...a), [
      { subcode: 'siram_40', code: 'insi_102', severity: 'fatal', message: 'X' },
    ]),
    door('simulator.createPscSimulator', simulated.createPscSimulator, [pscOptions(simulator.hierarchy)], '0'),
    ...pscDoors(psc),
    ...repliesDoors(simulator),
    door(
      'simulator.createOtpSimulator',
      simulated.createOtpSimulator,
      [
        {
          users: [{ identifier: 'u', password: 'p', channels: ['sms'], passwordExpired: false, trustedDevice: false }],
          codeLifetimeMs: 1_000,
          maxCodeErrors: 3,
          maxPasswordErrors: 3,
          resendDelayMs: 1_000,
          sessionLifetimeMs: 1_000,
          runtime,
        },
      ],
      '0',
    ),
    door('OtpSimulator.isValid', (...a: Parameters<typeof otp.isValid>) => otp.isValid(...a), ['x']),
    door('OtpSimulator.lastCode', (...a: Parameters<typeof otp.lastCode>) => otp.lastCode(...a), ['u']),
    door(
      'simulator.createSimulator',
      simulated.createSimulator,
      [
        {
          hierarchy: simulator.hierarchy,
          callsCountAsConnection: false,
          limits: { maxRequestBytes: 1e6 },
          mailClientCertificate: 'optional',
          processingDelayMs: 1,
          requireClientCertificate: false,
          requireIns: false,
          patientInAddress: 'refused',
          runtime,
          httpPort: 0,
          smtpPort: 0,
        },
      ],
      '0',
      '0.limits',
    ),
    door('simulator.fictiveConfig', simulated.fictiveConfig, [
      { httpUrl: 'https://localhost', depositAddress: 'a@b.mssante.fr' },
    ]),
    door('simulator.fictiveOutbox', simulated.fictiveOutbox, [simulator, 'a@b.mssante.fr']),
    door('Simulator.addDossier', (...a: Parameters<S['addDossier']>) => simulator.addDossier(...a), [
      {
        localId: { system: '2.999.1', value: 'x' },
        traits: patient.traits,
        blocked: [],
        members: [],
        sharing: 'shared',
        state: 'open',
        ins: patient.ins,
      },
    ]),
    door(
      'SimulatedCoordination.addStructure',
      (...a: Parameters<S['coordination']['addStructure']>) => simulator.coordination.addStructure(...a),
      [{ finess: '990000036', name: 'X' }],
      '0',
    ),
    door(
      'SimulatedCoordination.addMeasure',
      (...a: Parameters<S['coordination']['addMeasure']>) => simulator.coordination.addMeasure(...a),
      [localId, { status: 'final' }],
    ),
    door(
      'SimulatedCoordination.answer',
      (...a: Parameters<S['coordination']['answer']>) => simulator.coordination.answer(...a),
      ['x', { status: 'received', reason: 'X' }],
      '1',
    ),
    door('Simulator.announce', (...a: Parameters<S['announce']>) => simulator.announce(...a), [
      localId,
      {
        type: 'admission',
        facility: { finess: '990000028', name: 'H' },
        occurredAt: '2026-03-01T10:00:00Z',
        text: 'x',
      },
    ]),
    door('Simulator.retract', (...a: Parameters<S['retract']>) => simulator.retract(...a), ['x']),
    door('Simulator.block', (...a: Parameters<S['block']>) => simulator.block(...a), [localId, '899900000011']),
    door('Simulator.closeDossier', (...a: Parameters<S['closeDossier']>) => simulator.closeDossier(...a), [localId]),
    door('Simulator.connect', (...a: Parameters<S['connect']>) => simulator.connect(...a), ['899900000011']),
    door('Simulator.dossier', (...a: Parameters<S['dossier']>) => simulator.dossier(...a), [localId]),
    door('Simulator.dossiers', () => simulator.dossiers(), []),
    door('Simulator.inject', (...a: Parameters<S['inject']>) => simulator.inject(...a), [
      { kind: 'no-report', times: 1 },
    ]),
    door('Simulator.intakes', () => simulator.intakes(), []),
    door('Simulator.lastConnection', (...a: Parameters<S['lastConnection']>) => simulator.lastConnection(...a), [
      '899900000011',
    ]),
    door('Simulator.mailbox', (...a: Parameters<S['mailbox']>) => simulator.mailbox(...a), ['a@b.mssante.fr']),
    door('Simulator.replies', (...a: Parameters<S['replies']>) => simulator.replies(...a), ['a@b.mssante.fr']),
    door('Simulator.settled', () => simulator.settled(), []),
  ];
}

async function testingDoors({ simulator }: World): Promise<DoorSet> {
  const { hierarchy } = simulator;
  const card = await testing.createMockCard();
  type C = typeof card;
  const certificate = {
    notBefore: Date.now() - 1e6,
    notAfter: Date.now() + 1e9,
    stringType: 'utf8',
    professional: testing.fictiveProfessional(),
    structure: testing.fictiveStructure(),
  } as const;
  return {
    doors: [
      door(
        'testing.createMockCard',
        testing.createMockCard,
        [
          {
            pin: '1234',
            pinPad: false,
            readers: [0],
            tries: 3,
            faults: [],
            cards: [{ signature: hierarchy.professional.signature, kind: 'cps' }],
          },
        ],
        '0',
      ),
      door('MockCard.fault', (...a: Parameters<C['fault']>) => card.fault(...a), [
        { on: 'C_Sign', do: 'reset', times: 1, after: 1 },
      ]),
      door('MockCard.insert', (...a: Parameters<C['insert']>) => card.insert(...a), [0, 0]),
      door(
        'MockCard.provider',
        (...a: Parameters<C['provider']>) => card.provider(...a),
        [{ callTimeoutMs: 1_000 }],
        '0',
      ),
      door('MockCard.remove', (...a: Parameters<C['remove']>) => card.remove(...a), [0]),
      door(
        'testing.createTestHierarchy',
        testing.createTestHierarchy,
        [{ ...certificate, environment: 'test', runtime }],
        '0',
      ),
      door('TestHierarchy.card', (...a: Parameters<typeof hierarchy.card>) => hierarchy.card(...a), [certificate], '0'),
      door(
        'TestHierarchy.server',
        (...a: Parameters<typeof hierarchy.server>) => hierarchy.server(...a),
        ['localhost', { notAfter: Date.now() + 1e9 }],
        '1',
      ),
      door(
        'TestHierarchy.structureCertificates',
        (...a: Parameters<typeof hierarchy.structureCertificates>) => hierarchy.structureCertificates(...a),
        [certificate],
        '0',
      ),
      door('testing.demoLetterPdf', testing.demoLetterPdf, []),
      door(
        'testing.fictivePatient',
        testing.fictivePatient,
        [{ identityStatus: 'QUAL', insOrder: 1, localId: 'x', traits: { birthName: 'X' } }],
        '0',
      ),
      door('testing.fictivePatients', testing.fictivePatients, [3]),
      door('testing.fictiveProfessional', testing.fictiveProfessional, []),
      door('testing.fictiveStructure', testing.fictiveStructure, []),
    ],
    close: () => card.close(),
  };
}

export async function clientSet(): Promise<DoorSet> {
  const world = await createWorld();
  const tested = await testingDoors(world);
  const psc = await simulated.createPscSimulator(pscOptions(world.simulator.hierarchy));
  const insi = await simulated.createInsiServer();
  const http = httpDoors(world);
  const mails = mailDoors();
  const folder = mkdtempSync(join(tmpdir(), 'te-border-'));
  const journalOptions = { folder: join(folder, 'acces'), key: randomBytes(32) };
  const journal = await root.openAuditJournal(journalOptions);
  return {
    doors: [
      ...platformDoors(),
      ...clientDoors(world),
      ...journalDoors(journalOptions, journal),
      ...dossierDoors(world),
      ...(await documentDoors(world)),
      ...simulatorDoors(world, psc, insi),
      ...tested.doors,
      ...http.doors,
      ...mails.doors,
    ],
    close: async () => {
      await journal.close();
      rmSync(folder, { recursive: true, force: true });
      await tested.close?.();
      await psc.close();
      await insi.close();
      await http.close?.();
      await mails.close?.();
      await world.close();
    },
  };
}
