import { gzipSync } from 'node:zlib';

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { sha1Hex } from '../../../src/internal/bytes.ts';
import { createHttpClient, createXdsClient, type HttpClient, type XdsClient } from '../../../src/transport/index.ts';
import { submission } from '../../client/world.ts';
import { soapServer, type SoapAsked, type TestServer } from '../../helpers/test-server.ts';
import { fetchAll } from './read-all.ts';
import { ns } from './namespaces.ts';

const success = 'urn:oasis:names:tc:ebxml-regrep:ResponseStatusType:Success';
const failure = 'urn:oasis:names:tc:ebxml-regrep:ResponseStatusType:Failure';

interface Answer {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body: Buffer | string;
}

let answer: (asked: SoapAsked) => Answer = () => ({ body: '' });
let asked: SoapAsked[] = [];
let server: TestServer;
let http: HttpClient;
let xds: XdsClient;

beforeAll(async () => {
  const started = await soapServer((one, response) => {
    asked.push(one);
    const { status = 200, headers = { 'content-type': 'application/soap+xml; charset=UTF-8' }, body } = answer(one);
    response.writeHead(status, headers).end(body);
  });
  server = started;
  const { url } = started;
  http = createHttpClient({ timeoutMs: 10_000, allowClearLoopback: true });
  xds = createXdsClient({
    http,
    endpoints: { register: url, query: url, retrieve: url },
    assertion: async () => '<saml2:Assertion xmlns:saml2="urn:oasis:names:tc:SAML:2.0:assertion" ID="_a"/>',
    maxResponseBytes: 1_000_000,
  });
});
afterEach(() => {
  asked = [];
});
afterAll(async () => {
  await http.close();
  await server.close();
});

const envelope = (body: string, relatesTo: string, header = ''): string =>
  `<s:Envelope xmlns:s="${ns.soap}"><s:Header><a:RelatesTo xmlns:a="${ns.wsa}">${relatesTo}</a:RelatesTo>${header}</s:Header><s:Body>${body}</s:Body></s:Envelope>`;
const registryResponse = (status: string, errors = ''): string =>
  `<rs:RegistryResponse xmlns:rs="${ns.rs}" status="${status}">${errors}</rs:RegistryResponse>`;
const error = (code: string, severity = 'urn:oasis:names:tc:ebxml-regrep:ErrorSeverityType:Error'): string =>
  `<rs:RegistryErrorList xmlns:rs="${ns.rs}"><rs:RegistryError errorCode="${code}" codeContext="DUPRE-CANARI" severity="${severity}"/></rs:RegistryErrorList>`;
const fault = (code: string, more = ''): string =>
  `<s:Fault><s:Code><s:Value>${code}</s:Value>${more}</s:Code><s:Reason><s:Text xml:lang="fr">Motif</s:Text></s:Reason></s:Fault>`;
const documents = (inner: string, status = success): string =>
  `<x:RetrieveDocumentSetResponse xmlns:x="${ns.xds}">${registryResponse(status)}${inner}</x:RetrieveDocumentSetResponse>`;
const document = (id: string, content: string): string =>
  `<x:DocumentResponse><x:RepositoryUniqueId>2.999.1</x:RepositoryUniqueId><x:DocumentUniqueId>${id}</x:DocumentUniqueId><x:mimeType>text/xml</x:mimeType><x:Document>${content}</x:Document></x:DocumentResponse>`;
const include = (href: string): string => `<i:Include xmlns:i="http://www.w3.org/2004/08/xop/include" href="${href}"/>`;
const inline = (text: string): string => Buffer.from(text).toString('base64');
const ask = (id = '2.999.2', more = {}): Parameters<XdsClient['retrieveDocuments']>[0] => [
  { repositoryUniqueId: '2.999.1', uniqueId: id, ...more },
];

describe('a request', () => {
  it('bears addressing, the assertion as it is, and documents as parts', async () => {
    answer = ({ messageId }) => ({ body: envelope(registryResponse(success), messageId) });
    const sent = await submission();
    await expect(xds.registerDocuments(sent)).resolves.toMatchObject({ status: 'Success' });

    const [{ headers, body } = { headers: {}, body: '' }] = asked;
    expect(headers['content-type']).toMatch(
      /^multipart\/related; type="application\/xop\+xml"; boundary="[^"]+"; start="<[^"]+>"; start-info="application\/soap\+xml"; action="urn:ihe:iti:2007:ProvideAndRegisterDocumentSet-b"$/,
    );
    expect(Number(headers['content-length'])).toBe(Buffer.from(body, 'latin1').length);
    expect(body).toContain(
      '<saml2:Assertion xmlns:saml2="urn:oasis:names:tc:SAML:2.0:assertion" ID="_a"/></wsse:Security>',
    );
    expect(body.match(/soap:mustUnderstand="true"/g)).toHaveLength(4);
    expect(body).toContain('href="cid:');
  });
});

describe('documents that come', () => {
  it.each([
    ['inline', (text: string, id: string) => ({ body: envelope(documents(document('2.999.2', inline(text))), id) })],
    [
      'as a part that stands before the envelope, in gzip',
      (text: string, id: string) => {
        const root = envelope(documents(document('2.999.2', include('cid:d%40x'))), id);
        const body = `--b\r\nContent-ID: <d@x>\r\n\r\n${text}\r\n--b\r\nContent-Type: application/xop+xml\r\nContent-ID: <r@x>\r\n\r\n${root}\r\n--b--`;
        return {
          headers: {
            'content-type': 'multipart/related; boundary=b; start="<r@x>"; type="application/xop+xml"',
            'content-encoding': 'gzip',
          },
          body: gzipSync(body),
        };
      },
    ],
  ])('%s are given when they are the announced ones', async (_how, answered) => {
    const text = '<e>Élodie</e>';
    answer = ({ messageId }) => answered(text, messageId);
    const hash = sha1Hex(Buffer.from(text)).toUpperCase();
    const { documents: got } = await fetchAll(xds, ask('2.999.2', { hash, size: Buffer.byteLength(text) }));
    expect(got.map(({ content }) => content.toString())).toEqual([text]);

    await expect(fetchAll(xds, ask('2.999.2', { size: 1 }))).rejects.toMatchObject({ code: 'TE_PROTOCOL' });
  });

  it.each([
    ['two contents of one id', documents(document('2.999.2', inline('a')) + document('2.999.2', inline('b')))],
    ['only a document that nobody asked for', documents(document('2.999.3', inline('a')))],
    ['a reference to a part that is not there', documents(document('2.999.2', include('cid:nowhere')))],
    ['a reference to an address', documents(document('2.999.2', include('http://127.0.0.1/other')))],
    ['broken base64', documents(document('2.999.2', 'AA*='))],
  ])('with %s are refused', async (_what, body) => {
    answer = ({ messageId }) => ({ body: envelope(body, messageId) });
    await expect(fetchAll(xds, ask())).rejects.toMatchObject({ code: 'TE_PROTOCOL', retryable: false });
    expect(asked).toHaveLength(1);
  });
});

describe('an answer that is no success', () => {
  const patientId = 'PAT-1^^^&2.999.4&ISO^PI';
  const query = { query: 'FindDocuments', patientId } as const;
  const list = (objects: string, status = success): string =>
    `<q:AdhocQueryResponse xmlns:q="${ns.query}" status="${status}"><r:RegistryObjectList xmlns:r="${ns.rim}">${objects}</r:RegistryObjectList></q:AdhocQueryResponse>`;

  it('is told by the codes of the registry, and repeats nothing of its context', async () => {
    answer = ({ messageId }) => ({ body: envelope(registryResponse(failure, error('XDSTooManyResults')), messageId) });
    const refusal = await xds
      .query(query)
      .all()
      .catch((thrown: unknown) => thrown);

    expect(refusal).toMatchObject({
      code: 'TE_VALIDATION',
      errors: [{ code: 'XDSTooManyResults', context: 'DUPRE-CANARI' }],
    });
    expect(`${JSON.stringify(refusal)} ${String(refusal)}`).not.toContain('CANARI');
  });

  it.each([
    ['an empty list that succeeds', (id: string) => envelope(list(''), id), null],
    ['an empty list of a failure', (id: string) => envelope(list('', failure), id), 'TE_VALIDATION'],
    ['the answer to another message', () => envelope(list(''), 'urn:uuid:another'), 'TE_PROTOCOL'],
    ['an empty body', (id: string) => envelope('', id), 'TE_PROTOCOL'],
    [
      'another version of the language',
      (id: string) => envelope(list('').replace(ns.query, 'urn:other'), id),
      'TE_PROTOCOL',
    ],
    [
      'a header that nobody knows',
      (id: string) => envelope(list(''), id, '<h:T xmlns:h="urn:h" s:mustUnderstand="1"/>'),
      'TE_PROTOCOL',
    ],
    ['a doctype', (id: string) => `<!DOCTYPE s:Envelope>${envelope(list(''), id)}`, 'TE_PROTOCOL'],
    ['a page', () => '<html><body>Connexion</body></html>', 'TE_PROTOCOL'],
    ['nothing', () => '', 'TE_UNAVAILABLE'],
    ['a fault beside a payload', (id: string) => envelope(list('') + fault('s:Receiver'), id), 'TE_PROTOCOL'],
  ])('%s', async (_what, body, code) => {
    answer = ({ messageId }) => ({ body: body(messageId) });
    const result = xds.query(query).all();
    await (code === null
      ? expect(result).resolves.toMatchObject({ documents: [] })
      : expect(result).rejects.toMatchObject({ code }));
  });

  it.each([
    [503, { 'retry-after': '120' }, 'TE_UNAVAILABLE', 120_000],
    [
      429,
      { 'retry-after': 'Mon, 16 Mar 2026 09:02:00 GMT', date: 'Mon, 16 Mar 2026 09:00:00 GMT' },
      'TE_RATE_LIMITED',
      120_000,
    ],
    [413, {}, 'TE_TOO_LARGE', undefined],
    [403, {}, 'TE_FORBIDDEN', undefined],
    [307, { location: 'http://127.0.0.1:9/' }, 'TE_PROTOCOL', undefined],
  ])('status %i without an envelope', async (status, headers, code, retryAfterMs) => {
    answer = () => ({ status, headers: { 'content-type': 'text/html', ...headers }, body: '<html>CANARI</html>' });
    const refusal = await xds
      .query(query)
      .all()
      .catch((thrown: unknown) => thrown);
    expect(refusal).toMatchObject({ code });
    expect((refusal as { details: Record<string, unknown> }).details['retryAfterMs']).toBe(retryAfterMs);
    expect(JSON.stringify(refusal)).not.toContain('CANARI');
    expect(asked).toHaveLength(1);
  });

  it('whose bytes grow beyond the limit when they are decoded is refused', async () => {
    const bomb = gzipSync(Buffer.alloc(5_000_000, ' '));
    answer = () => ({ headers: { 'content-type': 'text/xml', 'content-encoding': 'gzip' }, body: bomb });
    await expect(xds.query(query).all()).rejects.toMatchObject({ code: 'TE_TOO_LARGE' });
  });
});

describe('a deposit without a clear answer', () => {
  it.each([
    ['a fault of the receiver', fault('s:Receiver'), true],
    ['a fault of the sender', fault('s:Sender'), false],
    ['no status', registryResponse('').replace(' status=""', ''), true],
    ['a success with an error', registryResponse(success, error('XDSRepositoryError')), true],
    ['a failure', registryResponse(failure, error('XDSRepositoryError')), false],
    ['a duplicate', registryResponse(failure, error('XDSDuplicateUniqueIdInRegistry')), false],
  ])('%s: the outcome is told', async (_what, body, unknownOutcome) => {
    answer = ({ messageId }) => ({ body: envelope(body, messageId) });
    const sent = await submission();
    await expect(xds.registerDocuments(sent)).rejects.toMatchObject({ details: { unknownOutcome }, retryable: false });
    expect(asked).toHaveLength(1);
  });

  it('a busy registry is tried again, with the same submission', async () => {
    answer = ({ messageId }) => ({ body: envelope(registryResponse(failure, error('XDSRegistryBusy')), messageId) });
    const sent = await submission();
    await expect(xds.registerDocuments(sent)).rejects.toMatchObject({ code: 'TE_UNAVAILABLE', retryable: true });
  });
});
