import { describe, expect, it } from 'vitest';

import { readSoapMessage, writeEnvelope } from '../../src/internal/soap/index.ts';
import { readXml } from '../../src/internal/xml/index.ts';

const soap12 = 'http://www.w3.org/2003/05/soap-envelope';
const soap11 = 'http://schemas.xmlsoap.org/soap/envelope/';
const envelope = (body: string, header = '', namespace = soap12): string =>
  `<s:Envelope xmlns:s="${namespace}"><s:Header>${header}</s:Header><s:Body>${body}</s:Body></s:Envelope>`;
const read = (xml: string): ReturnType<typeof readSoapMessage> => readSoapMessage(readXml(xml));

describe('a SOAP message', () => {
  it('is known by its namespace, not by its prefix or the word Envelope', () => {
    expect(read(envelope('<a xmlns="urn:a"/>'))?.version).toBe('1.2');
    expect(read(envelope('<a/>', '', soap11))?.version).toBe('1.1');
    expect(read(envelope('<a/>', '', 'urn:other'))).toBeNull();
  });

  it('gives the addressing headers of the newest version in it', () => {
    const of = (namespace: string, action: string): string => `<Action xmlns="${namespace}"> ${action}\n</Action>`;
    const old = 'http://schemas.xmlsoap.org/ws/2004/08/addressing';
    const current = 'http://www.w3.org/2005/08/addressing';

    const message = read(envelope('<a/>', of(old, 'urn:old') + of(current, 'urn:new')));
    expect(message?.addressing).toMatchObject({ namespace: current, action: 'urn:new', relatesTo: null });
    expect(read(envelope('<a/>', of(old, 'urn:old')))?.addressing.action).toBe('urn:old');
  });

  it('tells mandatory headers by the attribute of SOAP only', () => {
    const header = `<x:A xmlns:x="urn:x" s:mustUnderstand="true"/><x:B xmlns:x="urn:x" mustUnderstand="1"/><x:C xmlns:x="urn:x" s:mustUnderstand="0"/>`;
    expect(read(envelope('<a/>', header))?.mandatory.map(({ localName }) => localName)).toEqual(['A']);
  });

  it('does not take the word Fault in a payload for a fault', () => {
    expect(read(envelope('<x:Fault xmlns:x="urn:x"/>'))?.fault).toBeNull();
  });
});

describe('a fault', () => {
  it('is read whatever the order of its parts, French or not, with its subcodes resolved', () => {
    const body = `<s:Fault xmlns:d="urn:d"><s:Detail><d:Cause/></s:Detail><s:Reason><s:Text xml:lang="en">No</s:Text><s:Text xml:lang="fr">Non</s:Text></s:Reason><s:Code><s:Value>s:Sender</s:Value><s:Subcode xmlns:w="urn:w"><s:Value>w:Expired</s:Value><s:Subcode><s:Value>nobody:Knows</s:Value></s:Subcode></s:Subcode></s:Code></s:Fault>`;

    expect(read(envelope(body))?.fault).toMatchObject({
      code: `{${soap12}}Sender`,
      subcodes: ['{urn:w}Expired', 'nobody:Knows'],
      reasons: [
        { language: 'en', text: 'No' },
        { language: 'fr', text: 'Non' },
      ],
      detail: [{ localName: 'Cause' }],
    });
  });

  it('of version 1.1 is read beside a payload, and however little it holds', () => {
    const full = `<a/><s:Fault><faultcode>s:Client</faultcode><faultstring> refusé </faultstring><faultactor>urn:r</faultactor></s:Fault>`;
    expect(read(envelope(full, '', soap11))?.fault).toMatchObject({
      code: `{${soap11}}Client`,
      reasons: [{ language: null, text: 'refusé' }],
      role: 'urn:r',
    });
    expect(read(envelope('<s:Fault/>', '', soap11))?.fault).toMatchObject({ code: null, reasons: [] });
    expect(read(envelope('<s:Fault/>'))?.fault).toMatchObject({ code: null, subcodes: [], reasons: [] });
  });
});

describe('what one partner wants otherwise', () => {
  const header = {
    action: 'urn:a',
    to: 'https://x.example/',
    messageId: 'uuid:1',
    assertion: '\uFEFF<?xml version="1.0"?>\n<a  b=\'1\'/>',
    blocks: '<own/>',
    now: Date.UTC(2026, 2, 2, 8, 15),
  };

  it('writes action and identifier alone, its own headers, and a security header that need not be known', () => {
    const style = { addressing: 'action-and-id', security: { mustUnderstand: false } } as const;
    const message = readSoapMessage(readXml(writeEnvelope(header, '<p/>', style)));
    expect(message?.headers.map(({ localName }) => localName)).toEqual(['Action', 'MessageID', 'own', 'Security']);
    expect(message?.mandatory).toEqual([]);
  });

  it('takes the declaration off an assertion and changes not one byte of the rest', () => {
    expect(writeEnvelope(header, '<p/>')).toContain(' soap:mustUnderstand="true"><a  b=\'1\'/></wsse:Security>');
  });

  it('stamps the time before the assertion, and alone when there is none', () => {
    const style = { security: { timestampMs: 300_000 } };
    const stamp =
      '<wsu:Created>2026-03-02T08:15:00Z</wsu:Created><wsu:Expires>2026-03-02T08:20:00Z</wsu:Expires></wsu:Timestamp>';
    expect(writeEnvelope(header, '<p/>', style)).toContain(`${stamp}<a`);
    expect(writeEnvelope({ ...header, assertion: undefined }, '<p/>', style)).toContain(`${stamp}</wsse:Security>`);
    expect(writeEnvelope({ ...header, assertion: undefined }, '<p/>')).not.toContain('Security');
  });
});
