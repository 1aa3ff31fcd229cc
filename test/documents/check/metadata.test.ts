import { describe, expect, it } from 'vitest';
import {
  checkMetadata,
  createSubmission,
  readMetadata,
  writeMetadata,
  type DocumentEntry,
  type RegistryObjects,
} from '../../../src/documents/index.ts';
import { builtDocument, canaryName, fixedRuntime, sourceId } from '../helpers/built-document.ts';

const xml = Buffer.from(
  writeMetadata(createSubmission([builtDocument()], { sourceId, runtime: fixedRuntime() })),
).toString();
const objects = readMetadata(xml);
const entry = objects.documents[0]!;
const set = objects.submissionSets[0]!;

async function rulesOf(input: string | RegistryObjects, options = {}): Promise<string[]> {
  const { findings } = await checkMetadata(input, options);
  const shown = JSON.stringify(findings);
  for (const secret of [canaryName, 'DOMINIQUE', '279035121518989', 'P-000003']) expect(shown).not.toContain(secret);
  return findings.map(({ rule }) => rule);
}

const withEntry = (changes: Partial<DocumentEntry>): RegistryObjects => ({
  ...objects,
  documents: [{ ...entry, ...changes }],
});
const withSet = (changes: Partial<typeof set>): RegistryObjects => ({
  ...objects,
  submissionSets: [{ ...set, ...changes }],
});
const code = (value: string, codeSystem: string): DocumentEntry['typeCode'] => ({
  code: value,
  codeSystem,
  displayName: 'x',
});
const author = entry.authors[0]!;

describe('checkMetadata', () => {
  it('finds nothing in what writeMetadata wrote', async () => {
    expect(await rulesOf(xml)).toEqual([]);
  });

  it.each<readonly [string, RegistryObjects, string]>([
    ['no set', { ...objects, submissionSets: [] }, 'XDS-SET'],
    ['two patients', withEntry({ patientId: '255069999999934^^^&1.2.250.1.213.1.4.10&ISO^NH' }), 'XDS-PATIENT-SAME'],
    ['a wrong key', withEntry({ patientId: '279035121518988^^^&1.2.250.1.213.1.4.10&ISO^NH' }), 'XDS-PATIENT-ID'],
    [
      'an INS with another type',
      withEntry({ patientId: '279035121518989^^^&1.2.250.1.213.1.4.10&ISO^PI' }),
      'XDS-PATIENT-ID',
    ],
    ['a patientId of no shape', withEntry({ patientId: '279035121518989' }), 'XDS-PATIENT-ID'],
    ['a local patientId', withEntry({ patientId: 'P1^^^&2.999.1.2&ISO^PI' }), 'XDS-PATIENT-LOCAL'],
    ['a local id of no shape', withEntry({ sourcePatientId: 'P1' }), 'XDS-SOURCE-PATIENT-ID'],
    ['a forbidden PID field', withEntry({ sourcePatientInfo: ['PID-19|1'] }), 'XDS-PATIENT-INFO'],
    ['no link', { ...objects, associations: [] }, 'XDS-MEMBER'],
    [
      'a link to nothing',
      {
        ...objects,
        associations: [...objects.associations, { id: 'x', type: 't', source: set.id, target: 'Nobody', slots: {} }],
      },
      'XDS-LINK',
    ],
    ['the same id twice', { ...objects, documents: [entry, { ...entry, uniqueId: '2.999.3' }] }, 'XDS-ID'],
    [
      'the same uniqueId twice',
      { ...objects, documents: [entry, { ...entry, entryUuid: 'Document02' }] },
      'XDS-UNIQUE-ID-TWICE',
    ],
    ['a UUID as uniqueId', withEntry({ uniqueId: '5f2c9a70-6f0e-4d0b-9d0e-2b7f3f1f0a11' }), 'XDS-UNIQUE-ID'],
    ['an extension', withEntry({ uniqueId: '2.999.1^42' }), 'XDS-UNIQUE-ID-EXTENSION'],
    ['no title', withEntry({ title: '' }), 'XDS-REQUIRED'],
    ['no legal authenticator', withEntry({ legalAuthenticator: null }), 'XDS-REQUIRED'],
    ['no author', withEntry({ authors: [] }), 'XDS-REQUIRED'],
    ['no size', withEntry({ size: null }), 'XDS-REQUIRED'],
    ['a long title', withEntry({ title: 'x'.repeat(129) }), 'XDS-TITLE'],
    ['an offset in a time', withEntry({ creationTime: '20260315111000+0100' }), 'XDS-TIME'],
    ['a day that does not exist', withEntry({ creationTime: '20260230' }), 'XDS-TIME'],
    ['an end before the start', withEntry({ serviceStopTime: '20260314' }), 'XDS-TIME-ORDER'],
    ['a document made after it was sent', withEntry({ creationTime: '20260315111500' }), 'XDS-SUBMISSION-TIME'],
    ['a language alone', withEntry({ languageCode: 'fr' }), 'XDS-LANGUAGE'],
    ['no hash', withEntry({ hash: null }), 'XDS-HASH'],
    ['a base64 hash', withEntry({ hash: '2jmj7l5rSw0yVb/vlWAYkK/YBwk=' }), 'XDS-HASH'],
    ['a long file name', withEntry({ uri: 'document-1.xml' }), 'XDS-URI'],
    [
      'an author without id',
      withEntry({ authors: [{ ...author, person: { ...author.person, id: '' } }] }),
      'XDS-PERSON',
    ],
    ['an author without structure', withEntry({ authors: [{ ...author, institution: null }] }), 'XDS-INSTITUTION'],
    [
      'no level',
      withEntry({ confidentialityCodes: [code('MASQUE_PS', '1.2.250.1.213.1.1.4.13')] }),
      'XDS-CONFIDENTIALITY',
    ],
    [
      'two levels',
      withEntry({ confidentialityCodes: [code('N', '2.16.840.1.113883.5.25'), code('R', '2.16.840.1.113883.5.25')] }),
      'XDS-CONFIDENTIALITY',
    ],
    [
      'a high level',
      withEntry({ confidentialityCodes: [code('V', '2.16.840.1.113883.5.25')] }),
      'XDS-CONFIDENTIALITY-HIGH',
    ],
    [
      'a mask of the HL7 v2 guides',
      withEntry({
        confidentialityCodes: [
          code('N', '2.16.840.1.113883.5.25'),
          code('INVISIBLE_REP_LEGAUX', '1.2.250.1.213.1.1.4.13'),
        ],
      }),
      'XDS-CODE',
    ],
    ['an unknown type', withEntry({ typeCode: code('NOPE', '1.2.250.1.213.1.1.4.12') }), 'XDS-CODE'],
    ['a type in another system', withEntry({ typeCode: code('CERT_DECL', '2.16.840.1.113883.6.1') }), 'XDS-CODE'],
    [
      'a retired type',
      withEntry({ typeCode: code('29551-9', '2.16.840.1.113883.6.1'), classCode: code('42', '1.2.250.1.213.1.1.4.1') }),
      'XDS-TYPE-RETIRED',
    ],
    ['the class of another type', withEntry({ classCode: code('10', '1.2.250.1.213.1.1.4.1') }), 'XDS-CLASS'],
    ['an unknown facility', withEntry({ healthcareFacilityTypeCode: code('SA99', '1.2.250.1.71.4.2.4') }), 'XDS-CODE'],
    ['an unknown practice setting', withEntry({ practiceSettingCode: code('X', '1.2.250.1.213.1.1.4.9') }), 'XDS-CODE'],
    ['an unknown format', withEntry({ formatCode: code('urn:x', '1.2.3') }), 'XDS-CODE-UNKNOWN'],
    [
      'an unknown reference type',
      withEntry({ referenceIds: [{ id: '1', authority: '2.999', type: 'urn:x' }] }),
      'XDS-CODE-UNKNOWN',
    ],
    ['a source that is no OID', withSet({ sourceId: 'urn:oid:2.999' }), 'XDS-UNIQUE-ID'],
    ['an unknown content type', withSet({ contentTypeCode: code('zz', '1.2.250.1.213.2.2') }), 'XDS-CODE'],
  ])('finds %s', async (_, changed, rule) => {
    expect(await rulesOf(changed)).toContain(rule);
  });

  it('names the successor of a retired type, and the class of a type', async () => {
    const { findings } = await checkMetadata(
      withEntry({ typeCode: code('29551-9', '2.16.840.1.113883.6.1'), classCode: code('10', '1.2.250.1.213.1.1.4.1') }),
    );
    expect(findings.find(({ rule }) => rule === 'XDS-TYPE-RETIRED')?.expected).toBe('57833-6');
    expect(findings.every(({ message, messageEn, fix, fixEn }) => message && messageEn && fix && fixEn)).toBe(true);
  });

  it('refuses a test INS in production only', async () => {
    expect(await rulesOf(xml, { environment: 'production' })).toEqual(['XDS-PATIENT-TEST', 'XDS-PATIENT-TEST']);
    expect(await rulesOf(xml, { environment: 'test' })).toEqual([]);
  });

  it.each([
    ['a value too long', xml.replace('PID-8|F', `PID-8|${'F'.repeat(300)}`), 'XDS-LENGTH'],
    ['a slot twice', xml.replace('<rim:Slot name="size">', '<rim:Slot name="hash">'), 'XDS-SLOT'],
  ])('finds in the text: %s', async (_, text, rule) => {
    expect(await rulesOf(text)).toContain(rule);
  });
});
