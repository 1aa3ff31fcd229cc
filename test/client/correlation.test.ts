import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import type { TerrESanteClient } from '../../src/client/model.ts';
import { TerrESanteError } from '../../src/errors.ts';
import { correlated } from '../../src/internal/correlation.ts';
import { fictivePatient } from '../../src/testing/index.ts';
import { consentFor, createWorld, sharedHierarchy, type World } from './world.ts';

const patient = fictivePatient();
let world: World;
let server: Server;
let te: TerrESanteClient;

/** The identifiers that the platform received, in order. */
let received: string[] = [];
let answer: { readonly status: number; readonly body: string } | null;

beforeAll(async () => {
  world = await createWorld();
  const { chainPem, keyPem } = (await sharedHierarchy()).server();
  server = createServer({ cert: chainPem, key: keyPem }, (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = JSON.parse(Buffer.concat(chunks).toString()) as { correlationId: string };
      received.push(body.correlationId);
      if (answer) response.writeHead(answer.status).end(answer.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  const url = `https://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  te = world.client({ deposit: undefined }, { ...world.config, quai: { ...world.config.quai, url } });
});
afterEach(() => {
  received = [];
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await world.close();
});

const known = {
  state: 'closed',
  regionalId: { system: '2.999.1.1', value: 'IDF-1' },
  sharing: 'shared',
  membership: 'member',
  isTreatingPhysician: null,
  dates: { lastAccess: null, lastUpdate: null, lastDocumentAdded: null },
  identity: null,
};

describe('the identifier of a call', () => {
  it.each<[string, typeof answer, string]>([
    ['failure', { status: 503, body: '' }, 'TE_UNAVAILABLE'],
    ['refusal', { status: 403, body: '{"error":{"code":"blocked"}}' }, 'TE_BLOCKED_BY_PATIENT'],
    ['timeout', null, 'TE_TIMEOUT'],
    ['malformed answer', { status: 200, body: '{"state":' }, 'TE_PROTOCOL'],
    [
      'answer about another patient',
      { status: 200, body: JSON.stringify({ ...known, identity: { ...patient.traits, birthName: 'AUTRE' } }) },
      'TE_IDENTITY_MISMATCH',
    ],
  ])('is on the error of a %s', async (_, given, code) => {
    answer = given;
    // Without an answer the call ends by its deadline; the connection was opened by the cases before.
    const timeoutMs = given === null ? 2_000 : undefined;
    const error: unknown = await te.dossier.status(patient, { timeoutMs }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code });
    expect(received).toHaveLength(1);
    expect((error as TerrESanteError).correlationId).toBe(received[0]);
    expect((error as TerrESanteError).toJSON().correlationId).toBe(received[0]);
  });

  it('is on what the answer makes impossible', async () => {
    answer = { status: 200, body: JSON.stringify(known) };
    const creation = te.dossier.create(patient, { consent: consentFor(te), joinAs: 'PCP' });
    const error: unknown = await creation.catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'TE_DOSSIER_CLOSED', correlationId: received[0] });
  });

  it('is on a right answer', async () => {
    answer = { status: 200, body: JSON.stringify(known) };
    expect((await te.dossier.status(patient)).meta.correlationId).toBe(received[0]);
  });

  it('is absent where nothing was asked', async () => {
    const consent = { ...consentFor(te), kinds: [] };
    await expect(te.dossier.create(patient, { consent })).rejects.toMatchObject({ correlationId: null });
    expect(received).toEqual([]);
  });
});

describe('correlated', () => {
  it('never gives the identifier of one call to another', () => {
    const shared = new TerrESanteError('TE_CARD_REMOVED', 'Carte retirée.', {
      details: { reader: 1 },
      retryable: true,
    });
    const first = correlated(shared, 'a');
    const second = correlated(shared, 'b');
    expect(first).toBe(shared);
    expect([first.correlationId, second.correlationId]).toEqual(['a', 'b']);
    expect(second).toMatchObject({ code: 'TE_CARD_REMOVED', retryable: true, details: { reader: 1 }, cause: shared });
  });

  it('leaves an error that cannot be changed as it is', () => {
    const frozen = Object.freeze(new TerrESanteError('TE_TIMEOUT', 'x'));
    expect(correlated(frozen, 'a').correlationId).toBe('a');
    expect(frozen.correlationId).toBeNull();
  });
});
