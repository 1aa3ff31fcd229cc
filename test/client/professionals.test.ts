import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { SigningProvider } from '../../src/auth/index.ts';
import { createClient } from '../../src/client/create-client.ts';
import type { ClientOptions, TerrESanteClient } from '../../src/client/model.ts';
import type { UserConfig } from '../../src/platform/index.ts';
import { fictiveConfig, fictiveOutbox } from '../../src/simulator/index.ts';
import { demoLetterPdf, fictivePatients, type FictivePatient } from '../../src/testing/index.ts';
import type { DepositReceipt } from '../../src/transport/index.ts';
import { createWorld, type World } from './world.ts';
import { colleagueUser, signerFor } from './colleague.ts';

const [patient, other] = fictivePatients(2) as [FictivePatient, FictivePatient];
const letter = { pdf: demoLetterPdf(), type: '96349-6', patientConsent: true } as const;
const code = (expected: string): unknown => expect.objectContaining({ code: expected });

let world: World;
let first: TerrESanteClient;
let second: TerrESanteClient;
let user: UserConfig;
const changes = { first: [] as DepositReceipt[], second: [] as DepositReceipt[] };
const auths: SigningProvider[] = [];

beforeAll(async () => {
  world = await createWorld();
  for (const seed of [patient, other]) world.simulator.addDossier(seed);
  user = colleagueUser(world.config.user);
  auths.push(await signerFor(world.simulator.hierarchy), await signerFor(world.simulator.hierarchy, user));
  first = createClient(world.config, {
    auth: auths[0]!,
    tls: { ca: world.simulator.caPem },
    outbox: {
      ...fictiveOutbox(world.simulator),
      pollMs: 20,
      onChange: (receipt) => changes.first.push(receipt),
    },
  });
  second = first.as(user, {
    auth: auths[1]!,
    outbox: {
      onChange: (receipt) => changes.second.push(receipt),
      replies: { mailbox: world.simulator.replies(user.mssAddress) },
    },
  });
}, 30_000);
afterAll(async () => {
  await first.close();
  await world.close();
});

const listed = async (te: TerrESanteClient): Promise<string[]> => {
  const ids: string[] = [];
  for await (const { uniqueId } of te.outbox.list()) ids.push(uniqueId);
  return ids;
};

describe('two professionals of one client', () => {
  it('deposit from their own mailbox, under their own name, and see their own deposits only', async () => {
    const mine = await first.documents.depositLetter(patient, letter);
    const theirs = await second.documents.depositLetter(other, letter);
    expect((await first.outbox.wait(mine)).state).toBe('processed');
    expect((await second.outbox.wait(theirs)).state).toBe('processed');

    const authorOf = (seed: FictivePatient): string | undefined =>
      world.simulator.dossier(seed.localId)?.documents.at(-1)?.author;
    expect(authorOf(patient)).toBe(`8${world.config.user.rpps ?? ''}`);
    expect(authorOf(other)).toBe(`8${user.rpps ?? ''}`);
    expect(world.simulator.mailbox(user.mssAddress)).toHaveLength(1);

    expect(await listed(first)).toEqual([mine.uniqueId]);
    expect(await listed(second)).toEqual([theirs.uniqueId]);
    expect((await second.outbox.summary()).states.processed).toBe(1);
    expect(new Set(changes.first.map(({ uniqueId }) => uniqueId))).toEqual(new Set([mine.uniqueId]));
    expect(new Set(changes.second.map(({ uniqueId }) => uniqueId))).toEqual(new Set([theirs.uniqueId]));

    // A deposit of the other is as good as absent.
    expect(await second.outbox.status(mine.uniqueId)).toBeNull();
    for (const call of ['retry', 'cancel', 'wait'] as const) {
      await expect(second.outbox[call](mine.uniqueId)).rejects.toEqual(code('TE_NOT_FOUND'));
    }
    expect((await second.documents.status(patient, mine.uniqueId).catch((error: unknown) => error)) as object).toEqual(
      code('TE_NOT_IN_CIRCLE'),
    );
  });

  it('do not get the receipt of the other for the same document', async () => {
    const { buildLetter } = await import('../../src/documents/index.ts');
    const { professionalOf, structureOf } = await import('../../src/platform/index.ts');
    const document = await buildLetter({
      ...letter,
      patient,
      author: { professional: professionalOf(world.config), structure: structureOf(world.config) },
    });
    await first.documents.deposit(patient, document, { patientConsent: true });
    await expect(second.documents.deposit(patient, document, { patientConsent: true })).rejects.toEqual(
      code('TE_DUPLICATE'),
    );
  });

  it('keep their cut-offs apart in one store', async () => {
    const kept = new Map<string, string>();
    const cutOffs: ClientOptions['cutOffs'] = {
      read: async (scope) => kept.get(scope) ?? null,
      write: async (scope, at) => void kept.set(scope, at),
    };
    const te = createClient(world.config, { auth: await signerFor(world.simulator.hierarchy), cutOffs });
    const colleague = te.as(user, { auth: await signerFor(world.simulator.hierarchy, user) });
    await te.notifications.markSeen({ at: '2026-03-01T09:00:00Z' });
    await colleague.notifications.markSeen({ at: '2026-03-02T09:00:00Z' });
    expect(kept.get('practitioner')).toBe('2026-03-01T09:00:00Z');
    expect(kept.size).toBe(2);
    expect([...kept.keys()].join(' ')).not.toContain(user.rpps);
    await te.close();
  });

  it('refuse a card that is not that of the professional', async () => {
    const wrong = first.as(user, { auth: await signerFor(world.simulator.hierarchy) });
    await expect(wrong.dossier.status(patient)).rejects.toEqual(code('TE_IDENTITY_MISMATCH'));
    await wrong.close();
  });

  it('close one after the other: the first closes all', async () => {
    const te = createClient(world.config, {
      auth: await signerFor(world.simulator.hierarchy),
      tls: { ca: world.simulator.caPem },
      outbox: { ...fictiveOutbox(world.simulator), replies: undefined, pollMs: 20 },
    });
    const closed: string[] = [];
    const told = (auth: SigningProvider, name: string): SigningProvider => ({
      kind: auth.kind,
      certificates: (call) => auth.certificates(call),
      sign: (...all) => auth.sign(...all),
      close: async () => void closed.push(name),
    });
    const one = te.as(user, { auth: told(await signerFor(world.simulator.hierarchy, user), 'one') });
    const two = one.as(user, { auth: told(await signerFor(world.simulator.hierarchy, user), 'two') });
    await one.close();
    await one.close();
    expect(closed).toEqual(['one']);
    await expect(one.outbox.status('2.25.1')).rejects.toEqual(code('TE_CLOSED'));
    await expect(one.dossier.status(patient)).rejects.toEqual(code('TE_CLOSED'));
    expect((await te.documents.depositLetter(patient, letter)).state).toBe('queued');
    expect(await two.outbox.status('2.25.1')).toBeNull();
    await te.close();
    expect(closed).toEqual(['one', 'two']);
    await expect(two.outbox.status('2.25.1')).rejects.toEqual(code('TE_CLOSED'));
    expect(() => te.as(user, { auth: auths[1]! })).toThrow(code('TE_CLOSED'));
  });

  it.each<[string, unknown, unknown, string]>([
    ['no professional', undefined, {}, 'TE_INPUT_INVALID'],
    ['no provider', {}, {}, 'TE_CONFIG_INVALID'],
    ['a misspelt option', {}, { auht: {} }, 'TE_INPUT_INVALID'],
    ['an outbox of its own', {}, { auth: {}, outbox: { store: 'memory' } }, 'TE_INPUT_INVALID'],
  ])('refuses %s', (_, professional, options, expected) => {
    expect(() => first.as(professional as never, options as never)).toThrow(code(expected));
  });

  it('refuses to send for one through the mailbox of another', async () => {
    const config = fictiveConfig();
    const provider = async (): Promise<string> => 'x';
    for (const credentials of [
      { token: { mailbox: config.user.mssAddress, provider } },
      { password: { user: config.user.mssAddress, provider } },
    ]) {
      const outbox = { store: 'memory' as const, server: { host: 'localhost', caPem: '' }, credentials };
      const te = createClient(config, { auth: auths[0]!, outbox });
      expect(() => te.as(user, { auth: auths[1]! })).toThrow(code('TE_CONFIG_INVALID'));
      // One mailbox that they share is theirs.
      expect(() => te.as({ ...user, mssAddress: config.user.mssAddress }, { auth: auths[1]! })).not.toThrow();
    }
  });
});
