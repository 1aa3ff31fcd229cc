import { describe, expect, it } from 'vitest';
import { createSubmission, readMetadata, writeMetadata } from '../../../src/documents/index.ts';
import { builtDocument, fixedRuntime, sourceId } from '../helpers/built-document.ts';
import { ebrimSchemas, validate } from '../helpers/ebrim-xsd.ts';

const schemas = ebrimSchemas();
const submission = createSubmission(
  [builtDocument(), builtDocument({ uniqueId: '2.999.1.10.5.20260315.2', title: 'Résultats & suite' })],
  { sourceId, runtime: fixedRuntime() },
);

describe('writeMetadata', () => {
  it('gives what readMetadata reads back', () => {
    const read = readMetadata(writeMetadata(submission));
    expect(read.submissionSets).toEqual([submission.submissionSet]);
    expect(read.documents).toEqual(submission.documents.map(({ entry }) => entry));
    expect(read.associations.map(({ type, source, target, slots }) => [type, source, target, slots])).toEqual(
      ['Document01', 'Document02'].map((target) => [
        'urn:oasis:names:tc:ebxml-regrep:AssociationType:HasMember',
        'SubmissionSet01',
        target,
        { SubmissionSetStatus: ['Original'] },
      ]),
    );
  });

  it('writes the French forms', () => {
    const xml = Buffer.from(writeMetadata(submission)).toString();
    expect(xml).toContain(
      '<rim:Value>899700012349^EXEMPLE^Camille^^^^^^&amp;1.2.250.1.71.4.2.1&amp;ISO^D^^^IDNPS</rim:Value>',
    );
    expect(xml).toContain(
      "<rim:Value>Cabinet de l'Exemple \\T\\ associés^^^^^&amp;1.2.250.1.71.4.2.2&amp;ISO^IDNST^^^1990000010</rim:Value>",
    );
    expect(xml).toContain('value="279035121518989^^^&amp;1.2.250.1.213.1.4.10&amp;ISO^NH"');
    expect(xml).toContain('<rim:Value>P-000003^^^&amp;2.999.1.2&amp;ISO^PI</rim:Value>');
    expect(xml).toContain('<rim:Value>20260315101000</rim:Value>');
    expect(xml).toContain('<rim:Value>PID-11|^^^^^^BDL^^51215</rim:Value>');
  });

  it('is the same at each call', () => {
    expect(Buffer.from(writeMetadata(submission)).equals(writeMetadata(submission))).toBe(true);
  });

  it('refuses a value longer than the schema allows', () => {
    const long = createSubmission([builtDocument()], {
      sourceId,
      intendedRecipients: ['x'.repeat(257)],
      runtime: fixedRuntime(),
    });
    expect(() => writeMetadata(long)).toThrow(expect.objectContaining({ code: 'TE_DOCUMENT_INVALID' }));
  });

  it.skipIf(schemas === null)('is valid against the ebRIM schemas', () => {
    validate(`${schemas ?? ''}/lcm.xsd`, writeMetadata(submission));
  });
});
