import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { isTerrESanteError } from '../../../src/index.ts';
import { fictivePatient } from '../../../src/testing/index.ts';
import type { CrossReference } from '../../../src/transport/index.ts';
import { detail, envelope, farSide, hl7Answer, subject, type Asked, type Content, type FarSide } from './far-side.ts';

const patient = { system: '2.999.1.10', value: 'CANARI-000123' };
const name = 'PRPA_IN201310UV02';

let side: FarSide;
beforeAll(async () => {
  side = await farSide({ environment: 'test', maxResponseBytes: 200_000 });
});
afterEach(() => {
  side.asked.length = 0;
});
afterAll(() => side.close());

/** What becomes of one answer. */
async function ask(content: Partial<Content>, domains?: readonly string[]): Promise<CrossReference> {
  side.answer = (asked) => hl7Answer(asked, { name, code: 'OK', ...content });
  return side.client.identifiers(patient, domains && { domains });
}

describe('identifiers of a patient', () => {
  it('are given as they come, with those from elsewhere and the names of their domains', async () => {
    const other =
      '<name nullFlavor="NA"/><asOtherIDs classCode="PAT"><id root="2.999.5" extension="B-7"/><scopingOrganization classCode="ORG" determinerCode="INSTANCE"><id root="2.999.5"/></scopingOrganization></asOtherIDs>';
    const subjects = subject(['2.999.1.1|IDF-1'], other).replace(
      'extension="IDF-1"',
      'extension="IDF-1" assigningAuthorityName="SRI"',
    );

    await expect(ask({ subjects })).resolves.toEqual({
      identifiers: [
        { system: '2.999.1.1', value: 'IDF-1', authority: 'SRI' },
        { system: '2.999.5', value: 'B-7', authority: null },
      ],
      ambiguous: [],
      told: [],
    });
  });

  it.each<[string, Partial<Content>, object]>([
    ['none in these domains', { code: 'NF' }, { identifiers: [], told: [] }],
    ['a success without a patient', {}, { identifiers: [], told: ['empty'] }],
    [
      'one without a domain, one without a value, one that is null, one whose domain is no OID',
      {
        subjects: subject(['2.999.1.1|IDF-1', '|X', '2.999.1.1|', 'urn:x|Y']).replace(
          '<statusCode',
          '<id nullFlavor="UNK"/><statusCode',
        ),
      },
      { identifiers: [{ value: 'IDF-1' }], told: ['id'] },
    ],
    [
      'one that comes twice',
      { subjects: subject(['2.999.1.1|IDF-1', '2.999.1.1|IDF-1']) },
      { identifiers: [{ value: 'IDF-1' }], ambiguous: [], told: ['doubled'] },
    ],
    [
      'two in one domain',
      { subjects: subject(['2.999.1.1|IDF-1', '2.999.1.1|IDF-2']) },
      { identifiers: [{ value: 'IDF-1' }, { value: 'IDF-2' }], ambiguous: ['2.999.1.1'] },
    ],
    [
      'another one in the domain of the question',
      { subjects: subject(['2.999.1.10|OTHER', '2.999.1.1|IDF-1']) },
      { ambiguous: ['2.999.1.10'] },
    ],
    [
      'two patients in one answer',
      { subjects: subject(['2.999.1.1|IDF-1']) + subject(['2.999.1.1|IDF-2']) },
      { ambiguous: ['2.999.1.1'], told: ['patients'] },
    ],
  ])('%s', async (_what, content, expected) => {
    await expect(ask(content)).resolves.toMatchObject(expected);
  });

  it('tells a domain that nobody asked for', async () => {
    await expect(ask({ subjects: subject(['2.999.7|X', '2.999.1.1|IDF-1']) }, ['2.999.1.1'])).resolves.toMatchObject({
      told: ['domain'],
    });
    expect(side.asked[0]?.payload).toContain(
      '<dataSource><value root="2.999.1.1"></value><semanticsText>DataSource.id',
    );
  });

  it('are asked for by the INS of a qualified patient only', async () => {
    const zoe = fictivePatient();
    side.answer = (asked) => hl7Answer(asked, { name, code: 'NF' });
    await side.client.identifiers(zoe);
    expect(side.asked[0]?.payload).toContain(`<value extension="${zoe.ins.value}" root="${zoe.ins.oid}">`);

    await expect(side.client.identifiers({ ...zoe, identityStatus: 'VALI' })).rejects.toMatchObject({
      code: 'TE_IDENTITY_STATUS',
    });
    await expect(side.client.identifiers({ system: zoe.ins.oid, value: zoe.ins.value })).rejects.toMatchObject({
      code: 'TE_WIRE_INVALID',
    });
    expect(side.asked).toHaveLength(1);
  });
});

describe('a refusal', () => {
  it.each<[string, string, string, object]>([
    ['TE_NOT_FOUND', '204', '//patientIdentifier/value', { reason: 'unknown-patient' }],
    ['TE_CONFIG_INVALID', '204', '//parameterList/dataSource[2]/value', { reason: 'unknown-domain' }],
    ['TE_NOT_FOUND', '204', '', { reason: 'unknown-identifier' }],
    ['TE_UNAVAILABLE', '207', '', { reason: null }],
    ['TE_UNAVAILABLE', 'INTERR', '', { reason: null }],
    ['TE_VALIDATION', 'SYN113', '', { reason: null }],
  ])('%s for the code %s at "%s"', async (code, hl7Code, location, details) => {
    const error = await refusalOf({
      acknowledgement: 'AE',
      code: 'AE',
      details: detail(hl7Code, 'CANARI-000123', location),
    });
    expect(error).toMatchObject({ code, details: { ...details, errorCodes: [hl7Code], acknowledgement: 'AE' } });
    expect(error).toMatchObject({ errors: [{ code: hl7Code, severity: 'Error', context: 'CANARI-000123' }] });
    expect(`${String(error)}${JSON.stringify(error)}`).not.toContain('CANARI');
  });

  it.each<[string, Partial<Content>, string]>([
    ['a rejected message', { acknowledgement: 'AR', code: 'OK' }, 'TE_VALIDATION'],
    ['a bare refusal', { name: 'MCCI_IN000002UV01', acknowledgement: 'CE' }, 'TE_VALIDATION'],
    ['a wrong query under a good acknowledgement', { code: 'QE' }, 'TE_VALIDATION'],
    ['a bare success', { name: 'MCCI_IN000002UV01' }, 'TE_PROTOCOL'],
    ['an unknown acknowledgement', { acknowledgement: 'ZZ' }, 'TE_PROTOCOL'],
    ['an error under a success', { details: detail('X', 'x') }, 'TE_PROTOCOL'],
    ['an unknown outcome of the query', { code: 'XX' }, 'TE_PROTOCOL'],
    ['"nobody", and somebody', { code: 'NF', subjects: subject(['2.999.1.1|IDF-1']) }, 'TE_PROTOCOL'],
    ['the answer of another operation', { name: 'PRPA_IN201306UV02' }, 'TE_PROTOCOL'],
  ])('%s', async (_what, content, code) => {
    await expect(ask(content)).rejects.toMatchObject({ code });
  });

  it('keeps what a fault says in words to itself', async () => {
    const fault =
      '<s:Fault><s:Code><s:Value>s:Sender</s:Value></s:Code><s:Reason><s:Text xml:lang="fr">CANARI-000123 inconnu</s:Text></s:Reason></s:Fault>';
    side.answer = ({ messageId }) => ({ status: 500, body: envelope(fault, { messageId }) });
    const error = await side.client.identifiers(patient).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'TE_PROTOCOL', details: { faultCode: 'Sender', reason: null } });
    expect(`${String(error)}${JSON.stringify(error)}`).not.toContain('CANARI');
  });
});

describe('an answer to something else', () => {
  const elsewhere = (query: string): string => query.replace('CANARI-000123', 'CANARI-000124');
  const found = { subjects: subject(['2.999.1.1|IDF-1']) };

  it('about another patient is refused', async () => {
    side.answer = (asked) => hl7Answer(asked, { name, code: 'OK', ...found, back: elsewhere(asked.query) });
    await expect(side.client.identifiers(patient)).rejects.toMatchObject({
      code: 'TE_PROTOCOL',
      details: { reason: 'other-question' },
    });
  });

  it('is only told where SOAP has tied it to the request, and refused where nothing has', async () => {
    const wrong = { ...found, target: '<id root="2.999.9" extension="x"/>', queryId: 'root="2.999.9" extension="x"' };
    await expect(ask(wrong)).resolves.toMatchObject({ told: ['target-message', 'query-id'] });
    await expect(ask({ ...wrong, messageId: null })).rejects.toMatchObject({ details: { reason: 'correlation' } });
    await expect(ask({ ...wrong, messageId: 'urn:uuid:00000000-0000-4000-8000-000000000000' })).rejects.toMatchObject({
      details: { reason: 'relates-to' },
    });
    await expect(ask({ ...found, messageId: null })).resolves.toMatchObject({ told: ['addressing'] });
    await expect(ask({ ...found, back: '' })).resolves.toMatchObject({ told: [] });
  });
});

describe('a hostile answer', () => {
  const body = (asked: Asked): string => hl7Answer(asked, { name, code: 'OK', subjects: subject(['2.999.1.1|IDF-1']) });

  it.each<[string, (asked: Asked) => string, string]>([
    ['with a document type', (asked) => `<!DOCTYPE x [<!ENTITY e "CANARI">]>${body(asked)}`, 'TE_PROTOCOL'],
    ['with an entity of its own', (asked) => body(asked).replace('IDF-1', '&e;'), 'TE_PROTOCOL'],
    [
      'that is deep',
      (asked) => body(asked).replace('<name', `${'<x>'.repeat(5_000)}${'</x>'.repeat(5_000)}<name`),
      'TE_PROTOCOL',
    ],
    ['that is long', (asked) => body(asked) + ' '.repeat(300_000), 'TE_TOO_LARGE'],
    ['of another root', () => '<html xmlns="http://www.w3.org/1999/xhtml"/>', 'TE_PROTOCOL'],
    ['in another namespace', (asked) => body(asked).replace('urn:hl7-org:v3"', 'urn:hl7-org:v2"'), 'TE_PROTOCOL'],
    ['with nothing in its body', ({ messageId }) => envelope('', { messageId }), 'TE_PROTOCOL'],
  ])('%s', async (_what, answer, code) => {
    side.answer = answer;
    const error = await side.client.identifiers(patient).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code });
    expect(`${String(error)}${JSON.stringify(error)}`).not.toContain('CANARI');
  });

  it('with oddities of types and prefixes is read', async () => {
    side.answer = (asked) =>
      body(asked)
        .replace(
          '<id root="2.999.1.1" extension="IDF-1"/>',
          '<id xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:type="z:II" root="2.999.1.1" extension="IDF&#45;1"/>',
        )
        .replace('extension="PRPA_IN201310UV02"/><proc', 'extension="PRPA_IN201306UV02"/><proc');
    await expect(side.client.identifiers(patient)).resolves.toMatchObject({
      identifiers: [{ value: 'IDF-1' }],
      told: ['interaction'],
    });
  });
});

it('refuses what is no option, no OID or no identifier before anything is sent', async () => {
  const { client } = side;
  await expect(client.identifiers(patient, { domain: ['2.999.1'] } as never)).rejects.toMatchObject({
    code: 'TE_INPUT_INVALID',
  });
  await expect(client.identifiers(patient, { domains: ['SRI'] })).rejects.toMatchObject({ code: 'TE_INPUT_INVALID' });
  await expect(client.identifiers({ system: '2.999.1', value: 'A^B' })).rejects.toMatchObject({
    code: 'TE_INPUT_INVALID',
  });
  await expect(client.identifiers(null as never)).rejects.toMatchObject({ code: 'TE_INPUT_INVALID' });
  await expect(farSide({ sender: 'CABINET' })).rejects.toMatchObject({ code: 'TE_INPUT_INVALID' });
  expect(side.asked).toHaveLength(0);
});

async function refusalOf(content: Partial<Content>): Promise<unknown> {
  const error = await ask(content).catch((thrown: unknown) => thrown);
  expect(isTerrESanteError(error)).toBe(true);
  return error;
}
