import { describe, expect, it } from 'vitest';
import {
  buildCda,
  buildLetter,
  buildVsm,
  readCda,
  renderCda,
  readCdaSource,
  type BuiltDocument,
} from '../../src/documents/index.ts';
import { bytesSource, collect, type ByteSource } from '../../src/internal/bytes.ts';
import { demoLetterPdf, fictivePatient, fictiveProfessional, fictiveStructure } from '../../src/testing/index.ts';
import { Random, randomInput, randomVsm, scenarios, seededRuntime } from './random-input.ts';

const bytesOf = async (document: BuiltDocument): Promise<Uint8Array> => collect(document.content.open());

const letter = async (): Promise<Uint8Array> =>
  bytesOf(
    await buildLetter({
      patient: fictivePatient(),
      author: { professional: fictiveProfessional(), structure: fictiveStructure() },
      patientConsent: true,
      pdf: demoLetterPdf(),
    }),
  );

/** Without the members that are `undefined`. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('readCda', () => {
  it.each(scenarios)('gives back the header of a built document: %s', async (scenario) => {
    const random = new Random(scenarios.indexOf(scenario) + 7);
    for (let round = 0; round < 5; round += 1) {
      const built = await buildLetter(
        { ...randomInput(random, scenario), pdf: demoLetterPdf() },
        { runtime: seededRuntime(random) },
      );
      const read = readCda(await bytesOf(built));
      expect(plain(read.header)).toEqual(plain(built.header));
      expect(read.attachments).toHaveLength(1);
      expect(Buffer.from(await collect(read.attachments[0]!.content!.open())).equals(demoLetterPdf())).toBe(true);
    }
  });

  it('gives the sections of a summary with their narrative', async () => {
    const random = new Random(3);
    const built = await buildVsm(
      { ...randomInput(random, 'everything'), content: randomVsm(random, 'everything') },
      { runtime: seededRuntime(random) },
    );
    const read = readCda(await bytesOf(built));
    expect(read.sections.map(({ title }) => title)).toEqual([
      'Pathologies, antécédents, allergies et facteurs de risque',
      'Points de vigilance',
      'Traitement au long cours',
    ]);
    const [first] = read.sections;
    expect(first?.sections[0]?.sections.map(({ code }) => code?.code)).toEqual([
      '11450-4',
      '11348-0',
      '47519-4',
      '48765-2',
    ]);
    expect(read.sections[2]?.sections[0]?.text).toContain('Amlodipine');
    expect(read.sections[2]?.sections[0]?.entryCount).toBeGreaterThan(0);
  });

  it.each([
    ['a byte order mark', (xml: string) => `\uFEFF${xml}`],
    [
      'a style sheet',
      (xml: string) =>
        `<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"><xsl:template match="/"/>${xml.slice(xml.indexOf('<Clin'))}</xsl:stylesheet>`,
    ],
    [
      'a signature',
      (xml: string) =>
        `<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:Object>${xml.slice(xml.indexOf('<Clin'))}</ds:Object></ds:Signature>`,
    ],
    [
      'prefixes',
      (xml: string) =>
        xml.replaceAll(/<(\/?)([A-Za-z])/g, '<$1h:$2').replace('xmlns="urn:hl7-org:v3"', 'xmlns:h="urn:hl7-org:v3"'),
    ],
  ])('reads the same document with %s', async (_, wrap) => {
    const original = await letter();
    const wrapped = Buffer.from(wrap(Buffer.from(original).toString('utf8')), 'utf8');
    expect(plain(readCda(wrapped).header)).toEqual(plain(readCda(original).header));
    expect(Buffer.from(await collect(readCda(wrapped).attachments[0]!.content!.open())).equals(demoLetterPdf())).toBe(
      true,
    );
  });

  it('reads plain text with the language of the content', async () => {
    const built = await buildCda({
      type: '96349-6',
      text: 'Chère consœur,',
      contentLanguageCode: 'en-GB',
      patient: fictivePatient(),
      author: { professional: fictiveProfessional(), structure: fictiveStructure() },
      patientConsent: true,
    });
    const read = readCda(await bytesOf(built));
    expect(read.header.body).toEqual({ kind: 'non-xml', mediaType: 'text/plain', languageCode: 'en-GB' });
    expect(Buffer.from(await collect(read.attachments[0]!.content!.open())).toString('utf8')).toBe('Chère consœur,');
  });

  it('says what it wants when it is given a source or a text', async () => {
    for (const wrong of [bytesSource(await letter()), '<ClinicalDocument/>', null]) {
      expect(() => readCda(wrong as unknown as Uint8Array)).toThrow(
        expect.objectContaining({ code: 'TE_INPUT_INVALID' }),
      );
    }
  });

  it('says null, and nothing else, of what a document does not hold', () => {
    const { header } = readCda(
      Buffer.from('<ClinicalDocument xmlns="urn:hl7-org:v3"><participant/></ClinicalDocument>'),
    );
    expect(header).toMatchObject({
      uniqueId: null,
      type: null,
      title: null,
      effectiveTime: null,
      confidentiality: null,
      languageCode: null,
      participants: [{ typeCode: null, classCode: null }],
    });
    expect(JSON.stringify(header)).not.toContain('""');
    expect(renderCda(Buffer.from('<ClinicalDocument xmlns="urn:hl7-org:v3"/>'))).toContain('Document médical');
  });

  it('takes the national identifier by its root and a name used under its old qualifier', async () => {
    const xml = Buffer.from(await letter())
      .toString('utf8')
      .replace(/<id extension="8/, '<id root="1.2.250.1.215.300.5" extension="751234567"></id><id extension="8')
      .replace('qualifier="CL">DUPRE', 'qualifier="SP">DUPRE');
    const { header } = readCda(Buffer.from(xml, 'utf8'));
    expect(header.authors[0]?.id?.system).toBe('1.2.250.1.71.4.2.1');
    expect(header.authors[0]?.otherIds).toEqual([{ system: '1.2.250.1.215.300.5', value: '751234567' }]);
    expect(header.patient.usedName).toBe('DUPRE-TEST');
  });

  it.each([
    ['no CDA', '<a/>', 'TE_DOCUMENT_INVALID'],
    [
      'two documents',
      '<a><ClinicalDocument xmlns="urn:hl7-org:v3"/><ClinicalDocument xmlns="urn:hl7-org:v3"/></a>',
      'TE_DOCUMENT_INVALID',
    ],
    ['a DOCTYPE', '<!DOCTYPE a><ClinicalDocument xmlns="urn:hl7-org:v3"/>', 'TE_XML_INVALID'],
    ['no XML', 'bonjour', 'TE_XML_INVALID'],
    ['nothing', '', 'TE_XML_INVALID'],
    [
      'a truncated body',
      `<ClinicalDocument xmlns="urn:hl7-org:v3"><component>${'QUJD'.repeat(20_000)}`,
      'TE_XML_INVALID',
    ],
    [
      'a content that is no base64 after all',
      `<ClinicalDocument xmlns="urn:hl7-org:v3"><text representation="B64">${'QUJD'.repeat(40_000)}é</text></ClinicalDocument>`,
      'TE_XML_INVALID',
    ],
  ])('refuses %s', (_, xml, code) => {
    let caught: unknown;
    try {
      const { attachments } = readCda(Buffer.from(xml, 'utf8'));
      caught = attachments.length === 0 || attachments[0]?.content === null ? { code: 'TE_XML_INVALID' } : undefined;
    } catch (error) {
      caught = error;
    }
    expect(caught).toMatchObject({ code });
  });
});

describe('readCdaSource', () => {
  const chunked = (bytes: Uint8Array, size: number): ByteSource => ({
    byteLength: bytes.length,
    async *open() {
      // One buffer used again and again, as a file reader may do.
      const buffer = new Uint8Array(size);
      for (let at = 0; at < bytes.length; at += size) {
        const part = bytes.subarray(at, at + size);
        buffer.set(part);
        yield buffer.subarray(0, part.length);
      }
    },
  });

  it.each([1, 7, 1000, 4096, 65_536])('gives the same whatever the chunks: %i bytes', async (size) => {
    const original = await letter();
    const read = await readCdaSource(chunked(original, size));
    expect(plain(read.header)).toEqual(plain(readCda(original).header));
    expect(Buffer.from(await collect(read.attachments[0]!.content!.open())).equals(demoLetterPdf())).toBe(true);
  });

  it('says that a content which changed since is another document', async () => {
    const original = await letter();
    let reading = 0;
    const source: ByteSource = {
      byteLength: original.length,
      open: () => bytesSource((reading += 1) === 1 ? original : original.subarray(0, 5000)).open(),
    };
    const read = await readCdaSource(source);
    await expect(collect(read.attachments[0]!.content!.open())).rejects.toMatchObject({ code: 'TE_DOCUMENT_INVALID' });
  });
});
