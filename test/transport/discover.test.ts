import { createSocket, type Socket } from 'node:dgram';
import { Resolver } from 'node:dns/promises';
import { afterEach, describe, expect, it } from 'vitest';

import { discoverMailServers, type DiscoverOptions } from '../../src/transport/index.ts';
import { senderAddress } from './fixtures.ts';

type ServiceRecord = Awaited<ReturnType<NonNullable<DiscoverOptions['resolver']>['resolveSrv']>>[number];

const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.close();
});

const labels = (name: string): Buffer =>
  Buffer.concat([
    ...name
      .split('.')
      .filter((label) => label !== '')
      .map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label)])),
    Buffer.from([0]),
  ]);

/** RCODE of RFC 1035: a name that is unknown (3), a server that fails (2). */
function answerCode(records: readonly ServiceRecord[] | null | undefined): 0 | 2 | 3 {
  if (records === null) return 2;
  return records === undefined ? 3 : 0;
}

/** A name server of 127.0.0.1 that knows these records; `SERVFAIL` for a name that is `null`. */
async function nameServer(known: Record<string, readonly ServiceRecord[] | null>): Promise<Resolver> {
  const socket = createSocket('udp4');
  sockets.push(socket);
  socket.on('message', (query, from) => {
    let end = 12;
    const parts: string[] = [];
    for (let length = query[end]!; length > 0; length = query[end]!) {
      parts.push(query.toString('latin1', end + 1, end + 1 + length));
      end += 1 + length;
    }
    const question = query.subarray(12, end + 5);
    const records = known[parts.join('.').toLowerCase()];
    const answers = (records ?? []).map(({ name, port, priority, weight }) => {
      const data = Buffer.concat([Buffer.alloc(6), labels(name)]);
      data.writeUInt16BE(priority, 0);
      data.writeUInt16BE(weight, 2);
      data.writeUInt16BE(port, 4);
      const head = Buffer.from([0xc0, 12, 0, 33, 0, 1, 0, 0, 0, 60, 0, data.length]);
      return Buffer.concat([head, data]);
    });
    const head = Buffer.alloc(12);
    query.copy(head, 0, 0, 2);
    head.writeUInt16BE(0x8180 | answerCode(records), 2);
    head.writeUInt16BE(1, 4);
    head.writeUInt16BE(answers.length, 6);
    socket.send(Buffer.concat([head, question, ...answers]), from.port, from.address);
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  const resolver = new Resolver({ timeout: 500, tries: 1 });
  resolver.setServers([`127.0.0.1:${String(socket.address().port)}`]);
  return resolver;
}

const domain = senderAddress.split('@')[1]!;
const record = (name: string, change: Partial<ServiceRecord> = {}): ServiceRecord => ({
  name,
  port: 587,
  priority: 0,
  weight: 0,
  ...change,
});
const operatorDomains = ['operateur.example'];
/** What one answer of the DNS gives. */
const given = (...records: readonly ServiceRecord[]): Promise<unknown> =>
  discoverMailServers(senderAddress, { operatorDomains, resolver: { resolveSrv: async () => records } });

describe('auto-configuration', () => {
  it('asks the DNS for the domain of the mailbox, and takes the first priority, then the heaviest', async () => {
    const resolver = await nameServer({
      [`_submission._tcp.${domain}`]: [
        record('c.operateur.example', { priority: 9, weight: 99 }),
        record('a.operateur.example', { priority: 1, weight: 1 }),
        record('Smtp.Operateur.Example', { priority: 1, weight: 7, port: 1587 }),
      ],
      [`_imap._tcp.${domain}`]: [record('imap.operateur.example', { port: 143 })],
    });
    expect(await discoverMailServers(senderAddress, { operatorDomains, resolver })).toEqual({
      submission: { host: 'smtp.operateur.example', port: 1587 },
      imap: { host: 'imap.operateur.example', port: 143 },
    });
  });

  it('says when nothing is published, under other names too', async () => {
    const resolver = await nameServer({ [`_imap._tcp.${domain}`]: [], [`_autre._tcp.${domain}`]: [record('.')] });
    const nothing = { submission: null, imap: null };
    expect(await discoverMailServers(senderAddress, { operatorDomains, resolver })).toEqual(nothing);
    const names = { submission: '_autre._tcp', imap: '_autre._tcp' };
    expect(await discoverMailServers(senderAddress, { operatorDomains, resolver, names })).toEqual(nothing);
  });

  it('does not take a failure of the DNS for an absence', async () => {
    const resolver = await nameServer({ [`_submission._tcp.${domain}`]: null, [`_imap._tcp.${domain}`]: [] });
    await expect(discoverMailServers(senderAddress, { operatorDomains, resolver })).rejects.toMatchObject({
      code: 'TE_UNAVAILABLE',
      retryable: true,
    });
    const silent = { resolveSrv: (): Promise<never> => new Promise(() => undefined) };
    await expect(
      discoverMailServers(senderAddress, { operatorDomains, resolver: silent, timeoutMs: 20 }),
    ).rejects.toMatchObject({ code: 'TE_TIMEOUT' });
  });

  it.each([
    'smtp.autre.example',
    'operateur.example.pirate.example',
    'faux-operateur.example',
    'example',
    '127.0.0.1',
    'localhost',
    'smtp.operateur.example\u0000.pirate.example',
    'smtp.opérateur.example',
    'smtp..operateur.example',
    '-smtp.operateur.example',
    `${'a'.repeat(64)}.operateur.example`,
    `${'a.'.repeat(130)}operateur.example`,
    'smtp.operateur.example:25',
    'smtp.operateur.example/',
    ' smtp.operateur.example',
  ])('refuses the host %j', async (name) => {
    await expect(given(record(name))).rejects.toMatchObject({
      code: expect.stringMatching(/^TE_(FORBIDDEN|PROTOCOL)$/),
    });
  });

  it.each([{ port: 0 }, { port: 65_536 }, { port: 1.5 }, { port: NaN }, { priority: -1 }, { weight: Infinity }])(
    'refuses a record with %j',
    async (change) => {
      await expect(given(record('smtp.operateur.example', change))).rejects.toMatchObject({ code: 'TE_PROTOCOL' });
    },
  );

  it('refuses a flood of records, and asks nothing without an operator', async () => {
    const flood = Array.from({ length: 51 }, () => record('smtp.operateur.example'));
    await expect(given(...flood)).rejects.toMatchObject({ code: 'TE_PROTOCOL' });
    for (const domains of [[], ['*'], [''], ['.example']]) {
      await expect(discoverMailServers(senderAddress, { operatorDomains: domains })).rejects.toMatchObject({
        code: 'TE_CONFIG_INVALID',
      });
    }
    await expect(discoverMailServers('appli@cabinet.example', { operatorDomains })).rejects.toMatchObject({
      code: 'TE_ADDRESS_INVALID',
    });
  });
});
