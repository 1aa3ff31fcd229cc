import type { ServerResponse } from 'node:http';

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import {
  createHttpClient,
  createXdsClient,
  type HttpClient,
  type StoredQuery,
  type XdsClient,
} from '../../../src/transport/index.ts';
import { soapServer, type SoapAsked, type TestServer } from '../../helpers/test-server.ts';
import { ns } from './namespaces.ts';

const status = (word: string): string => `urn:oasis:names:tc:ebxml-regrep:ResponseStatusType:${word}`;
const patientId = 'PAT-1^^^&2.999.4&ISO^PI';

let answer: (asked: SoapAsked, response: ServerResponse) => void = () => undefined;
let asked: SoapAsked[] = [];
let server: TestServer;
let http: HttpClient;
let xds: XdsClient;

beforeAll(async () => {
  const started = await soapServer((one, response) => {
    asked.push(one);
    response.writeHead(200, { 'content-type': 'application/soap+xml; charset=UTF-8' });
    answer(one, response);
  }, 'utf8');
  server = started;
  http = createHttpClient({ timeoutMs: 10_000, idleMs: 10_000, allowClearLoopback: true });
  xds = createXdsClient({ http, endpoints: { query: started.url } });
});
afterEach(() => {
  asked = [];
});
afterAll(async () => {
  await http.close();
  await server.close();
});

const uuid = (place: number): string => `urn:uuid:11111111-7a00-4000-8000-${String(place).padStart(12, '0')}`;
const classification = (id: string): string =>
  `<c:Classification xmlns:c="${ns.rim}" id="c" classificationScheme="urn:uuid:f0306f51-975f-434e-a61c-c59651d33983" classifiedObject="${id}" nodeRepresentation="SYNTH"/>`;
const identifier = (id: string, value: string): string =>
  `<c:ExternalIdentifier xmlns:c="${ns.rim}" id="e" identificationScheme="urn:uuid:2e82c1f6-a085-4c72-9da3-8640a32e42ab" registryObject="${id}" value="${value}"/>`;
const entry = (
  place: number,
  parts = classification(uuid(place)) + identifier(uuid(place), `2.999.${String(place)}`),
): string => `<r:ExtrinsicObject id="${uuid(place)}" mimeType="text/xml">${parts}</r:ExtrinsicObject>`;
const reference = (place: number): string => `<r:ObjectRef id="${uuid(place)}"/>`;
const errors = `<rs:RegistryErrorList xmlns:rs="${ns.rs}"><rs:RegistryError errorCode="XDSRegistryError" codeContext="" severity="urn:x:Error"/></rs:RegistryErrorList>`;

const head = ({ messageId }: SoapAsked): string =>
  `<s:Envelope xmlns:s="${ns.soap}"><s:Header><a:RelatesTo xmlns:a="${ns.wsa}">${messageId}</a:RelatesTo></s:Header><s:Body>`;
const opening = (word = 'Success', more = ''): string =>
  `<q:AdhocQueryResponse xmlns:q="${ns.query}" status="${status(word)}"${more}>`;
const list = (objects: string): string => `<r:RegistryObjectList xmlns:r="${ns.rim}">${objects}</r:RegistryObjectList>`;
const tail = '</q:AdhocQueryResponse></s:Body></s:Envelope>';

const whole = (objects: string, word?: string, more?: string) => (one: SoapAsked, response: ServerResponse) =>
  response.end(head(one) + opening(word, more) + list(objects) + tail);

/** So much that what follows comes in another piece. */
const far = ' '.repeat(1_000_000);

/** What a loop gets, and how it ends. */
async function readAll(search: AsyncIterable<{ readonly entryUuid: string }>): Promise<readonly [string[], unknown]> {
  const found: string[] = [];
  try {
    for await (const { entryUuid } of search) found.push(entryUuid);
    return [found, null];
  } catch (error) {
    return [found, error];
  }
}

describe('a search that is read while it comes', () => {
  it('gives the first entry before the registry has written the second', async () => {
    let goOn: () => void = () => undefined;
    answer = (one, response) => {
      response.write(`${head(one)}${opening()}<r:RegistryObjectList xmlns:r="${ns.rim}">${entry(1)}`);
      goOn = () => response.end(`${entry(2)}</r:RegistryObjectList>${tail}`);
    };
    const found: string[] = [];
    const search = xds.findDocuments({ patientId });
    for await (const { uniqueId } of search) {
      found.push(uniqueId);
      expect(search.summary).toBeNull();
      goOn();
    }

    expect(found).toEqual(['2.999.1', '2.999.2']);
    expect(search.summary).toMatchObject({ status: 'Success', errors: [] });
  });

  it.each([
    [
      'is cut',
      (one: SoapAsked, response: ServerResponse) => response.end(head(one) + opening() + list(entry(1))),
      'TE_PROTOCOL',
    ],
    [
      'tells its errors last',
      (one: SoapAsked, response: ServerResponse) =>
        response.end(head(one) + opening() + list(entry(1) + far) + errors + tail),
      'TE_VALIDATION',
    ],
    [
      'holds a fault after its objects',
      (one: SoapAsked, response: ServerResponse) =>
        response.end(
          `${head(one)}${opening()}${list(entry(1) + far)}</q:AdhocQueryResponse><s:Fault><s:Code><s:Value>s:Receiver</s:Value></s:Code></s:Fault></s:Body></s:Envelope>`,
        ),
      'TE_PROTOCOL',
    ],
    ['is a part', whole(entry(1), 'PartialSuccess'), 'TE_PROTOCOL'],
  ])('throws at the end of an answer that %s', async (_what, answered, code) => {
    answer = answered;
    const [found, error] = await readAll(xds.findDocuments({ patientId }));
    expect(found).toEqual([uuid(1)]);
    expect(error).toMatchObject({ code });
  });

  it.each([
    ['a failure', opening('Failure') + list(entry(1)) + tail],
    ['errors that come first', opening() + errors + list(entry(1)) + tail],
    ['no status', opening().replace(/ status="[^"]*"/, '') + list(entry(1)) + tail],
  ])('gives nothing of %s', async (_what, body) => {
    answer = (one, response) => response.end(head(one) + body);
    const [found, error] = await readAll(xds.findDocuments({ patientId }));
    expect(found).toEqual([]);
    expect(error).not.toBeNull();
    await expect(xds.findDocuments({ patientId }).all()).rejects.toThrow();
  });

  it('gives nothing of the answer to another message', async () => {
    answer = (one, response) => whole(entry(1))({ ...one, messageId: 'urn:uuid:another' }, response);
    await expect(readAll(xds.findDocuments({ patientId }))).resolves.toMatchObject([[], { code: 'TE_PROTOCOL' }]);
  });

  it('waits for what stands outside of an object, and refuses it too late', async () => {
    answer = whole(entry(1, '') + classification(uuid(1)) + identifier(uuid(1), '2.999.7'));
    const found = await xds.findDocuments({ patientId }).all();
    expect(found.documents).toMatchObject([{ uniqueId: '2.999.7', typeCode: { code: 'SYNTH' } }]);

    answer = whole(entry(1) + classification(uuid(1)));
    await expect(xds.findDocuments({ patientId }).all()).rejects.toMatchObject({ details: { reason: 'late' } });
  });

  it('says which number and which repetition is wrong', async () => {
    answer = whole(entry(1) + entry(1), 'Success', ' totalResultCount="250"');
    const { told, documents } = await xds.findDocuments({ patientId }).all();
    expect(documents).toHaveLength(2);
    expect(told).toEqual(expect.arrayContaining(['repeated', 'total']));
  });

  it('is one question, and so is the entry in force of a document', async () => {
    const approved = 'urn:oasis:names:tc:ebxml-regrep:StatusType:Approved';
    answer = whole(entry(1).replace(' mimeType', ` status="${approved}" mimeType`));

    expect((await xds.findDocuments({ patientId }).all()).documents).toHaveLength(1);
    expect(asked).toHaveLength(1);
    expect(await xds.currentEntry('2.999.1')).toMatchObject({ entryUuid: uuid(1), availabilityStatus: approved });
    expect(asked).toHaveLength(2);
  });

  it('gives what stands before a fault in the same piece', async () => {
    const late = classification(uuid(1));
    answer = whole(entry(1) + entry(2) + late);
    const found: string[] = [];
    const reading = async (): Promise<void> => {
      for await (const { entryUuid } of xds.findDocuments({ patientId })) found.push(entryUuid);
    };
    await expect(reading()).rejects.toMatchObject({ details: { reason: 'late' } });
    expect(found).toEqual([uuid(1), uuid(2)]);
  });

  it('ends the answer with the loop', async () => {
    let isClosed: Promise<unknown> = Promise.resolve();
    answer = (one, response) => {
      isClosed = new Promise((resolve) => response.on('close', resolve));
      response.write(`${head(one)}${opening()}<r:RegistryObjectList xmlns:r="${ns.rim}">${entry(1)}`);
    };
    for await (const _ of xds.findDocuments({ patientId })) break;
    await expect(isClosed).resolves.toBeUndefined();
  });
});

describe('pages', () => {
  const pages = (page: (ids: readonly string[]) => string) => (one: SoapAsked, response: ServerResponse) => {
    const isFirst = one.body.includes('returnType="ObjectRef"');
    const ids = [...one.body.matchAll(/'(urn:uuid:11111111[^']*)'/g)].map(([, id = '']) => id);
    whole(isFirst ? [1, 2, 3, 2].map(reference).join('') : page(ids))(one, response);
  };
  const entriesOf = (ids: readonly string[]): string => ids.map((id) => entry(Number(id.slice(-12)))).join('');

  it('of identifiers are followed, each once', async () => {
    answer = pages(entriesOf);
    const search = xds.findDocuments({ patientId }, { pageSize: 2 });
    await expect(readAll(search)).resolves.toEqual([[uuid(1), uuid(2), uuid(3)], null]);
    expect(asked).toHaveLength(3);
    expect(search.summary?.told).toContain('repeated');
  });

  it.each([
    ['one that is always the same', () => entry(1), ['missing', 'unasked']],
    ['one that repeats itself', (ids: readonly string[]) => entriesOf(ids) + entriesOf(ids), ['repeated']],
    ['an empty one', () => '', ['missing']],
  ])('are read to their end and told: %s', async (_what, page, told) => {
    answer = pages(page);
    const found = await xds.findDocuments({ patientId }, { pageSize: 2 }).all();
    expect(found.told).toEqual(expect.arrayContaining(told));
    expect(found.status).toBe(told.includes('missing') ? 'PartialSuccess' : 'Success');
    expect(new Set(found.documents.map(({ entryUuid }) => entryUuid)).size).toBe(found.documents.length);
  });

  it('that nobody asked for are followed too: identifiers are not no documents', async () => {
    answer = (one, response) =>
      whole(one.body.includes('AdhocQuery id="urn:uuid:5c4f') ? entry(1) : reference(1))(one, response);
    await expect(readAll(xds.findDocuments({ patientId }))).resolves.toEqual([[uuid(1)], null]);
  });
});

describe('parameters', () => {
  const sent = async (query: StoredQuery): Promise<string[]> => {
    answer = whole('');
    await xds.query(query).all();
    const slots = asked.at(-1)?.body.match(/<rim:Slot .*?<\/rim:Slot>/g) ?? [];
    return slots.map((slot) =>
      slot
        .replaceAll(/<\/?rim:(?:ValueList|Value|Slot)>|<rim:Slot name="|">/g, ' ')
        .trim()
        .replaceAll(/ +/g, ' '),
    );
  };
  const code = (id: string): { readonly code: string; readonly codeSystem: string } => ({
    code: id,
    codeSystem: '2.999.5',
  });

  it('are written as the standard asks', async () => {
    await expect(
      sent({
        query: 'FindDocuments',
        patientId: "O'NEIL^^^&2.999.4&ISO",
        status: ['approved', 'archived'],
        typeCodes: [code('A'), code('B')],
        eventCodes: [[code('C')], [code('D')]],
        serviceStartTime: { from: '20260101', to: '20260315110000+0100' },
      }),
    ).resolves.toEqual([
      "$XDSDocumentEntryPatientId 'O''NEIL^^^&amp;2.999.4&amp;ISO'",
      "$XDSDocumentEntryStatus ('urn:oasis:names:tc:ebxml-regrep:StatusType:Approved','urn:asip:ci-sis:2010:StatusType:Archived')",
      "$XDSDocumentEntryTypeCode ('A^^2.999.5','B^^2.999.5')",
      "$XDSDocumentEntryEventCodeList ('C^^2.999.5')",
      "$XDSDocumentEntryEventCodeList ('D^^2.999.5')",
      '$XDSDocumentEntryServiceStartTimeFrom 20260101',
      '$XDSDocumentEntryServiceStartTimeTo 20260315100000',
    ]);
  });

  it('longer than a value may be are split', async () => {
    const typeCodes = Array.from({ length: 40 }, (_, place) => code(`TYPE-${String(place)}`));
    await sent({ query: 'FindDocuments', patientId, typeCodes });
    const values = asked.at(-1)?.body.match(/\('TYPE[^<]*/g) ?? [];
    expect(values.length).toBeGreaterThan(1);
    expect(values.every((value) => value.length <= 256)).toBe(true);
    expect(values.join('').match(/TYPE-/g)).toHaveLength(40);
  });

  it.each([
    ['no patient', { query: 'FindDocuments' }],
    ['a patient that is no CX', { query: 'FindDocuments', patientId: 'DUPRE-CANARI' }],
    ['an unknown query', { query: 'FindEverything', patientId }],
    ['an unknown parameter', { query: 'FindDocuments', patientId, typeCode: [] }],
    ['an empty list', { query: 'FindDocuments', patientId, typeCodes: [] }],
    ['an unknown status', { query: 'FindDocuments', patientId, status: ['constructor'] }],
    ['a code with a delimiter', { query: 'FindDocuments', patientId, typeCodes: [code('A^^1')] }],
    ['a date that is none', { query: 'FindDocuments', patientId, creationTime: { from: '15/03/2026' } }],
    ['two identifiers', { query: 'GetDocuments', entryUuids: [uuid(1)], uniqueIds: ['2.999.1'] }],
    ['no identifier', { query: 'GetDocuments' }],
    ['an identifier that is none', { query: 'GetAssociations', entryUuids: ['Document01'] }],
  ])('%s: refused, and nothing is sent', (_what, query) => {
    expect(() => xds.query(query as never)).toThrow(expect.objectContaining({ code: 'TE_INPUT_INVALID' }) as Error);
    expect(asked).toHaveLength(0);
  });
});
