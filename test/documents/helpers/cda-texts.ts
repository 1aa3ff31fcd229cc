import { buildCda, buildVsm } from '../../../src/documents/index.ts';
import { collect } from '../../../src/internal/bytes.ts';
import { demoLetterPdf, fictivePatient, fictiveProfessional, fictiveStructure } from '../../../src/testing/index.ts';
import { Random, randomInput, randomVsm, seededRuntime } from '../random-input.ts';

/** A letter in which nothing is wrong. */
export const letter = async (): Promise<string> => {
  const built = await buildCda({
    type: '96349-6',
    title: 'Lettre',
    pdf: demoLetterPdf(),
    patient: fictivePatient(),
    author: { professional: fictiveProfessional(), structure: fictiveStructure() },
    patientConsent: true,
    effectiveTime: '2026-03-15T11:10:00+01:00',
    uniqueId: '1.2.250.1.999.7',
    setId: '1.2.250.1.999.8',
  });
  return Buffer.from(await collect(built.content.open())).toString('utf8');
};

/** A synthesis with every section, in which nothing is wrong. */
export const vsm = async (): Promise<string> => {
  const random = new Random(5);
  const built = await buildVsm(
    {
      ...randomInput(random, 'minimal'),
      author: { professional: fictiveProfessional(), structure: fictiveStructure(), functionCode: 'PCP' },
      content: randomVsm(random, 'everything'),
    },
    { runtime: seededRuntime(random) },
  );
  return Buffer.from(await collect(built.content.open())).toString('utf8');
};
