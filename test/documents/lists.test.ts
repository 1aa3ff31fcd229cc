import { afterEach, beforeEach, expect, it } from 'vitest';
import { buildLetter, buildVsm, type PdfDocumentInput, type VsmInput } from '../../src/documents/index.ts';
import { demoLetterPdf, fictivePatient, fictiveProfessional, fictiveStructure } from '../../src/testing/index.ts';

const loose: unknown[] = [];
const take = (error: unknown): number => loose.push(error);
beforeEach(() => {
  loose.length = 0;
  process.on('unhandledRejection', take);
});
afterEach(() => {
  process.off('unhandledRejection', take);
});

const refused = expect.objectContaining({ code: 'TE_INPUT_INVALID' }) as Error;
const common = {
  patient: fictivePatient(),
  author: { professional: fictiveProfessional(), structure: fictiveStructure() },
  patientConsent: true,
};

it('refuses bytes in place of a list, and leaves no refusal that nobody hears', async () => {
  const guardians = new Uint16Array(4);
  const letter = { ...common, pdf: demoLetterPdf(), patientDetails: { guardians } } as unknown as PdfDocumentInput;
  await expect(buildLetter(letter)).rejects.toEqual(refused);

  const summary = { ...common, content: { familyHistory: new Uint16Array(4) } } as unknown as VsmInput;
  await expect(buildVsm(summary)).rejects.toMatchObject({ name: 'TerrESanteError' });

  await new Promise((resolve) => setImmediate(resolve));
  expect(loose).toEqual([]);
});
