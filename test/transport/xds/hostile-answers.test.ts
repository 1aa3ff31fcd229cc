import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import type { TerrESanteError } from '../../../src/errors.ts';
import { sha1Hex } from '../../../src/internal/bytes.ts';
import {
  createHttpClient,
  createXdsClient,
  type DocumentRequest,
  type HttpClient,
  type RetrievedDocument,
  type XdsClient,
} from '../../../src/transport/index.ts';
import { boundary, envelope, http as answerOf, multipart, part, root, soap, xml } from './answers.ts';
import { ns } from './namespaces.ts';
import { allClosed, rawServer, type RawRequest, type RawServer } from './raw-server.ts';
import { fetchAll } from './read-all.ts';

type Written = Buffer | ((socket: Socket) => void);

let answer: (request: RawRequest) => Written;
let server: RawServer;
let http: HttpClient;
let xds: XdsClient;

beforeAll(async () => {
  server = await rawServer((socket, request) => {
    const written = answer(request);
    if (typeof written === 'function') written(socket);
    else socket.write(written, () => /^Connection: close/m.test(written.toString('latin1', 0, 500)) && socket.end());
  });
  http = createHttpClient({ timeoutMs: 10_000, idleMs: 150, allowClearLoopback: true, maxConnections: 2 });
  const limits = { maxResponseBytes: 2_000_000, maxEnvelopeBytes: 200_000 };
  xds = createXdsClient({ http, endpoints: { register: server.url, retrieve: server.url }, ...limits });
});
afterAll(async () => {
  await http.close();
  await server.close();
});
beforeEach(() => {
  answer = () => answerOf('');
});

const one = (more: Partial<DocumentRequest> = {}): DocumentRequest[] => [
  { repositoryUniqueId: '2.999.1', uniqueId: '2.999.2', ...more },
];
const two = (): DocumentRequest[] => [...one(), ...one({ uniqueId: '2.999.3' })];

const bytes = Buffer.from(Array.from({ length: 60_000 }, (_, place) => place % 251));
const whole = (content: Buffer | string = bytes): Buffer =>
  multipart(root(envelope([{ id: '2.999.2', href: 'cid:d@x' }])), part('d@x', content));

describe('an answer that is cut', () => {
  const cuts = Array.from({ length: 64 }, (_, kilobyte) => (kilobyte + 1) * 1_024);

  it.each([
    ['although its length was announced', true, 'TE_UNAVAILABLE'],
    ['and whose end is the end of the connection', false, 'TE_PROTOCOL'],
  ])('at any kilobyte, %s, gives no document', async (_how, withLength, code) => {
    const full = answerOf(
      multipart(
        root(envelope([{ id: '2.999.2', href: 'cid:d@x' }])),
        part('d@x', bytes),
        part('e@x', 'x'.repeat(6_000)),
      ),
      {},
      { withLength },
    );
    expect(full.length).toBeGreaterThan(64 * 1_024);

    for (const cut of cuts) {
      answer = () => (socket) => socket.end(full.subarray(0, cut));
      await expect(fetchAll(xds, one()), String(cut)).rejects.toMatchObject({ code });
    }
  });
});

describe('an answer that is wrong', () => {
  const inDocument = (text: string): Buffer => Buffer.from(`un\r\n${text}\r\ndeux`);

  const refusals: readonly (readonly [string, () => Buffer, string, Readonly<Record<string, unknown>>])[] = [
    [
      'a part that the root names twice by other words',
      () =>
        answerOf(
          multipart(root(envelope([{ id: '2.999.2', href: 'cid:d%40x' }])), part('d@x', 'a'), part('d%40x', 'b')),
        ),
      'TE_PROTOCOL',
      { reason: 'same-id' },
    ],
    [
      'two parts of one identifier',
      () =>
        answerOf(multipart(root(envelope([{ id: '2.999.2', href: 'cid:d@x' }])), part('d@x', 'a'), part('d@x', 'b'))),
      'TE_PROTOCOL',
      { reason: 'same-id' },
    ],
    [
      'two contents of one document',
      () =>
        answerOf(
          multipart(
            root(
              envelope([
                { id: '2.999.2', href: 'cid:d@x' },
                { id: '2.999.2', href: 'cid:e@x' },
              ]),
            ),
            part('d@x', 'a'),
            part('e@x', 'b'),
          ),
        ),
      'TE_PROTOCOL',
      { reason: 'two-contents' },
    ],
    [
      'a document without its part',
      () => answerOf(multipart(root(envelope([{ id: '2.999.2', href: 'cid:d@x' }])), part('e@x', 'a'))),
      'TE_PROTOCOL',
      { reason: 'part' },
    ],
    [
      'an include of an address',
      () => answerOf(multipart(root(envelope([{ id: '2.999.2', href: `${server.url}autre` }])))),
      'TE_PROTOCOL',
      { reason: 'part' },
    ],
    ['no root part', () => answerOf(multipart(part('d@x', 'a'))), 'TE_PROTOCOL', { reason: 'no-root' }],
    [
      'parts before the root beyond the limit',
      () =>
        answerOf(multipart(part('d@x', Buffer.alloc(300_000)), root(envelope([{ id: '2.999.2', href: 'cid:d@x' }])))),
      'TE_PROTOCOL',
      { reason: 'long-envelope' },
    ],
    [
      'a document at two places beyond the limit',
      () =>
        answerOf(
          multipart(
            root(
              envelope([
                { id: '2.999.2', href: 'cid:d@x' },
                { id: '2.999.2', href: 'cid:e@x' },
              ]),
            ),
            part('d@x', Buffer.alloc(150_000)),
            part('e@x', Buffer.alloc(150_000)),
          ),
        ),
      'TE_TOO_LARGE',
      {},
    ],
    [
      'inline documents beyond the limit',
      () => answerOf(envelope([{ id: '2.999.2', inline: 'A'.repeat(300_000) }]), xml),
      'TE_PROTOCOL',
      { reason: 'long-envelope' },
    ],
    [
      'a letter that is none of base64',
      () => answerOf(envelope([{ id: '2.999.2', inline: 'AAA\u0141' }]), xml),
      'TE_PROTOCOL',
      { reason: 'base64' },
    ],
    ['more bytes than the limit', () => answerOf(whole(Buffer.alloc(2_100_000))), 'TE_TOO_LARGE', {}],
    ['another type', () => answerOf(whole(), { 'Content-Type': 'application/octet-stream' }), 'TE_PROTOCOL', {}],
    [
      'a page',
      () => answerOf('<html>CANARI</html>', { 'Content-Type': 'text/html' }, { status: '502 Bad Gateway' }),
      'TE_UNAVAILABLE',
      { status: 502 },
    ],
    [
      'a redirection',
      () => answerOf('', { Location: `${server.url}autre` }, { status: '307 Temporary Redirect' }),
      'TE_PROTOCOL',
      { status: 307 },
    ],
    [
      'a fault of SOAP 1.1',
      () =>
        answerOf(
          '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><e:Fault><faultcode>e:Server</faultcode><faultstring>Panne</faultstring></e:Fault></e:Body></e:Envelope>',
          xml,
        ),
      'TE_PROTOCOL',
      { faultCode: 'Receiver', reason: 'Panne' },
    ],
    [
      'a fault inside a multipart',
      () =>
        answerOf(
          multipart(
            root(
              soap(
                '<s:Fault><s:Code><s:Value>s:Receiver</s:Value></s:Code><s:Reason><s:Text xml:lang="fr">Panne</s:Text></s:Reason></s:Fault>',
              ),
            ),
            part('d@x', bytes),
          ),
        ),
      'TE_PROTOCOL',
      { faultCode: 'Receiver' },
    ],
    [
      'documents under a failure',
      () =>
        answerOf(
          multipart(root(envelope([{ id: '2.999.2', href: 'cid:d@x' }], { status: 'failure' })), part('d@x', bytes)),
        ),
      'TE_VALIDATION',
      {},
    ],
  ];

  it.each(refusals)('with %s is refused', async (_what, written, code, details) => {
    const before = server.count;
    answer = () => written();
    const refusal = await fetchAll(xds, one()).catch((error: unknown) => error);

    expect(refusal).toMatchObject({ code, details });
    expect(`${JSON.stringify(refusal)} ${String(refusal)}`).not.toContain('CANARI');
    // Nothing is fetched, no redirection is followed: one request, on a new connection at most.
    expect(server.count - before).toBeLessThanOrEqual(1);
  });

  it('that never ends is left at the limit, or as soon as it is longer than its entry', async () => {
    const endless = (socket: Socket): void => {
      socket.write(
        `HTTP/1.1 200 OK\r\nContent-Type: multipart/related; boundary=${boundary}\r\nConnection: close\r\n\r\n`,
      );
      socket.write(whole('').toString('latin1').split(`\r\n--${boundary}--`)[0] ?? '');
      const more = (): void => {
        if (!socket.destroyed) socket.write(bytes, () => setImmediate(more));
      };
      more();
    };
    answer = () => endless;
    await expect(fetchAll(xds, one())).rejects.toMatchObject({ code: 'TE_TOO_LARGE' });
    await expect(fetchAll(xds, one({ size: 100_000 }))).rejects.toMatchObject({ code: 'TE_PROTOCOL' });
    await allClosed(server);
  });

  it.each([`--${boundary}x`, `--${boundary}`.slice(0, -1), ` --${boundary}`, `--${boundary} \tx`])(
    'whose document holds %j is read as it is',
    async (line) => {
      answer = () => answerOf(whole(inDocument(line)));
      const { documents } = await fetchAll(xds, one());
      expect(documents.map(({ content }) => content.equals(inDocument(line)))).toEqual([true]);
    },
  );
});

describe('a wrong hash', () => {
  const long = Buffer.alloc(400_000, 'abc');
  const lie = { hash: 'f'.repeat(40), size: long.length };

  it('ends a stream before its end', async () => {
    answer = () => answerOf(whole(long));
    let given = 0;
    const read = async (): Promise<void> => {
      const { documents } = await xds.retrieveDocuments(one(lie));
      for await (const document of documents) for await (const chunk of document.content()) given += chunk.length;
    };
    await expect(read()).rejects.toMatchObject({ code: 'TE_PROTOCOL', details: { reason: 'hash' } });
    expect(given).toBeLessThanOrEqual(long.length - 65_536);
  });

  it('leaves no file; a right one is whole, private and alone', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'te-xds-'));
    try {
      const path = join(folder, 'lettre.xml');
      const save = async (known: Partial<DocumentRequest>): Promise<void> => {
        answer = () => answerOf(whole(long));
        for await (const document of (await xds.retrieveDocuments(one(known))).documents) await document.saveTo(path);
      };
      await expect(save(lie)).rejects.toMatchObject({ code: 'TE_PROTOCOL' });
      expect(readdirSync(folder)).toEqual([]);

      await save({ hash: sha1Hex(long).toUpperCase(), size: long.length });
      await save({});
      expect(readdirSync(folder)).toEqual(['lettre.xml']);
      expect(readFileSync(path).equals(long)).toBe(true);
      if (process.platform !== 'win32') expect(statSync(path).mode & 0o777).toBe(0o600);

      answer = () => answerOf(whole(long));
      const nowhere = await xds.retrieveDocuments(one());
      for await (const document of nowhere.documents) {
        await expect(document.saveTo(join(folder, 'DUPRE-CANARI', 'x'))).rejects.toMatchObject({
          code: 'TE_FILE_ACCESS',
        });
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it.each([
    ['sha256', { hash: '0'.repeat(64) }, null],
    ['no known digest', { hash: 'abc' }, ['hash']],
  ])('of the length of %s', async (_what, known, told) => {
    answer = () => answerOf(whole());
    if (told === null) await expect(fetchAll(xds, one(known))).rejects.toMatchObject({ code: 'TE_PROTOCOL' });
    else expect((await fetchAll(xds, one(known))).answer.told).toEqual(expect.arrayContaining(told));
  });

  it('of one document leaves the others to be read', async () => {
    answer = () =>
      answerOf(
        multipart(
          root(
            envelope([
              { id: '2.999.2', href: 'cid:d@x' },
              { id: '2.999.3', href: 'cid:e@x' },
            ]),
          ),
          part('e@x', 'autre'),
          part('d@x', bytes),
        ),
      );
    const [first, second] = two();
    const { documents } = await xds.retrieveDocuments([
      { ...first!, hash: sha1Hex(bytes) },
      { ...second!, hash: lie.hash },
    ]);
    const outcomes: unknown[] = [];
    for await (const document of documents) {
      const read = await document.bytes().catch((error: unknown) => (error as TerrESanteError).code);
      outcomes.push([document.uniqueId, typeof read === 'string' ? read : read.length, document.sha1]);
    }
    expect(outcomes).toEqual([
      ['2.999.3', 'TE_PROTOCOL', null],
      ['2.999.2', bytes.length, sha1Hex(bytes)],
    ]);
  });
});

describe('a reader', () => {
  const shared = (): Buffer =>
    answerOf(
      multipart(
        part('d@x', 'avant'),
        root(
          envelope([
            { id: '2.999.2', href: 'cid:d@x' },
            { id: '2.999.3', href: 'cid:d@x' },
            { id: '2.999.3', inline: Buffer.from('avant').toString('base64') },
          ]),
        ),
      ),
    );

  it('gets parts of any order, and one that stands for several documents', async () => {
    answer = shared;
    const { documents } = await fetchAll(xds, two());
    expect(documents.map(({ uniqueId, content }) => [uniqueId, content.toString()])).toEqual([
      ['2.999.2', 'avant'],
      ['2.999.3', 'avant'],
    ]);
  });

  it('that pauses longer than a server may be silent gets the rest', async () => {
    answer = () => answerOf(whole(Buffer.alloc(1_000_000, 7)));
    const { documents } = await xds.retrieveDocuments(one({ size: 1_000_000 }));
    let given = 0;
    for await (const document of documents) {
      for await (const chunk of document.content()) {
        if (given === 0) await wait(400);
        given += chunk.length;
      }
    }
    expect(given).toBe(1_000_000);
  });

  it.each([
    ['stops in the document', (socket: Socket) => void socket.write(answerOf(whole()).subarray(0, 3_000))],
    [
      'drips',
      (socket: Socket) => {
        const all = answerOf(whole());
        socket.write(all.subarray(0, 1_500));
        let at = 1_500;
        const timer = setInterval(() => socket.write(all.subarray(at, (at += 1))), 40);
        socket.on('close', () => clearInterval(timer));
      },
    ],
  ])('of a server that %s does not wait for ever', async (_what, write) => {
    answer = () => write;
    await expect(fetchAll(xds, one())).rejects.toMatchObject({ code: 'TE_TIMEOUT', retryable: true });
    await allClosed(server);
  });

  it('waits for the envelope until its deadline, drip or not', async () => {
    answer = () => (socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Type: application/soap+xml\r\nContent-Length: 9000\r\n\r\n');
      const timer = setInterval(() => socket.write('<'.padEnd(200)), 20);
      socket.on('close', () => clearInterval(timer));
    };
    await expect(fetchAll(xds, one(), { timeoutMs: 200 })).rejects.toMatchObject({ code: 'TE_TIMEOUT' });
    await allClosed(server);
  });

  it.each(['all', 'currentEntry'] as const)('waits for a list without end until its deadline (%s)', async (how) => {
    answer = () => (socket) => {
      socket.write(`HTTP/1.1 200 OK\r\nContent-Type: application/soap+xml\r\nContent-Length: 900000\r\n\r\n`);
      const response = `<q:AdhocQueryResponse xmlns:q="${ns.query}" status="urn:oasis:names:tc:ebxml-regrep:ResponseStatusType:Success"><r:RegistryObjectList xmlns:r="${ns.rim}">`;
      socket.write(soap(`${response}<end/>`).split('<end/>')[0] ?? '');
      const timer = setInterval(() => socket.write('<r:ObjectRef id="urn:uuid:1"/>'.repeat(20)), 10);
      socket.on('close', () => clearInterval(timer));
    };
    const client = createXdsClient({ http, endpoints: { query: server.url } });
    const call = { timeoutMs: 200 };
    const query = { query: 'GetDocuments', uniqueIds: ['2.999.2'] } as const;
    const asked = how === 'all' ? client.query(query, call).all() : client.currentEntry('2.999.2', call);
    await expect(asked).rejects.toMatchObject({ code: 'TE_TIMEOUT', retryable: true });
    await allClosed(server);
  });

  it.each([
    [
      'leaves the loop',
      async (xdsClient: XdsClient) => {
        for await (const _ of (await xdsClient.retrieveDocuments(one())).documents) break;
      },
    ],
    [
      'leaves a document',
      async (xdsClient: XdsClient) => {
        for await (const document of (await xdsClient.retrieveDocuments(one())).documents) {
          for await (const _ of document.content()) break;
          break;
        }
      },
    ],
    ['wants no document', async (xdsClient: XdsClient) => (await xdsClient.retrieveDocuments(one())).discard()],
  ])('that %s closes the connection', async (_what, read) => {
    answer = () => (socket) => void socket.write(answerOf(whole(Buffer.alloc(1_000_000))).subarray(0, 900_000));
    await read(xds);
    await allClosed(server);
  });

  it('reads a document once, and in its turn', async () => {
    const refused = { code: 'TE_INPUT_INVALID', details: { reason: 'read-once' } };
    answer = () =>
      answerOf(
        multipart(
          root(
            envelope([
              { id: '2.999.2', href: 'cid:d@x' },
              { id: '2.999.3', href: 'cid:e@x' },
            ]),
          ),
          part('d@x', bytes),
          part('e@x', 'b'),
        ),
      );
    const { documents } = await xds.retrieveDocuments(two());
    const seen: RetrievedDocument[] = [];
    const started: Promise<Uint8Array>[] = [];
    for await (const document of documents) {
      seen.push(document);
      // Not awaited: the loop goes on when the document has come.
      started.push(document.bytes());
    }
    expect((await Promise.all(started)).map(({ length }) => length)).toEqual([bytes.length, 1]);
    await expect(seen[0]!.bytes()).rejects.toMatchObject(refused);
    expect(() => seen[1]!.content()).toThrow(expect.objectContaining(refused));
    expect(() => documents[Symbol.asyncIterator]()).toThrow(expect.objectContaining(refused));
  });

  it('that gives its call up is not kept waiting', async () => {
    answer = () => (socket) => void socket.write(answerOf(whole()).subarray(0, 3_000));
    const giveUp = new AbortController();
    const { documents } = await xds.retrieveDocuments(one(), { signal: giveUp.signal });
    const read = async (): Promise<void> => {
      for await (const document of documents) {
        const pending = document.bytes();
        giveUp.abort();
        await pending;
      }
    };
    await expect(read()).rejects.toMatchObject({ code: 'TE_CANCELLED' });
    await allClosed(server);
  });
});

it('an answer that is of no use gives its connection back', async () => {
  const success =
    '<rs:RegistryResponse xmlns:rs="urn:oasis:names:tc:ebxml-regrep:xsd:rs:3.0" status="urn:oasis:names:tc:ebxml-regrep:ResponseStatusType:Failure"/>';
  answer = () => answerOf(multipart(root(soap(success)), part('d@x', bytes)));
  // More calls than connections: one that was kept would stop them.
  for (let call = 0; call < 6; call += 1)
    await expect(fetchAll(xds, one())).rejects.toMatchObject({ code: 'TE_VALIDATION' });
});
