import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import { connect, createServer as createTcpServer, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';

import { listening } from '../../helpers/test-server.ts';
import { envelope, multipart, multipartType, part, root } from './answers.ts';
import { ns } from './namespaces.ts';

const statusType = 'urn:oasis:names:tc:ebxml-regrep:ResponseStatusType:';
const uniqueIdScheme = 'urn:uuid:2e82c1f6-a085-4c72-9da3-8640a32e42ab';

/** What the registry says instead of taking the next deposit. */
export type Refusal =
  | { readonly code: string }
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>> }
  | { readonly body: string };

/** A registry of a test, which takes a document once. */
export interface FakeRegistry {
  readonly port: number;
  /** Hash of each registered document, by uniqueId. */
  readonly documents: Map<string, string | null>;
  /** Whole deposits that came, as they came. */
  readonly deposits: string[];
  /** Fingerprint of the client certificate of each of them; `null` where none was shown. */
  readonly shown: (string | null)[];
  /** Bodies of the queries. */
  readonly queries: string[];
  /** What the next deposits get. */
  readonly refusals: Refusal[];
  /** Documents to fetch, by uniqueId. */
  readonly contents: Map<string, Buffer>;
  /** Whether queries are answered. */
  answersQueries: boolean;
  /** Connections that are open now. */
  readonly open: number;
  close(): Promise<void>;
}

const attribute = (tag: string, name: string): string => new RegExp(`${name}="([^"]*)"`).exec(tag)?.[1] ?? '';

function depositedIn(body: string): [string, string][] {
  return [...body.matchAll(/<rim:ExtrinsicObject [^]*?<\/rim:ExtrinsicObject>/g)].map(([object]) => {
    const tags = [...object.matchAll(/<rim:ExternalIdentifier [^>]*>/g)].map(([tag]) => tag);
    const uniqueId = tags.find((tag) => attribute(tag, 'identificationScheme') === uniqueIdScheme) ?? '';
    const [, hash = ''] = /name="hash"[^]*?<rim:Value>([^<]*)</.exec(object) ?? [];
    return [attribute(uniqueId, 'value'), hash];
  });
}

const certificateOf = (socket: Socket): string | null =>
  (socket instanceof TLSSocket && socket.getPeerX509Certificate()?.fingerprint256) || null;

const response = (word: 'Success' | 'Failure', code?: string): string =>
  `<rs:RegistryResponse xmlns:rs="${ns.rs}" status="${statusType}${word}">${
    code === undefined
      ? ''
      : `<rs:RegistryErrorList><rs:RegistryError errorCode="${code}" codeContext="CANARICONTEXTE" severity="urn:oasis:names:tc:ebxml-regrep:ErrorSeverityType:Error"/></rs:RegistryErrorList>`
  }</rs:RegistryResponse>`;

const entry = (uniqueId: string, hash: string | null): string =>
  `<rim:ExtrinsicObject id="urn:uuid:00000000-0000-4000-8000-000000000000" objectType="urn:uuid:7edca82f-054d-47f2-a032-9b2a5b5186c1" mimeType="text/xml">${
    hash === null
      ? ''
      : `<rim:Slot name="hash"><rim:ValueList><rim:Value>${hash.toUpperCase()}</rim:Value></rim:ValueList></rim:Slot>`
  }<rim:ExternalIdentifier id="e" registryObject="urn:uuid:00000000-0000-4000-8000-000000000000" identificationScheme="${uniqueIdScheme}" value="${uniqueId}"><rim:Name><rim:LocalizedString value="XDSDocumentEntry.uniqueId"/></rim:Name></rim:ExternalIdentifier></rim:ExtrinsicObject>`;

/** Starts it on this machine, over TLS when a certificate is given. */
export async function startFakeRegistry(tls: ServerOptions | null = null): Promise<FakeRegistry> {
  const answer = (to: ServerResponse, asked: string, payload: string): void => {
    const [, id = ''] = /MessageID[^>]*>([^<]+)</.exec(asked) ?? [];
    to.writeHead(200, { 'content-type': 'application/soap+xml; charset=UTF-8' }).end(
      `<s:Envelope xmlns:s="${ns.soap}"><s:Header><a:RelatesTo xmlns:a="${ns.wsa}">${id}</a:RelatesTo></s:Header><s:Body>${payload}</s:Body></s:Envelope>`,
    );
  };
  const listener = (request: IncomingMessage, reply: ServerResponse): void => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('latin1');
      if (body.includes('AdhocQueryRequest')) {
        registry.queries.push(body);
        if (!registry.answersQueries) reply.writeHead(503).end();
        else {
          const found = [...registry.documents].filter(([uniqueId]) => body.includes(`'${uniqueId}'`));
          answer(
            reply,
            body,
            `<q:AdhocQueryResponse xmlns:q="${ns.query}" status="${statusType}Success"><rim:RegistryObjectList xmlns:rim="${ns.rim}">${found.map(([id, hash]) => entry(id, hash)).join('')}</rim:RegistryObjectList></q:AdhocQueryResponse>`,
          );
        }
        return;
      }

      if (body.includes('RetrieveDocumentSetRequest')) {
        const id = /DocumentUniqueId>([^<]+)</.exec(body)?.[1] ?? '';
        const content = registry.contents.get(id) ?? Buffer.alloc(0);
        const [, relatesTo = ''] = /MessageID[^>]*>([^<]+)</.exec(body) ?? [];
        const whole = multipart(root(envelope([{ id, href: 'cid:d@x' }], { relatesTo })), part('d@x', content));
        reply.writeHead(200, { 'content-type': multipartType, 'content-length': whole.length }).end(whole);
        return;
      }

      registry.deposits.push(body);
      registry.shown.push(certificateOf(request.socket));
      const refusal = registry.refusals.shift();
      if (refusal && 'status' in refusal)
        reply.writeHead(refusal.status, refusal.headers).end('<html>CANARIPAGE</html>');
      else if (refusal && 'body' in refusal) answer(reply, body, refusal.body);
      else if (refusal) answer(reply, body, response('Failure', refusal.code));
      else {
        const given = depositedIn(body);
        const isKnown = given.some(([uniqueId]) => registry.documents.has(uniqueId));
        if (!isKnown) for (const [uniqueId, hash] of given) registry.documents.set(uniqueId, hash);
        answer(reply, body, isKnown ? response('Failure', 'XDSDuplicateUniqueIdInRegistry') : response('Success'));
      }
    });
  };
  const server = await listening(tls ? createTlsServer(tls, listener) : createServer(listener));
  const registry: FakeRegistry = {
    port: server.port,
    documents: new Map(),
    deposits: [],
    shown: [],
    queries: [],
    refusals: [],
    contents: new Map(),
    answersQueries: true,
    get open() {
      return server.open.size;
    },
    close: () => server.close(),
  };
  return registry;
}

/** Where a connection is cut, once. */
export const cutPlaces = ['connect', 'half body', 'before answer', 'half answer'] as const;

/** A line to a service of this machine that is cut once. */
export interface CutLine {
  readonly port: number;
  /** Whether the cut took place. */
  readonly isCut: boolean;
  close(): Promise<void>;
}

/** Opens it: the first connection that comes so far is cut there. */
export async function createCutLine(target: number, place: (typeof cutPlaces)[number]): Promise<CutLine> {
  let isCut = false;
  const cutter = createTcpServer((near) => {
    const far = connect(target, '127.0.0.1');
    const cut = (): void => {
      isCut = true;
      near.resetAndDestroy();
      far.destroy();
    };
    for (const socket of [near, far]) {
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        near.destroy();
        far.destroy();
      });
    }

    let length = 0;
    let sent = '';
    near.on('data', (bytes: Buffer) => {
      sent = (sent + bytes.toString('latin1')).slice(0, 100_000);
      length += bytes.length;
      const announced = Number(/content-length: (\d+)/i.exec(sent)?.[1] ?? 0);
      const isHalf = announced > 0 && length > sent.indexOf('\r\n\r\n') + announced / 2;
      if (!isCut && place === 'half body' && isHalf) cut();
      else far.write(bytes);
    });
    far.on('data', (bytes: Buffer) => {
      if (!isCut && place === 'before answer') cut();
      else if (!isCut && place === 'half answer') {
        isCut = true;
        // A reset would throw away what was just written.
        near.end(bytes.subarray(0, Math.floor(bytes.length / 2)));
      } else near.write(bytes);
    });
    if (!isCut && place === 'connect') cut();
  });
  const server = await listening(cutter);
  return {
    port: server.port,
    get isCut() {
      return isCut;
    },
    close: () => server.close(),
  };
}
