import { describe, expect, it } from 'vitest';
import {
  checkMetadata,
  createSubmission,
  readMetadata,
  writeMetadata,
  type SubmissionOptions,
} from '../../../src/documents/index.ts';
import { builtDocument, canaryName, fixedRuntime, sourceId } from '../helpers/built-document.ts';

const recipient = "Clinique de l'Exemple^^^^^&1.2.250.1.71.4.2.2&ISO^IDNST^^^1990000028";
const written = (options: Partial<SubmissionOptions> = {}): string =>
  Buffer.from(
    writeMetadata(createSubmission([builtDocument()], { sourceId, runtime: fixedRuntime(), ...options })),
  ).toString();

const xml = written();
const rich = written({
  intendedRecipients: [recipient],
  folders: [{ title: 'Suivi', codes: [{ code: '10', codeSystem: '1.2.250.1.213.1.1.4.1', displayName: 'x' }] }],
  details: {
    '2.999.1.10.5.20260315.1': {
      referenceIds: [{ id: 'ACC1', authority: '2.999.6', type: 'urn:ihe:iti:xds:2013:accession' }],
      relations: [{ kind: 'replaces', entryUuid: 'urn:uuid:5f2c9a70-6f0e-4d0b-9d0e-2b7f3f1f0a11' }],
    },
  },
});

async function rulesOf(text: string): Promise<string[]> {
  const { findings } = await checkMetadata(text);
  const shown = JSON.stringify(findings);
  for (const secret of [canaryName, 'DOMINIQUE', '279035121518989', 'P-000003']) expect(shown).not.toContain(secret);
  return findings.map(({ rule }) => rule);
}

/** Replaces once, and proves that there was something to replace. */
function changed(text: string, from: string | RegExp, to: string | ((match: string) => string)): string {
  const out = text.replace(from, to as string);
  expect(out).not.toBe(text);
  return out;
}

const slotOf = (name: string): RegExp => new RegExp(`<rim:Slot name="${name}">.*?</rim:Slot>`);
const valueOf = (name: string): RegExp => new RegExp(`(?<=<rim:Slot name="${name}"><rim:ValueList><rim:Value>)[^<]*`);
const value = (name: string, text: string, of = xml): string => changed(of, valueOf(name), () => text);
const doubled = (name: string, of = xml): string => changed(of, slotOf(name), (slot) => `${slot}${slot}`);
const twoValues = (name: string, of = xml): string =>
  changed(of, new RegExp(`(<rim:Slot name="${name}"><rim:ValueList>)(<rim:Value>[^<]*</rim:Value>)`), '$1$2$2');

const schemeOf: Readonly<Record<string, string>> = {
  classCode: '41a5887f-8865-4c09-adf7-e362475b143a',
  typeCode: 'f0306f51-975f-434e-a61c-c59651d33983',
  formatCode: 'a09d5840-386c-46f2-b5ad-9c3699a4309d',
  healthcareFacilityTypeCode: 'f33fb8ac-18af-42cc-ae0e-ed0b0bdb91e1',
  practiceSettingCode: 'cccf5598-8b07-4b77-a05e-ae952c785ead',
  contentTypeCode: 'aa543740-bdda-424e-8c96-df4873be8500',
};
const classificationOf = (name: string): RegExp =>
  new RegExp(`<rim:Classification classificationScheme="urn:uuid:${schemeOf[name] ?? ''}".*?</rim:Classification>`);
const inClassification = (name: string, change: (text: string) => string): string =>
  changed(xml, classificationOf(name), change);

const coded = Object.keys(schemeOf);
const singleSlots = ['creationTime', 'serviceStartTime', 'languageCode', 'legalAuthenticator', 'sourcePatientId'];

describe('checkMetadata, text', () => {
  it('finds nothing in a submission that uses every attribute', async () => {
    expect(await rulesOf(rich)).toEqual([]);
  });

  describe('slots', () => {
    it.each(['authorPerson', 'authorInstitution', 'authorRole', 'authorSpecialty', 'submissionTime', 'hash', 'URI'])(
      '%s written twice in its owner',
      async (name) => {
        expect(await rulesOf(doubled(name))).toContain('XDS-SLOT');
      },
    );

    it.each(['intendedRecipient', 'SubmissionSetStatus', 'urn:ihe:iti:xds:2013:referenceIdList'])(
      '%s written twice, in the set, an association or the entry',
      async (name) => {
        expect(await rulesOf(doubled(name, rich))).toContain('XDS-SLOT');
      },
    );

    it.each([...singleSlots, 'hash', 'size', 'URI', 'submissionTime', 'authorPerson'])(
      'two values of %s',
      async (name) => {
        expect(await rulesOf(twoValues(name))).toContain('XDS-SLOT-VALUES');
      },
    );

    it.each(['PID-7', 'PID-8'])('%s twice in sourcePatientInfo', async (field) => {
      const twice = changed(xml, new RegExp(`<rim:Value>${field}\\|[^<]*</rim:Value>`), (one) => `${one}${one}`);
      expect(await rulesOf(twice)).toContain('XDS-SLOT-VALUES');
    });

    it('takes several values where the framework does', async () => {
      for (const name of ['authorInstitution', 'authorSpecialty', 'authorRole']) {
        expect(await rulesOf(twoValues(name))).toEqual([]);
      }
    });
  });

  describe('classifications', () => {
    it.each(coded)('%s without its coding scheme', async (name) => {
      const without = inClassification(name, (text) => changed(text, slotOf('codingScheme'), ''));
      expect(await rulesOf(without)).toContain('XDS-CODING-SCHEME');
    });

    it.each(coded)('%s with two coding schemes', async (name) => {
      const two = inClassification(name, (text) => changed(text, slotOf('codingScheme'), (slot) => `${slot}${slot}`));
      expect(await rulesOf(two)).toEqual(expect.arrayContaining(['XDS-CODING-SCHEME', 'XDS-SLOT']));
    });

    it('an empty coding scheme', async () => {
      expect(await rulesOf(value('codingScheme', ''))).toContain('XDS-CODING-SCHEME');
    });

    it.each(coded)('%s twice', async (name) => {
      const other = (text: string): string => changed(text, /id="(cl\d+)"/, 'id="$1bis"');
      const twice = inClassification(name, (text) => `${text}${other(text)}`);
      expect(await rulesOf(twice)).toEqual(['XDS-CLASSIFICATION-TWICE']);
    });

    it.each(coded)('%s of another object', async (name) => {
      const owner = name === 'contentTypeCode' ? 'SubmissionSet01' : 'Document01';
      const other = owner === 'Document01' ? 'SubmissionSet01' : 'Document01';
      for (const named of [other, 'Nobody']) {
        const foreign = inClassification(name, (text) => changed(text, `="${owner}"`, `="${named}"`));
        expect(await rulesOf(foreign)).toContain('XDS-OWNER');
      }
    });

    it('gives a value to the object it names, not to the one it stands in', () => {
      const foreign = inClassification('classCode', (text) => changed(text, '"Document01"', '"SubmissionSet01"'));
      expect(readMetadata(foreign).documents[0]!.classCode.code).toBe('');
    });

    it('a code on an author, none on a code', async () => {
      const author = changed(xml, 'nodeRepresentation=""', 'nodeRepresentation="x"');
      expect(await rulesOf(author)).toContain('XDS-CODE-VALUE');
      const empty = inClassification('formatCode', (text) =>
        changed(text, /nodeRepresentation="[^"]+"/, 'nodeRepresentation=""'),
      );
      expect(await rulesOf(empty)).toContain('XDS-CODE-VALUE');
    });

    it('the same id on two classifications, on a classification and a document', async () => {
      expect(await rulesOf(changed(xml, 'id="cl02"', 'id="cl01"'))).toEqual(['XDS-ID']);
      expect(await rulesOf(changed(xml, 'id="cl02"', 'id="Document01"'))).toContain('XDS-ID');
    });

    it('a scheme in capitals', async () => {
      const upper = changed(xml, `urn:uuid:${schemeOf['formatCode']!}`, (uuid) => uuid.toUpperCase());
      expect(await rulesOf(upper)).toEqual(['XDS-SCHEME-CASE']);
    });
  });

  describe('external identifiers', () => {
    const patientId = /<rim:ExternalIdentifier [^>]*value="[^"]*ISO\^NH".*?<\/rim:ExternalIdentifier>/;

    it('one of another object', async () => {
      const foreign = changed(xml, 'registryObject="Document01"', 'registryObject="SubmissionSet01"');
      expect(await rulesOf(foreign)).toContain('XDS-OWNER');
    });

    it('the same one twice', async () => {
      const twice = changed(xml, patientId, (text) => `${text}${changed(text, /id="(ei\d+)"/, 'id="$1bis"')}`);
      expect(await rulesOf(twice)).toEqual(['XDS-IDENTIFIER-TWICE']);
    });

    it('another name than that of its scheme', async () => {
      const renamed = changed(xml, 'XDSDocumentEntry.uniqueId', 'XDSSubmissionSet.uniqueId');
      expect(await rulesOf(renamed)).toEqual(['XDS-IDENTIFIER-NAME']);
    });
  });

  describe('objects and links', () => {
    it.each([
      ['no status', changed(xml, slotOf('SubmissionSetStatus'), '')],
      ['an unknown status', value('SubmissionSetStatus', 'New')],
      ['a document of the request called registered', value('SubmissionSetStatus', 'Reference')],
      ['two statuses', twoValues('SubmissionSetStatus')],
    ])('a membership with %s', async (_, text) => {
      expect(await rulesOf(text)).toContain('XDS-MEMBER-STATUS');
    });

    it('a membership of a registered document that is called new', async () => {
      const text = changed(
        xml,
        '</rim:RegistryObjectList>',
        '<rim:Association id="as9" associationType="urn:oasis:names:tc:ebxml-regrep:AssociationType:HasMember" sourceObject="SubmissionSet01" targetObject="urn:uuid:5f2c9a70-6f0e-4d0b-9d0e-2b7f3f1f0a11"><rim:Slot name="SubmissionSetStatus"><rim:ValueList><rim:Value>Original</rim:Value></rim:ValueList></rim:Slot></rim:Association></rim:RegistryObjectList>',
      );
      expect(await rulesOf(text)).toEqual(['XDS-MEMBER-STATUS']);
      expect(
        await rulesOf(changed(text, /Original(?=[^]*?<\/rim:Association><\/rim:Reg)(?![^]*Original)/, 'Reference')),
      ).toEqual([]);
    });

    it.each(['Deprecated', 'Submitted'])('a submission set that is %s', async (status) => {
      const text = changed(
        xml,
        '<rim:RegistryPackage ',
        `<rim:RegistryPackage status="urn:oasis:names:tc:ebxml-regrep:StatusType:${status}" `,
      );
      expect(await rulesOf(text)).toEqual(['XDS-STATUS']);
      expect(await rulesOf(changed(text, status, 'Approved'))).toEqual([]);
    });

    it.each(['', 'urn:uuid:34268e47-fdf5-41a6-ba33-82133c465248', 'urn:uuid:00000000-0000-4000-8000-000000000000'])(
      'an object type that is no stable document: "%s"',
      async (type) => {
        const text = changed(xml, 'urn:uuid:7edca82f-054d-47f2-a032-9b2a5b5186c1', type);
        expect(await rulesOf(text)).toEqual(['XDS-OBJECT-TYPE']);
      },
    );

    it('an unknown or short type of link, a replacement whose source is not in the request', async () => {
      const full = 'urn:ihe:iti:2007:AssociationType:RPLC';
      expect(await rulesOf(changed(rich, full, 'urn:ihe:iti:2007:AssociationType:XXXX'))).toContain('XDS-ASSOCIATION');
      expect(await rulesOf(changed(rich, full, 'RPLC'))).toContain('XDS-ASSOCIATION');
      const source = changed(rich, /(AssociationType:RPLC"[^>]*sourceObject=")Document01/, '$1SubmissionSet01');
      expect(await rulesOf(source)).toContain('XDS-ASSOCIATION');
    });

    it('takes the links of IHE that France does not use', async () => {
      const snapshot = 'urn:ihe:iti:2010:AssociationType:IsSnapshotOf';
      expect(await rulesOf(changed(rich, 'urn:ihe:iti:2007:AssociationType:RPLC', snapshot))).toEqual([]);
      const system = changed(xml, /(codingScheme"><rim:ValueList><rim:Value>)1\.2\.250\.1\.213\.2\.2</, '$1A name<');
      expect(await rulesOf(system)).toEqual(['XDS-CODE']);
    });

    it('a title in another charset, a second text', async () => {
      for (const charset of ['ISO-8859-1', 'utf-8', '']) {
        expect(await rulesOf(changed(xml, /charset="UTF-8"(?= value="Courrier)/, `charset="${charset}"`))).toContain(
          'XDS-CHARSET',
        );
      }
      const two = changed(
        xml,
        /<rim:LocalizedString [^>]*value="Courrier de suivi"[^>]*><\/rim:LocalizedString>/g,
        (text) => `${changed(changed(text, 'fr-FR', 'en'), 'Courrier de suivi', 'Letter')}${text}`,
      );
      expect(new Set(await rulesOf(two))).toEqual(new Set(['XDS-SEVERAL-TEXTS']));
      expect(readMetadata(two).documents[0]!.title).toBe('Courrier de suivi');
    });

    it('a folder without title, codes or a time to the second', async () => {
      expect(await rulesOf(changed(rich, 'value="Suivi"', 'value=""'))).toContain('XDS-REQUIRED');
      const late = changed(
        rich,
        /(<rim:RegistryPackage id="Folder01"[^>]*>)/,
        '$1<rim:Slot name="lastUpdateTime"><rim:ValueList><rim:Value>202603151015</rim:Value></rim:ValueList></rim:Slot>',
      );
      expect(await rulesOf(late)).toContain('XDS-TIME');
    });
  });

  describe('values', () => {
    const person = '899700012349^EXEMPLE^Camille^^^^^^';
    const xon = 'Cabinet^^^^^';

    it.each([
      ['authorPerson', `${person}NS&amp;1.2.250.1.71.4.2.1&amp;ISO^D^^^IDNPS`, 'XDS-AUTHORITY'],
      ['authorPerson', `${person}&amp;1.2.250.1.71.4.2.1&amp;DNS^D^^^IDNPS`, 'XDS-AUTHORITY'],
      ['legalAuthenticator', `${person}&amp;1.2.250.1.71.4.2.01&amp;ISO^D^^^IDNPS`, 'XDS-AUTHORITY'],
      [
        'authorPerson',
        `899700012349^EXEMPLE^Camille^^^DR^^^&amp;1.2.250.1.71.4.2.1&amp;ISO^D^^^IDNPS`,
        'XDS-PERSON-COMPONENTS',
      ],
      [
        'authorPerson',
        `899700012349^EXEMPLE&amp;DE^Camille^^^^^^&amp;1.2.250.1.71.4.2.1&amp;ISO^D^^^IDNPS`,
        'XDS-PERSON-COMPONENTS',
      ],
      ['authorPerson', '^^Camille', 'XDS-PERSON'],
      ['authorInstitution', `${xon}NS&amp;1.2.250.1.71.4.2.2&amp;ISO^IDNST^^^1990000010`, 'XDS-AUTHORITY'],
      ['authorInstitution', `${xon}^^^^1990000010`, 'XDS-AUTHORITY'],
      ['authorInstitution', `${xon}&amp;1.2.250.1.71.4.2.2&amp;ISO^XX^^^1990000010`, 'XDS-INSTITUTION-COMPONENTS'],
      [
        'authorInstitution',
        `Cabinet^L^^^^&amp;1.2.250.1.71.4.2.2&amp;ISO^IDNST^^^1990000010`,
        'XDS-INSTITUTION-COMPONENTS',
      ],
      ['authorInstitution', `${xon}&amp;1.2.250.1.71.4.2.2&amp;ISO^IDNST^^^1990000010^x`, 'XDS-INSTITUTION-COMPONENTS'],
      ['authorInstitution', 'Cabinet~Clinique', 'XDS-REPETITION'],
      ['authorInstitution', '', 'XDS-INSTITUTION-COMPONENTS'],
      ['authorRole', '', 'XDS-AUTHOR-ROLE'],
      ['authorRole', 'PCP^Médecin traitant', 'XDS-AUTHOR-ROLE'],
      ['authorSpecialty', '', 'XDS-AUTHOR-SPECIALTY'],
      ['authorSpecialty', 'G15_10^^^&amp;1.2.250.1.71.1.2.7&amp;DNS', 'XDS-AUTHOR-SPECIALTY'],
      ['authorSpecialty', 'G15_10^Médecin^1.2.250.1.71.1.2.7^x', 'XDS-AUTHOR-SPECIALTY'],
      ['authorSpecialty', 'G15_10^Médecin', 'XDS-AUTHOR-SPECIALTY'],
      ['sourcePatientId', 'P-1^^^&amp;2.999.1.2&amp;DNS^PI', 'XDS-AUTHORITY'],
      ['sourcePatientId', 'P-1^^^NS&amp;2.999.1.2&amp;ISO^PI', 'XDS-AUTHORITY'],
      ['sourcePatientId', 'P-1^^^&amp;2.999.1.2&amp;ISO^MR', 'XDS-CX-TYPE'],
      ['sourcePatientId', 'P-1^^^&amp;2.999.1.2&amp;ISO', 'XDS-CX-TYPE'],
      ['sourcePatientId', 'P-1^^^&amp;2.999.1.2', 'XDS-SOURCE-PATIENT-ID'],
      ['creationTime', ' 20260315101000', 'XDS-BLANK'],
      ['URI', '', 'XDS-URI-FORM'],
      ['URI', 'DOC%G1.XML', 'XDS-URI-FORM'],
      ['URI', 'DOC 1.XML', 'XDS-URI-FORM'],
      ['URI', 'C:\\DOC0001.XML', 'XDS-URI-FORM'],
    ])('%s: %s', async (name, text, rule) => {
      expect(await rulesOf(value(name, text))).toContain(rule);
    });

    it.each(['PID-2|1', 'PID-4|1', 'PID-12|F', 'PID-19|1', 'PID-40|x', 'PID-0|x', 'PID-05|A', 'PID|A', 'A^B'])(
      'sourcePatientInfo: %s',
      async (text) => {
        expect(await rulesOf(changed(xml, /PID-8\|F/, text))).toContain('XDS-PATIENT-INFO');
      },
    );

    it.each(['text', 'text/', '/xml', 'text/xml; charset=UTF-8', 'text/xml/x'])('a media type: %s', async (type) => {
      expect(await rulesOf(changed(xml, 'mimeType="text/xml"', `mimeType="${type}"`))).toContain('XDS-MIME-TYPE');
    });

    it.each([
      'ACC1',
      '^^^&amp;2.999.6&amp;ISO^urn:ihe:iti:xds:2013:accession',
      'ACC1^^^&amp;2.999.6^urn:x',
      'ACC1^1^^^urn:x',
    ])('a reference: %s', async (text) => {
      expect(await rulesOf(value('urn:ihe:iti:xds:2013:referenceIdList', text, rich))).toContain('XDS-REFERENCE-ID');
    });

    it.each(['', '||', '|||x', '^^^^^&amp;1.2.250.1.71.4.2.2&amp;ISO^IDNST^^^1'])('a recipient: "%s"', async (text) => {
      expect(await rulesOf(value('intendedRecipient', text, rich))).toContain('XDS-RECIPIENT');
    });

    it.each([
      ['^^Internet^cabinet@exemple.fr', []],
      ['^PRN^PH^^^^0102030405', []],
      ['^PRN^PH', ['XDS-TELECOM']],
      ['^^Internet', ['XDS-TELECOM']],
      ['^NET^PH^^^^0102030405', ['XDS-TELECOM']],
      ['^^Internet^cabinet@exemple.fr^33', ['XDS-TELECOM']],
      ['cabinet@exemple.fr', ['XDS-TELECOM']],
    ])('authorTelecommunication: %s', async (text, rules) => {
      const slot = `<rim:Slot name="authorTelecommunication"><rim:ValueList><rim:Value>${text}</rim:Value></rim:ValueList></rim:Slot>`;
      expect(await rulesOf(changed(xml, slotOf('authorSpecialty'), (one) => `${one}${slot}`))).toEqual(rules);
    });

    it.each([
      ['repositoryUniqueId', 'urn:oid:1.2.3', 'XDS-REPOSITORY'],
      ['homeCommunityId', '1.2.3', 'XDS-HOME'],
    ])('%s: %s', async (name, text, rule) => {
      const slot = `<rim:Slot name="${name}"><rim:ValueList><rim:Value>${text}</rim:Value></rim:ValueList></rim:Slot>`;
      expect(await rulesOf(changed(xml, slotOf('URI'), (one) => `${one}${slot}`))).toContain(rule);
    });
  });

  it('a patientId in the form of IHE: the French one wins, and the rule says so', async () => {
    const { findings } = await checkMetadata(xml.replaceAll('ISO^NH', 'ISO'));
    expect(findings.map(({ rule }) => rule)).toEqual(['XDS-CX-TYPE', 'XDS-CX-TYPE']);
    expect(findings[0]!.fix).toContain("il l'emporte");
  });

  describe('schema', () => {
    it.each([
      [
        'a slot after the name',
        changed(xml, /(<rim:Slot name="URI">.*?<\/rim:Slot>)(<rim:Name>.*?<\/rim:Name>)/, '$2$1'),
      ],
      ['an unknown element', changed(xml, '<rim:Classification ', '<rim:Foo/><rim:Classification ')],
      ['an unknown attribute', changed(xml, '<rim:ExtrinsicObject ', '<rim:ExtrinsicObject extra="x" ')],
      [
        'a slot without list',
        changed(xml, valueOf('URI'), '').replace(/<rim:ValueList><rim:Value><\/rim:Value><\/rim:ValueList>/, ''),
      ],
      ['a classification without id', changed(xml, / id="cl02"/, '')],
      ['an identifier without value', changed(xml, / value="2\.999[^"]*"/, '')],
      ['text between elements', changed(xml, '<rim:Classification ', 'x<rim:Classification ')],
      ['another namespace', changed(xml, 'xsd:rim:3.0', 'xsd:rim:2.5')],
      ['an id that is no URI', changed(xml, 'id="cl02"', 'id="^:cl02"')],
      [
        'a request without list',
        changed(changed(xml, '<rim:RegistryObjectList>', ''), '</rim:RegistryObjectList>', ''),
      ],
    ])('%s', async (_, text) => {
      expect(await rulesOf(text)).toContain('XDS-SCHEMA');
    });

    it('says no more than twenty times that a file is not ebRIM', async () => {
      const other = xml.replaceAll('rim:Classification', 'rim:Class');
      const rules = await rulesOf(other);
      expect(rules.filter((rule) => rule === 'XDS-SCHEMA').length).toBeLessThanOrEqual(20);
      expect(rules).toContain('XDS-SCHEMA');
    });
  });
});
