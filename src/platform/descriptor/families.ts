import type { PlatformDescriptor } from './model.ts';

/**
 * The types of JDV_J07 (with those that were retired since) whose label says the result of a
 * biology, imaging, pathology or genetics exam; the class of JDV_J06 that is called report, and the
 * imaging reports, which have another one.
 */
export const inferredFamilies: NonNullable<PlatformDescriptor['documents']['families']> = {
  value: {
    'exam-result': {
      typeCodes: ['11502-2', '18748-4', '60568-3', '51969-4', 'DOCPAT04', 'DOCPAT05', '11526-1', '11528-7'],
      classCodes: [],
    },
    report: { typeCodes: ['18748-4', '11528-7'], classCodes: ['10'] },
  },
  confidence: 'inferred',
  evidence:
    'The public pages of the platform name exam results and reports; the codes are those of JDV_J07 and JDV_J06 whose labels say so.',
};
