import { connect as tlsConnect } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createSubmission, type Submission } from '../../../src/documents/index.ts';
import { fictivePatient } from '../../../src/testing/index.ts';
import { letter, rppsHolder, sourceId, submission } from '../../client/world.ts';
import {
  actions,
  depositOf,
  documentPart,
  envelope,
  mtomType,
  multipart,
  post,
  rootPart,
  type RawAnswer,
  type RawPart,
} from './raw.ts';
import { openScene, type Scene } from './scene.ts';

let scene: Scene;
/** A deposit that no test gets taken in. */
let refused: Submission;
beforeAll(async () => {
  scene = await openScene({ limits: { maxRegistryBytes: 2_000_000 } });
  refused = await submission();
});
afterAll(() => scene.close());

const dossier = () => scene.simulator.dossier(fictivePatient().localId)!;
const retrieve = '<x:RetrieveDocumentSetRequest xmlns:x="urn:ihe:iti:xds-b:2007"/>';

/** A deposit with its parts, which a test may change. */
async function deposit(
  sent: Submission,
  change: (parts: readonly RawPart[], cid: string) => readonly RawPart[] = (parts) => parts,
  changePayload: (payload: string) => string = (payload) => payload,
): Promise<RawAnswer> {
  const { payload, cid, content } = await depositOf(sent);
  const root = rootPart(await envelope(scene, 'register', changePayload(payload)));
  return post(scene, 'register', multipart(change([root, documentPart(cid, content)], cid)), mtomType);
}

describe('headers of a request', () => {
  const changed = async (change: (text: string) => string, type?: string): Promise<RawAnswer> =>
    post(scene, 'retrieve', change(await envelope(scene, 'retrieve', retrieve)), type);

  it('are read before anything else', async () => {
    const answer = await changed((text) => text);
    expect([answer.status, answer.codes]).toEqual([200, ['XDSRepositoryError']]);
    expect(answer.body).toContain('<RelatesTo xmlns="http://www.w3.org/2005/08/addressing">urn:uuid:11111111');
  });

  it.each([
    ['another action', (text: string) => text.replace(actions.retrieve, actions.query), 'Sender ActionNotSupported'],
    [
      'no action',
      (text: string) => text.replace(/<Action [^]*?<\/Action>/, ''),
      'Sender MessageAddressingHeaderRequired',
    ],
    [
      'no identifier',
      (text: string) => text.replace(/<MessageID [^]*?<\/MessageID>/, ''),
      'Sender MessageAddressingHeaderRequired',
    ],
    [
      'an identifier that is no URI',
      (text: string) => text.replace('urn:uuid:11111111', '11111111'),
      'Sender InvalidAddressingHeader InvalidAddress',
    ],
    [
      'two identifiers',
      (text: string) => text.replace(/<MessageID [^]*?<\/MessageID>/, '$&$&'),
      'Sender InvalidAddressingHeader InvalidCardinality',
    ],
    [
      'an answer elsewhere',
      (text: string) => text.replace('http://www.w3.org/2005/08/addressing/anonymous', 'https://ailleurs.example/'),
      'Sender InvalidAddressingHeader OnlyAnonymousAddressSupported',
    ],
    [
      'a header that must be understood',
      (text: string) => text.replace('<soap:Header>', '<soap:Header><x:Foo xmlns:x="urn:x" soap:mustUnderstand="1"/>'),
      'MustUnderstand',
    ],
    [
      'the addressing of 2004',
      (text: string) =>
        text.replaceAll('http://www.w3.org/2005/08/addressing"', 'http://schemas.xmlsoap.org/ws/2004/08/addressing"'),
      'MustUnderstand',
    ],
    [
      'SOAP 1.1',
      (text: string) =>
        text.replaceAll('http://www.w3.org/2003/05/soap-envelope', 'http://schemas.xmlsoap.org/soap/envelope/'),
      'VersionMismatch',
    ],
    ['two elements in the body', (text: string) => text.replace('</soap:Body>', `${retrieve}</soap:Body>`), 'Sender'],
    ['no element in the body', (text: string) => text.replace(retrieve, ''), 'Sender'],
    ['a DOCTYPE', (text: string) => `<!DOCTYPE a [<!ENTITY b "c">]>${text}`, 'Sender'],
    ['half an envelope', (text: string) => text.slice(0, text.length / 2), 'Sender'],
    ['no XML at all', () => '{"a": 1}', 'Sender'],
  ])('%s: a fault that says so', async (_, change, fault) => {
    const answer = await changed(change);
    expect(answer.fault).toBe(fault);
    expect(answer.status).toBe(fault.startsWith('Sender') ? 400 : 500);
    expect(answer.body).toMatch(/<env:Text xml:lang="fr">[^<]{10,}</);
  });

  it('name what was not understood', async () => {
    const answer = await changed((text) =>
      text.replace('<soap:Header>', '<soap:Header><x:Foo xmlns:x="urn:x" soap:mustUnderstand="1"/>'),
    );
    expect(answer.body).toContain('<env:NotUnderstood xmlns:x="urn:x" qname="x:Foo">');
  });

  it('for another role are not for the registry', async () => {
    const answer = await changed((text) =>
      text.replace(
        '<soap:Header>',
        '<soap:Header><x:Foo xmlns:x="urn:x" soap:mustUnderstand="1" soap:role="urn:other"/>',
      ),
    );
    expect(answer.fault).toBeNull();
  });

  it('of HTTP agree with the envelope', async () => {
    const wrong = await changed((text) => text, `application/soap+xml; action="${actions.query}"`);
    expect(wrong.fault).toBe('Sender InvalidAddressingHeader ActionMismatch');
    expect((await changed((text) => text, 'application/json')).status).toBe(415);
    const zipped = await post(scene, 'retrieve', 'x', undefined, { 'Content-Encoding': 'gzip' });
    expect(zipped.status).toBe(415);
  });
});

describe('the assertion of a request', () => {
  const withAssertion = async (assertion: string | null): Promise<RawAnswer> =>
    post(scene, 'retrieve', await envelope(scene, 'retrieve', retrieve, assertion));

  it.each([
    ['is absent', async () => null, 'Sender SecurityTokenUnavailable'],
    ['is of another patient', async () => scene.assertion({ localPatient: '000999^^^&2.999.1.10&ISO^PI' }), null],
    [
      'is for another platform',
      async () => scene.assertion({ target: { resourceUrn: 'urn:x', audience: 'urn:x' } }),
      'Sender InvalidSecurityToken',
    ],
    [
      'was changed after it was signed',
      async () => (await scene.assertion()).replace('FICTIF', 'FACTIF'),
      'Sender InvalidSecurityToken',
    ],
    ['stands twice', async () => (await scene.assertion()) + (await scene.assertion()), 'Sender InvalidSecurityToken'],
  ])('%s', async (_, assertion, fault) => {
    const answer = await withAssertion(await assertion());
    expect(answer.fault).toBe(fault);
    if (fault === null) expect(answer.codes).toEqual(['XDSRepositoryError']);
  });

  it('must name the patient of the documents', async () => {
    const sent = await submission();
    await scene.xds.registerDocuments(sent);
    const stranger = scene.client(() => scene.assertion({ localPatient: '000999^^^&2.999.1.10&ISO^PI' }));
    const [entry] = (await scene.xds.findDocuments({ patientId: sent.submissionSet.patientId }).all()).documents;

    await expect(stranger.registerDocuments(await submission())).rejects.toMatchObject({ code: 'TE_AUTHN_REJECTED' });
    await expect(stranger.findDocuments({ patientId: entry!.patientId }).all()).rejects.toMatchObject({
      code: 'TE_AUTHN_REJECTED',
    });
    const got = await stranger.query({ query: 'GetDocuments', uniqueIds: [entry!.uniqueId] }).all();
    expect(got.documents).toEqual([]);
    const asked = { repositoryUniqueId: entry!.repositoryUniqueId ?? '', uniqueId: entry!.uniqueId };
    await expect(stranger.retrieveDocuments([asked])).rejects.toMatchObject({
      details: { errorCodes: ['XDSDocumentUniqueIdError'] },
    });
  });

  it('does not open a dossier to whom the patient blocks', async () => {
    const other = await openScene();
    other.simulator.block(fictivePatient().localId, rppsHolder);
    await expect(other.xds.registerDocuments(await submission())).rejects.toMatchObject({
      details: { errorCodes: ['XDSRepositoryError'] },
    });
    await expect(other.xds.query({ query: 'GetDocuments', uniqueIds: ['2.999.1'] }).all()).rejects.toMatchObject({
      details: { errorCodes: ['SIMBlocked'] },
    });
    await other.close();
  });
});

describe('a deposit that is not right', () => {
  it.each<[string, (parts: readonly RawPart[], cid: string) => readonly RawPart[]]>([
    ['a part is missing', ([root]) => [root!]],
    ['two parts bear one identifier', ([root, part]) => [root!, part!, part!]],
    ['a part bears the identifier of the root', ([root, part]) => [root!, part!, documentPart('racine', 'x')]],
    ['the root is not the one announced', ([root, part]) => [{ ...root!, headers: root!.headers.slice(0, 1) }, part!]],
    [
      'the root is no XOP',
      ([root, part]) => [{ ...root!, headers: ['Content-Type: text/plain', 'Content-ID: <racine>'] }, part!],
    ],
    [
      'a transfer encoding is unknown',
      ([root, part]) => [
        root!,
        {
          ...part!,
          headers: [...part!.headers.filter((h) => !h.startsWith('Content-T')), 'Content-Transfer-Encoding: x-rot13'],
        },
      ],
    ],
    ['a header is none', ([root, part]) => [root!, { ...part!, headers: ['pas un en-tête'] }]],
    [
      'more parts than a message has',
      ([root, part]) => [root!, part!, ...Array.from({ length: 1_100 }, (_, n) => documentPart(`p${String(n)}`, 'x'))],
    ],
  ])('%s: a fault', async (_, change) => {
    const before = dossier().documents.length;
    const answer = await deposit(refused, change);
    expect(answer.fault).toBe('Sender');
    expect(dossier().documents).toHaveLength(before);
  });

  it.each([
    [
      'a reference to another host',
      (text: string) => text.replace(/href="cid:[^"]*"/, 'href="https://ailleurs.example/document"'),
    ],
    ['a reference to a file', (text: string) => text.replace(/href="cid:[^"]*"/, 'href="file:///etc/passwd"')],
    ['a reference beside a text', (text: string) => text.replace('</xds:Document>', 'YQ==</xds:Document>')],
    [
      'base64 that is none',
      (text: string) => text.replace(/(<xds:Document [^>]*>)[^]*?(<\/xds:Document>)/, '$1pas du base64 !$2'),
    ],
  ])('%s: a fault', async (_, change) => {
    const answer = await deposit(refused, undefined, change);
    expect([answer.status, answer.fault]).toEqual([400, 'Sender']);
  });

  const slot = (name: string, value: string) => (text: string) =>
    text.replace(new RegExp(`(name="${name}"><rim:ValueList><rim:Value>)[^<]*`), `$1${value}`);
  const code = (scheme: string) => (text: string) =>
    text.replace(new RegExp(`<rim:Classification(?=[^>]*${scheme})[^]*?</rim:Classification>`), '');

  it.each<[string, (text: string) => string, readonly string[]]>([
    ['another hash', slot('hash', 'f'.repeat(40)), ['XDSRepositoryMetadataError']],
    ['another size', slot('size', '12'), ['XDSRepositoryMetadataError']],
    [
      'another title',
      (text) => text.replace(/(<rim:ExtrinsicObject [^]*?<rim:LocalizedString [^>]*value=")[^"]*/, '$1Autre'),
      ['XDSRepositoryMetadataError'],
    ],
    ['no type', code('f0306f51-975f-434e-a61c-c59651d33983'), ['XDSRegistryMetadataError']],
    ['no author and no class', code('41a5887f-8865-4c09-adf7-e362475b143a'), ['XDSRegistryMetadataError']],
    ['no creation time', slot('creationTime', 'hier'), ['XDSRegistryMetadataError']],
    ['a value that is too long', slot('languageCode', 'a'.repeat(257)), ['XDSRegistryMetadataError']],
    [
      'no membership',
      (text) => text.replaceAll(/<rim:Association [^]*?<\/rim:Association>/g, ''),
      ['XDSRegistryMetadataError'],
    ],
    [
      'an association of an unknown type',
      (text) => text.replace('AssociationType:HasMember', 'AssociationType:Autre'),
      ['XDSRegistryMetadataError', 'XDSRegistryMetadataError'],
    ],
    ['no document', (text) => text.replace(/<xds:Document [^]*?<\/xds:Document>/, ''), ['XDSMissingDocument']],
    [
      'a document without its entry',
      (text) => text.replace('<xds:Document ', '<xds:Document id="Autre">YQ==</xds:Document><xds:Document '),
      ['XDSMissingDocumentMetadata'],
    ],
    [
      'one document twice',
      (text) => text.replace(/<xds:Document [^]*?<\/xds:Document>/, '$&$&'),
      ['XDSRepositoryMetadataError'],
    ],
    [
      'no submission set',
      (text) => text.replace(/<rim:RegistryPackage [^]*?<\/rim:RegistryPackage>/, ''),
      ['XDSRegistryMetadataError'],
    ],
    [
      'no metadata',
      (text) => text.replace(/<lcm:SubmitObjectsRequest [^]*?<\/lcm:SubmitObjectsRequest>/, ''),
      ['XDSRepositoryMetadataError'],
    ],
    [
      'a patient nobody knows',
      (text) =>
        text
          .replaceAll(/value="\d{15}\^/g, 'value="199999999999999^')
          .replaceAll(/(name="sourcePatientId"><rim:ValueList><rim:Value>)[^^]*/g, '$1INCONNU'),
      ['XDSUnknownPatientId'],
    ],
    [
      'two patients',
      (text) => text.replace(/value="\d{15}\^/, 'value="199999999999999^'),
      ['XDSPatientIdDoesNotMatch'],
    ],
  ])('%s', async (_, change, codes) => {
    const before = dossier().documents.length;
    const answer = await deposit(refused, undefined, change);
    expect([answer.status, answer.fault, answer.codes]).toEqual([200, null, codes]);
    for (const text of [/codeContext="[^"]{10,}"/, /ResponseStatusType:Failure/]) expect(answer.body).toMatch(text);
    expect(dossier().documents).toHaveLength(before);
  });

  it('is no second content of one identifier', async () => {
    const first = await letter({ uniqueId: '2.999.55.1', title: 'Premier' });
    const second = await letter({ uniqueId: '2.999.55.1', title: 'Second' });
    await scene.xds.registerDocuments(createSubmission([first], { sourceId }));
    await expect(scene.xds.registerDocuments(createSubmission([second], { sourceId }))).rejects.toMatchObject({
      code: 'TE_CONFLICT',
      details: { errorCodes: ['XDSNonIdenticalHash'] },
    });
    expect(dossier().documents.filter(({ uniqueId }) => uniqueId === '2.999.55.1')).toMatchObject([
      { title: 'Premier' },
    ]);
  });

  it('does not repeat what it was sent', async () => {
    const canary = 'CANARI-7F3A';
    const answer = await deposit(refused, undefined, (text) =>
      text.replace('AssociationType:HasMember', canary).replaceAll('Document01', canary),
    );
    expect(answer.body).not.toContain(canary);
    const faulty = await post(scene, 'retrieve', await envelope(scene, 'retrieve', `<${canary}/>`));
    expect(faulty.body).not.toContain(canary);
  });
});

describe('the body of a request', () => {
  it('may hold its documents inline', async () => {
    const { payload, content, sha1 } = await depositOf(await submission());
    const inline = payload.replace(/<xop:Include[^]*?<\/xop:Include>/, content.toString('base64'));
    const answer = await post(scene, 'register', await envelope(scene, 'register', inline));
    expect([answer.status, answer.codes]).toEqual([200, []]);
    expect(answer.type).toContain('application/soap+xml');
    expect(dossier().documents.at(-1)?.sha1).toBe(sha1);
  });

  it('may have its root behind the documents, and references that are encoded', async () => {
    const answer = await deposit(
      await submission(),
      ([root, part]) => [part!, root!],
      (text) => text.replace(/href="cid:([^"]*)"/, (_, id: string) => `href="cid:${encodeURIComponent(id)}"`),
    );
    expect([answer.codes, answer.fault]).toEqual([[], null]);
    expect(answer.type).toContain('multipart/related');
  });

  it('is refused when it is too long, announced or not', async () => {
    const long = Buffer.alloc(2_500_000, 'a');
    const announced = await post(scene, 'register', long, mtomType).catch(() => null);
    expect(announced?.status ?? 413).toBe(413);
    const chunked = await post(scene, 'register', long, mtomType, { 'Transfer-Encoding': 'chunked' }).catch(() => null);
    expect(chunked?.status ?? 413).toBe(413);
  });

  it('is never taken in when it is cut', async () => {
    const before = dossier().documents.length;
    const { payload, cid, content } = await depositOf(refused);
    const root = rootPart(await envelope(scene, 'register', payload));
    const whole = multipart([root, documentPart(cid, content)]);

    // With a length that fits what comes: the closing boundary is what is missing.
    for (let end = 0; end < whole.length - 4; end += 1_024) {
      const answer = await post(scene, 'register', whole.subarray(0, end), mtomType);
      expect([answer.status, answer.fault], String(end)).toEqual([400, 'Sender']);
    }
    // With the length of the whole: the connection ends before.
    const { port } = new URL(scene.simulator.registry.register);
    await new Promise<void>((resolve) => {
      const socket = tlsConnect(
        { host: '127.0.0.1', port: Number(port), ca: scene.simulator.caPem, servername: 'localhost' },
        () => {
          socket.write(
            `POST /xds/iti41 HTTP/1.1\r\nHost: x\r\nContent-Type: ${mtomType}\r\nContent-Length: ${String(whole.length)}\r\n\r\n`,
          );
          socket.end(whole.subarray(0, whole.length - 10));
        },
      );
      socket
        .on('error', () => undefined)
        .on('close', () => resolve())
        .resume();
    });
    expect(dossier().documents).toHaveLength(before);
  });
});

describe('faults on purpose', () => {
  it('refuse with a code of the standard, or with a fault', async () => {
    const { simulator, xds } = scene;
    simulator.inject({ kind: 'registry-error', code: 'XDSRegistryBusy' });
    await expect(xds.registerDocuments(await submission())).rejects.toMatchObject({
      code: 'TE_UNAVAILABLE',
      retryable: true,
      details: { unknownOutcome: false },
    });
    simulator.inject({ kind: 'registry-error', code: 'XDSTooManyResults' });
    await expect(xds.query({ query: 'GetDocuments', uniqueIds: ['2.999.1'] }).all()).rejects.toMatchObject({
      details: { errorCodes: ['XDSTooManyResults'] },
    });
    simulator.inject({ kind: 'soap-fault', code: 'wsse:FailedAuthentication' });
    await expect(xds.query({ query: 'GetDocuments', uniqueIds: ['2.999.1'] }).all()).rejects.toMatchObject({
      code: 'TE_AUTHN_REJECTED',
    });
    simulator.inject({ kind: 'soap-fault', code: 'Receiver' });
    await expect(xds.query({ query: 'GetDocuments', uniqueIds: ['2.999.1'] }).all()).rejects.toMatchObject({
      details: { faultCode: 'Receiver' },
    });
    expect(() => simulator.inject({ kind: 'soap-fault', code: 'n’importe quoi' })).toThrow('fault.code');
  });

  it('lose the answer of a deposit that was taken in', async () => {
    const { simulator, xds } = scene;
    const sent = await submission();
    simulator.inject({ kind: 'http-lost-answer' });
    await expect(xds.registerDocuments(sent)).rejects.toMatchObject({ details: { unknownOutcome: true } });
    await expect(xds.registerDocuments(sent)).rejects.toMatchObject({ code: 'TE_DUPLICATE' });
  });
});
