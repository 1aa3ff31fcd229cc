import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { canTransmitIns, compareIdentities, type PatientInput } from '../../../src/identity/index.ts';
import { createInsiServer, type InsiServer } from '../../../src/simulator/index.ts';
import {
  createHttpClient,
  createInsiClient,
  type HttpClient,
  type InsiClientConfig,
  type InsiTraitsQuery,
} from '../../../src/transport/index.ts';

const http = createHttpClient({ timeoutMs: 10_000, allowClearLoopback: true });
afterAll(() => http.close());

const sender = {
  authorizationNumber: '4242',
  softwareName: 'LOGICIEL-FICTIF',
  softwareVersion: '1.0',
  instanceId: 'b3549edd-4ae9-472a-b26f-fd2fb4ef397f',
  emitter: 'CABINET FICTIF',
};
const person = (change: Partial<PatientInput['traits']>, value: string, history: string[] = []): PatientInput => ({
  ins: { value, oid: '1.2.250.1.213.1.4.8', kind: 'NIR' },
  insHistory: history.map((former) => ({ value: former, oid: '1.2.250.1.213.1.4.8', kind: 'NIR' })),
  traits: {
    birthName: 'ECETINSI',
    firstName: 'PIERRE-ALAIN',
    birthFirstNames: ['PIERRE-ALAIN', 'MURIEL', 'FLORIANT'],
    sex: 'M',
    birthDate: '2009-07-14',
    birthPlace: { communeInsee: '63220' },
    ...change,
  },
});
// Numbers of the recorded test identities of the service.
const people = [
  person({}, '109076322083489', ['209076322083439', '209066322012355']),
  person({ birthName: 'DOUBLE', birthFirstNames: ['PIERRE', 'A'] }, '180032B02040123'),
  person({ birthName: 'DOUBLE', birthFirstNames: ['PIERRE', 'B'] }, '160012B02077713'),
];
const query: InsiTraitsQuery = {
  birthName: 'Ecetinsi',
  firstNames: ['Pierre-Alain'],
  sex: 'M',
  birthDate: '2009-07-14',
};

describe('INSi client against the simulated service', () => {
  let server: InsiServer;
  let config: InsiClientConfig;
  beforeAll(async () => {
    server = await createInsiServer({ people, authorizationNumbers: ['4242'] });
    config = { endpoint: server.url, environment: 'test', sender, http };
  });
  afterAll(() => server.close());

  it('finds one identity, with or without the key, under any prefix, and keeps its history', async () => {
    const client = createInsiClient(config);
    for (let turn = 0; turn < 6; turn += 1) {
      const answer = await client.searchByTraits(query);
      expect(answer).toMatchObject({
        result: 'found',
        ins: { value: '109076322083489', oid: '1.2.250.1.213.1.4.8', kind: 'NIR' },
        history: [{ value: '209076322083439' }, { value: '209066322012355' }],
        traits: { birthFirstNames: 'PIERRE-ALAIN MURIEL FLORIANT', birthPlace: '63220' },
        warnings: [],
        exchange: { messageId: expect.stringMatching(/^uuid:/) },
      });
    }
  });

  it('gives an identity to compare, which is not yet retrieved and transmits nothing', async () => {
    const answer = await createInsiClient(config).searchByTraits(query);
    if (answer.result !== 'found') return expect.unreachable();
    expect(answer.patient.identityStatus).toBeUndefined();
    expect(canTransmitIns(answer.patient)).toBe(false);
    expect(compareIdentities(answer.patient, people[0]!).outcome).toBe('match');
  });

  it('answers none and several without any identity, after one call each', async () => {
    const client = createInsiClient(config);
    const before = server.received;
    expect(await client.searchByTraits({ ...query, birthName: 'PERSONNE' })).toMatchObject({ result: 'none' });
    const several = await client.searchByTraits({ ...query, birthName: 'DOUBLE', firstNames: ['PIERRE'] });
    expect(several).toEqual({ result: 'several', exchange: expect.anything() });
    expect(server.received - before).toBe(2);
    expect(await client.searchByTraits({ ...query, birthName: 'DOUBLE', firstNames: ['PIERRE', 'B'] })).toMatchObject({
      result: 'found',
    });
  });

  it('does not try the given names one after the other', async () => {
    const before = server.received;
    const answer = await createInsiClient(config).searchByTraits({ ...query, firstNames: ['MURIEL'] });
    expect(answer.result).toBe('none');
    expect(server.received - before).toBe(1);
  });

  it('searches with a carte Vitale', async () => {
    const answer = await createInsiClient(config).searchByVitale({
      holder: { body: '1090763220834' },
      birthName: 'ECETINSI',
      birthDate: '2009-07-14',
      birthRank: '1',
    });
    expect(answer).toMatchObject({ result: 'found', ins: { value: '109076322083489' } });
  });

  it('gives the code of a fault, and neither its text nor a trait', async () => {
    const refused = createInsiClient({ ...config, sender: { ...sender, authorizationNumber: '1' } });
    await expect(refused.searchByTraits(query)).rejects.toMatchObject({
      code: 'TE_INSI_FAULT',
      retryable: false,
      details: { faultCode: 'Sender', subcode: 'siram_100', detailCode: 'desir_550', severity: 'erreur' },
    });
    server.setFault({ subcode: 'siram_40', code: 'insi_102', severity: 'fatal', message: 'CANARI ECETINSI' });
    const error: unknown = await createInsiClient(config)
      .searchByTraits(query)
      .catch((reason: unknown) => reason);
    server.setFault(null);
    expect(error).toMatchObject({ code: 'TE_INSI_FAULT', retryable: true, details: { detailCode: 'insi_102' } });
    expect(JSON.stringify(error) + String(error)).not.toMatch(/CANARI|ECETINSI/);
  });

  it('carries the assertion byte for byte', async () => {
    const sent: string[] = [];
    const spy: HttpClient = {
      ...http,
      stream(request) {
        sent.push(Buffer.from(request.body as Uint8Array).toString('utf8'));
        return http.stream(request);
      },
    };
    const assertion =
      '<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_a"><x  y=\'1\'/></saml:Assertion>';
    await createInsiClient({
      ...config,
      http: spy,
      assertion: async () => `<?xml version="1.0"?>\n${assertion}`,
    }).searchByTraits(query);
    expect(sent[0]).toContain(
      `<wsse:Security xmlns:wsse="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd">${assertion}</wsse:Security>`,
    );
    expect(sent[0]).toContain('<t:NomNaissance>ECETINSI</t:NomNaissance><t:Prenom>PIERRE-ALAIN</t:Prenom>');
    for (const bad of ['<a/>', 'x', '<Assertion/>']) {
      await expect(
        createInsiClient({ ...config, assertion: async () => bad }).searchByTraits(query),
      ).rejects.toMatchObject({ code: expect.stringMatching(/^TE_/) });
    }
  });
});

describe('INSi client, hostile or absent service', () => {
  interface Canned {
    readonly status: number;
    readonly body: string;
    readonly type?: string;
  }

  let canned: Canned = { status: 200, body: '' };
  let far: Server;
  let endpoint = '';
  beforeAll(async () => {
    far = createServer((request, response) => {
      request.resume().on('end', () => {
        response
          .writeHead(canned.status, { 'content-type': canned.type ?? 'application/soap+xml; charset=utf-8' })
          .end(canned.body);
      });
    });
    await new Promise<void>((resolve) => far.listen(0, '127.0.0.1', resolve));
    endpoint = `http://127.0.0.1:${String((far.address() as AddressInfo).port)}/lps`;
  });
  afterAll(() => new Promise((resolve) => far.close(resolve)));

  /** Its client speaks to production, whose addresses of INS differ. */
  const answering = (status: number, body: string, type?: string): InsiClientConfig => {
    canned = { status, body, ...(type !== undefined && { type }) };
    const toLoopback: HttpClient = { ...http, stream: (request) => http.stream({ ...request, url: endpoint }) };
    return { endpoint: 'https://insi.example/lps', environment: 'production', sender, http: toLoopback };
  };
  const soap = (content: string): string =>
    `<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope"><e:Body>${content}</e:Body></e:Envelope>`;
  const result = (code: string, individual = ''): string =>
    soap(
      `<RESULTAT xmlns="http://www.cnamts.fr/INSiResultat"><CR><CodeCR>${code}</CodeCR><LibelleCR>x</LibelleCR></CR>${individual}</RESULTAT>`,
    );
  const active = (number: string, key: string, oid: string): string =>
    `<INDIVIDU><INSACTIF><IdIndividu><NumIdentifiant>${number}</NumIdentifiant>${key && `<Cle>${key}</Cle>`}</IdIndividu><OID>${oid}</OID></INSACTIF><TIQ/></INDIVIDU>`;
  const real = '1.2.250.1.213.1.4.8';

  it.each([
    ['not XML', 'x', 'TE_PROTOCOL'],
    ['a DOCTYPE', '<!DOCTYPE a><a/>', 'TE_PROTOCOL'],
    ['another root', '<a/>', 'TE_PROTOCOL'],
    ['an empty body', soap(''), 'TE_PROTOCOL'],
    ['an unknown result', result('03'), 'TE_PROTOCOL'],
    ['one identity that is not there', result('00'), 'TE_PROTOCOL'],
    ['two identities for "one"', result('00', active('1090763220834', '89', real).repeat(2)), 'TE_PROTOCOL'],
    ['a wrong key', result('00', active('1090763220834', '88', real)), 'TE_INS_INVALID'],
    ['a number that is none', result('00', active('109076322083', '', real)), 'TE_INS_INVALID'],
    ['an unknown OID', result('00', active('1090763220834', '89', '1.2.3')), 'TE_INS_INVALID'],
    ['a test OID in production', result('00', active('1090763220834', '89', '1.2.250.1.213.1.4.10')), 'TE_INS_INVALID'],
    [
      'a result in another namespace',
      soap('<RESULTAT xmlns="urn:x"><CR><CodeCR>00</CodeCR></CR></RESULTAT>'),
      'TE_PROTOCOL',
    ],
    ['many elements', soap('<a/>'.repeat(200_000)), 'TE_PROTOCOL'],
    ['more than 1 MiB', soap('<a/>'.repeat(300_000)), 'TE_TOO_LARGE'],
    ['nothing at all', '', 'TE_UNAVAILABLE'],
  ])('%s', async (_, body, code) => {
    await expect(createInsiClient(answering(200, body)).searchByTraits(query)).rejects.toMatchObject({ code });
  });

  it('never gives an identity with "several", even if the answer holds one', async () => {
    const answer = await createInsiClient(
      answering(200, result('02', active('1090763220834', '89', real))),
    ).searchByTraits(query);
    expect(answer).toEqual({ result: 'several', exchange: expect.anything() });
  });

  it.each([
    [404, 'TE_PROTOCOL'],
    [503, 'TE_UNAVAILABLE'],
    [429, 'TE_RATE_LIMITED'],
  ])('HTTP %d', async (status, code) => {
    await expect(createInsiClient(answering(status, '')).searchByTraits(query)).rejects.toMatchObject({ code });
  });

  it('says that the service cannot be reached, and stops in time', async () => {
    const nobody = { ...answering(200, ''), http, endpoint: 'http://127.0.0.1:9/', environment: 'test' as const };
    const error: unknown = await createInsiClient(nobody)
      .searchByTraits(query)
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'TE_UNAVAILABLE', retryable: true });
    expect(JSON.stringify(error) + String(error)).not.toMatch(/ECETINSI/i);

    const hanging = createInsiClient({
      ...answering(200, ''),
      http: { ...http, stream: () => new Promise(() => undefined) },
      timeoutMs: 20,
    });
    await expect(hanging.searchByTraits(query)).rejects.toMatchObject({ code: 'TE_TIMEOUT' });
    await expect(hanging.searchByTraits(query, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'TE_CANCELLED',
    });
  });

  it.each([
    { ...query, sex: 'I' },
    { ...query, birthDate: '2009-02-30' },
    { ...query, birthName: 'X1' },
    { ...query, firstNames: ['ANNE--SOPHIE'] },
    { ...query, birthPlace: '75' },
  ] as unknown as InsiTraitsQuery[])('refuses the query %j before any call', async (bad) => {
    const never = createInsiClient({ ...answering(200, ''), http: { ...http, stream: () => expect.unreachable() } });
    await expect(never.searchByTraits(bad)).rejects.toMatchObject({
      code: expect.stringMatching(/^TE_(INPUT|NAME)_INVALID$/),
    });
  });

  it.each([
    { endpoint: 'http://insi.example/lps' },
    { endpoint: 'https://user:secret@insi.example/' },
    { endpoint: 'x' },
    { endpoint: 'http://127.0.0.1/' },
    { sender: { ...sender, instanceId: 'x' } },
    { sender: { ...sender, emitter: '' } },
  ])('refuses the configuration %j', (change) => {
    expect(() => createInsiClient({ ...answering(200, ''), ...change })).toThrow(
      expect.objectContaining({ code: 'TE_CONFIG_INVALID' }),
    );
  });

  const found = (traits: string): string =>
    result('00', active('1090763220834', '89', real).replace('<TIQ/>', `<TIQ>${traits}</TIQ>`));

  it.each([
    ['<NomNaissance>ECETINSI-DURAND</NomNaissance><Sexe>M</Sexe>', ['birthName']],
    [
      '<NomNaissance>ECETINSI</NomNaissance><Sexe>F</Sexe><DateNaissance>2009-07-15</DateNaissance>',
      ['sex', 'birthDate'],
    ],
  ])('gives no INS of a person who was not asked for: %s', async (traits, differs) => {
    const answer = await createInsiClient(answering(200, found(traits))).searchByTraits(query);
    expect(answer).toEqual({ result: 'other-person', differs, exchange: expect.anything() });
    expect(JSON.stringify(answer)).not.toContain('1090763220834');
  });

  it.each(['', '<NomNaissance>ECETINSI</NomNaissance><DateNaissance>2009-00-00</DateNaissance>'])(
    'does not take what is left out, or lunar, for another person: %s',
    async (traits) => {
      const answer = await createInsiClient(answering(200, found(traits))).searchByTraits(query);
      expect(answer.result).toBe('found');
    },
  );

  it('takes an answer in SOAP 1.1, under another media type', async () => {
    const old = soap(
      `<RESULTAT xmlns="http://www.cnamts.fr/INSiResultat"><CR><CodeCR>01</CodeCR></CR></RESULTAT>`,
    ).replace('http://www.w3.org/2003/05/soap-envelope', 'http://schemas.xmlsoap.org/soap/envelope/');
    const client = createInsiClient(answering(200, old, 'text/xml; charset=utf-8'));
    expect(await client.searchByTraits(query)).toMatchObject({ result: 'none' });
  });

  it('refuses the answer to another question', async () => {
    const foreign = result('01').replace(
      '<e:Body>',
      '<e:Header><a:RelatesTo xmlns:a="http://www.w3.org/2005/08/addressing">uuid:b3549edd-4ae9-472a-b26f-fd2fb4ef397f</a:RelatesTo></e:Header><e:Body>',
    );
    await expect(createInsiClient(answering(200, foreign)).searchByTraits(query)).rejects.toMatchObject({
      code: 'TE_PROTOCOL',
      details: { reason: 'relates-to' },
    });
  });

  it.each([
    [
      'Subcode><e:Value>siram_100',
      'Detail><n:Erreur xmlns:n="urn:siram" severite="erreur" code="desir_560"/>',
      'desir_560',
      false,
    ],
    [
      'Subcode><e:Value>x:siram_40',
      'Detail><n:Erreur xmlns:n="urn:siram" severite="fatal"><n:code>insi_102</n:code></n:Erreur>',
      'insi_102',
      true,
    ],
    [
      'Subcode><e:Value>siram_100',
      'Detail><n:Erreur xmlns:n="urn:siram" severite="erreur" code="DUPRE CLAIRE"/>',
      null,
      false,
    ],
  ])('reads a fault by names, and shows codes only: %s %s', async (subcode, detail, detailCode, retryable) => {
    const fault = `<e:Fault><e:Code><e:Value>e:Sender</e:Value><e:${subcode}</e:Value></e:Subcode></e:Code><e:Reason><e:Text xml:lang="fr">CANARI</e:Text></e:Reason><e:${detail}</e:Detail></e:Fault>`;
    const error: unknown = await createInsiClient(answering(500, soap(fault)))
      .searchByTraits(query)
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'TE_INSI_FAULT', retryable, details: { detailCode } });
    expect(JSON.stringify(error) + String(error)).not.toMatch(/CANARI|DUPRE/);
  });
});

describe('verification, whose messages are not published', () => {
  const config = { endpoint: 'https://insi.example/lps', environment: 'test', sender, http } as const;
  const patient = people[0]!;

  it('is not offered without a carrier of the host', async () => {
    const client = createInsiClient(config);
    await expect(client.verify(patient)).rejects.toMatchObject({
      code: 'TE_UNSUPPORTED',
      details: { operation: 'insi.verify' },
    });
    await expect(client.verifyBatch([patient])).rejects.toMatchObject({ code: 'TE_UNSUPPORTED' });
  });

  it('gives what the carrier says, one result for each patient', async () => {
    const verdict = { outcome: 'mismatch', serviceCode: 'KO', label: null } as const;
    const client = createInsiClient({
      ...config,
      verifier: { verify: async () => verdict, verifyBatch: async () => [verdict] },
    });
    expect(await client.verify(patient)).toBe(verdict);
    expect(await client.verifyBatch([patient])).toEqual([verdict]);
    await expect(client.verifyBatch([patient, patient])).rejects.toMatchObject({ code: 'TE_PROTOCOL' });
  });

  it.each([
    { ...patient, ins: undefined },
    { ...patient, identityAttributes: ['DOUT'] as const },
    { ...patient, identityAttributes: ['HOMA', 'FICT'] as const },
  ])('asks nothing of an identity that may not be verified', async (bad) => {
    const client = createInsiClient({ ...config, verifier: { verify: () => expect.unreachable() } });
    await expect(client.verify(bad)).rejects.toMatchObject({ code: 'TE_INPUT_INVALID' });
  });
});
