import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createHttpClient, createXdsClient, type HttpClient, type XdsClient } from '../../../src/transport/index.ts';
import { submission } from '../../client/world.ts';
import { iheRefereeCommand, startIheReferee, type IheReferee } from '../../helpers/ihe-referee.ts';
import { fetchAll } from './read-all.ts';

const command = iheRefereeCommand();

describe.skipIf(command === null)('the XDS client against Open eHealth IPF', () => {
  let referee: IheReferee | null = null;
  let http: HttpClient;
  let xds: XdsClient;

  beforeAll(async () => {
    referee = await startIheReferee(command ?? '');
    http = createHttpClient({ timeoutMs: 60_000, allowClearLoopback: true });
    const url = referee?.url ?? '';
    xds = createXdsClient({
      http,
      endpoints: { register: `${url}/iti41`, query: `${url}/iti18`, retrieve: `${url}/iti43` },
    });
  }, 120_000);

  afterAll(async () => {
    await http.close();
    referee?.stop();
  });

  it('deposits a letter by MTOM, finds it and reads the same bytes', async () => {
    const sent = await submission();
    const entry = sent.documents[0]!.entry;

    await expect(xds.registerDocuments(sent)).resolves.toMatchObject({ status: 'Success', warnings: [], told: [] });
    expect(referee?.log.at(-1)).toMatchObject({
      transaction: 'ITI-41',
      outcome: 'Success',
      action: 'urn:ihe:iti:2007:ProvideAndRegisterDocumentSet-b',
      mtom: true,
      xop: 1,
    });

    const found = await xds.findDocuments({ patientId: entry.patientId }).all();
    const [listed] = found.documents.filter(({ uniqueId }) => uniqueId === entry.uniqueId);
    expect(listed).toMatchObject({ title: entry.title, patientId: entry.patientId, hash: entry.hash });
    expect(found.oddities.size).toBe(0);

    const { repositoryUniqueId, uniqueId, hash, size } = listed!;
    const asked = { repositoryUniqueId: repositoryUniqueId ?? '', uniqueId, hash, size };
    const { answer, documents: got } = await fetchAll(xds, [asked]);
    expect(answer).toMatchObject({ status: 'Success', partial: false });
    expect(got).toMatchObject([{ sha1: entry.hash }]);

    const lie = { ...asked, hash: 'f'.repeat(40) };
    await expect(fetchAll(xds, [lie])).rejects.toMatchObject({ code: 'TE_PROTOCOL' });
  });

  it('tells a deposit that is there already, and a document that is not', async () => {
    const sent = await submission();
    await xds.registerDocuments(sent);

    await expect(xds.registerDocuments(sent)).rejects.toMatchObject({
      code: 'TE_DUPLICATE',
      details: { unknownOutcome: false, errorCodes: ['XDSDuplicateUniqueIdInRegistry'] },
    });
    const nowhere = { repositoryUniqueId: '2.999.1', uniqueId: '2.999.2' };
    await expect(xds.retrieveDocuments([nowhere])).rejects.toMatchObject({ code: 'TE_VALIDATION' });
  });

  it('sends the values of a query so that the registry reads them', async () => {
    const search = xds.findDocuments({
      patientId: "O'NEIL^^^&2.999.4&ISO",
      typeCodes: Array.from({ length: 40 }, (_, place) => ({ code: `TYPE-${String(place)}`, codeSystem: '2.999.5' })),
      serviceStartTime: { from: '20260101000000' },
    });
    const result = await search.all();
    expect(result).toMatchObject({ status: 'Success', documents: [] });
  });

  it('refuses what has no address before anything is sent', async () => {
    const bare = createXdsClient({ http, endpoints: {} });
    await expect(bare.findDocuments({ patientId: 'PAT-1^^^&2.999.4&ISO' }).all()).rejects.toMatchObject({
      code: 'TE_UNSUPPORTED',
    });
  });
});
