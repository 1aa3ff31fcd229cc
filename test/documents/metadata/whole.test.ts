import { describe, expect, it } from 'vitest';
import { createSubmission, packageXdm, readMetadata, readXdm, writeMetadata } from '../../../src/documents/index.ts';
import { againstEntry } from '../../../src/documents/check/submission/against-entry.ts';
import { cxKey, parseSpecialty, parseXcn, pidFields } from '../../../src/documents/metadata/datatypes.ts';
import { collect } from '../../../src/internal/bytes.ts';
import { createZip } from '../../../src/internal/zip/index.ts';
import { bytesSource } from '../../../src/internal/bytes.ts';
import { builtDocument, fixedRuntime, header, sourceId } from '../helpers/built-document.ts';

const submission = createSubmission([builtDocument()], { sourceId, runtime: fixedRuntime() });
const xml = Buffer.from(writeMetadata(submission)).toString();

function authorOf(slots: string) {
  const text = xml.replace(
    /(<rim:ExtrinsicObject.*?classificationScheme="urn:uuid:93606bcf[^>]*>).*?(<\/rim:Classification>)/s,
    (_, start: string, end: string) => `${start}${slots}${end}`,
  );
  expect(text).not.toBe(xml);
  return readMetadata(text).documents[0]!.authors;
}
const slot = (name: string, ...values: readonly string[]): string =>
  `<rim:Slot name="${name}"><rim:ValueList>${values.map((value) => `<rim:Value>${value}</rim:Value>`).join('')}</rim:ValueList></rim:Slot>`;

describe('readMetadata reads an author whole', () => {
  it.each([
    ['in two values', ['Cabinet', 'Clinique^^^^^^^^^2.999.7']],
    ['in one value', ['Cabinet~Clinique^^^^^^^^^2.999.7']],
  ])('two structures %s', (_, values) => {
    const [author] = authorOf(slot('authorPerson', '1^A') + slot('authorInstitution', ...values));
    expect(author!.institution!.name).toBe('Cabinet');
    expect(author!.otherInstitutions).toEqual([{ name: 'Clinique', authority: '', idType: '', id: '2.999.7' }]);
  });

  it('an author known by a first name, or by a telephone, alone', () => {
    expect(authorOf(slot('authorPerson', '^^Camille'))[0]!.person.given).toBe('Camille');
    expect(authorOf(slot('authorTelecommunication', '^PRN^PH^^^^0102'))[0]!.telecoms).toEqual(['^PRN^PH^^^^0102']);
  });

  it.each([['1^A~2^B'], ['1^A', '2^B']])('two people in one classification: %s', (...values) => {
    const authors = authorOf(slot('authorPerson', ...values) + slot('authorInstitution', 'Cabinet'));
    expect(authors.map(({ person, institution }) => [person.id, institution!.name])).toEqual([
      ['1', 'Cabinet'],
      ['2', 'Cabinet'],
    ]);
  });

  it('roles and specialties separated by a tilde', () => {
    const [author] = authorOf(
      slot('authorPerson', '1^A') + slot('authorRole', 'Un~Deux') + slot('authorSpecialty', 'A^a^1.2~B^b^1.3'),
    );
    expect(author!.roles).toEqual(['Un', 'Deux']);
    expect(author!.specialties.map(({ code }) => code)).toEqual(['A', 'B']);
  });

  it('writes back what it read', () => {
    const [first] = submission.submissionSet.authors;
    const author = {
      ...first!,
      otherInstitutions: [{ name: 'Clinique', authority: '1.2.250.1.71.4.2.2', idType: 'IDNST', id: '1990000028' }],
      telecoms: ['^^Internet^cabinet@exemple.fr'],
    };
    const again = readMetadata(
      writeMetadata(createSubmission([builtDocument()], { sourceId, author, runtime: fixedRuntime() })),
    );
    expect(again.submissionSets[0]!.authors).toEqual([author]);
  });

  it('a family name in sub-components, an escaped delimiter', () => {
    expect(parseXcn('1^DE LA TOUR&DE LA&TOUR^Anne')!.family).toBe('DE LA TOUR');
    expect(parseXcn('1^A\\T\\B\\R\\C^Anne')!.family).toBe('A&B~C');
  });

  it('a specialty in the form of IHE', () => {
    expect(parseSpecialty('G15_10^^^&1.2.250.1.71.1.2.7&ISO')).toEqual({
      code: 'G15_10',
      codeSystem: '1.2.250.1.71.1.2.7',
      displayName: '',
    });
  });

  it.each([
    [['DOC0001.XML'], 'DOC0001.XML'],
    [['2|0001.XML', '1|DOC'], 'DOC0001.XML'],
    [['1|DOC', '3|.XML'], '1|DOC'],
    [['DOC0001.XML', 'DOC0002.XML'], 'DOC0001.XML'],
  ])('the URI in values %j', (values, uri) => {
    const text = xml.replace(/<rim:Slot name="URI">.*?<\/rim:Slot>/, slot('URI', ...values));
    expect(readMetadata(text).documents[0]!.uri).toBe(uri);
  });
});

describe('one patient, several spellings', () => {
  const ins = '279035121518989^^^&1.2.250.1.213.1.4.10&ISO^NH';

  it.each([
    '279035121518989^^^&1.2.250.1.213.1.4.10&ISO',
    '279035121518989^^^&1.2.250.1.213.1.4.10',
    '279035121518989^^^ASIP-SANTE-INS-NIR&1.2.250.1.213.1.4.10&ISO^NH',
    '279035121518989^^^&urn:oid:1.2.250.1.213.1.4.10&ISO^NH^^',
  ])('is the same: %s', (other) => {
    expect(cxKey(other)).toBe(cxKey(ins));
  });

  it.each([
    '279035121518989^^^&1.2.250.1.213.1.4.8&ISO^NH',
    '279035121518988^^^&1.2.250.1.213.1.4.10&ISO^NH',
    `${ins}~255069999999934^^^&1.2.250.1.213.1.4.10&ISO^NH`,
    '279035121518989',
  ])('is another: %s', (other) => {
    expect(cxKey(other)).not.toBe(cxKey(ins));
  });

  it('is read from an archive whose set and entry spell it differently', async () => {
    const archive = async (patientId: string): Promise<Uint8Array> => {
      const { content } = await packageXdm(submission);
      const { files } = await readXdm(await collect(content.open()));
      const entries = await Promise.all(
        files.map(async ({ path, content: file }) => {
          const text = Buffer.from(await collect(file.open())).toString();
          const changed = path.endsWith('METADATA.XML')
            ? text.replace(ins.replaceAll('&', '&amp;'), patientId.replaceAll('&', '&amp;'))
            : text;
          return { name: path, content: bytesSource(Buffer.from(changed)), method: 'deflate' as const };
        }),
      );
      return collect((await createZip(entries, { time: 0, level: 6, inMemoryBytes: 1_000_000 })).open());
    };

    const { subsets } = await readXdm(await archive(ins.replace('^NH', '')));
    expect(subsets[0]!.documents).toHaveLength(1);
    await expect(readXdm(await archive(ins.replace('.10&', '.8&')))).rejects.toThrow(
      expect.objectContaining({ code: 'TE_IDENTITY_MISMATCH' }),
    );
  });
});

describe('PID-5 in several repetitions', () => {
  const entry = submission.documents[0]!.entry;
  const rules = (...sourcePatientInfo: readonly string[]): string[] =>
    againstEntry(header(), { ...entry, sourcePatientInfo }, '/x').map(({ rule }) => rule);
  const [good, bad, used] = ['CANARINOM^DOMINIQUE^^^^^L', 'AUTRE^DOMINIQUE^^^^^L', 'DUPONT^DOMI^^^^^D'];

  it('are the fields one by one', () => {
    expect(pidFields([`PID-5|${used}~${good}`, 'PID-7|19790328', 'x'])).toEqual([
      { field: 5, content: used },
      { field: 5, content: good },
      { field: 7, content: '19790328' },
      { field: null, content: 'x' },
    ]);
  });

  it.each([
    [[`PID-5|${used}`, `PID-5|${good}`]],
    [[`PID-5|${used}~${good}`]],
    [[`PID-5|${good}~${used}`]],
    [['PID-5|CANARINOM&CANARI&NOM^DOMINIQUE^^^^^L']],
    [['PID-5|CANARINOM^DOMINIQUE']],
    [[`PID-5|X^Y~${good}`]],
  ])('agree: %j', (values) => {
    expect(rules(...values)).toEqual([]);
  });

  it.each([
    [[`PID-5|${used}`, `PID-5|${bad}`]],
    [[`PID-5|${used}~${bad}`]],
    [[`PID-5|${good}~${bad}`]],
    [[`PID-5|${good}`, `PID-5|${bad}`]],
    [['PID-5|AUTRE^DOMINIQUE']],
    [['PID-7|19790328~19800101']],
    [['PID-8|F~M']],
  ])('differ: %j', (values) => {
    expect(rules(...values)).toEqual(['SUB-TRAITS']);
  });

  it('PID-3 in a second repetition is another patient', () => {
    expect(rules(`PID-3|P-000003^^^&2.999.1.2&ISO^PI~P-9^^^&2.999.1.2&ISO^PI`)).toEqual(['SUB-PATIENT']);
  });
});
