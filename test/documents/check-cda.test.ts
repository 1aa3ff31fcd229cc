import { describe, expect, it } from 'vitest';
import { checkCda, checkCdaSource } from '../../src/documents/index.ts';
import type { CdaRuleId } from '../../src/documents/rules/cda/index.ts';
import { bytesSource } from '../../src/internal/bytes.ts';
import { letter, vsm } from './helpers/cda-texts.ts';
import { mutations } from './mutations.ts';

const rulesOf = async (xml: string): Promise<string[]> =>
  (await checkCda(Buffer.from(xml, 'utf8'))).findings.map(({ rule }) => rule);
const swap =
  (from: string | RegExp, to: string) =>
  (xml: string): string =>
    xml.replace(from, to);

describe('checkCda', () => {
  it('finds nothing in a good letter and a good summary', async () => {
    expect(await rulesOf(await letter())).toEqual([]);
    expect(await rulesOf(await vsm())).toEqual([]);
  });

  const cases: readonly (readonly [CdaRuleId, string, (xml: string) => string])[] = [
    ['CDA-TITLE', 'title left out', swap(/<title>.*?<\/title>/, '')],
    ['CDA-TITLE-LENGTH', 'title too long', swap('>Lettre<', `>${'x'.repeat(129)}<`)],
    ['CDA-SET-ID', 'setId left out', swap(/<setId[^>]*><\/setId>/, '')],
    ['CDA-VERSION', 'versionNumber left out', swap(/<versionNumber[^>]*><\/versionNumber>/, '')],
    [
      'CDA-ID-FORM',
      'document id with an extension',
      swap('root="1.2.250.1.999.7"', 'root="1.2.250.1.999.7" extension="4"'),
    ],
    [
      'CDA-DUPLICATE',
      'a templateId twice',
      (xml) => xml.replace(/<templateId root="1\.2\.250\.1\.213\.1\.1\.1\.[^>]*><\/templateId>/, '$&$&'),
    ],
    ['CDA-ID-SYNTAX', 'OID with a leading zero', swap('1.2.250.1.999.7', '1.2.250.01.7')],
    ['CDA-CODE', 'unknown type', swap('96349-6', '00000-0')],
    ['CDA-CODE-RETIRED', 'retired type', swap('96349-6', '29551-9')],
    [
      'CDA-CODE-SYSTEM',
      'type in another system',
      swap('code="96349-6" codeSystem="2.16.840.1.113883.6.1"', 'code="96349-6" codeSystem="1.2.3"'),
    ],
    ['CDA-CODE-RECENT', 'type newer than the kit', swap('96349-6', '97694-4')],
    ['CDA-CONFIDENTIALITY', 'a mask as level', swap('code="N"', 'code="INVISIBLE_PATIENT"')],
    ['CDA-CONFIDENTIALITY-OLD', 'old level', swap('code="N"', 'code="L"')],
    ['CDA-LANGUAGE', 'language alone', swap('fr-FR', 'fr')],
    ['CDA-DATE', 'ISO date', swap('20260315111000+0100', '2026-03-15T11:10:00Z')],
    ['CDA-DATE', 'day 00', swap('value="19790328"', 'value="19790300"')],
    ['CDA-DATE-ZONE', 'no zone', swap('20260315111000+0100', '20260315111000')],
    ['CDA-DATE-OFFSET', 'three digits', swap('20260315111000+0100', '20260315111000+100')],
    ['CDA-DATE-OFFSET', 'two digits', swap('20260315111000+0100', '20260315111000+01')],
    ['CDA-TIME-PRECISION', 'minutes only', swap('20260315111000+0100', '202603151110+0100')],
    ['CDA-PATIENT-QUALIFIER', 'SP', swap('qualifier="CL"', 'qualifier="SP"')],
    ['CDA-PATIENT-SEX', 'U', swap('code="F"', 'code="U"')],
    ['CDA-INS-TRAITS', 'no birth place code', swap(/<county>.*?<\/county>/, '')],
    ['CDA-INS-TRAITS', 'no list of given names', swap('<given>CLAUDE ANNE</given>', '')],
    ['CDA-INS-KEY', 'wrong key', swap('279035121518989', '279035121518988')],
    ['CDA-CIVILITY', 'a word as title', swap('<suffix>DR</suffix>', '<suffix>Docteur</suffix>')],
    ['CDA-PERSON-NAME', 'two given names', swap('</given><family>FICTIF', '</given><given>B</given><family>FICTIF')],
    ['CDA-AUTHOR-PROFESSION', 'no profession', swap(/(<assignedAuthor>.*?)<code [^>]*><\/code>/, '$1')],
    [
      'CDA-AUTHOR-STRUCTURE',
      'no structure',
      swap(/(<assignedAuthor>.*?)<representedOrganization>.*?<\/representedOrganization>/, '$1'),
    ],
    ['CDA-LEGAL', 'no legal authenticator', swap(/<legalAuthenticator>.*?<\/legalAuthenticator>/, '')],
    [
      'CDA-LEGAL-PROFESSIONAL',
      'no profession of the legal authenticator',
      swap(/(<legalAuthenticator>.*?)<code [^>]*><\/code>/, '$1'),
    ],
    [
      'CDA-CUSTODIAN',
      'custodian in another domain',
      swap(/(<representedCustodianOrganization><id [^>]*root=")[^"]*/, '$11.2.3'),
    ],
    ['CDA-PROFESSIONAL-ID', 'short national id', swap(/(<assignedAuthor><id extension=")[^"]*/, '$18997')],
    [
      'CDA-PRACTICE-SETTING',
      'no practice setting',
      swap(/<standardIndustryClassCode[^>]*><\/standardIndustryClassCode>/, ''),
    ],
    [
      'CDA-ACT-TIME',
      'act with a single value',
      swap(
        /(<serviceEvent>)<effectiveTime><low value="([^"]*)"><\/low><\/effectiveTime>/,
        '$1<effectiveTime value="$2"></effectiveTime>',
      ),
    ],
    ['CDA-FACILITY', 'unknown facility', swap('code="SA07"', 'code="SA99"')],
    ['CDA-ENCOUNTER', 'no encounter', swap(/<componentOf>.*?<\/componentOf>/, '')],
    [
      'CDA-TEMPLATE-LEVEL-1',
      'a fourth template',
      swap('</templateId><id ', '</templateId><templateId root="1.2.3"></templateId><id '),
    ],
    [
      'CDA-SCHEMA-ORDER',
      'title before code',
      (xml) => xml.replace('<title>Lettre</title>', '').replace('<code ', '<title>Lettre</title><code '),
    ],
    ['CDA-SCHEMA-UNKNOWN', 'unknown element', swap('<title>', '<inconnu></inconnu><title>')],
    [
      'CDA-TELECOM',
      'telecom without prefix',
      swap('<telecom nullFlavor="UNK"></telecom>', '<telecom value="0102030405"></telecom>'),
    ],
    ['CDA-MEDIA-TYPE', 'unknown media type', swap('mediaType="application/pdf"', 'mediaType="text/html"')],
    ['CDA-MEDIA-TYPE-OLD', 'former media type', swap('mediaType="application/pdf"', 'mediaType="image/tiff"')],
    ['CDA-REPRESENTATION', 'no representation', swap(' representation="B64"', '')],
    ['CDA-BASE64', 'broken base64', swap('B64">', 'B64">A')],
    ['CDA-PDF', 'another content', swap(/B64">[^<]*/, 'B64">Qm9uam91cg==')],
    [
      'CDA-RELATED',
      'a transformation',
      swap(
        '<componentOf>',
        '<relatedDocument typeCode="XFRM"><parentDocument><id root="1.2.3"></id></parentDocument></relatedDocument><componentOf>',
      ),
    ],
    [
      'CDA-RELATED-VERSION',
      'replacement as version 1',
      swap(
        '<componentOf>',
        '<relatedDocument typeCode="RPLC"><parentDocument><id root="1.2.3"></id></parentDocument></relatedDocument><componentOf>',
      ),
    ],
  ];
  it.each(cases)('%s: %s', async (rule, _, change) => {
    const changed = change(await letter());
    expect(changed).not.toBe(await letter());
    expect(await rulesOf(changed)).toContain(rule);
  });

  const summaries: readonly (readonly [CdaRuleId, string, (xml: string) => string])[] = [
    [
      'VSM-CODE',
      'another type',
      swap('code="SYNTH" codeSystem="1.2.250.1.213.1.1.4.12"', 'code="60591-5" codeSystem="2.16.840.1.113883.6.1"'),
    ],
    [
      'CDA-SCHEMA-ATTRIBUTE',
      'an empty class',
      swap('<participantRole classCode="MANU"', '<participantRole classCode=""'),
    ],
    [
      'CDA-SCHEMA-ATTRIBUTE',
      'an attribute that the declared type has not',
      swap(/(<value [^>]*?xsi:type="C[DE]")/, '$1 unit="mg"'),
    ],
    ['CDA-SCHEMA-ATTRIBUTE', 'a value without its type', swap(/(<value [^>]*?) xsi:type="C[DE]"/, '$1')],
    ['VSM-ACT', 'another label of the act', swap('Historique et clinique', 'Historique et physique')],
    ['VSM-TREATING-DOCTOR', 'no treating doctor', swap(/<participant typeCode="INF">.*?<\/participant>/, '')],
    ['VSM-SECTION', 'no treatment section', swap('1.2.250.1.213.1.1.2.32"', '1.2.250.1.213.1.1.2.99"')],
    ['VSM-SECTION-CODE', 'wrong section code', swap('code="11348-0"', 'code="11348-9"')],
    [
      'VSM-SECTION-TEMPLATE',
      'no parent template',
      swap('<templateId root="2.16.840.1.113883.10.20.1.2"></templateId>', ''),
    ],
    [
      'VSM-SECTION-TEXT',
      'text beside all sub-sections',
      swap('<title>Facteurs de risque</title>', '<title>Facteurs de risque</title><text>x</text>'),
    ],
    [
      'VSM-CONCERN-END',
      'active with an end',
      swap(/(<code nullFlavor="NA"><\/code><statusCode code=")(?:completed|aborted)/, '$1active'),
    ],
    ['CDA-SCHEMA-ATTRIBUTE', 'a type of data that is none', swap('xsi:type="PIVL_TS"', 'xsi:type="PIVL_TSZ"')],
    ['CDA-NUMBER', 'a dose that is no number', swap(/(<doseQuantity><low[^>]* value=")[^"]+/, '$1Z')],
    [
      'CDA-SCHEMA-TEXT',
      'a text in a translation',
      swap(/(<\/originalText>)(<\/value>)/, '$1<translation nullFlavor="NA">x</translation>$2'),
    ],
    [
      'CDA-SCHEMA-ATTRIBUTE',
      'an attribute that a translation has not',
      swap(/(<\/originalText>)(<\/value>)/, '$1<translation nullFlavor="NA" unit="mg"/>$2'),
    ],
    [
      'CDA-SCHEMA-ORDER',
      'a translation before the text of a code',
      swap(
        /(<originalText>(?:(?!<\/originalText>).)*<\/originalText>)(<\/value>)/,
        '<translation nullFlavor="NA"></translation>$1$2',
      ),
    ],
    ['CDA-NUMBER', 'a period that is no number', swap(/(<period[^>]* value=")[^"]+/, '$1Z')],
    ['CDA-SCHEMA-ORDER', 'two periods', swap(/(<period[^>]*><\/period>)/, '$1$1')],
    ['CDA-INTERVAL', 'two lowest doses', swap(/(<doseQuantity>)(<low[^>]*><\/low>)/, '$1$2$2')],
    [
      'CDA-INTERVAL',
      'a highest dose before the lowest',
      swap('<doseQuantity><low', '<doseQuantity><high value="9" unit="1"/><low'),
    ],
    [
      'CDA-NUMBER',
      'a length of time that is no number',
      swap(/(<effectiveTime xsi:type="IVL_TS">)(?:(?!<\/effectiveTime).)*/, '$1<width value="Z" unit="d"/>'),
    ],
    [
      'VSM-ORIGINAL-TEXT',
      'value without its text',
      swap(/(<value [^>]*xsi:type="CD"[^>]*>)<originalText>.*?<\/originalText>/, '$1'),
    ],
    [
      'VSM-PROBLEM',
      'no reference to the text',
      swap(/<text><reference value="#pathologie-1"><\/reference><\/text>/, ''),
    ],
    ['VSM-MEDICATION', 'a drug without a name', swap(/(<manufacturedMaterial.*?)<name>.*?<\/name>/, '$1')],
    ['VSM-MEDICATION', 'not completed', swap(/(<substanceAdministration.*?<statusCode code=")completed/, '$1active')],
    ['CDA-NARRATIVE', 'a script in the text', swap('<table border="0">', '<script></script><table border="0">')],
    ['CDA-NARRATIVE', 'rows before the head', swap(/(<thead>.*?<\/thead>)(<tbody>.*?<\/tbody>)/, '$2$1')],
    [
      'CDA-NARRATIVE',
      'a foot behind the rows',
      swap(/(<\/tbody>)(<\/table>)/, '$1<tfoot><tr><td></td></tr></tfoot>$2'),
    ],
    ['CDA-NARRATIVE', 'a title behind the rows', swap(/(<\/tbody>)(<\/table>)/, '$1<caption>x</caption>$2')],
    ['CDA-NARRATIVE', 'columns alone and in a group', swap(/(<table[^>]*>)/, '$1<col/><colgroup><col/></colgroup>')],
    ['CDA-NARRATIVE-ID', 'an ID twice', swap('ID="mode-de-vie-1"', 'ID="traitement-1"')],
    ['CDA-NARRATIVE-LINK', 'a link to nothing', swap('value="#traitement-1"', 'value="#nulle-part"')],
  ];
  it.each(summaries)('%s: %s', async (rule, _, change) => {
    const xml = await vsm();
    const changed = change(xml);
    expect(changed).not.toBe(xml);
    expect(await rulesOf(changed)).toContain(rule);
  });

  it.each([
    [0, ['CDA-GUARDIAN']],
    [1, []],
    [3, []],
    [4, ['CDA-GUARDIAN']],
  ])('a guardian may have several family names, up to three: %i', async (count, expected) => {
    const name = `<name>${'<family>MARTIN</family>'.repeat(count)}<given>LOU</given></name>`;
    const guardian = `<guardian><guardianPerson>${name}</guardianPerson></guardian>`;
    const xml = (await letter()).replace('<birthplace>', `${guardian}<birthplace>`);
    expect(xml).toContain(guardian);
    expect(await rulesOf(xml)).toEqual(expected);
  });

  it('quotes no trait and no identifier of the patient, whatever is wrong', async () => {
    const built = await letter();
    const planted = built
      .replaceAll('DUPRE-TEST', 'CANARINOM')
      .replaceAll('CLAUDE', 'CANARIPRENOM')
      .replaceAll('279035121518989', '999CANARIINS')
      .replaceAll('PAT-000123', 'CANARILOCAL')
      .replaceAll('19790328', '99999999')
      .replaceAll('51215', 'CANARICOG');
    expect(JSON.stringify(await checkCda(Buffer.from(planted)))).not.toMatch(/CANARI|99999999/);
    let count = 0;
    for (const { xml } of mutations(planted.replace(/B64">[^<]*/, 'B64">Qm9uam91cg=='))) {
      if ((count += 1) % 29 !== 0) continue;
      expect(JSON.stringify(await checkCda(Buffer.from(xml)))).not.toMatch(/CANARI|99999999/);
    }
    expect(count).toBeGreaterThan(1000);
  });

  it('expects values and codes, no prose', async () => {
    const prose = /\b(?:un|une|des|le|la|les|ou|et|au|avec|sans|attribut|the|with|and|or)\b/;
    const base = (await letter()).replace(/B64">[^<]*/, 'B64">JVBERi0=');
    const expected = new Set<string>();
    let count = 0;
    for (const { xml } of mutations(base)) {
      if ((count += 1) % 13 !== 0) continue;
      for (const found of (await checkCda(Buffer.from(xml))).findings) if (found.expected) expected.add(found.expected);
    }
    expect(expected.size).toBeGreaterThan(10);
    expect([...expected].filter((value) => prose.test(value))).toEqual([]);
  });

  it('says the same of a source', async () => {
    const xml = Buffer.from((await letter()).replace(/<title>.*?<\/title>/, ''), 'utf8');
    expect(await checkCdaSource(bytesSource(xml))).toEqual(await checkCda(xml));
  });
});
