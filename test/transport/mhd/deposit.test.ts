import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';

import { createSubmission, type Submission } from '../../../src/documents/index.ts';
import { collect } from '../../../src/internal/bytes.ts';
import { TerrESanteError } from '../../../src/errors.ts';
import {
  createFhirTransport,
  createMemoryStore,
  createOutbox,
  type DepositReceipt,
  type DepositState,
  type FhirTransport,
  type FhirTransportConfig,
  type Outbox,
} from '../../../src/transport/index.ts';
import { letter, sourceId, submission } from '../../client/world.ts';
import { FakeServer, xdsRefusal } from './fake-server.ts';

const baseUrl = 'https://entrepot.example/fhir';
let sent: Submission;
let uniqueId: string;
beforeAll(async () => {
  sent = await submission({ title: 'CANARITITRE' });
  uniqueId = sent.documents[0]?.entry.uniqueId ?? '';
});

let server: FakeServer;
beforeEach(() => {
  server = new FakeServer();
});
const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const transportOf = (change: Partial<FhirTransportConfig> = {}): FhirTransport =>
  createFhirTransport({ http: server.http, baseUrl, ...change });

function outboxOver(transport: FhirTransport): Outbox {
  const retry = { firstDelayMs: 5, longestDelayMs: 20 };
  const outbox = createOutbox({ store: createMemoryStore(), carrier: transport, retry, pollMs: 10 });
  cleanups.push(() => outbox.close({ graceMs: 0 }));
  return outbox;
}

const until = (outbox: Outbox, state: DepositState): Promise<DepositReceipt> =>
  vi.waitFor(
    async () => {
      const receipt = await outbox.status(uniqueId);
      expect(receipt?.state).toBe(state);
      return receipt as DepositReceipt;
    },
    { timeout: 10_000, interval: 10 },
  );

interface Sent {
  readonly entry: readonly {
    readonly fullUrl: string;
    readonly resource: Readonly<Record<string, unknown>>;
    readonly request: Readonly<Record<string, string>>;
  }[];
}
const sentBundle = (at = 0): Sent => JSON.parse(server.deposits[at] ?? '{}') as Sent;
const refused = (call: Promise<unknown>): Promise<TerrESanteError> =>
  call.then(
    () => expect.fail('it was a success'),
    (error: unknown) => error as TerrESanteError,
  );
const cut = { answer: new TerrESanteError('TE_UNAVAILABLE', 'coupé', { details: { networkCode: 'ECONNRESET' } }) };

describe('a deposit to a FHIR server', () => {
  it('names the patient by its id at the server, which is asked for by POST', async () => {
    const receipt = await transportOf().deposit(sent);
    expect(receipt).toMatchObject({
      uniqueId,
      channel: 'fhir',
      state: 'processed',
      recipients: [{ smtpCode: null, detail: 'Enregistré par le registre.' }],
    });

    expect(server.urls).toEqual([`${baseUrl}/Patient/_search`, baseUrl]);
    const { entry } = sentBundle();
    expect(entry.map(({ resource, request }) => [resource['resourceType'], request['method']])).toEqual([
      ['List', 'POST'],
      ['DocumentReference', 'POST'],
      ['Binary', 'POST'],
    ]);
    for (const { resource } of entry.slice(0, 2)) expect(resource['subject']).toEqual({ reference: 'Patient/pat-1' });
    const bytes = Buffer.from(String(entry[2]?.resource['data']), 'base64');
    const content = sent.documents[0]?.document.content;
    expect(bytes.equals(Buffer.from(content ? await collect(content.open()) : ''))).toBe(true);
    expect(entry.slice(0, 2).every(({ request }) => request['ifNoneExist']?.includes('urn%3Aoid%3A'))).toBe(true);
  });

  it.each([
    [[], 'TE_NOT_FOUND'],
    [['pat-1', 'pat-2'], 'TE_IDENTITY_AMBIGUOUS'],
  ])('for the patients %j of this identifier ends in %s, and nothing is sent', async (patients, code) => {
    server.patients = patients;
    await expect(refused(transportOf().deposit(sent))).resolves.toMatchObject({ code });
    expect(server.deposits).toEqual([]);
  });

  it('that is there already is looked for before it is believed', async () => {
    const transport = transportOf();
    await transport.deposit(sent);
    server.refusals.push({ answer: xdsRefusal('XDSDuplicateUniqueIdInRegistry') });
    await expect(transport.deposit(sent)).resolves.toMatchObject({ state: 'processed' });

    server.documents.length = 0;
    server.refusals.push({ answer: xdsRefusal('XDSDuplicateUniqueIdInRegistry') });
    await expect(refused(transport.deposit(sent))).resolves.toMatchObject({ code: 'TE_DUPLICATE' });
    await transport.close();
    await expect(refused(transport.deposit(sent))).resolves.toMatchObject({ code: 'TE_CLOSED' });
  });

  it.each([
    ['fewer entries than were sent', ['201', '201'], 'TE_PROTOCOL', true],
    ['a document that existed', ['201', '200 OK', '201'], 'TE_DUPLICATE', false],
    ['an entry that failed', ['201', '422', '201'], 'TE_VALIDATION', undefined],
    ['an entry without a status', ['201', null, '201'], 'TE_PROTOCOL', true],
  ])('answered by %s is no success', async (_what, statuses, code, unknownOutcome) => {
    const entry = statuses.map((status) => ({ response: { status } }));
    server.refusals.push({ answer: { body: { resourceType: 'Bundle', type: 'transaction-response', entry } } });
    const error = await refused(transportOf().deposit(sent));
    expect([error.code, error.details['unknownOutcome']]).toEqual([code, unknownOutcome]);
  });

  it.each([
    ['', 'TE_PROTOCOL'],
    ['<html>', 'TE_PROTOCOL'],
    [{ resourceType: 'Bundle', type: 'batch-response', entry: [] }, 'TE_PROTOCOL'],
  ])('answered by %j may have arrived', async (body, code) => {
    server.refusals.push({ answer: { body } });
    await expect(refused(transportOf().deposit(sent))).resolves.toMatchObject({
      code,
      details: { unknownOutcome: true },
    });
  });

  it('that replaces another one marks that one, or leaves it to the server', async () => {
    const first = transportOf();
    await first.deposit(sent);
    const [old] = server.documents;
    const entryUuid = String((old?.['identifier'] as { value: string }[])[0]?.value);
    const next = await letter();
    const details = { [next.header.uniqueId]: { relations: [{ kind: 'replaces' as const, entryUuid }] } };
    const replacing = createSubmission([next], { sourceId, details });

    await first.deposit(replacing);
    const { entry } = sentBundle(1);
    expect(entry[1]?.resource['relatesTo']).toEqual([
      { code: 'replaces', target: { reference: 'DocumentReference/doc-1' } },
    ]);
    expect(entry.map(({ request }) => `${String(request['method'])} ${String(request['url'])}`)).toEqual([
      'POST List',
      'POST DocumentReference',
      'PATCH DocumentReference/doc-1',
      'POST Binary',
    ]);

    await transportOf({ replaceStyle: 'relatesTo' }).deposit(replacing);
    expect(sentBundle(2).entry).toHaveLength(3);
    server.documents.length = 0;
    await expect(refused(first.deposit(replacing))).resolves.toMatchObject({
      code: 'TE_NOT_FOUND',
      details: { reason: 'unknown-target' },
    });
  });

  it('asks for a token for each request, and once more when it is refused', async () => {
    const renewed: boolean[] = [];
    server.refusals.push({ answer: { status: 401 } });
    const authorization: FhirTransportConfig['authorization'] = async ({ renew }) => {
      renewed.push(renew);
      return renew ? 'Bearer 2' : 'Bearer 1';
    };
    await transportOf({ authorization }).deposit(sent);
    expect(renewed).toEqual([false, false, true]);
    expect(server.authorizations).toEqual(['Bearer 1', 'Bearer 1', 'Bearer 2']);
  });
});

describe('an outbox over a FHIR server', () => {
  it.each([
    ['cut before it arrived', { ...cut, after: false }, 2],
    ['cut after it arrived', { ...cut, after: true }, 1],
    ['answered by a gateway', { answer: { status: 502 }, after: true }, 1],
  ])('brings a deposit that was %s exactly once', async (_what, refusal, deposits) => {
    server.refusals.push(refusal);
    const outbox = outboxOver(transportOf());
    await outbox.deposit(sent);
    await vi.waitFor(async () => expect(['processed', 'visible']).toContain((await outbox.status(uniqueId))?.state), {
      timeout: 10_000,
      interval: 10,
    });
    expect(server.documents).toHaveLength(1);
    expect(server.deposits).toHaveLength(deposits);
  });

  it('sends nothing again as long as nobody can be asked', async () => {
    server.refusals.push({ ...cut, after: true });
    const outbox = outboxOver(transportOf());
    await outbox.deposit(sent);
    await vi.waitFor(() => expect(server.deposits).toHaveLength(1));
    server.answersSearches = false;
    await vi.waitFor(() => expect(server.searches.length).toBeGreaterThan(2), { timeout: 5_000 });
    expect(server.deposits).toHaveLength(1);
    server.answersSearches = true;
    await until(outbox, 'visible');
  });

  it('keeps a refusal with its code, and nothing of the patient outside the message', async () => {
    server.refusals.push({ answer: xdsRefusal('XDSUnknownPatientId', 422) });
    const outbox = outboxOver(transportOf());
    await outbox.deposit(sent);
    const receipt = await until(outbox, 'rejected');
    expect(JSON.stringify(receipt)).not.toMatch(/CANARI/);
    expect(server.urls.join(' ')).not.toContain(sent.documents[0]?.entry.patientId.split('^')[0]);
  });
});
