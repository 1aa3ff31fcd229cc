import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { X509Certificate } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createInsiAssertion, createPkcs12Provider, type SigningProvider } from '../../../src/auth/index.ts';
import { createTestHierarchy } from '../../../src/testing/index.ts';
import {
  createHttpClient,
  createInsiClient,
  createXdsClient,
  type HttpClient,
  type InsiPort,
  type XdsClient,
} from '../../../src/transport/index.ts';
import { submission } from '../../client/world.ts';
import { changing } from '../changing-http.ts';
import { fetchAll } from '../xds/read-all.ts';
import { missing } from '../../helpers/require-tool.ts';
import { soapPeerMissing, startSoapPeer, type SoapPeer } from '../../helpers/soap-peer.ts';

const query = { birthName: 'Ecetinsi', firstNames: ['Pierre-Alain'], sex: 'M', birthDate: '2009-07-14' } as const;
const sender = {
  authorizationNumber: '4242',
  softwareName: 'LOGICIEL-FICTIF',
  softwareVersion: '1.0',
  instanceId: 'b3549edd-4ae9-472a-b26f-fd2fb4ef397f',
  emitter: 'CABINET FICTIF',
};

describe.skipIf(soapPeerMissing())('against JAX-WS RI, which looks at the headers', { timeout: 180_000 }, () => {
  let peer: SoapPeer;
  let http: HttpClient;
  let provider: SigningProvider;
  let certificate: X509Certificate;
  let assertion: () => Promise<string>;

  beforeAll(async () => {
    const { professional } = await createTestHierarchy();
    const { pfx, password, certDer } = professional.signature;
    provider = await createPkcs12Provider({ pfx, password });
    certificate = new X509Certificate(certDer);
    const nameId = /CN=([0-9A-Z]+)/.exec(certificate.subject)?.[1] ?? '';
    const practice = { billingId: '990000010', specialty: '01', activitySector: 'SA07' };
    assertion = () => createInsiAssertion({ form: 'card', nameId, practice }, { provider });

    http = createHttpClient({ timeoutMs: 60_000, allowClearLoopback: true });
    peer = await startSoapPeer();
  }, 600_000);
  afterAll(async () => {
    await http.close();
    peer.stop();
  });

  const insi = (through: HttpClient = http, signed = true): InsiPort =>
    createInsiClient({
      endpoint: `${peer.url}/insi`,
      environment: 'test',
      sender,
      http: through,
      ...(signed && { assertion }),
    });
  const xds = (path = '/xds', through: HttpClient = http, signed = true): XdsClient => {
    const url = `${peer.url}${path}`;
    return createXdsClient({
      http: through,
      endpoints: { register: url, query: url, retrieve: url },
      ...(signed && { assertion }),
    });
  };

  it('finds an INS by both searches, signed by the card, or without an assertion', async () => {
    expect(await insi().searchByTraits(query)).toMatchObject({
      result: 'found',
      ins: { value: '109076322083489' },
      traits: { firstName: 'PIERRE-ALAIN' },
    });
    expect(peer.log.at(-1)).toEqual({
      path: '/insi',
      action: 'urn:ServiceIdentiteCertifiee:1.0.0:rechercherInsAvecTraitsIdentite',
      assertion: 'valid',
    });

    const { birthName, birthDate } = query;
    const card = { holder: { body: '1090763220834', key: '89' }, birthName, birthDate, birthRank: '1' };
    expect(await insi(http, false).searchByVitale(card)).toMatchObject({ result: 'found' });
    expect(peer.log.at(-1)).toMatchObject({ assertion: 'none' });
    expect(await insi().searchByTraits({ ...query, birthName: 'PERSONNE' })).toMatchObject({ result: 'none' });
  });

  it.each([
    [
      'an action that is not that of its HTTP header',
      (text: string) => text.replace('TraitsIdentite</Action>', 'CarteVitale</Action>'),
      'InvalidAddressingHeader',
    ],
    [
      'an action that nobody knows',
      (text: string) => text.replace('AvecTraitsIdentite', 'Autrement'),
      'ActionNotSupported',
    ],
    [
      'no action',
      (text: string) => text.replace(/<Action[^>]*>[^<]*<\/Action>/, ''),
      'MessageAddressingHeaderRequired',
    ],
    [
      'no identifier',
      (text: string) => text.replace(/<MessageID[^>]*>[^<]*<\/MessageID>/, ''),
      'MessageAddressingHeaderRequired',
    ],
    [
      'two identifiers',
      (text: string) => text.replace(/<MessageID.*?<\/MessageID>/, '$&$&'),
      'InvalidAddressingHeader',
    ],
  ])('has %s refused', async (_what, change, subcode) => {
    await expect(insi(changing(http, change)).searchByTraits(query)).rejects.toMatchObject({
      code: 'TE_INSI_FAULT',
      retryable: false,
      details: { faultCode: 'Sender', subcode },
    });
  });

  it.each([
    ['a letter of the assertion', (text: string) => text.replace('990000010', '990000011')],
    ['the name of who logged in', (text: string) => text.replace('NameQualifier="CPS"', 'NameQualifier="PSC"')],
  ])('has a change of %s refused by Santuario', async (_what, change) => {
    await expect(insi(changing(http, change)).searchByTraits(query)).rejects.toMatchObject({
      code: 'TE_AUTHN_REJECTED',
    });
    expect(peer.log.at(-1)).toMatchObject({ assertion: 'invalid' });
  });

  it('deposits a letter by MTOM under a signed assertion, finds it, and reads the same bytes', async () => {
    const sent = await submission();
    const { uniqueId, patientId, hash, size } = sent.documents[0]!.entry;
    await expect(xds().registerDocuments(sent)).resolves.toMatchObject({ status: 'Success', told: [] });
    expect(peer.log.at(-1)).toMatchObject({ path: '/xds', assertion: 'valid' });

    const found = await xds().findDocuments({ patientId }).all();
    expect(found.documents).toMatchObject([{ uniqueId, repositoryUniqueId: '2.999.7' }]);

    const { documents } = await fetchAll(xds(), [{ repositoryUniqueId: '2.999.7', uniqueId, hash, size }]);
    expect(documents).toMatchObject([{ sha1: hash }]);
    expect(peer.log.at(-1)).toMatchObject({ assertion: 'valid' });
  });

  it('takes a deposit where no handler stands in the way', async () => {
    const large = xds('/large', http, false);
    const sent = await submission();
    const { uniqueId } = sent.documents[0]!.entry;
    await large.registerDocuments(sent);
    const { documents } = await fetchAll(large, [{ repositoryUniqueId: '2.999.7', uniqueId }]);
    expect(documents).toHaveLength(1);
  });

  it('has a query of another action refused, and one without identifier', async () => {
    const search = async (change: (text: string) => string): Promise<unknown> =>
      xds('/xds', changing(http, change)).findDocuments({ patientId: '1^^^&2.999&ISO' }).all();
    const otherAction = (text: string): string => text.replace('RegistryStoredQuery', 'UpdateDocumentSet');
    await expect(search(otherAction)).rejects.toMatchObject({
      code: 'TE_PROTOCOL',
      details: { subcode: 'ActionNotSupported' },
    });

    const nameless = (text: string): string => text.replace(/<MessageID.*?<\/MessageID>/, '');
    await expect(search(nameless)).rejects.toMatchObject({ details: { subcode: 'MessageAddressingHeaderRequired' } });
  });

  it.skipIf(missing('samlsign'))(
    'makes an assertion that OpenSAML takes alone, and not when it is changed',
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'samlsign-'));
      const judge = (xml: string): boolean => {
        writeFileSync(join(folder, 'assertion.xml'), xml);
        writeFileSync(join(folder, 'leaf.pem'), certificate.toString());
        try {
          execFileSync('samlsign', ['-c', join(folder, 'leaf.pem'), '-f', join(folder, 'assertion.xml')], {
            stdio: 'ignore',
          });
          return true;
        } catch {
          return false;
        }
      };

      const xml = await assertion();
      expect(judge(xml)).toBe(true);
      expect(judge(xml.replace('990000010', '990000011'))).toBe(false);
      rmSync(folder, { recursive: true });
    },
  );
});
