import { createHash } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import { checkFile, rules, type FileReport } from '../../src/conformance/index.ts';

const soap12 = 'http://www.w3.org/2003/05/soap-envelope';
const soap11 = 'http://schemas.xmlsoap.org/soap/envelope/';
const wsa = 'http://www.w3.org/2005/08/addressing';
const rim = 'urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0';
const rs = 'urn:oasis:names:tc:ebxml-regrep:xsd:rs:3.0';
const query = 'urn:oasis:names:tc:ebxml-regrep:xsd:query:3.0';
const lcm = 'urn:oasis:names:tc:ebxml-regrep:xsd:lcm:3.0';
const xds = 'urn:ihe:iti:xds-b:2007';
const wsse = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd';
const findDocuments = 'urn:uuid:14d4debf-8f97-4251-9a74-a90016b0af0d';

const check = (text: string | Buffer): Promise<FileReport> => checkFile(Buffer.from(text));
/** Rule and place of what was found, sorted by place in the list. */
const told = async (text: string | Buffer): Promise<string[]> =>
  (await check(text)).findings.map(({ rule, path, severity }) => `${severity} ${rule} ${path}`);
const causes = async (text: string | Buffer): Promise<string[]> =>
  (await check(text)).findings.map(({ rule, messageEn }) => `${rule}: ${messageEn}`);

const header = (action: string, more = '<a:MessageID>urn:uuid:1</a:MessageID>'): string =>
  `<s:Header xmlns:a="${wsa}"><a:Action s:mustUnderstand="1">${action}</a:Action>${more}</s:Header>`;
const answered = (action: string): string => header(action, '<a:RelatesTo>urn:uuid:1</a:RelatesTo>');
const envelope = (head: string, body: string, ns = soap12): string =>
  `<s:Envelope xmlns:s="${ns}">${head}<s:Body>${body}</s:Body></s:Envelope>`;

const slot = (name: string, value: string): string =>
  `<m:Slot name="${name}"><m:ValueList><m:Value>${value}</m:Value></m:ValueList></m:Slot>`;
const patient = slot('$XDSDocumentEntryPatientId', "'1^^^&amp;2.999&amp;ISO'");
const status = slot('$XDSDocumentEntryStatus', "('urn:x:Approved')");
const asked = (slots: string, id = findDocuments, type = 'LeafClass'): string =>
  `<q:AdhocQueryRequest xmlns:q="${query}" xmlns:m="${rim}"><q:ResponseOption returnType="${type}"/><m:AdhocQuery id="${id}">${slots}</m:AdhocQuery></q:AdhocQueryRequest>`;
const queryOf = (payload: string): string => envelope(header('urn:ihe:iti:2007:RegistryStoredQuery'), payload);
const response = (state: string, errors = ''): string =>
  `<r:RegistryResponse xmlns:r="${rs}"${state}>${errors && `<r:RegistryErrorList>${errors}</r:RegistryErrorList>`}</r:RegistryResponse>`;
const state = (word: string): string => ` status="urn:oasis:names:tc:ebxml-regrep:ResponseStatusType:${word}"`;
const error = (code: string, severity = 'Error'): string =>
  `<r:RegistryError errorCode="${code}" codeContext="DUPRE-CANARI" severity="urn:x:${severity}"/>`;
const answerOf = (payload: string): string =>
  envelope(answered('urn:ihe:iti:2007:ProvideAndRegisterDocumentSet-bResponse'), payload);

describe('an envelope', () => {
  it('is right with its headers and a known operation', async () => {
    await expect(check(queryOf(asked(patient + status)))).resolves.toEqual({ kind: 'message', ok: true, findings: [] });
  });

  it.each([
    ['without a body', `<s:Envelope xmlns:s="${soap12}"/>`, 'it has no body'],
    ['with two bodies', `<s:Envelope xmlns:s="${soap12}"><s:Body/><s:Body/></s:Envelope>`, 'it has several bodies'],
    [
      'with two headers',
      `<s:Envelope xmlns:s="${soap12}"><s:Header/><s:Header/><s:Body/></s:Envelope>`,
      'it has several headers',
    ],
    [
      'whose header comes last',
      `<s:Envelope xmlns:s="${soap12}"><s:Body/><s:Header/></s:Envelope>`,
      'the header follows the body',
    ],
    [
      'with a third part',
      `<s:Envelope xmlns:s="${soap12}"><s:Body/><x:A xmlns:x="urn:x"/></s:Envelope>`,
      'it holds more than',
    ],
    [
      'with two requests',
      envelope('', '<x:A xmlns:x="urn:x"/><x:B xmlns:x="urn:x"/>'),
      'its body carries several requests',
    ],
  ])('%s', async (_, text, cause) => {
    expect((await causes(text)).filter((line) => line.startsWith('SOAP-STRUCTURE'))).toEqual([
      expect.stringContaining(cause),
    ]);
  });

  it('is of SOAP 1.2, in its namespace', async () => {
    const old = queryOf(asked(patient + status)).replace(soap12, soap11);
    await expect(told(old)).resolves.toEqual(['error SOAP-VERSION /Envelope']);
    await expect(told('<s:Envelope xmlns:s="urn:soap"><s:Body/></s:Envelope>')).resolves.toEqual([
      'error SOAP-VERSION /Envelope',
    ]);
  });

  it('names its operation, and the one of its body', async () => {
    const at = '/Envelope/Header';
    await expect(told(envelope('', asked(patient + status)))).resolves.toEqual([
      `error SOAP-ADDRESSING ${at}/Action`,
      `error SOAP-ADDRESSING ${at}/MessageID`,
    ]);
    await expect(told(envelope('', response(state('Success'))))).resolves.toEqual([
      `warning SOAP-ADDRESSING ${at}/Action`,
      `warning SOAP-ADDRESSING ${at}/RelatesTo`,
    ]);

    const other = envelope(header('urn:ihe:iti:2007:RetrieveDocumentSet'), asked(patient + status));
    const { findings } = await check(other);
    expect(findings).toMatchObject([
      {
        rule: 'SOAP-ACTION',
        found: 'urn:ihe:iti:2007:RetrieveDocumentSet',
        expected: 'urn:ihe:iti:2007:RegistryStoredQuery',
      },
    ]);

    const former = queryOf(asked(patient + status)).replace(wsa, 'http://schemas.xmlsoap.org/ws/2004/08/addressing');
    await expect(told(former)).resolves.toEqual([`warning SOAP-ADDRESSING ${at}`]);
  });

  it.each([
    [
      'another prefix',
      (text: string) => text.replaceAll(/(?<![a-z])s:/g, 'env-1:').replace('xmlns:s=', 'xmlns:env-1='),
    ],
    ['parts of words in CDATA', (text: string) => text.replace('>urn:ihe:iti:', '><![CDATA[urn:ihe:iti:]]>')],
    ['comments inside words', (text: string) => text.replace('iti:2007', 'iti:<!-- no -->2007')],
    ['comments between elements', (text: string) => text.replaceAll('><', '><!-- <s:Fault/> --><')],
    ['lines between elements', (text: string) => text.replaceAll('><', '>\r\n\t<')],
    ['a letter by its number', (text: string) => text.replace('RegistryStored', 'Registry&#83;tored')],
    ['a mark and a declaration', (text: string) => `\uFEFF<?xml version="1.0" encoding="utf-8"?>\n${text}`],
  ])('is the same with %s', async (_, change) => {
    const right = queryOf(asked(patient + status));
    expect(change(right)).not.toBe(right);
    await expect(check(change(right))).resolves.toEqual({ kind: 'message', ok: true, findings: [] });
  });

  it('without any namespace is no envelope of SOAP 1.2', async () => {
    await expect(check('<Envelope><Body/></Envelope>')).resolves.toMatchObject({
      kind: 'message',
      findings: [{ rule: 'SOAP-VERSION' }],
    });
  });

  it('has each addressing header once', async () => {
    const right = queryOf(asked(patient + status));
    const twice = right.replace(/<a:MessageID>.*<\/a:MessageID>/, '$&<a:MessageID>urn:uuid:2</a:MessageID>');
    await expect(told(twice)).resolves.toEqual(['error SOAP-ADDRESSING /Envelope/Header/MessageID']);
    await expect(causes(twice)).resolves.toEqual([expect.stringContaining('written twice')]);
    // A header of another namespace is another header, and a message may answer several.
    await expect(
      told(right.replace('<a:MessageID>', '<x:To xmlns:x="urn:x"/><x:To xmlns:x="urn:x"/>$&')),
    ).resolves.toEqual([]);
    const relates = answerOf(response(state('Success'))).replace(
      '<a:RelatesTo>',
      '<a:RelatesTo>urn:uuid:0</a:RelatesTo>$&',
    );
    await expect(told(relates)).resolves.toEqual([]);
  });

  it('says what must be understood in the words of SOAP', async () => {
    for (const wrong of ['s:mustUnderstand="yes"', 'a:mustUnderstand="1"', 'mustUnderstand="1"']) {
      const text = queryOf(asked(patient + status)).replace('s:mustUnderstand="1"', wrong);
      await expect(told(text)).resolves.toEqual(['error SOAP-MUST-UNDERSTAND /Envelope/Header/Action/@mustUnderstand']);
    }
  });

  it('around an operation of another service is all that is judged', async () => {
    await expect(told(envelope('', '<x:A xmlns:x="urn:x"/>'))).resolves.toEqual([
      'info MESSAGE-OTHER /Envelope/Body/A',
    ]);
    await expect(told(envelope('', ''))).resolves.toEqual([]);
  });
});

describe('a fault', () => {
  const fault = (code: string, subcode = '', more = ''): string =>
    envelope(
      more,
      `<s:Fault xmlns:w="${wsse}" xmlns:a="${wsa}"><s:Code><s:Value>${code}</s:Value>${subcode && `<s:Subcode><s:Value>${subcode}</s:Value></s:Subcode>`}</s:Code><s:Reason><s:Text xml:lang="fr">DUPRE-CANARI</s:Text></s:Reason></s:Fault>`,
    );

  it.each([
    ['s:VersionMismatch', '', 'the version of SOAP'],
    ['s:MustUnderstand', '', 'does not understand a header'],
    ['s:Sender', 'w:MessageExpired', 'not valid any more'],
    ['s:Sender', 'w:FailedAuthentication', 'the assertion is refused'],
    ['s:Sender', 'a:ActionNotSupported', 'does not offer the operation'],
    ['s:Sender', 'a:MessageAddressingHeaderRequired', 'addressing header'],
    ['s:Sender', '', 'finds the request wrong'],
    ['s:Receiver', 'x:Vendor', 'could not process it'],
    ['x:Odd', '', 'not of the standard'],
  ])('%s %s', async (code, subcode, cause) => {
    const { ok, kind, findings } = await check(fault(code, subcode));
    expect({ ok, kind }).toEqual({ ok: false, kind: 'message' });
    expect(findings).toMatchObject([{ rule: 'SOAP-FAULT', path: '/Envelope/Body/Fault' }]);
    expect(findings[0]?.messageEn).toContain(cause);
    expect(JSON.stringify(findings)).not.toContain('CANARI');
  });

  it('of SOAP 1.1 is read too, with the headers that were not understood', async () => {
    const old = envelope('', '<s:Fault><faultcode>s:Client</faultcode><faultstring>x</faultstring></s:Fault>', soap11);
    await expect(causes(old)).resolves.toEqual([expect.stringContaining('finds the request wrong')]);

    const more = `<s:Header><s:NotUnderstood qname="a:To" xmlns:a="${wsa}"/></s:Header>`;
    const { findings } = await check(fault('s:MustUnderstand', '', more));
    expect(findings[0]?.found).toBe('MustUnderstand To');
  });
});

describe('an answer of a registry', () => {
  it.each([
    ['', '', 'MESSAGE-STATUS', 'does not say whether'],
    [' status="urn:x:Perhaps"', '', 'MESSAGE-STATUS', 'not of the standard'],
    [state('Success'), error('XDSRegistryError'), 'MESSAGE-STATUS', 'contradicts itself'],
    [state('Failure'), '', 'MESSAGE-STATUS', 'without a reason'],
    [state('Failure'), error('XDSRegistryBusy'), 'REGISTRY-XDSREGISTRYBUSY', 'too busy'],
    [state('Failure'), error('OURS-1'), 'REGISTRY-OTHER-CODE', 'not of the standard'],
  ])('%s %s', async (word, errors, rule, cause) => {
    const report = await check(answerOf(response(word, errors)));
    expect(report.ok).toBe(false);
    expect(report.findings[0]).toMatchObject({ rule });
    expect(report.findings[0]?.messageEn).toContain(cause);
    expect(JSON.stringify(report)).not.toContain('CANARI');
  });

  it('may succeed, or in part, with warnings', async () => {
    await expect(check(answerOf(response(state('Success'))))).resolves.toMatchObject({ ok: true, findings: [] });
    await expect(
      told(answerOf(response(state('PartialSuccess'), error('XDSExtraMetadataNotSaved', 'Warning')))),
    ).resolves.toEqual([
      'warning MESSAGE-STATUS /Envelope/Body/RegistryResponse/@status',
      'warning REGISTRY-XDSEXTRAMETADATANOTSAVED /Envelope/Body/RegistryResponse/RegistryErrorList/RegistryError[1]',
    ]);
  });

  it('to a query is judged entry by entry, not as a submission', async () => {
    const entry = `<m:ExtrinsicObject id="urn:uuid:11111111-7a00-4000-8000-000000000001" mimeType="text/xml"/>`;
    const answer = (objects: string): string =>
      envelope(
        answered('urn:ihe:iti:2007:RegistryStoredQueryResponse'),
        `<q:AdhocQueryResponse xmlns:q="${query}" xmlns:m="${rim}"${state('Success')}><m:RegistryObjectList>${objects}</m:RegistryObjectList></q:AdhocQueryResponse>`,
      );
    await expect(check(answer(''))).resolves.toMatchObject({ kind: 'metadata', ok: true, findings: [] });

    const found = new Set((await check(answer(entry))).findings.map(({ rule }) => rule));
    expect(found).toContain('XDS-REQUIRED');
    expect([...found].filter((rule) => ['XDS-SET', 'XDS-MEMBER', 'XDS-LINK'].includes(rule))).toEqual([]);
  });

  it('to a retrieve names each of its documents', async () => {
    const answer = (document: string): string =>
      envelope(
        answered('urn:ihe:iti:2007:RetrieveDocumentSetResponse'),
        `<x:RetrieveDocumentSetResponse xmlns:x="${xds}">${response(state('Success'))}<x:DocumentResponse>${document}</x:DocumentResponse></x:RetrieveDocumentSetResponse>`,
      );
    const whole =
      '<x:RepositoryUniqueId>2.999</x:RepositoryUniqueId><x:DocumentUniqueId>2.999.1</x:DocumentUniqueId><x:mimeType>text/xml</x:mimeType><x:Document>QQ==</x:Document>';
    await expect(told(answer(whole))).resolves.toEqual([]);
    const at = '/Envelope/Body/RetrieveDocumentSetResponse';
    await expect(told(answer(whole.replace('QQ==', 'é, no base64')))).resolves.toEqual([
      `error MESSAGE-RETRIEVE ${at}/DocumentResponse[1]/Document`,
    ]);
    await expect(told(answer(whole).replace(response(state('Success')), ''))).resolves.toEqual([
      `error MESSAGE-STATUS ${at}/RegistryResponse/@status`,
    ]);
    await expect(told(answer(whole.replaceAll(/>[^<>]+</g, '> \n<')))).resolves.toHaveLength(4);
    await expect(told(answer(''))).resolves.toEqual(
      ['DocumentUniqueId', 'RepositoryUniqueId', 'mimeType', 'Document'].map(
        (name) => `error MESSAGE-RETRIEVE /Envelope/Body/RetrieveDocumentSetResponse/DocumentResponse[1]/${name}`,
      ),
    );
  });
});

describe('a request to a registry', () => {
  const at = '/Envelope/Body/AdhocQueryRequest';

  it.each([
    ['without its patient', asked(status), [`error MESSAGE-QUERY ${at}/AdhocQuery/Slot`]],
    ['without a query', `<q:AdhocQueryRequest xmlns:q="${query}"/>`, [`error MESSAGE-QUERY ${at}/AdhocQuery`]],
    ['of a query of its own', asked('', 'urn:uuid:0'), [`warning MESSAGE-QUERY ${at}/AdhocQuery/@id`]],
    [
      'with two queries',
      asked(patient + status).replace('</q:AdhocQueryRequest>', `<m:AdhocQuery id="${findDocuments}"/>$&`),
      [`error MESSAGE-QUERY ${at}/AdhocQuery`],
    ],
    [
      'whose value is nil',
      asked(patient + status).replace(
        "<m:Value>('urn:x:Approved')</m:Value>",
        '<m:Value xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:nil="true"/>',
      ),
      [`error MESSAGE-QUERY ${at}/AdhocQuery/Slot[@name='$XDSDocumentEntryStatus']`],
    ],
    [
      'for another type',
      asked(patient + status, findDocuments, 'All'),
      [`error MESSAGE-QUERY ${at}/ResponseOption/@returnType`],
    ],
    [
      'whose value has no quotes',
      asked(patient + slot('$XDSDocumentEntryStatus', '(urn:x:Approved)')),
      [`error MESSAGE-QUERY ${at}/AdhocQuery/Slot[@name='$XDSDocumentEntryStatus']`],
    ],
    [
      'with an empty parameter',
      asked(`${patient}${status}<m:Slot name="$X"/>`),
      [`error MESSAGE-QUERY ${at}/AdhocQuery/Slot[@name='$X']`],
    ],
  ])('%s', async (_, payload, expected) => {
    await expect(told(queryOf(payload))).resolves.toEqual(expected);
  });

  it('takes one of two names of an object', async () => {
    const id = 'urn:uuid:5c4f972b-d56b-40ac-a5fc-c8ca9b40b9d4';
    await expect(told(queryOf(asked(slot('$XDSDocumentEntryUniqueId', "('2.999.1')"), id)))).resolves.toEqual([]);
    await expect(told(queryOf(asked('', id)))).resolves.toHaveLength(1);
  });

  it('names what it retrieves or removes', async () => {
    const retrieve = (inner: string): string =>
      envelope(
        header('urn:ihe:iti:2007:RetrieveDocumentSet'),
        `<x:RetrieveDocumentSetRequest xmlns:x="${xds}">${inner}</x:RetrieveDocumentSetRequest>`,
      );
    await expect(told(retrieve(''))).resolves.toHaveLength(1);
    await expect(
      told(retrieve('<x:DocumentRequest><x:RepositoryUniqueId>here</x:RepositoryUniqueId></x:DocumentRequest>')),
    ).resolves.toHaveLength(2);

    const remove = (inner: string): string =>
      envelope(
        header('urn:ihe:iti:2010:DeleteDocumentSet'),
        `<l:RemoveObjectsRequest xmlns:l="${lcm}" xmlns:m="${rim}">${inner}</l:RemoveObjectsRequest>`,
      );
    await expect(told(remove(''))).resolves.toEqual([
      'error MESSAGE-OBJECTS /Envelope/Body/RemoveObjectsRequest/ObjectRefList',
    ]);
    await expect(told(remove('<m:ObjectRefList><m:ObjectRef id="urn:uuid:1"/></m:ObjectRefList>'))).resolves.toEqual(
      [],
    );
  });

  it('in ebRIM 2.1 is refused as such', async () => {
    const old =
      '<SubmitObjectsRequest xmlns="urn:oasis:names:tc:ebxml-regrep:registry:xsd:2.1"><LeafRegistryObjectList/></SubmitObjectsRequest>';
    await expect(told(old)).resolves.toEqual(['error MESSAGE-EBRIM /SubmitObjectsRequest']);
  });
});

describe('a deposit', () => {
  const content = Buffer.from('<ClinicalDocument/>');
  const sha1 = createHash('sha1').update(content).digest('hex');
  const deposit = (documents: string, hash = sha1, size = content.length): string =>
    envelope(
      header('urn:ihe:iti:2007:ProvideAndRegisterDocumentSet-b'),
      `<x:ProvideAndRegisterDocumentSetRequest xmlns:x="${xds}" xmlns:m="${rim}"><l:SubmitObjectsRequest xmlns:l="${lcm}"><m:RegistryObjectList><m:ExtrinsicObject id="doc1">${slot('hash', hash)}${slot('size', String(size))}</m:ExtrinsicObject></m:RegistryObjectList></l:SubmitObjectsRequest>${documents}</x:ProvideAndRegisterDocumentSetRequest>`,
    );
  const inline = (id: string): string => `<x:Document id="${id}">${content.toString('base64')}</x:Document>`;
  const include = (href: string): string =>
    `<x:Document id="doc1"><i:Include xmlns:i="http://www.w3.org/2004/08/xop/include" href="${href}"/></x:Document>`;
  const inParts = (root: string, more = 'Content-ID: <doc 1@x>', type = 'application/xop+xml'): string =>
    `POST /xds HTTP/1.1\r\nContent-Type: multipart/related; type="application/xop+xml"; boundary=b; start="<r@x>"; start-info="application/soap+xml"\r\n\r\n` +
    `--b\r\nContent-Type: ${type}; type="application/soap+xml"\r\nContent-ID: <r@x>\r\n\r\n${root}\r\n--b\r\nContent-Type: text/xml\r\nContent-Transfer-Encoding: binary\r\n${more}\r\n\r\n${content.toString()}\r\n--b--\r\n`;
  const ours = async (text: string): Promise<string[]> =>
    (await causes(text)).filter((line) => line.startsWith('MESSAGE-'));

  it('has for each entry its document, whose bytes are those announced', async () => {
    await expect(ours(deposit(inline('doc1')))).resolves.toEqual([]);
    await expect(ours(inParts(deposit(include('cid:doc%201@x'))))).resolves.toEqual([]);
    await expect(ours(inParts(deposit(include('cid:doc 1@x'))))).resolves.toEqual([]);

    await expect(ours(deposit(inline('doc1'), '0'.repeat(40), 3))).resolves.toEqual([
      expect.stringContaining('the hash'),
      expect.stringContaining('the size'),
    ]);
    await expect(ours(inParts(deposit(include('cid:doc 1@x'), '0'.repeat(40))))).resolves.toEqual([
      expect.stringContaining('the hash'),
    ]);
  });

  it('has neither more nor less than its entries', async () => {
    await expect(ours(deposit(''))).resolves.toEqual([expect.stringContaining('XDSMissingDocument)')]);
    await expect(ours(deposit(inline('doc1') + inline('doc2')))).resolves.toEqual([
      expect.stringContaining('XDSMissingDocumentMetadata'),
    ]);
    await expect(ours(deposit(inline('doc1') + inline('doc1')))).resolves.toEqual([
      expect.stringContaining('bear one identifier'),
    ]);
  });

  it('bears base64 where it bears its documents itself', async () => {
    const text = content.toString('base64');
    await expect(ours(deposit(inline('doc1').replace(text, text.replaceAll(/.{8}/g, '$&\r\n '))))).resolves.toEqual([]);
    for (const wrong of [text.slice(0, -1), `=${text.slice(1)}`, 'é'.repeat(4)]) {
      await expect(ours(deposit(inline('doc1').replace(text, wrong)))).resolves.toContainEqual(
        expect.stringContaining('no base64'),
      );
    }
  });

  it('names a document by no more than what identifiers hold', async () => {
    const { findings } = await check(deposit(inline("doc1'] DUPRE CANARI")));
    expect(JSON.stringify(findings)).not.toMatch(/DUPRE CANARI|\] D/);
  });

  it('refers to its own parts only', async () => {
    await expect(ours(inParts(deposit(include('cid:other@x'))))).resolves.toEqual([
      expect.stringContaining('not in the message'),
    ]);
    await expect(ours(deposit(include('https://elsewhere.example/doc')))).resolves.toEqual([
      expect.stringContaining('something else than a part'),
    ]);
    // An envelope kept alone has lost its parts, which is no fault of its sender.
    await expect(ours(deposit(include('cid:doc1@x')))).resolves.toEqual([]);
  });

  it('announces its parts as XOP does', async () => {
    const right = inParts(deposit(include('cid:doc 1@x')));
    const wrong = right.replace('; start-info="application/soap+xml"', '').replace('start="<r@x>"', 'start="<z@x>"');
    await expect(ours(wrong)).resolves.toEqual([
      expect.stringContaining('`start-info`'),
      expect.stringContaining('`start` gives'),
    ]);
    await expect(ours(inParts(deposit(include('cid:doc 1@x')), undefined, 'text/xml'))).resolves.toEqual([
      expect.stringContaining('the type of the root part'),
    ]);
    const same = inParts(
      deposit(include('cid:doc 1@x')),
      'Content-ID: <doc 1@x>\r\n\r\nA\r\n--b\r\nContent-ID: doc 1@x',
    );
    await expect(ours(same)).resolves.toContainEqual(expect.stringContaining('bear one identifier'));
    await expect(ours(right.replace('--b--', ''))).resolves.toContainEqual(expect.stringContaining('closing boundary'));
  });
});

describe('a message in parts', () => {
  const right = queryOf(asked(patient + status));
  const type =
    'Content-Type: multipart/related; type="application/xop+xml"; boundary=b; start-info="application/soap+xml"';
  const body = (root: string, encoding = 'binary'): string =>
    `--b\r\nContent-Type: application/xop+xml; type="application/soap+xml"\r\nContent-Transfer-Encoding: ${encoding}\r\n\r\n${root}\r\n--b--\r\n`;

  it.each([
    ['lines before the first', `${type}\r\n\r\nThis is a message in several parts.\r\n\r\n${body(right)}`],
    ['a line that begins like their boundary', `${type}\r\n\r\n--bc\r\n${body(right)}`],
    ['no headers, and lines before the first', `This is a message in several parts.\r\n${body(right)}`],
    ['something behind the last', `${type}\r\n\r\n${body(right)}--b\r\n\r\n<s:Fault/>`],
    ['a mark before the envelope', `${type}\r\n\r\n${body(`\uFEFF${right}`)}`],
    ['an envelope in base64', `${type}\r\n\r\n${body(Buffer.from(right).toString('base64'), 'base64')}`],
    [
      'an envelope in quoted-printable',
      `${type}\r\n\r\n${body(right.replaceAll('=', '=3D').replaceAll('><', '>=\r\n<'), 'Quoted-Printable')}`,
    ],
  ])('is read with %s', async (_, text) => {
    await expect(check(text)).resolves.toEqual({ kind: 'message', ok: true, findings: [] });
  });

  it.each([
    ['base64 that is none', body('é', 'base64'), 'invalid base64'],
    ['an encoding of its own', body(right, 'x-gzip'), 'an unknown transfer encoding'],
  ])('is not, with %s', async (_, text, cause) => {
    const { ok, findings } = await check(`${type}\r\n\r\n${text}`);
    expect(ok).toBe(false);
    expect(findings).toMatchObject([{ rule: 'MESSAGE-PARTS', messageEn: expect.stringContaining(cause) as string }]);
  });
});

describe('a message of PIX or PDQ', () => {
  const fields = [
    'id',
    'creationTime',
    'interactionId',
    'processingCode',
    'processingModeCode',
    'acceptAckCode',
    'receiver',
    'sender',
  ];
  const message = (name: string, inner: string, without = ''): string =>
    `<${name} xmlns="urn:hl7-org:v3">${fields
      .filter((field) => field !== without)
      .map((field) => (field === 'interactionId' ? `<interactionId extension="${name}"/>` : `<${field}/>`))
      .join('')}${inner}</${name}>`;
  const acknowledged = (code: string, detail = ''): string =>
    `<acknowledgement><typeCode code="${code}"/><targetMessage><id root="2.999"/></targetMessage>${detail}</acknowledgement>`;
  const detail = (code: string, location = ''): string =>
    `<acknowledgementDetail typeCode="E"><code code="${code}"/><text>DUPRE-CANARI</text><location>${location}</location></acknowledgementDetail>`;
  const question =
    '<controlActProcess><queryByParameter><queryId/><parameterList><livingSubjectName><value><family>A</family></value></livingSubjectName></parameterList></queryByParameter></controlActProcess>';
  const ack = (inner: string): string => message('MCCI_IN000002UV01', inner);

  it('is right with what every transmission has', async () => {
    await expect(told(message('PRPA_IN201305UV02', question))).resolves.toEqual([]);
    await expect(told(ack(acknowledged('CA')))).resolves.toEqual([]);
    for (const field of fields) {
      await expect(told(message('PRPA_IN201305UV02', question, field))).resolves.toEqual([
        `error HL7-REQUIRED /PRPA_IN201305UV02/${field}`,
      ]);
    }
    const other = message('PRPA_IN201305UV02', question).replace('extension="PRPA_IN201305UV02"', 'extension="OTHER"');
    await expect(told(other)).resolves.toEqual(['warning HL7-NAME /PRPA_IN201305UV02/interactionId']);
  });

  it('asks something', async () => {
    const none = '<controlActProcess/>';
    const empty = '<controlActProcess><queryByParameter><parameterList/></queryByParameter></controlActProcess>';
    await expect(causes(message('PRPA_IN201309UV02', none))).resolves.toEqual([
      expect.stringContaining('asks nothing'),
    ]);
    await expect(causes(message('PRPA_IN201309UV02', empty))).resolves.toEqual([
      expect.stringContaining('no identifier'),
      expect.stringContaining('no parameter'),
    ]);
  });

  it.each([
    ['', 'acknowledges no message'],
    [acknowledged('XX'), 'not of the standard'],
    [acknowledged('AA') + acknowledged('AE'), 'contradict each other'],
    [acknowledged('AE'), 'finds an error'],
    [acknowledged('AR'), 'cannot process it'],
    [acknowledged('AE', detail('204', '/patientIdentifier')), 'does not know this patient'],
    [acknowledged('AE', detail('204', '/dataSource')), 'one of the domains'],
    [acknowledged('AE', detail('204')), 'an identifier of the request'],
    [acknowledged('AE', detail('205')), 'exists already'],
    [acknowledged('AE', detail('INTERR')), 'busy or failing'],
    [acknowledged('AE', detail('101')), 'required item'],
    [acknowledged('AE', detail('Z9')), 'without a common meaning'],
  ])('that refuses is explained: %s', async (inner, cause) => {
    const report = await check(ack(inner));
    expect(report).toMatchObject({ kind: 'message', ok: false });
    expect(report.findings.map(({ messageEn }) => messageEn)).toContainEqual(expect.stringContaining(cause));
    expect(JSON.stringify(report)).not.toContain('CANARI');
  });

  it('counts and names its patients', async () => {
    const found = (count: string, patients: string): string =>
      message(
        'PRPA_IN201306UV02',
        `${acknowledged('AA')}<controlActProcess>${patients}<queryAck><queryResponseCode code="OK"/><resultCurrentQuantity value="${count}"/></queryAck></controlActProcess>`,
      );
    const one = (id: string): string =>
      `<subject><registrationEvent><subject1><patient>${id}</patient></subject1></registrationEvent></subject>`;
    await expect(told(found('1', one('<id root="2.999" extension="1"/>')))).resolves.toEqual([]);
    await expect(told(found('2', one('<id nullFlavor="UNK"/>')))).resolves.toEqual([
      'error HL7-PATIENT /PRPA_IN201306UV02/patient[1]/id',
      'warning HL7-COUNT /PRPA_IN201306UV02/controlActProcess/queryAck/resultCurrentQuantity',
    ]);
    const error = found('0', '').replace('code="OK"', 'code="QE"');
    await expect(causes(error)).resolves.toEqual([expect.stringContaining('cannot answer the question')]);
  });
});

describe('a message that nobody can read', () => {
  it.each([
    ['cut', queryOf(asked(patient)).slice(0, 300), 'MESSAGE-XML'],
    ['with a DOCTYPE', `<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>${queryOf(asked('&e;'))}`, 'MESSAGE-XML'],
    [
      'in parts, without their boundary',
      'Content-Type: multipart/related; type="text/xml"; boundary=b\r\n\r\n--c\r\n\r\n<a/>\r\n--c--',
      'MESSAGE-PARTS',
    ],
    ['in parts, whose root is no XML', '--b\r\nContent-Type: text/xml\r\n\r\nhello\r\n--b--', 'MESSAGE-XML'],
    ['in UTF-16', Buffer.from(`\uFEFF${queryOf(asked(patient))}`, 'utf16le'), 'MESSAGE-XML'],
    [
      'in UTF-16, the other way round',
      Buffer.from(`\uFEFF${queryOf(asked(patient))}`, 'utf16le').swap16(),
      'MESSAGE-XML',
    ],
    [
      'with a second declaration',
      `<?xml version="1.0"?><?xml version="1.0"?>${queryOf(asked(patient))}`,
      'MESSAGE-XML',
    ],
    ['with another one behind it', queryOf(asked(patient)).repeat(2), 'MESSAGE-XML'],
    ['too deep', envelope('', '<x>'.repeat(200)), 'MESSAGE-XML'],
    ['with twenty thousand parts', `--b${'\r\n\r\n--b'.repeat(20_000)}--`, 'MESSAGE-PARTS'],
  ])('%s', async (_, text, rule) => {
    const report = await check(text);
    expect(report).toMatchObject({ kind: 'message', ok: false });
    expect(report.findings[0]?.rule).toBe(rule);
  });

  it('says nothing of other XML', async () => {
    const others = [
      ...['<a', '<html><body>Bad gateway</body></html>', '<!DOCTYPE html><html></html>'],
      ...['MSH|^~\\&|A|B|C|D|20260101||ADT^A01|1|P|2.5\rPID|||1^^^X||DUPRE^CANARI\r', '\x0bMSH|^~\\&|\r\x1c\r'],
      '<ADT_A01 xmlns="urn:hl7-org:v2xml"><MSH/></ADT_A01>',
    ];
    for (const text of others) {
      await expect(check(text)).rejects.toMatchObject({ code: 'TE_INPUT_INVALID' });
    }
  });

  it('costs no more than its length', async () => {
    const hostile = [
      queryOf(asked(patient + slot('$XDSDocumentEntryStatus', "('a','".repeat(50_000)))),
      queryOf(asked(patient + slot('$XDSDocumentEntryStatus', "'".repeat(200_001)))),
      queryOf(asked(patient + slot('$XDSDocumentEntryStatus', ' '.repeat(200_000)))),
      `<!--${'<s:Envelope '.repeat(10_000)}`,
      `Lines\n--b\n${'A: b\n'.repeat(20_000)}`,
      `Lines${'\n--b\nA: b'.repeat(20_000)}`,
      `${envelope('', '').slice(0, -13)}${'<x:ObjectRef xmlns:x="urn:x"/>'.repeat(20_000)}</s:Envelope>`,
    ];
    for (const text of hostile) {
      const report = await check(text).catch((error: unknown) => error as { code: string });
      expect('code' in report ? report.code : report.ok).toBeOneOf(['TE_INPUT_INVALID', false]);
    }
  });
});

describe('the rules of messages', () => {
  it('are listed with the others', () => {
    const listed = rules().filter(({ family }) => family === 'message');
    expect(listed.length).toBeGreaterThan(20);
    expect(listed.map(({ id }) => id)).toContain('HL7-REASON');
  });
});
