import { beforeAll, describe, expect, it } from 'vitest';
import { checkCda } from '../../../src/documents/index.ts';
import { vsm } from '../helpers/cda-texts.ts';

const pcc = '1.3.6.1.4.1.19376.1.5.3.1.4';
const french = '1.2.250.1.213.1.1.3';
const snomed = '2.16.840.1.113883.6.96';
const loinc = '2.16.840.1.113883.6.1';

let summary: string;
beforeAll(async () => {
  summary = await vsm();
});

/** Where the value sets are broken in a summary that holds this content as its first entry. */
async function broken(content: string): Promise<string[]> {
  const xml = summary.replace('<entry>', `<entry>${content}</entry><entry>`);
  expect(xml).not.toBe(summary);
  const { findings } = await checkCda(Buffer.from(xml, 'utf8'));
  return findings
    .filter(({ rule }) => rule === 'VSM-VALUE-SET')
    .map(({ path, expected }) => `${path.split('/').at(-1)} ${expected ?? ''}`);
}

const models = (...roots: readonly string[]): string => roots.map((root) => `<templateId root="${root}"/>`).join('');
const coded = (name: string, code: string, system: string): string =>
  `<${name} code="${code}" codeSystem="${system}"/>`;
const observation = (template: string, content: string): string =>
  `<observation classCode="OBS" moodCode="EVN">${models(template)}${content}</observation>`;
const value = (code: string, system: string): string =>
  `<value xsi:type="CD" code="${code}" codeSystem="${system}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"/>`;
const statusOf = (template: string, status: string): string =>
  observation(template, `<entryRelationship typeCode="REFR">${observation(`${pcc}.1.1`, status)}</entryRelationship>`);

describe('the value sets of the entries', () => {
  const cases: readonly (readonly [set: string, write: (code: string) => string, good: string])[] = [
    ['JDV_ProblemCodes_CISIS', (code) => observation(`${pcc}.5`, coded('code', code, snomed)), '64572001'],
    [
      'JDV_TypeEvenementIndesirablePrevisible_CISIS',
      (code) => observation(`${pcc}.6`, coded('code', code, snomed)),
      '414285001',
    ],
    [
      'JDV_HL7_ConditionClinical_CISIS',
      (code) => statusOf('1.2.3', value(code, '2.16.840.1.113883.4.642.1.1074')),
      'relapse',
    ],
    [
      'JDV_HL7_allergyintolerance_clinical_CISIS',
      (code) => statusOf('2.16.840.1.113883.10.20.1.54', value(code, '2.16.840.1.113883.4.642.4.1373')),
      'resolved',
    ],
    ['JDV_HealthStatusCodes_CISIS', (code) => observation(`${pcc}.1.2`, value(code, snomed)), '21134002'],
    ['JDV_SocialHistoryCodes_CISIS', (code) => observation(`${french}.52`, coded('code', code, loinc)), '81663-7'],
    ['JDV_SignesVitaux_CISIS', (code) => observation(`${pcc}.13.2`, coded('code', code, loinc)), '29463-7'],
    ['JDV_TypeDirectiveAnticipee_CISIS', (code) => observation(`${pcc}.13.7`, coded('code', code, loinc)), '42348-3'],
    [
      'JDV_OrigineEffetIndesirable_CISIS',
      (code) => observation(`${french}.210`, coded('code', code, snomed)),
      '79899007',
    ],
    ['JDV_Imputabilite_CISIS', (code) => observation(`${french}.211`, value(code, snomed)), '371930009'],
    ['JDV_Gravite_CISIS', (code) => observation(`${french}.212`, value(code, snomed)), '2655002'],
    ['JDV_Evolution_CISIS', (code) => observation(`${french}.213`, value(code, snomed)), '405535005'],
    [
      'JDV_HL7_PersonalRelationshipRoleType_CISIS',
      (code) =>
        `<organizer><subject>${models(`${pcc}.15.2`)}<relatedSubject>${coded('code', code, '2.16.840.1.113883.5.111')}</relatedSubject></subject></organizer>`,
      'AUNT',
    ],
    [
      'JDV_J143_AdministrativeGender_CISIS',
      (code) =>
        `<organizer><subject><relatedSubject><subject>${coded('administrativeGenderCode', code, '2.16.840.1.113883.5.1')}</subject></relatedSubject></subject></organizer>`,
      'UN',
    ],
    [
      'JDV_ImmunizationRouteCodes_CISIS',
      (code) =>
        `<substanceAdministration>${models(`${pcc}.12`)}${coded('routeCode', code, '0.4.0.127.0.16.1.1.2.1')}</substanceAdministration>`,
      '20053000',
    ],
    [
      'JDV_ImmunizationApproachSiteCode_CISIS',
      (code) => `<substanceAdministration>${coded('approachSiteCode', code, snomed)}</substanceAdministration>`,
      '66480008',
    ],
    [
      'JDV_J01-XdsAuthorSpecialty-CISIS',
      (code) =>
        `<act><author><assignedAuthor>${coded('code', code, '1.2.250.1.213.1.1.4.5')}</assignedAuthor></author></act>`,
      'G15_10/SM26',
    ],
  ];

  it('are those of the models, each for its own element', async () => {
    const all = (code: (good: string) => string): string =>
      cases.map(([, write, good]) => `<entryRelationship>${write(code(good))}</entryRelationship>`).join('');

    expect(await broken(`<act>${all((good) => good)}</act>`)).toEqual([]);
    const found = await broken(`<act>${all(() => '0-0')}</act>`);
    expect(found.map((line) => line.split(' ')[1])).toEqual(cases.map(([set]) => set));
  });

  it('takes a code with its own system only', async () => {
    expect(await broken(observation(`${pcc}.5`, coded('code', '64572001', loinc)))).toHaveLength(1);
    expect(await broken(observation(`${pcc}.5`, '<code code="64572001"/>'))).toHaveLength(1);
  });

  it('takes an absent code where the model lets it be absent, with a reason that the models know', async () => {
    const relative = (attributes: string): string =>
      `<organizer><subject>${models(`${pcc}.15.2`)}<relatedSubject><code ${attributes}/></relatedSubject></subject></organizer>`;
    expect(await broken(relative('nullFlavor="UNK"'))).toEqual([]);
    expect(await broken(relative('nullFlavor="INV"'))).toHaveLength(1);
    expect(await broken(observation(`${pcc}.6`, '<code nullFlavor="UNK"/>'))).toHaveLength(1);
  });

  it('asks no set of a quantity, nor of an element that no model binds', async () => {
    const quantity = '<value xsi:type="PQ" value="1" unit="mg" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"/>';
    expect(await broken(observation(`${french}.211`, quantity))).toEqual([]);
    expect(await broken(observation('1.2.3', coded('code', '0-0', snomed)))).toEqual([]);
    expect(await broken(`<act>${models(`${pcc}.5`)}${coded('code', '0-0', snomed)}</act>`)).toEqual([]);
  });

  it('quotes no code of the patient', async () => {
    const xml = summary.replace('282291009', 'CANARI-91');
    const { findings } = await checkCda(Buffer.from(xml, 'utf8'));
    expect(findings.map(({ rule }) => rule)).toContain('VSM-VALUE-SET');
    expect(JSON.stringify(findings)).not.toContain('CANARI');
  });
});
