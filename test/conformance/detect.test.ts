import { describe, expect, it } from 'vitest';
import { checkFile } from '../../src/conformance/index.ts';
import { detectKind } from '../../src/conformance/detect.ts';
import { createSubmission, writeMetadata, writeProvideAndRegister } from '../../src/documents/index.ts';
import { builtDocument, fixedRuntime, sourceId } from '../documents/helpers/built-document.ts';

const submission = createSubmission([builtDocument()], { sourceId, runtime: fixedRuntime() });
const metadata = Buffer.from(writeMetadata(submission)).toString();
const request = metadata.slice(metadata.indexOf('<lcm:'));
const { body } = writeProvideAndRegister(submission);
const assertion = '<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_1"/>';
const addressing =
  '<a:Action xmlns:a="http://www.w3.org/2005/08/addressing">urn:ihe:iti:2007:ProvideAndRegisterDocumentSet-b</a:Action>' +
  '<a:MessageID xmlns:a="http://www.w3.org/2005/08/addressing">urn:uuid:1</a:MessageID>';
const security = `<wsse:Security xmlns:wsse="urn:x">${assertion}</wsse:Security>`;

const envelope = (content: string, header = '', ns = 'http://www.w3.org/2003/05/soap-envelope'): string =>
  `<?xml version="1.0"?><s:Envelope xmlns:s="${ns}"><s:Header>${header}</s:Header><s:Body>${content}</s:Body></s:Envelope>`;
const bytes = (text: string): Uint8Array => Buffer.from(text);

describe('detectKind', () => {
  it.each([
    ['our METADATA.XML', metadata],
    ['our ITI-41 body', body],
    ['an ITI-41 in SOAP 1.2', envelope(body)],
    ['an ITI-41 whose header has an assertion', envelope(body, security)],
    ['an ITI-41 in SOAP 1.1', envelope(body, '', 'http://schemas.xmlsoap.org/soap/envelope/')],
    ['an ITI-57 or ITI-42 in SOAP', envelope(request)],
    ['a comment that holds another body', envelope(body).replace('<s:Body>', `<!-- <s:Body>${assertion} --><s:Body>`)],
    ['the answer to a query', `<q:AdhocQueryResponse xmlns:q="urn:x">${request}</q:AdhocQueryResponse>`],
    ['a bare list', request.replace(/^<lcm:[^>]*>|<\/lcm:[^>]*>$/g, '')],
    ['a bare entry', '<ExtrinsicObject id="a"/>'],
  ])('knows %s as metadata', (_, text) => {
    expect(detectKind(bytes(text))).toBe('metadata');
    expect(detectKind(bytes(`\uFEFF\n${text}`))).toBe('metadata');
  });

  it.each([
    ['an assertion', assertion],
    ['an envelope about something else', envelope('<x:Query xmlns:x="urn:x"/>', security)],
    ['an envelope whose comment holds metadata', envelope(`<!-- ${body} --><x:Query xmlns:x="urn:x"/>`, security)],
    ['an envelope without body', `<s:Envelope xmlns:s="urn:x"><s:Header>${security}</s:Header></s:Envelope>`],
  ])('knows %s as a VIHF', (_, text) => {
    expect(detectKind(bytes(text))).toBe('vihf');
  });

  it.each(['constructor', '__proto__', 'toString'])('knows no kind of a root named %s', (root) => {
    expect(detectKind(bytes(`<${root}/>`))).toBeNull();
  });

  it('reads the mark of UTF-16', () => {
    const little = Buffer.from(`\uFEFF${metadata}`, 'utf16le');
    expect(detectKind(little)).toBe('metadata');
    expect(detectKind(Buffer.from(little).swap16())).toBe('metadata');
  });

  it('is quick on comments that never end', () => {
    expect(detectKind(bytes(`<s:Envelope xmlns:s="urn:x">${'<!--'.repeat(16_000)}`))).toBe('vihf');
  });
});

describe('checkFile', () => {
  it('judges a deposit in its envelope as metadata, and its assertion when anchors are given', async () => {
    const file = bytes(envelope(body, addressing + security));
    const alone = await checkFile(file);
    expect([alone.kind, alone.findings]).toEqual(['metadata', []]);

    const both = await checkFile(file, { anchors: [new Uint8Array([1])] });
    expect(both.kind).toBe('metadata');
    expect(both.findings.length).toBeGreaterThan(0);
    expect(both.findings.every(({ rule }) => !rule.startsWith('XDS-'))).toBe(true);
  });
});
