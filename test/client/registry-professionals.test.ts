import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { TerrESanteClient } from '../../src/client/model.ts';
import { descriptorOf, type UserConfig } from '../../src/platform/index.ts';
import { demoLetterPdf, fictivePatients } from '../../src/testing/index.ts';
import { colleagueUser, signerFor } from './colleague.ts';
import { createWorld, type World } from './world.ts';
import { startFakeRegistry, type FakeRegistry } from '../transport/xds/fake-registry.ts';

/*
 * Several professionals of one process share an outbox, its workers and its connections. Whose name
 * stands in the assertion is that of the author of the document, at each attempt.
 */

const patients = fictivePatients(2);
const letter = { pdf: demoLetterPdf(), type: '96349-6', patientConsent: true } as const;
const simulated = descriptorOf('simulator');
const descriptor = {
  ...simulated,
  bindings: {
    ...simulated.bindings,
    'documents.deposit': { value: 'soap-ihe', confidence: 'assumption', evidence: 'Chosen for this test.' },
  },
} as const;

let world: World;
let registry: FakeRegistry;
let users: readonly UserConfig[];
let clients: readonly TerrESanteClient[];

beforeAll(async () => {
  world = await createWorld();
  for (const patient of patients) world.simulator.addDossier(patient);
  const { chainPem: cert, keyPem: key } = world.simulator.hierarchy.server('localhost');
  registry = await startFakeRegistry({ cert, key });

  const { user } = world.config;
  const second = colleagueUser(user);
  const third = { ...second, rpps: '99900000308', familyName: 'ASSOCIE', mssAddress: `x.${second.mssAddress}` };
  users = [user, second, third];

  const url = `https://localhost:${String(registry.port)}/`;
  const endpoints = { register: url, query: url };
  const retry = { firstDelayMs: 20 };
  const outbox = { store: 'memory', registry: { endpoints }, pollMs: 10, retry } as const;
  const first = world.client({ deposit: undefined, descriptor, outbox });
  const others = [second, third].map(async (other) =>
    first.as(other, { auth: await signerFor(world.simulator.hierarchy, other) }),
  );
  clients = [first, ...(await Promise.all(others))];
}, 30_000);
afterAll(async () => {
  await world.close();
  await registry.close();
});

/** The professionals that a text names, by their national identifiers. */
const namedIn = (text: string): string[] => users.map(nationalId).filter((id) => text.includes(id));
const nationalId = ({ rpps = '' }: UserConfig): string => `8${rpps}`;

describe('several professionals of one process that deposit at once', () => {
  it('never deposit under the name of another, the first time or again', async () => {
    // Some attempts fail, so that retries of one meet first attempts of the others.
    registry.refusals.push(...Array.from({ length: 3 }, () => ({ code: 'XDSRegistryBusy' })));

    const deposits = patients.flatMap((patient) =>
      clients.map(async (te) => {
        const receipt = await te.documents.depositLetter(patient, letter);
        return te.outbox.wait(receipt.uniqueId, { timeoutMs: 30_000 });
      }),
    );
    const receipts = await Promise.all(deposits);
    expect(receipts.map(({ state }) => state)).toEqual(receipts.map(() => 'processed'));

    expect(registry.deposits.length).toBe(receipts.length + 3);
    const owners = registry.deposits.map((body) => {
      const [assertion = ''] = /<(?:\w+:)?Assertion [^]*<\/(?:\w+:)?Assertion>/.exec(body) ?? [];
      const [metadata = ''] = /<rim:ExtrinsicObject [^]*?<\/rim:ExtrinsicObject>/.exec(body) ?? [];
      return { assertion: namedIn(assertion), author: namedIn(metadata) };
    });
    for (const { assertion, author } of owners) {
      expect(assertion).toHaveLength(1);
      expect(assertion).toEqual(author);
    }
    expect(new Set(owners.flatMap(({ assertion }) => assertion))).toEqual(new Set(users.map(nationalId)));
  }, 60_000);

  it('sign an assertion of their own for each patient', () => {
    const ids = registry.deposits.map((body) => /<(?:\w+:)?Assertion [^>]*\bID="([^"]+)"/.exec(body)?.[1]);
    const owners = new Map<string | undefined, Set<string>>();
    registry.deposits.forEach((body, place) => {
      const [metadata = ''] = /<rim:ExtrinsicObject [^]*?<\/rim:ExtrinsicObject>/.exec(body) ?? [];
      const patient = /<rim:ExternalIdentifier [^>]*58a6f841[^>]* value="([^"]+)"/.exec(metadata)?.[1] ?? '';
      const owner = `${namedIn(metadata).join()} ${patient}`;
      owners.set(ids[place], (owners.get(ids[place]) ?? new Set()).add(owner));
    });

    expect(ids).not.toContain(undefined);
    expect([...owners.values()].map(({ size }) => size)).toEqual([...owners.values()].map(() => 1));
  });
});
