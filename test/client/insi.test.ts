import { subscribe, unsubscribe } from 'node:diagnostics_channel';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { diagnosticsChannels } from '../../src/internal/observer.ts';
import type { ClientInsiOptions } from '../../src/index.ts';
import { simulatorDescriptor } from '../../src/platform/index.ts';
import { createInsiServer, type InsiServer } from '../../src/simulator/index.ts';
import { fictivePatient } from '../../src/testing/index.ts';
import { colleagueUser, signerFor } from './colleague.ts';
import { createWorld, type World } from './world.ts';

const { traits } = fictivePatient();
const query = {
  birthName: traits.birthName ?? '',
  firstNames: [traits.firstName ?? ''],
  sex: traits.sex as 'F',
  birthDate: traits.birthDate ?? '',
} as const;

describe('the INSi as an operation of the client', () => {
  let world: World;
  let server: InsiServer;
  let insi: ClientInsiOptions;
  beforeAll(async () => {
    world = await createWorld();
    server = await createInsiServer();
    insi = {
      endpoint: server.url,
      sender: {
        authorizationNumber: '4242',
        softwareName: 'LOGICIEL-FICTIF',
        softwareVersion: '1.0',
        instanceId: 'b3549edd-4ae9-472a-b26f-fd2fb4ef397f',
        emitter: 'CABINET FICTIF',
      },
    };
  }, 30_000);
  afterAll(async () => {
    await server.close();
    await world.close();
  });

  it('finds an identity, and says of the call what and how long, never of whom', async () => {
    const events: unknown[] = [];
    const listen = (event: unknown): void => void events.push(event);
    subscribe(diagnosticsChannels.call, listen);
    const answer = await world.client({ insi }).insi.searchByTraits(query);
    unsubscribe(diagnosticsChannels.call, listen);

    expect(answer).toMatchObject({ result: 'found', ins: { value: fictivePatient().ins.value } });
    expect(events).toMatchObject([{ operation: 'insi', binding: 'soap-insi', outcome: 'ok' }]);
    expect(JSON.stringify(events)).not.toContain(query.birthName);
  });

  it.each([
    ['without access to it', (): World['te'] => world.te],
    [
      'where the descriptor does not bind it',
      (): World['te'] =>
        world.client({
          insi,
          descriptor: { ...simulatorDescriptor, bindings: { ...simulatorDescriptor.bindings, insi: undefined } },
        }),
    ],
  ])('is not offered %s', async (_what, client) => {
    await expect(client().insi.searchByTraits(query)).rejects.toMatchObject({ code: 'TE_UNSUPPORTED' });
  });

  it('asks nothing for a verification that nobody carries', async () => {
    const before = server.received;
    await expect(world.client({ insi }).insi.verify(fictivePatient())).rejects.toMatchObject({
      code: 'TE_UNSUPPORTED',
    });
    expect(server.received).toBe(before);
  });

  it('does not lend the assertion of one professional to another', async () => {
    const user = colleagueUser(world.config.user);
    const auth = await signerFor(world.simulator.hierarchy, user);
    const assertion = async (): Promise<string> => '<Assertion xmlns="urn:oasis:names:tc:SAML:2.0:assertion"/>';

    const personal = world.client({ insi: { ...insi, assertion } });
    await expect(personal.as(user, { auth }).insi.searchByTraits(query)).rejects.toMatchObject({
      code: 'TE_UNSUPPORTED',
    });
    const common = world.client({ insi }).as(user, { auth: await signerFor(world.simulator.hierarchy, user) });
    await expect(common.insi.searchByTraits(query)).resolves.toMatchObject({ result: 'found' });
  });

  it('ends with the client', async () => {
    const te = world.client({ insi });
    await te.insi.searchByTraits(query);
    await te.close();
    await expect(te.insi.searchByTraits(query)).rejects.toMatchObject({ code: 'TE_CLOSED' });
  });
});
