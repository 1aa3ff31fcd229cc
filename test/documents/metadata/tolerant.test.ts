import { describe, expect, it } from 'vitest';
import { createSubmission, readMetadata, writeMetadata } from '../../../src/documents/index.ts';
import { builtDocument, fixedRuntime, sourceId } from '../helpers/built-document.ts';

const submission = createSubmission([builtDocument()], { sourceId, runtime: fixedRuntime() });
const xml = Buffer.from(writeMetadata(submission)).toString();
const body = xml.slice(xml.indexOf('<lcm:'));
const expected = readMetadata(xml);

/** The forms that published French samples have. */
const forms: readonly (readonly [string, string])[] = [
  ['no declaration, line feeds before', `\n\t\t${body}\n`],
  ['rim as default namespace', body.replaceAll('rim:', '').replace('xmlns:rim', 'xmlns')],
  [
    'a remnant of an envelope: prefixes declared on a lost ancestor',
    `\n\t<ns3:SubmitObjectsRequest>${body
      .replaceAll('rim:', '')
      .replace(/^<lcm:[^>]*>/, '')
      .replace('</lcm:SubmitObjectsRequest>', '</ns3:SubmitObjectsRequest>')}`,
  ],
  [
    'inside a SOAP envelope',
    `<soap:Envelope xmlns:soap="http://www.w3.org/2003/05/soap-envelope"><soap:Body>${body}</soap:Body></soap:Envelope>`,
  ],
  ['other charset and language marks', body.replaceAll('UTF-8', 'UTF8').replaceAll('fr-FR" charset', 'FR" charset')],
  ['upper-case hash', body.replace(/>[0-9a-f]{40}</, (match) => match.toUpperCase())],
  [
    'urn:oid: before the coding schemes',
    body.replaceAll(/(codingScheme"><rim:ValueList><rim:Value>)(\d)/g, '$1urn:oid:$2'),
  ],
  ['short association types', body.replace('urn:oasis:names:tc:ebxml-regrep:AssociationType:HasMember', 'HasMember')],
  [
    'the URI slot after the classifications',
    body.replace(/(<rim:Slot name="URI">.*?<\/rim:Slot>)(.*?)(<rim:ExternalIdentifier)/, '$2$1$3'),
  ],
  [
    'the mark of the submission set outside it',
    body.replace(
      /(<rim:Classification classificationNode=.*?<\/rim:Classification>|<rim:Classification [^>]*classificationNode=[^>]*><\/rim:Classification>)(.*)(<\/rim:RegistryObjectList>)/,
      '$2$1$3',
    ),
  ],
];

describe('readMetadata', () => {
  it.each(forms)('reads %s', (_, form) => {
    expect(form).not.toBe(body);
    expect(readMetadata(form)).toEqual(expected);
  });

  it.each(['__proto__', 'constructor', 'toString'])('reads a slot named %s as any other', (name) => {
    const [association] = readMetadata(body.replace('name="SubmissionSetStatus"', `name="${name}"`)).associations;
    expect(Object.entries(association!.slots)).toEqual([[name, ['Original']]]);
  });

  it.each([
    ['a DOCTYPE before a remnant', `<!DOCTYPE a []>${body}`],
    ['a DOCTYPE inside a remnant', `<ns3:SubmitObjectsRequest><!DOCTYPE a []></ns3:SubmitObjectsRequest>`],
    ['a remnant that is not well formed', '<ns3:SubmitObjectsRequest><a></ns3:SubmitObjectsRequest>'],
  ])('refuses %s', (_, form) => {
    expect(() => readMetadata(form)).toThrow(expect.objectContaining({ code: 'TE_XML_INVALID' }));
  });
});
