import { describe, expect, it } from 'vitest';
import {
  buildVsm,
  checkCda,
  readCda,
  findUncodedSections,
  type VsmContent,
  type VsmInput,
} from '../../src/documents/index.ts';
import { collect } from '../../src/internal/bytes.ts';
import { demoLetterPdf, fictivePatient, fictiveProfessional, fictiveStructure } from '../../src/testing/index.ts';

const input = (content: VsmContent): VsmInput => ({
  patient: fictivePatient(),
  author: { professional: fictiveProfessional(), structure: fictiveStructure(), functionCode: 'PCP' },
  patientConsent: true,
  content,
});
const hypertension = { code: 'I10', displayName: 'Hypertension essentielle (primitive)' };
const bytesOf = async (content: VsmContent): Promise<Uint8Array> =>
  collect((await buildVsm(input(content))).content.open());

describe('buildVsm', () => {
  it('refuses data that are not coded, with the sections, and takes the PDF instead', async () => {
    const content: VsmContent = {
      problems: [{ text: 'Hypertension' }],
      allergies: [
        {
          text: 'Pénicilline',
          kind: { code: '416098002', displayName: 'allergie médicamenteuse' },
          agent: { text: 'Pénicilline' },
        },
      ],
      treatments: [{ name: 'Amlodipine' }],
      vigilance: ['Chutes'],
    };
    expect(findUncodedSections(content)).toEqual(['problems', 'allergies', 'treatments']);
    await expect(buildVsm(input(content))).rejects.toMatchObject({
      code: 'TE_NOT_NORMALISED',
      details: { sections: ['problems', 'allergies', 'treatments'] },
    });
    const { content: _, ...rest } = input(content);
    const unstructured = await buildVsm({ ...rest, pdf: demoLetterPdf() });
    expect([unstructured.kind, unstructured.header.type.code, unstructured.header.body.kind]).toEqual([
      'vsm-unstructured',
      'SYNTH',
      'non-xml',
    ]);
  });

  it('never turns an empty list into an absence', async () => {
    const read = readCda(await bytesOf({ allergies: [], problems: 'none' }));
    const text = JSON.stringify(read.sections);
    expect(text).toContain('Aucune pathologie en cours connue.');
    expect(text).toContain('Allergies et hypersensibilités : non renseigné.');
    expect(text).not.toContain('Aucune allergie');
  });

  it('names the treating doctor and the act of the model', async () => {
    const { header } = await buildVsm(input({}));
    expect(header.acts[0]?.code).toMatchObject({ code: '34117-2', displayName: 'Historique et clinique' });
    expect(header.participants).toMatchObject([{ typeCode: 'INF', functionCode: { code: 'PCP' } }]);
  });

  it('has nothing to correct', async () => {
    const report = await checkCda(await bytesOf({ problems: [{ text: 'HTA', code: hypertension }] }));
    expect(report).toEqual({ ok: true, findings: [] });
  });

  it('keeps a day that begins and ends a disease in the narrative, and writes no equal ends', async () => {
    const xml = Buffer.from(
      await bytesOf({
        medicalHistory: [{ text: 'Fièvre', code: hypertension, start: '2018-04-22', end: '2018-04-22' }],
      }),
    ).toString('utf8');
    expect(xml).toContain('22/04/2018');
    expect(xml).toContain('<low value="20180422"></low><high nullFlavor="UNK"></high>');
  });

  it.each([
    [{ problems: [{ text: '', code: hypertension }] }, 'TE_INPUT_INVALID'],
    [{ problems: [{ text: 'HTA', code: hypertension, start: '2019-02-30' }] }, 'TE_DATE_INVALID'],
    [
      { problems: [{ text: 'HTA', code: hypertension, start: '2020', end: '2019', status: 'completed' }] },
      'TE_DATE_INVALID',
    ],
    [{ problems: [{ text: 'HTA', code: hypertension, end: '2019' }] }, 'TE_INPUT_INVALID'],
    [{ problems: [{ text: 'HTA', code: { code: ' ', displayName: 'x' } }] }, 'TE_INPUT_INVALID'],
    [{ familyHistory: [{ text: 'HTA', code: hypertension, relation: 'XXX' }] }, 'TE_CODE_UNKNOWN'],
    [{ treatments: [{ name: 'A', product: hypertension, every: { value: 0, unit: 'h' } }] }, 'TE_INPUT_INVALID'],
    [{ treatments: [{ name: 'A', product: hypertension, dose: { low: 2, high: 1, unit: 'mg' } }] }, 'TE_INPUT_INVALID'],
    [
      { habits: [{ text: 'Tabac', code: { code: '74011-8', displayName: 'x' }, value: { quantity: NaN, unit: 'x' } }] },
      'TE_INPUT_INVALID',
    ],
    [{ habits: [{ text: 'Tabac', code: hypertension, value: { quantity: 1, unit: 'x' } }] }, 'TE_CODE_UNKNOWN'],
    [{ allergies: [{ text: 'Noix', kind: { code: '91935009', displayName: 'x' } }] }, 'TE_CODE_UNKNOWN'],
    [{ familyHistory: [{ text: 'HTA', code: hypertension, relation: 'TUTEUR' }] }, 'TE_CODE_UNKNOWN'],
  ])('refuses %j', async (content, code) => {
    await expect(buildVsm(input(content as VsmContent))).rejects.toMatchObject({ code });
  });
});
